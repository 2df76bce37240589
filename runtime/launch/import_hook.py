"""Chosen files are compiled our way where the import system asks for their code; all else goes on untouched.

Loaders and specs stay what they are: they are compared, copied and pickled like any others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

from tracec.runtime import record
from tracec.runtime.at_start import os

Compiler = Callable[[str, bytes], CodeType]
Function = Callable[..., Any]


def plain(path: str, data: bytes) -> CodeType:
    """The compiler that changes nothing."""
    return compile(data, path, "exec", dont_inherit=True)


def stand_in(holder: Any, name: str, asked: Function, line: int = 0) -> None:
    """Put a function in another's place: what `asked(plainly, *args)` gives, else, where that is None, what that gives.

    In tracebacks it is the other one, at the `line` at which that most likely fails; by default its last but one.
    """
    found = vars(holder)[name]
    plainly: Any = getattr(found, "__func__", found)

    def new(*args: Any, **kwargs: Any) -> Any:
        found = asked(plainly, *args, **kwargs)
        if found is not None:
            return found
        try:
            return plainly(*args, **kwargs)
        except BaseException as error:  # our frame for that one's
            trace = error.__traceback__ and error.__traceback__.tb_next
            raise error.with_traceback(trace and trace.tb_next)  # noqa: B904 - its own cause stays

    lines = sorted({line for _, _, line in plainly.__code__.co_lines() if line})
    like = {key: getattr(plainly.__code__, key) for key in ("co_filename", "co_name", "co_qualname")}
    new.__code__ = at_line(new.__code__.replace(**like), line or lines[-2:][0])
    for attribute in ("__name__", "__qualname__", "__module__", "__doc__", "__annotations__"):
        setattr(new, attribute, getattr(plainly, attribute))
    setattr(holder, name, new if found is plainly else type(found)(new))


def at_line(code: CodeType, line: int) -> CodeType:
    """The same code, all of it at one line: entries of eight instructions each, without columns, with no step."""
    count = len(code.co_code) // 2
    lengths = [8] * (count // 8) + ([count % 8] if count % 8 else [])
    table = b"".join(bytes([0x80 | 13 << 3 | (length - 1), 0]) for length in lengths)
    return code.replace(co_firstlineno=line, co_linetable=table)


def after_modules(then: Callable[[], None]) -> None:
    """Call something whenever a module was run, in the frame that importlib has there."""
    import _frozen_importlib

    plainly: Any = _frozen_importlib._call_with_frames_removed  # type: ignore[attr-defined]

    def new(f: Any, *args: Any, __then: Any = then, **kwds: Any) -> Any:
        found = f(*args, **kwds)
        __then()
        return found

    old = plainly.__code__
    like = {key: getattr(old, key) for key in ("co_filename", "co_name", "co_qualname")}
    lines = sorted({line for _, _, line in old.co_lines() if line})
    plainly.__code__ = at_line(new.__code__.replace(**like), lines[-1])
    plainly.__kwdefaults__ = new.__kwdefaults__


def has(name: str) -> Any:
    """The class that loaders of source files have a method from."""
    return next(kind for kind in SourceFileLoader.__mro__ if name in vars(kind))


def of_loaders(asked: Callable[[Function, Any, str], CodeType | None]) -> None:
    """`get_code` of all loaders of source asks first: that is imports, reloads, `runpy`, and specs from a location."""
    stand_in(has("get_code"), "get_code", asked, line_of_compiling())


def line_of_compiling() -> int:
    """Where `get_code` is when a file does not compile."""
    try:
        has("get_code").get_code(Refusing(), "x")
    except SyntaxError as error:
        trace = error.__traceback__ and error.__traceback__.tb_next
        return trace.tb_lineno if trace else 0
    return 0


class Refusing:
    """A loader of source that does not compile."""

    def get_filename(self, name: str) -> str:
        """Any."""
        return f"{name}.py"

    def path_stats(self, path: str) -> object:
        """There are none."""
        raise OSError

    def get_data(self, path: str) -> bytes:
        """Any."""
        return b""

    def source_to_code(self, data: bytes, path: str) -> CodeType:
        """Refused."""
        raise SyntaxError


def encoded(text: str) -> bytes:
    """A module's text -> bytes that its own encoding cookie decodes; UTF-8 where it has none."""
    import io
    import tokenize

    data = text.encode("utf-8", "surrogatepass")
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        return data if encoding.startswith("utf-8") else text.encode(encoding)
    except (SyntaxError, UnicodeError):  # compiling says it better, with a place
        return data


