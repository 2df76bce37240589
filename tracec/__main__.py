"""`python -m tracec`."""

import sys

from tracec.cli import main

sys.exit(main())
