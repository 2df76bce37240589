"""The command that starts a guest: this package, and no other copy of it, in the user's interpreter."""

from __future__ import annotations

import os

import tracec

_BOOT = """\
import sys
if not sys.flags.safe_path: del sys.path[0]
import importlib.util as util, os
spec = util.spec_from_file_location("tracec", sys.argv[1], submodule_search_locations=[os.path.dirname(sys.argv[1])])
sys.modules["tracec"] = util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["tracec"])
from tracec.runtime.guest.guest import main
main(int(sys.argv[2]))
"""


def boot(python: str, socket: int) -> list[str]:
    """The words of the command, for a guest that speaks over an inherited descriptor."""
    return [python, "-c", _BOOT, os.path.abspath(tracec.__file__), str(socket)]
