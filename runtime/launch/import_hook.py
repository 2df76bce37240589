"""The import hook compiles chosen files our way, and lets every other import go on untouched."""

from __future__ import annotations

import importlib.machinery
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, ModuleType

from tracec.runtime import record

Compiler = Callable[[str, bytes], CodeType]


def plain(path: str, data: bytes) -> CodeType:
    """The compiler that changes nothing."""
    return compile(data, path, "exec", dont_inherit=True)


def lead(loader: importlib.machinery.SourceFileLoader, compiler: Compiler, text: str | None) -> None:
    """Have one loader compile its file our way, or `text` in its place; it neither reads nor writes bytecode then.

    It stays of the type it is: `type(module.__loader__)` is the usual one.
    """

    def get_code(fullname: str) -> CodeType:
        path = loader.get_filename(fullname)
        return compiler(path, loader.get_data(path))

    def get_data(path: str) -> bytes:
        if text is None or path != loader.path:
            return importlib.machinery.SourceFileLoader.get_data(loader, path)
        return encoded(text)

    vars(loader)["get_code"] = get_code
    if text is not None:  # `get_source` tells the truth too
        vars(loader)["get_data"] = get_data


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
    """Asks the finders behind it, and swaps the loader where the file found is one of ours."""

    def __init__(self) -> None:
        self.compilers: dict[str, Compiler] = {}
        self.overlay: dict[str, str] = {}
        self._stems: set[str] = set()

    def add(self, compilers: Mapping[str, Compiler], overlay: Mapping[str, str]) -> None:
        """More files, by real path."""
        self.compilers.update(compilers)
        self.overlay.update(overlay)
        for path in (*compilers, *overlay):
            folder, name = os.path.split(path)
            stem = name.partition(".")[0]
            self._stems.add(os.path.basename(folder) if stem == "__init__" else stem)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec the others give, with our loader; None, in a microsecond, for what is not ours."""
        if name == "greenlet":
            record.greenlets()
        if name.rpartition(".")[2] not in self._stems:
            return None
        spec = self._ask_others(name, path, target)
        if spec is None or spec.origin is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        real = os.path.realpath(spec.origin)
        compiler, text = self.compilers.get(real), self.overlay.get(real)
        if compiler is None and text is None:
            return None
        lead(spec.loader, compiler or plain, text)
        if text is not None:  # tracebacks show what runs, not what is on disk; no time of change: never looked up again
            import linecache

            linecache.cache[spec.origin] = (len(text), None, text.splitlines(keepends=True), spec.origin)
        return spec

    def _ask_others(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> importlib.machinery.ModuleSpec | None:
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


def install(compilers: Mapping[str, Compiler], overlay: Mapping[str, str] | None = None) -> None:
    """Put our finder first on `sys.meta_path`. Both maps go by real path; a second call adds to the first.

    `compilers` make code from (file name as the import system gives it, bytes). `overlay` is text that stands in for
    the file's own; where a path has no compiler it is compiled plainly.
    """
    _finder.add(compilers, overlay or {})
    to_front()


def to_front() -> None:
    """Put our finder first again, after someone (pytest) put theirs before it."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    sys.meta_path.insert(0, _finder)
