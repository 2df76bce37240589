"""What `tracec --version` says: the version, and which recorder and which readers run here."""

from __future__ import annotations

import sys

from tracec import __version__


def recorder() -> str:
    """`C`, or `pure Python`: some ten times slower."""
    from tracec.runtime.record import native

    return "C" if native() else "pure Python"


def readers() -> str:
    """`compiled` by mypyc, or `interpreted`: two to three times slower."""
    from tracec.passes.graph import builder

    return "interpreted" if str(builder.__file__).endswith(".py") else "compiled"


def version_text() -> str:
    """`tracec 0.1.0 (recorder: C, readers: compiled, Python 3.12.1)`."""
    python = ".".join(map(str, sys.version_info[:3]))
    return f"tracec {__version__} (recorder: {recorder()}, readers: {readers()}, Python {python})"
