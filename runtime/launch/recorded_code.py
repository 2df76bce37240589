"""A file's bytes -> its instrumented code: out of the user's cache, else made by the process that records.

Nothing of what instruments is imported here: it would be the program's too. What cannot be recorded runs as it is, and
is noted.
"""

from __future__ import annotations

import _imp
import contextlib
import marshal
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

from tracec.runtime import record
from tracec.runtime.at_start import open, os
from tracec.runtime.launch.artifact_file import REFUSED, name_of, said_at_foot, used
from tracec.runtime.launch.asking import ask
from tracec.runtime.launch.plain_code import PlainCode
from tracec.runtime.launch.scope import Scope

GONE = "nobody was left to instrument it"
Warn = Callable[[], object]


class RecordedCode:
    """Of one process of a run: `config` is what all of them are told."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.scope = Scope(*config["scope"])
        self.seen: set[str] = set()  # real paths of files that are recorded, or told of
        self._stem, self._cache, self._ask, self._notes = (config[k] for k in ("stem", "cache", "ask", "notes"))
        self.plain = PlainCode()
        self._noted: set[tuple[str, str]] = set()

    def of(self, kind: str, path: str, real: str, data: bytes, warn: Warn) -> CodeType | None:
        """The code of a file in scope, None where it runs as it is.

        `warn` is called where plain Python would warn while it compiles.
        """
        self.seen.add(real)
        name = name_of(self._stem, kind, path, real, data)
        place = os.path.join(self._cache, f"{name}.bin")
        try:
            reason = self._made(kind, path, real, data, place)
            if reason is None:
                code = self._loaded(place, path, real, warn)
                self.plain.add(code, data)
                return code
        except SyntaxError:  # a warning that is an error
            raise
        except (OSError, ValueError, EOFError, TypeError) as error:
            reason = f"{GONE}: {error}" if isinstance(error, OSError) else str(error)
        self.note(real, reason)
        return None

    def _made(self, kind: str, path: str, real: str, data: bytes, place: str) -> str | None:
        """None once the artifact is in its place, else the reason why there is none. Raises OSError."""
        if used(place):
            return None
        with contextlib.suppress(OSError), open(f"{place[:-3]}{REFUSED}", encoding="utf-8") as file:
            return file.read()
        reason: str | None = ask(self._ask, ("make", kind, path, real, data))
        return reason

    def _loaded(self, place: str, path: str, real: str, warn: Warn) -> CodeType:
        with open(place, "rb") as file:
            left, warns = said_at_foot(file.read())
        code = record.code(place, path)
        for function in left:
            self.note(real, function)
        if warns:
            warn()
        _imp._fix_co_filename(code, path)  # type: ignore[attr-defined]
        return code

    def note(self, real: str, reason: str) -> None:
        """Say once, where the run ends, that a file, or something in it, was not recorded; nothing where no reason is
        given: the user said so.
        """
        self.seen.add(real)
        if not reason or (real, reason) in self._noted or not self._notes:
            return
        self._noted.add((real, reason))
        with contextlib.suppress(OSError), open(self._notes, "ab", buffering=0) as file:
            file.write(marshal.dumps((real, reason)))
