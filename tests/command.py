"""The command line as its users meet it: a project in a folder, a command, and what came out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracec.runtime.guest import sandbox


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def project(folder: Path, **files: str) -> Path:
    """Write files: `subject="..."` makes subject.py."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def tracec(folder: Path, *args: str, seconds: float = 120, **env: str) -> Said:
    """Run `tracec ARGS` in a folder."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "TRACEC"))}
    if not sandbox.abi():  # the programs of these tests do no harm
        clean["TRACEC_UNCONFINED"] = "true"
    done = subprocess.run(
        [sys.executable, "-m", "tracec", *args],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**clean, **env},
        stdin=subprocess.DEVNULL,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def snapshot(folder: Path) -> dict[str, bytes]:
    """All files but those that tracec keeps for itself."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".tracec" not in path.parts and "__pycache__" not in path.parts
    }
