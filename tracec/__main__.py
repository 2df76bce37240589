"""`python -m tracec` runs the command line."""

import sys

from tracec.cli import main

sys.exit(main())
