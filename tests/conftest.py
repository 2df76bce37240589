"""The tests leave the user's cache and key alone: they have their own, for as long as they run."""

from __future__ import annotations

import os
import tempfile

import pytest

HOME = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[HOME] = tempfile.TemporaryDirectory(prefix="tracec-tests-")
    os.environ["XDG_CACHE_HOME"] = os.path.join(config.stash[HOME].name, "cache")
    os.environ["XDG_STATE_HOME"] = os.path.join(config.stash[HOME].name, "state")


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[HOME].cleanup()
