"""Whether the slow suites run in full, as `TRACEC_TESTS=full python -m pytest` asks, or in their short form."""

import os

FULL = os.environ.get("TRACEC_TESTS") == "full"
