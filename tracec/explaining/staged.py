"""What a commit changes -> the test files to run, read from the files as they are, and from git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tracec.passes.messages.import_graph import tests_of
from tracec.runtime.project_paths import ProjectPaths

# What git tells the hooks of a commit: tests that use git in a folder of their own must not see it.
OF_GIT = (
    "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE", "GIT_EXEC_PATH",
    "GIT_REFLOG_ACTION", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_EDITOR",
)  # fmt: skip
LARGEST = 2 << 20  # bytes of a file whose imports are read; chosen


def git(root: str, *words: str) -> list[str]:
    """The paths that a command of git lists, separated by NUL; none where there is no git."""
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, stdin=subprocess.DEVNULL)
    except OSError:
        return []
    return [path for path in os.fsdecode(done.stdout).split("\0") if path] if done.returncode == 0 else []


def staged(root: str, given: Sequence[str]) -> list[str]:
    """The Python files that the commit adds, changes, renames or removes, as seen from the root.

    `given` are those that pre-commit names; it names none that are removed.
    """
    name = ProjectPaths(root).name
    same = git(root, "diff", "--cached", "--name-only", "-z", "--relative", "--diff-filter=ACMR") if not given else []
    gone = git(root, "diff", "--cached", "--name-only", "-z", "--relative", "--no-renames", "--diff-filter=D")
    paths = [name(os.path.join(os.path.realpath(root), path)) for path in (*given, *same, *gone)]
    return [path for path in dict.fromkeys(paths) if path.endswith((".py", ".pyi"))]


def forget_git() -> None:
    """From here on our processes know nothing of the commit that we are called from."""
    for name in OF_GIT:
        os.environ.pop(name, None)


def touching(root: str, changed: Sequence[str]) -> list[str]:
    """The test files of the project that load some files."""
    listed = git(root, "ls-files", "-co", "--exclude-standard", "-z", "--", "*.py", "*.pyi")
    return tests_of(changed, {path: text for path in listed if (text := read(Path(root, path))) is not None})


def read(path: Path) -> str | None:
    """A file's text, None where it cannot be read."""
    try:
        return path.read_text("utf-8", "replace") if path.stat().st_size <= LARGEST else ""
    except OSError:
        return None
