"""Recorded code -> the code that the same file has plainly: what leaves the process by pickle has no hooks in it."""

from __future__ import annotations

from types import CodeType

from tracec.runtime.at_start import open
from tracec.runtime.launch.live_code import pairs


class PlainCode:
    """Knows the modules that are recorded, and compiles them plainly once that is asked for."""

    def __init__(self) -> None:
        self._modules: dict[str, list[tuple[CodeType, bytes | None]]] = {}  # by co_filename
        self._plain: dict[int, tuple[CodeType, CodeType]] = {}  # by identity, which is kept: recorded and plain

    def add(self, code: CodeType, data: bytes | None = None) -> None:
        """A module's recorded code, and the bytes that it was made of; by default those of its file then."""
        self._modules.setdefault(code.co_filename, []).append((code, data))

    def of(self, code: CodeType) -> CodeType:
        """The plain code of a function; itself where it is not recorded, or its file has changed."""
        for module, data in self._modules.pop(code.co_filename, ()):
            try:
                self._read(module, data)
            except (OSError, SyntaxError, ValueError):
                continue
        return self._plain[id(code)][1] if id(code) in self._plain else code

    def _read(self, module: CodeType, data: bytes | None) -> None:
        if data is None:
            with open(module.co_filename, "rb") as file:
                data = file.read()
        plain = compile(data, module.co_filename, "exec", dont_inherit=True)
        for recorded, own in pairs(module, plain):
            self._plain[id(recorded)] = recorded, own
