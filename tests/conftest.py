"""What holds for all tests: a cache and a key of their own, the same examples in each run, no clock that judges."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import settings

# A busy machine is no fault of the code; CI must be able to run again what failed. `--hypothesis-seed=N` draws others.
settings.register_profile("tracec", deadline=None, derandomize=True)
settings.load_profile("tracec")

HOME = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[HOME] = tempfile.TemporaryDirectory(prefix="tracec-tests-")
    os.environ["XDG_CACHE_HOME"] = os.path.join(config.stash[HOME].name, "cache")
    os.environ["XDG_STATE_HOME"] = os.path.join(config.stash[HOME].name, "state")


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[HOME].cleanup()
