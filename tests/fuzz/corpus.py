"""Any source at all: it must instrument at both grains and compile, and without its hooks be what it was."""

from __future__ import annotations

import hashlib
import random
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.running import GRAINS
from tracec.passes.instrument import instrument
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.project.paths import read

NOT_PRINTED = "has no readable form"  # in the error of a file that cannot be printed with its hooks
LEFT_OUT = ("site-packages", "lib2to3", "bad_coding", "badsyntax", "__pycache__", "idlelib", "turtledemo")


def source_of(text: str, path: str = "any.py") -> Source:
    """Text as a file of the user's."""
    data = text.encode("utf-8", "surrogatepass")
    return Source(path, text, "utf-8", False, hashlib.sha256(data).hexdigest())


def valid(source: Source) -> bool:
    """True where Python itself takes it."""
    try:
        compile(source.text, source.path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True


def faults(source: Source) -> list[str]:
    """What went wrong at either grain. `instrument` proves by itself that taking its hooks away gives the original."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [fault for grain in GRAINS for fault in _faults_at(source, grain)] if valid(source) else []


def _faults_at(source: Source, grain: str) -> Iterator[str]:
    try:
        made = instrument(source, grain)
    except TracecError as error:
        yield f"{grain}: refused: {error}"
        return
    except Exception as error:
        yield f"{grain}: crashed: {type(error).__name__}: {error}"
        return
    for what, code in (("tree", made.tree), ("text", made.text)):
        try:
            compile(code, source.path, "exec", dont_inherit=True)
        except Exception as error:
            yield f"{grain}: its {what} does not compile: {type(error).__name__}: {error}"


def library_files(seed: int, count: int, longest: int = 60_000) -> list[Path]:
    """A sample of the standard library's own files; `longest` in bytes."""
    root = Path(sysconfig.get_path("stdlib"))
    found = [path for path in sorted(root.rglob("*.py")) if not any(part in str(path) for part in LEFT_OUT)]
    found = [path for path in found if path.stat().st_size <= longest]
    return sorted(random.Random(seed).sample(found, min(count, len(found))))


def faults_of_file(path: Path) -> list[str]:
    """The same for a file; nothing where it does not decode."""
    try:
        source = read(str(path))
    except TracecError:
        return []
    return faults(source)


def from_hypothesmith(seed: int, count: int) -> list[tuple[str, list[str]]]:
    """Sources that hypothesmith makes of the language's grammar, each that has faults, with them."""
    import hypothesmith
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    found: list[tuple[str, list[str]]] = []

    @seeded(seed)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(hypothesmith.from_grammar() | hypothesmith.from_node())
    def check(text: str) -> None:
        try:
            wrong = faults(source_of(text))
        except TracecError as error:  # libcst does not keep every blank; then it is said that nothing is printed
            wrong = [] if NOT_PRINTED in error.what else [str(error)]
        if wrong:
            found.append((text, wrong))

    check()
    return found
