"""Source -> Targets: what the user marked, what could be named, and names -> Targets."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tracec.passes.find.assignments import assigned
from tracec.passes.find.definitions import FoundDefinition, code_target, definitions, is_overload, numbered, ordinals
from tracec.passes.find.marks import TargetMark, comment_mark, decorator_mark, imported_names
from tracec.passes.find.select import select
from tracec.passes.find.values import assigned_targets, value_targets
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.target import Target
from tracec.passes.syntax.parsing import Definable, Parsed, parse

__all__ = ["assignments", "find", "functions", "select"]


def find(source: Source) -> tuple[Target, ...]:
    """Find every target that the file marks, in the order of the text.

    Marks are `@tracec.trainable` on functions and classes (a class stands for the functions directly in it),
    `tracec.param(...)`, `tracec.choice(...)`, under any name they were imported as, and the comment
    `# tracec: trainable [goal]` on or above a definition or an assignment of a literal. `# tracec: skip` leaves a
    definition or value out, `# tracec: skip-file` at the top the file. Positions are those of the file; the text of
    `Target.value` has `\\n` line ends whatever the file has.
    Raises TracecError for a syntax error, and for a mark on something that cannot be a target.
    """
    parsed = parse(source)
    if "tracec" not in source.text or parsed.skipped:
        return ()
    parsed.refuse_idle_marks()
    names = imported_names(parsed.tree)
    kept = _kept(parsed)
    marks = {d.node: mark for d in kept if (mark := _mark(parsed, d, names))}
    numbers = ordinals(parsed.tree)
    code = [
        code_target(parsed, d, mark, numbers[d.node])
        for d in kept
        if d.is_function and (mark := _own_or_class(d, marks))
    ]
    inside = {d.node for d in kept}
    used = {mark.comment_line for mark in marks.values()}
    values = [*value_targets(parsed, names, inside), *assigned_targets(parsed, names, inside, used)]
    taken = Counter(d.qualname for d in definitions(parsed.tree))
    return tuple(sorted([*code, *_numbered(values, taken)], key=lambda target: target.span))


def functions(source: Source) -> tuple[Target, ...]:
    """Find every function and method of the file as an unmarked target of kind `code`, in the order of the text.

    A function within a function belongs to the outermost one. `@overload` declarations, which never run, and what
    `# tracec: skip` leaves out are not there. Raises TracecError for a syntax error.
    """
    parsed = parse(source)
    if parsed.skipped:
        return ()
    outermost = (d for d in _kept(parsed) if d.is_function and not d.in_function and not is_overload(d.node))
    numbers = ordinals(parsed.tree)
    return tuple(code_target(parsed, d, None, numbers[d.node]) for d in outermost)


def assignments(source: Source) -> tuple[Target, ...]:
    """Find what the module and its classes assign to names of their own: unmarked targets of kind `expression`.

    They are in the order of the text. Raises TracecError for a syntax error.
    """
    parsed = parse(source)
    taken = Counter(d.qualname for d in definitions(parsed.tree))
    return () if parsed.skipped else tuple(_numbered(assigned(parsed), taken))


def _kept(parsed: Parsed) -> list[FoundDefinition]:
    """The definitions that no `# tracec: skip` on them or around them leaves out."""
    found = definitions(parsed.tree)
    skipped = {d.node for d in found if parsed.comment_on(d.node, "skip")}
    return [d for d in found if d.node not in skipped and not skipped.intersection(d.scope)]


def _mark(parsed: Parsed, definition: FoundDefinition, names: dict[str, str]) -> TargetMark | None:
    by_comment = comment_mark(parsed.comment_on(definition.node, "trainable"))
    by_decorator = decorator_mark(parsed, definition.node, names)
    if by_comment and by_decorator:
        return TargetMark(by_decorator.goal or by_comment.goal, by_decorator.constraints, by_comment.comment_line)
    return by_decorator or by_comment


def _own_or_class(definition: FoundDefinition, marks: dict[Definable, TargetMark]) -> TargetMark | None:
    around = definition.scope[-1] if definition.scope else None
    by_class = marks.get(around) if isinstance(around, ast.ClassDef) else None
    return marks.get(definition.node, by_class)


def _numbered(values: Iterable[Target], taken: Counter[str]) -> Iterator[Target]:
    """Values get their ids. The second of one name becomes `name#2`, in its qualname and its id."""
    for value in sorted(values, key=lambda target: target.span):
        taken[value.qualname] += 1
        qualname = numbered(value.qualname, taken[value.qualname])
        yield replace(value, id=f"{value.span.path}:{qualname}", qualname=qualname)
