"""Sources + targets + edits -> the new texts, each edit proved; or the edit that cannot be made, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from tracec.passes.nouns.edits import AddDefinition, AddImport, Edit, Refused, ReplaceDefinition, SetLiteral
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.target import Target
from tracec.passes.patch.add import Addition, add_definition
from tracec.passes.patch.check import addition, imported, path_of, replaced
from tracec.passes.patch.imports import add_import
from tracec.passes.patch.place import Place, locate
from tracec.passes.patch.replace import change_definition, change_literal
from tracec.passes.syntax.names import free
from tracec.passes.syntax.untrusted import TOO_DEEP, compiles

Step = tuple[Edit, str]  # an edit, and the text of the file once it is made


class Failed(Exception):
    """An edit that cannot be made; it does not leave this file."""

    def __init__(self, edit: Edit, reason: str) -> None:
        super().__init__(reason)
        self.refused = Refused(edit, " ".join(reason.split()))


def apply(sources: Mapping[str, Source], targets: Iterable[Target], edits: Sequence[Edit]) -> dict[str, str] | Refused:
    """The new text of each file that an edit names, by path; Refused for the first edit that cannot be made.

    Replacements keep the old layout where code is the same. What is added stands where it can be used when the module
    is run, in the file's style. Each edit is proved: the syntax tree of the text after it is that of the text before
    with the one change and no other, and the whole compiles and decodes again. Nothing is raised for an edit.
    """
    known = {target.id: target for target in targets}
    try:
        by_path = _by_path(sources, known, edits)
        return {path: _changed(sources, known, path, own) for path, own in by_path.items()}
    except Failed as failed:
        return failed.refused


def _by_path(
    sources: Mapping[str, Source], targets: Mapping[str, Target], edits: Sequence[Edit]
) -> dict[str, list[Edit]]:
    found: dict[str, list[Edit]] = {}
    for edit in edits:
        try:
            path = path_of(edit, targets)
            if path not in sources:
                raise TracecError(f"{path!r} is no file that may change", "name one of those that may")
        except TracecError as error:
            raise Failed(edit, str(error)) from None
        found.setdefault(path, []).append(edit)
    return found


def _changed(sources: Mapping[str, Source], targets: Mapping[str, Target], path: str, edits: Sequence[Edit]) -> str:
    source, steps = sources[path], []
    values = [(e, targets[e.target]) for e in edits if isinstance(e, (ReplaceDefinition, SetLiteral))]
    places = _places(source, values)
    steps += list(_replaced(source, places))
    anchor = min((place.path[0][1] or 0 for _, _, place in places if place.path), default=None)
    steps += _imported(source, steps, [e for e in edits if isinstance(e, AddImport)], _local(sources))
    steps += _added(source, steps, [e for e in edits if isinstance(e, AddDefinition)], anchor)
    _refuse_broken(source, steps)
    return _text(source, steps)


def _text(source: Source, steps: Sequence[Step]) -> str:
    return steps[-1][1] if steps else source.text


def _places(
    source: Source, values: Sequence[tuple[ReplaceDefinition | SetLiteral, Target]]
) -> list[tuple[ReplaceDefinition | SetLiteral, Target, Place]]:
    """Where the targets are, in the order of the text. None may lie within another one."""
    found = []
    for edit, target in values:
        try:
            replaced(edit, target)
            found.append((edit, target, locate(source.text, target)))
        except TracecError as error:
            raise Failed(edit, str(error)) from None
    found.sort(key=lambda item: item[2].start)
    for (_, _, above), (edit, target, below) in pairwise(found):
        if below.start < above.end:
            raise Failed(edit, str(overlap(source, target)))
    return found


def overlap(source: Source, target: Target) -> TracecError:
    """What is said of a target within another one that changes."""
    what = f"{target.qualname} lies within another target that changes too"
    return TracecError(what, "change one of them", path=source.path, line=target.span.line)


def _replaced(source: Source, places: Sequence[tuple[ReplaceDefinition | SetLiteral, Target, Place]]) -> Iterator[Step]:
    text = source.text
    for edit, target, place in reversed(places):  # from the end, so that the places above stay valid
        change, value = (
            (change_definition, edit.source) if isinstance(edit, ReplaceDefinition) else (change_literal, edit.value)
        )
        with Trying(edit, source):
            text = change(source, text, place, target, value)
        yield edit, text


class Trying:
    """Turns what goes wrong with an edit into Failed."""

    def __init__(self, edit: Edit, source: Source) -> None:
        self.edit, self.source = edit, source

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TracecError):
            raise Failed(self.edit, str(error)) from None
        if isinstance(error, (RecursionError, MemoryError)):
            raise Failed(self.edit, f"{self.source.path}:1: the change {TOO_DEEP}") from None


def _imported(source: Source, steps: Sequence[Step], edits: Sequence[AddImport], local: frozenset[str]) -> list[Step]:
    text = _text(source, steps)
    made: list[Step] = []
    for edit in edits:
        with Trying(edit, source):
            for new in imported(edit):
                text = add_import(source, text, new, local)
        made.append((edit, text))
    return made


def _added(source: Source, steps: Sequence[Step], edits: Sequence[AddDefinition], anchor: int | None) -> list[Step]:
    text = _text(source, steps)
    made: list[Step] = []
    todo: list[Addition] = []
    for edit in edits:
        with Trying(edit, source):
            todo.append(addition(edit, edits, source))
    for new in _users_first(todo):
        with Trying(new.edit, source):
            text, anchor = add_definition(source, text, new, anchor)
        made.append((new.edit, text))
    return made


def _users_first(additions: Sequence[Addition]) -> list[Addition]:
    """What uses another addition comes before it, so that this one finds where it is used; else in the given order."""
    left, done = list(additions), []
    while left:
        ready = (a for a in left if not any(_uses(b, a) for b in left if b is not a))
        following = next(ready, left[0])
        left.remove(following)
        done.append(following)
    return done


def _uses(user: Addition, other: Addition) -> bool:
    """True where `user` must be in place before `other`: it uses it, or is the class that it goes to."""
    needed = free(user.node)
    inside = other.edit.within.partition(".")[0] in user.names and not user.edit.within
    within = user.edit.within.partition(".")[0] in other.names and not other.edit.within
    return inside or (not within and not other.edit.within and bool((needed.eager | needed.lazy) & other.names))


def _local(sources: Mapping[str, Source]) -> frozenset[str]:
    """Names of top-level modules and packages of the project, as far as the paths tell."""
    found: set[str] = set()
    for path in sources:
        parts = path.replace("\\", "/").removesuffix(".py").split("/")
        found.update(parts[-2:] if path.startswith("/") or ":" in parts[0] else parts)
    return frozenset(found)


def _refuse_broken(source: Source, steps: Sequence[Step]) -> None:
    """Failed where the new text is no program, or decodes to another one, by the first edit that makes it so."""
    if not steps or not _broken(source, steps[-1][1]) or _broken(source, source.text):
        return
    edit, text = next((edit, text) for edit, text in steps if _broken(source, text))
    raise Failed(edit, f"{source.path}:1: the change makes no program: {_broken(source, text)}")


def _broken(source: Source, text: str) -> str:
    wrong = compiles(text)
    if wrong:
        return wrong
    try:
        again = Source.decode(source.path, source.encode(text))
    except TracecError as error:
        return error.what
    return "" if (again.text, again.bom) == (text, source.bom) else "its first lines name another encoding"
