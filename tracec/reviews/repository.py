"""The folder of a project -> its place in the repository, as reviewing tools name files."""

from __future__ import annotations

import os
import subprocess


def prefix(root: str) -> str:
    """The way from the root of the repository to a folder, "." where that is it, or where there is no repository."""
    top = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR") or top_of(root)
    found = os.path.relpath(os.path.realpath(root), os.path.realpath(top))
    return "." if found.startswith("..") else found


def top_of(root: str) -> str:
    """The root of the repository by git."""
    try:
        done = subprocess.run(["git", "rev-parse", "--show-toplevel"], cwd=root, capture_output=True, text=True)
    except OSError:
        return root
    return done.stdout.strip() if done.returncode == 0 and done.stdout.strip() else root
