"""Projections of code."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tracec.opto.trace.projections.projections import Projection

SECONDS = 20  # that a formatter may take; chosen


class BlackCodeFormatter(Projection):
    """Code as black formats it, or ruff, which does the same; as it is where neither is installed or takes it."""

    def project(self, x: Any) -> Any:
        """A text that defines something is formatted, all else stays."""
        if not isinstance(x, str) or "def" not in x:
            return x
        if importlib.util.find_spec("black"):
            black = importlib.import_module("black")
            try:
                return black.format_str(x, mode=black.FileMode())
            except Exception:
                return x
        ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
        if ruff is None:
            return x
        words = [ruff, "format", "--isolated", "--stdin-filename", "code.py", "-"]
        done = subprocess.run(words, input=x, capture_output=True, text=True, timeout=SECONDS)
        return x if done.returncode else done.stdout


class DocstringProjection(Projection):
    """Code with another docstring."""

    def __init__(self, docstring: str) -> None:
        self.docstring = docstring

    def project(self, x: Any) -> Any:
        """What stands between the first two triple quotes is exchanged."""
        if not isinstance(x, str) or '"""' not in x:
            return x
        before, _, rest = x.partition('"""')
        _, closed, after = rest.partition('"""')
        return f'{before}"""{self.docstring}"""{after if closed else ""}'
