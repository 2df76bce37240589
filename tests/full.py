"""Whether the slow suites run in full, as `TRACEC_TESTS=full python -m pytest` asks, or in their short form."""

import os

import pytest

FULL = os.environ.get("TRACEC_TESTS") == "full"
slow = pytest.mark.skipif(not FULL, reason="slow: TRACEC_TESTS=full runs it")