class Finder:
    """Asks the finders behind it for files that are ours, but for pytest's, and says how they are compiled."""

    def __init__(self) -> None:
        self.compilers: dict[str, Compiler] = {}
        self.overlay: dict[str, str] = {}
        self._stems: set[str] = set()
        self._names: set[str] = set()  # of files with a text that stands in for their own

    def add(self, compilers: Mapping[str, Compiler], overlay: Mapping[str, str]) -> None:
        """More files, by real path."""
        self.compilers.update(compilers)
        self.overlay.update(overlay)
        for path in (*compilers, *overlay):
            folder, name = os.path.split(path)
            stem = name.partition(".")[0]
            self._stems.add(os.path.basename(folder) if stem == "__init__" else stem)
        self._names.update(map(os.path.basename, overlay))

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec the others give; None, in a microsecond, for what is not ours."""
        if name == "greenlet":
            record.greenlets()
        if name.rpartition(".")[2] not in self._stems:
            return None
        spec = self._ask_others(name, path, target)
        if spec is None or spec.origin is None or type(spec.loader) is not SourceFileLoader:
            return None
        real = os.path.realpath(spec.origin)
        text = self.overlay.get(real)
        if text is None:
            return spec if real in self.compilers else None
        import linecache  # tracebacks show what runs, not what is on disk; no time of change: never looked up again

        linecache.cache[spec.origin] = (len(text), None, text.splitlines(keepends=True), spec.origin)
        return spec

    def code(self, loader: Any, fullname: str) -> CodeType | None:
        """The code of a file of ours; it neither reads nor writes bytecode. None for any other."""
        try:
            path = loader.get_filename(fullname)
            stem = os.path.basename(path).partition(".")[0]
            if stem not in self._stems and stem != "__init__":
                return None
            real = os.path.realpath(path)
        except (ImportError, TypeError, ValueError):  # told plainly
            return None
        if real not in self.compilers and real not in self.overlay:
            return None
        return self.compilers.get(real, plain)(path, loader.get_data(path))

    def data(self, path: Any) -> bytes | None:
        """What stands in for the bytes of a file."""
        if not isinstance(path, str) or os.path.basename(path) not in self._names:
            return None
        text = self.overlay.get(os.path.realpath(path))
        return None if text is None else encoded(text)

    def _ask_others(self, name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        for finder in list(sys.meta_path):
            # pytest's assertion rewriting is a loader of its own, which would hide the plain one.
            if finder is self or type(finder).__name__ == "AssertionRewritingHook":
                continue
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find is not None else None
            if spec is not None:
                return spec  # type: ignore[no-any-return]
        return None


_finder = Finder()
_standing = False  # whether the loaders' functions ask the finder


def install(compilers: Mapping[str, Compiler], overlay: Mapping[str, str] | None = None) -> None:
    """Put our finder first on `sys.meta_path`. Both maps go by real path; a second call adds to the first.

    `compilers` make code from (file name as the import system gives it, bytes). `overlay` is text that stands in for
    the file's own; where a path has no compiler it is compiled plainly.
    """
    global _standing
    if not _standing:
        of_loaders(lambda plainly, loader, fullname: _finder.code(loader, fullname))
        stand_in(has("get_data"), "get_data", lambda plainly, loader, path: _finder.data(path))
        _standing = True
    _finder.add(compilers, overlay or {})
    to_front()


def to_front() -> None:
    """Put our finder first again, after someone (pytest) put theirs before it."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    sys.meta_path.insert(0, _finder)
