"""Targets + sources -> the part of a prompt that shows what may change, whole or around its suspect lines."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.reply import plain
from tracec.passes.propose.llm.answers.texts import value_of
from tracec.passes.propose.llm.sees.blame import suspect_lines
from tracec.passes.propose.llm.sees.parts import Form, Item, Part, middle_cut
from tracec.passes.propose.llm.sees.situation import Situation
from tracec.passes.syntax.names import DEFINITIONS, bindings
from tracec.passes.syntax.parsing import module_of
from tracec.passes.syntax.tree import FUNCTIONS

SHARE = 0.5  # of the room; chosen
CONTEXT = 700  # characters of what a function uses of its file; chosen
LONGEST_TEXT = (4_000, 1_500, 300)  # characters of a text, where there is no room for all of it; chosen
LEFT_OUT = "lines are not shown"
WINDOWS = (12, 5, 2)  # lines shown on each side of a suspect one, where a function is too long; chosen
BRIEF = 4  # lines of a statement of the module that is told with what uses it; chosen
TITLE = "## What may change"


def code_part(situation: Situation, targets: Sequence[Target], more: Sequence[Target] = ()) -> Part:
    """The targets in their order; the first is shown whatever else there is, `more` are where room is left."""
    told = {line.strip() for target in targets if target.kind == "code" for line in target.value.split("\n")}
    told |= {f"{target.qualname} =" for target in targets if target.kind == "text"}
    items = list[Item]()
    for target in targets:
        items += _shown(situation, target, not items, told)
    besides = (item for target in more for item in _shown(situation, target, False, told))
    items += [Item(item.forms[:1], item.target, first=1) for item in besides]
    return Part("code", TITLE, tuple(items), SHARE)


def _shown(situation: Situation, target: Target, first: bool, told: set[str]) -> Iterator[Item]:
    """A target, unless it is a statement whose lines were `told` already."""
    if target.kind == "code":
        yield _function(situation, target, first, told)
    elif target.kind == "expression":
        text = _assignment(situation.sources[target.span.path], target)
        lines = {line.strip() for line in text.split("\n")}
        if not lines <= told:
            yield _value(target, "python", text, len(text) if first else LONGEST_TEXT[1])
            told |= lines
    else:
        value = value_of(target.value)
        text = target.value if value is None else value
        yield _value(target, "text", text, len(text))


def _function(situation: Situation, target: Target, first: bool, told: set[str]) -> Item:
    """A function with what it uses of its file, by itself, or around its suspect lines."""
    head, credit = _head(target), situation.credits.get(target.id)
    around = _context(situation.sources, target, told)
    whole = Form(f"{head}\n```python\n{target.value}\n```{around}")
    alone = Form(f"{head}\n```python\n{target.value}\n```")
    shorter = [*_cuts(target, credit), middle_cut(target.value, LONGEST_TEXT[-1], LEFT_OUT)]
    cuts = [Form(f"{head}\n```python\n{text}\n```", target.id) for text in shorter if text != target.value]
    return Item((whole, *([alone] if around else []), *cuts), target.id, needed=first)


def _value(target: Target, mark: str, text: str, most: int) -> Item:
    """A text or an assignment, whole where it has no more than `most` characters, and in shorter forms."""
    sizes = [size for size in LONGEST_TEXT if size < len(text) and size <= most]
    forms = [(text, "")] * (len(text) <= most) + [(middle_cut(text, size, LEFT_OUT), target.id) for size in sizes]
    shown = (Form(f"{_head(target)}\n```{mark}\n{form}\n```", partly) for form, partly in forms)
    return Item(tuple(shown), target.id, needed=True)


def _assignment(source: str, target: Target) -> str:
    """The statement that assigns a value, in the class that it stands in."""
    span, lines = target.span, source.split("\n")
    scope = plain(target.qualname).rpartition(".")[0].split(".")
    heads = [f"{'    ' * depth}class {name}:" for depth, name in enumerate(scope) if name]
    end = lines[span.end_line - 1][: span.end_column]
    rows = [lines[span.line - 1], *lines[span.line : span.end_line]]
    rows[-1] = rows[-1] if rows[-1].startswith(end) else end
    return "\n".join([*heads, *rows])


def is_brief(target: Target) -> bool:
    """Whether a value of a module or class is told, whole, with what uses it."""
    return target.kind == "expression" and target.span.end_line - target.span.line < BRIEF


def _head(target: Target) -> str:
    """`### shop.py: Cart.total` with the goal and the constraints."""
    words = [f"### {target.span.path}: {target.qualname}"]
    words += [f"Goal: {target.goal}"] * bool(target.goal)
    words += [f"Constraints: {'; '.join(target.constraints)}"] * bool(target.constraints)
    return "\n".join(words)


def _cuts(target: Target, credit: Credit | None) -> Iterator[str]:
    """The head of a function and the lines around the suspect ones, in less and less of it."""
    lines = target.value.split("\n")
    suspects = [n - target.span.line for n in suspect_lines(target, credit)] or [len(lines) // 2]
    head = _length_of_head(target.value)
    for window in WINDOWS:
        kept = {*range(head)}.union(*(range(n - window, n + window + 1) for n in suspects))
        if len(kept & {*range(len(lines))}) < len(lines):
            yield "\n".join(_with_marks(lines, kept))


def _with_marks(lines: Sequence[str], kept: set[int]) -> Iterator[str]:
    """The lines that are kept; where some are left out, a mark that says how many."""
    left = 0
    for at, line in enumerate([*lines, None]):
        if line is None or at in kept:
            if left:
                yield f"# [{left} {LEFT_OUT}]"
            left = 0
            if line is not None:
                yield line
        else:
            left += 1


def _length_of_head(text: str) -> int:
    """How many lines the decorators and the `def` line of a definition take."""
    tree = module_of(text)
    node = tree.body[0] if tree and tree.body else None
    return max(1, node.body[0].lineno - 1) if isinstance(node, FUNCTIONS) else 1


def _context(sources: Mapping[str, str], target: Target, told: set[str]) -> str:
    """What a target uses of its file, in few lines; what was told with another target is not told again."""
    tree, own = module_of(sources.get(target.span.path, "")), module_of(target.value)
    if tree is None or own is None:
        return ""
    lines = sources[target.span.path].split("\n")
    used = {node.id for node in ast.walk(own) if isinstance(node, ast.Name) and f"{node.id} =" not in told}
    found = [line for node in tree.body for line in _brief(node, used, target, lines)]
    new, size = list[str](), 0
    for line in found:
        size += len(line) + 1
        if line.strip() not in told and size <= CONTEXT:
            new.append(line)
    told.update(line.strip() for line in new)
    return "\nIt uses, of its file:\n```python\n" + "\n".join(new) + "\n```" if new else ""


def _brief(node: ast.stmt, used: set[str], target: Target, lines: Sequence[str]) -> Iterator[str]:
    """A statement of the module in short, where the target uses what it binds, or is a method of it."""
    scope = target.qualname.rpartition(".")[0]
    if isinstance(node, ast.ClassDef) and node.name == scope:
        yield from _class(node, target, lines)
    elif isinstance(node, DEFINITIONS):
        if node.name in used and node.name != target.qualname:
            yield from _signature(node, lines)
    elif bindings([node]).keys() & used and (node.end_lineno or 0) - node.lineno < BRIEF:
        yield from lines[node.lineno - 1 : node.end_lineno]


def _class(node: ast.ClassDef, target: Target, lines: Sequence[str]) -> Iterator[str]:
    """The class of a method: its `__init__`, its fields, and the heads of the methods that the method names."""
    name = target.qualname.rpartition(".")[2]
    yield lines[node.lineno - 1]
    for part in node.body:
        if isinstance(part, FUNCTIONS):
            if part.name == "__init__" and name != "__init__":
                yield from lines[part.lineno - 1 : part.end_lineno]
            elif part.name != name and f".{part.name}" in target.value:
                yield from _signature(part, lines)
        elif isinstance(part, (ast.AnnAssign, ast.Assign)) and part.lineno == part.end_lineno:
            yield lines[part.lineno - 1]


def _signature(node: ast.stmt, lines: Sequence[str]) -> Iterator[str]:
    """The `def` line, or the `class` line with the `__init__` line; with the first line of the docstring."""
    body: Sequence[ast.stmt] = getattr(node, "body", ())
    text = ast.get_docstring(node) if isinstance(node, DEFINITIONS) else None
    said = f"  # {text.strip().splitlines()[0]}" if text and text.strip() else ""
    yield f"{lines[node.lineno - 1]}{said}"
    if isinstance(node, ast.ClassDef):
        yield from (lines[n.lineno - 1] for n in body if isinstance(n, FUNCTIONS) and n.name == "__init__")
