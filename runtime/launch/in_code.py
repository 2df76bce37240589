"""`with tracec.record(FILE):` records what is called within, in a process that was started plainly.

Modules in scope that are imported already get recorded code for as long as it lasts, and such as are imported within
are recorded from their first line. Another process instruments: nothing of that is imported here.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Sequence
from types import CodeType
from typing import Any

from tracec.runtime import record
from tracec.runtime.launch.live_code import exchange, forth_and_back, strangers
from tracec.runtime.launch.recorded_code import RecordedCode, Warn
from tracec.runtime.launch.roads import Roads
from tracec.runtime.launch.scope import Scope
from tracec.runtime.record.log import is_log
from tracec.runtime.record.spool import Spool

CHANGED = "what was imported is not what its text says now"
HELPER = "import sys; sys.path.append(sys.argv.pop(1)); from tracec.launch.serving import main; main()"


class Within(RecordedCode):
    """Recorded code that is taken out again in the end."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.forth: dict[tuple[str, CodeType], CodeType] = {}
        self.back: dict[tuple[str, CodeType], CodeType] = {}

    def of(self, kind: str, path: str, real: str, data: bytes, warn: Warn) -> CodeType | None:
        """As in any process; what is imported within will get its own code in the end."""
        code = super().of(kind, path, real, data, warn)
        if code is not None:
            forth, back = forth_and_back(path, compile(data, path, "exec", dont_inherit=True), code)
            self.forth |= forth
            self.back |= back
        return code


def tracec_folder() -> str:
    """The folder that the package lies in."""
    return os.path.dirname(os.path.dirname(os.path.abspath(str(sys.modules["tracec"].__file__))))


_roads: list[Roads] = []  # of this process, once they are open: they stay, and lead nowhere between two recordings


class Recording:
    """Records into a file from `__enter__` to `__exit__`, by default into a new one where `tracec run` puts its own.

    `missed` says then what was in scope and not recorded.
    """

    def __init__(self, file: str | os.PathLike[str], scope: Sequence[str] = (), grain: str = "values") -> None:
        self.file, self.scope, self.grain = os.path.realpath(file) if file else "", [*map(os.fspath, scope)], grain
        self.missed: dict[str, list[str]] = {}
        self.recorded: Within | None = None
        self._helper: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Recording:
        """Raises ValueError where the process is recorded already, or the file is no trace; OSError."""
        if record.recording():
            raise ValueError("this process is being recorded already")
        if os.path.exists(self.file):
            if not is_log(self.file):
                raise ValueError(f"{self.file} is no trace and is not written over; record to another file")
            os.truncate(self.file, 0)
        try:
            config = self._helped()
            self.file = self.file or config["log"]
            record.begin(Spool(self.file, os.path.basename(sys.argv[0]) or "python", self.file))
            self._open(Within(config))
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        if self.recorded is not None:
            exchange(self.recorded.back)
            _roads[0].close()
            self.recorded.scope = Scope((), ())
            record.stop()
        self._close()

    def cell(self, name: str, label: str, text: str) -> CodeType | None:
        """The recorded code of a notebook's cell; None where it runs as it is."""
        assert self.recorded is not None
        return self.recorded.of("cell", name, label, text.encode(), lambda: None)

    def exchange(self) -> None:
        """Put all recorded code that is known into live functions."""
        assert self.recorded is not None
        self.recorded.back |= exchange(self.recorded.forth)

    def _helped(self) -> dict[str, Any]:
        """What the process that instruments says of scope and cache."""
        script = getattr(sys.modules.get("__main__"), "__file__", None)
        words = [self.file, self.grain, script if isinstance(script, str) and not self.scope else "", *self.scope]
        self._helper = subprocess.Popen(
            [sys.executable, "-P", "-c", HELPER, tracec_folder(), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._helper.stdout is not None
        try:
            config: dict[str, Any] = marshal.load(self._helper.stdout)
        except (EOFError, ValueError, TypeError):
            raise OSError("the process that instruments does not start") from None
        if "error" in config:
            raise ValueError(config["error"])
        return config

    def _open(self, recorded: Within) -> None:
        for module in list(sys.modules.values()):
            self._module(recorded, getattr(module, "__file__", None))
        for path in strangers(recorded.forth):
            recorded.note(recorded.scope.real(path), CHANGED)
        self.recorded = recorded
        self.exchange()
        if _roads:
            _roads[0].recorded = recorded
        else:
            _roads.append(Roads(recorded))
            _roads[0].open()

    def _module(self, recorded: Within, path: object) -> None:
        """A module that is imported already."""
        real = recorded.scope.real(path) if type(path) is str and path.endswith(".py") else ""
        if type(path) is str and real:
            with open(real, "rb") as file:
                recorded.of("module", path, real, file.read(), lambda: None)

    def _close(self) -> None:
        """The helper ends, and says what was not recorded."""
        if self._helper is not None and self._helper.stdin is not None and self._helper.stdout is not None:
            self._helper.stdin.close()
            with self._helper.stdout as said:
                rest = said.read()
            self._helper.wait()
            self.missed = marshal.loads(rest) if rest else {}
            self._helper = None
