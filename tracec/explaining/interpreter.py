"""Settings -> the user's Python: the one that runs his tests, where tracec itself runs in another one."""

from __future__ import annotations

import os
import sys

FOLDERS = (".venv", "venv", "env")
BIN = "Scripts" if os.name == "nt" else "bin"


def users_python(python: str, root: str) -> str:
    """The one that is set; else that of the project's environment, of the active one, and at last our own."""
    if python != sys.executable:
        return python
    active = os.environ.get("VIRTUAL_ENV", "")
    places = [os.path.join(root, folder) for folder in FOLDERS] + ([active] if active else [])
    for place in places:
        found = os.path.join(place, BIN, "python")
        if os.path.isfile(os.path.join(place, "pyvenv.cfg")) and os.access(found, os.X_OK):
            return python if os.path.realpath(place) == os.path.realpath(sys.prefix) else found
    return python
