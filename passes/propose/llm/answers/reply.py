"""A reply in Python -> the edits that it stands for: what is new in it, and what it changes of the targets."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracec.passes.nouns.edits import AddDefinition, AddImport, Edit, Refused, ReplaceDefinition, SetLiteral
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.answer import Refusal, Why
from tracec.passes.propose.llm.answers.reply_text import parsed, restored, text_of, text_of_value
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.names import DEFINITIONS, bindings, is_accessor
from tracec.passes.syntax.untrusted import read, same, undocumented

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Assignment = ast.Assign | ast.AnnAssign
Body = Sequence[ast.stmt]
BRIEF = 60  # characters of code in a message


class Unusable(Exception):
    """What a reply may not hold; it does not leave this file."""

    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.refusal = Refusal(why, text)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply and the file that it speaks of. `targets` are those that may change, the one asked for first.

    `bare` are methods that are given by themselves, outside of their classes, by their names.
    """

    lines: Sequence[str]
    old_lines: Sequence[str]
    target: Target
    targets: Sequence[Target]
    bare: Mapping[str, Target]


def split(reply: str, target: Target, text: str, known: Iterable[Target] = ()) -> tuple[Edit, ...] | Refused:
    """The edits that make the file `text` what `reply` says; `known` are targets that may change besides `target`.

    A reply holds the target's definition, by itself or in its class, and what it needs: functions, classes, values and
    imports. What the file has already just so is left out; what it does not have is added; what the reply says nothing
    of stays. Refused where the reply is no Python, has no definition of a target, changes something else, or nothing.
    Of a target that is a literal the reply may be the literal.
    """
    found = edits_in(reply, target, text, known)
    if isinstance(found, Refusal):
        place = f"{target.span.path}:{target.span.line}"
        whole = ReplaceDefinition(target.id, reply) if target.kind == "code" else SetLiteral(target.id, reply)
        return Refused(whole, f"{place}: {found.text}")
    return found


def edits_in(reply: str, target: Target, text: str, known: Iterable[Target] = ()) -> tuple[Edit, ...] | Refusal:
    """The same, with the name of what is wrong."""
    if target.kind != "code" and _is_literal(reply):
        return (SetLiteral(target.id, reply.strip()),)
    tree, file = read(re.sub(r"\r\n?", "\n", reply)), _file(text)
    if isinstance(tree, str):
        return Refusal(Why.SYNTAX, f"the reply {tree}", target.id)
    try:
        return tuple(_edits(tree, file, reply, text, target, (target, *known)))
    except Unusable as unusable:
        return replace(unusable.refusal, target=target.id)


def plain(qualname: str) -> str:
    """`f.<locals>.g#2` -> `f.g`."""
    return re.sub(r"#\d+$|<locals>\.", "", qualname)


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(f"({text.strip()}\n)")
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True


def _file(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])  # the patch will say so


def _edits(
    tree: ast.Module, file: ast.Module, reply: str, text: str, target: Target, targets: Sequence[Target]
) -> Iterator[Edit]:
    given = Reply(_lines(reply), _lines(text), target, targets, _bare_methods(tree, file, targets))
    said = list(_block(given, tree.body, file.body, ""))
    edits = [edit for edit in said if not isinstance(edit, str)]
    if "target" not in said and all(isinstance(edit, AddImport) for edit in edits):
        raise Unusable(Why.TARGET, f"the reply holds no definition of {target.qualname}")
    if not edits:
        raise Unusable(Why.UNCHANGED, f"the reply leaves {target.qualname} as it is")
    yield from edits


def _bare_methods(tree: ast.Module, file: ast.Module, targets: Sequence[Target]) -> dict[str, Target]:
    """The methods that a reply gives outside of their classes; of one name, the one that was asked for first."""
    classes, top = list(_classes(tree.body, "")), bindings(file.body)
    found: dict[str, Target] = {}
    for target in targets:
        scope, _, name = plain(target.qualname).rpartition(".")
        within = any(scope == q and name in bindings(node.body) for node, q in classes)
        if scope and not within and target.kind == "code" and (target is targets[0] or name not in top):
            found.setdefault(name, target)
    return found


def _lines(text: str) -> list[str]:
    return re.sub(r"\r\n?", "\n", text).split("\n")


def _classes(body: Body, scope: str) -> Iterator[tuple[ast.ClassDef, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield node, (qualname := f"{scope}{node.name}")
            yield from _classes(node.body, f"{qualname}.")


def _block(given: Reply, new: Body, old: Body, scope: str) -> Iterator[Edit | str]:
    """The edits of one block; "target" where the target asked for is there, though unchanged."""
    for node in new:
        if isinstance(node, DEFINITIONS):
            twins = [n for n in new if isinstance(n, DEFINITIONS) and n.name == node.name]
            yield from _definition(given, node, twins, old, scope)
        elif not _is_idle(node, scope) and not any(same(node, n) for n in _statements(old)):
            yield from _other(given, node, old, scope)


def _statements(body: Body) -> Iterator[ast.stmt]:
    """The statements of a block, with those of its branches."""
    for node in body:
        yield node
        if not isinstance(node, DEFINITIONS):
            for name in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, name, ()))
            for handler in getattr(node, "handlers", ()):
                yield from _statements(handler.body)


def _is_idle(node: ast.stmt, scope: str) -> bool:
    """`pass` and `...`, which stand for what is left out of a class."""
    dots = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...
    return dots or (bool(scope) and isinstance(node, ast.Pass))


def _definition(
    given: Reply, node: Definition, twins: Sequence[Definition], old: Body, scope: str
) -> Iterator[Edit | str]:
    target = given.bare.get(node.name) if not scope else None
    if target is not None and len(twins) == 1:
        yield from _replaced(given, node, None, target)
        return
    qualname = f"{scope}.{node.name}" if scope else node.name
    olds = [n for n in _statements(old) if isinstance(n, DEFINITIONS) and n.name == node.name]
    was = _counterpart(node, twins, olds)
    if was is None:
        if olds and not is_accessor(node, node.name):
            raise _unclear(qualname, len(twins), len(olds))
        yield AddDefinition(given.target.span.path, text_of(given.lines, node, comments=True), scope)
        return
    target = next((t for t in given.targets if t.kind == "code" and _is_at(t, qualname, was)), None)
    if target is not None:
        yield from _replaced(given, node, was, target)
    elif same(undocumented(node), undocumented(was)):
        yield from ("target" for t in given.targets[:1] if plain(t.qualname).startswith(f"{qualname}."))
    elif isinstance(node, ast.ClassDef) and isinstance(was, ast.ClassDef) and _same_head(node, was):
        yield from _block(given, node.body, was.body, qualname)
    else:
        what = f"the reply changes {qualname}, which is no target; leave it as it is, or add another one"
        raise Unusable(Why.OUTSIDE, what)


def _unclear(qualname: str, given: int, known: int) -> Unusable:
    what = f"{given} definitions of {qualname}, of which the file has {known}"
    return Unusable(Why.AMBIGUOUS, f"the reply holds {what}, and does not say which is which")


def _counterpart(node: Definition, twins: Sequence[Definition], olds: Sequence[Definition]) -> Definition | None:
    """Of several definitions of one name, as accessors of a property are, the one that `node` is the new form of."""
    if len(twins) == len(olds):
        return olds[next(i for i, twin in enumerate(twins) if twin is node)]
    equal = [n for n in olds if same(undocumented(n), undocumented(node))]
    alike, rivals = ([n for n in group if _decorators(n) == _decorators(node)] for group in (olds, twins))
    return equal[0] if equal else alike[0] if len(alike) == len(rivals) == 1 else None


def _decorators(node: Definition) -> list[str]:
    return [ast.dump(decorator) for decorator in node.decorator_list]


def _is_at(target: Target, qualname: str, node: Definition) -> bool:
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return plain(target.qualname) == qualname and first - 1 <= target.span.line <= node.lineno


def _same_head(node: ast.ClassDef, was: ast.ClassDef) -> bool:
    """True where a class leaves the head of another as it is: by saying it again, or by `class NAME:` alone."""
    bare = not (node.bases or node.keywords or node.decorator_list)
    return bare or same(_head(node), _head(was))


def _head(node: ast.ClassDef) -> ast.stmt:
    """A class without its body."""
    head = ast.ClassDef(node.name, node.bases, node.keywords, [], node.decorator_list)
    head.type_params = getattr(node, "type_params", [])  # type: ignore[attr-defined,unused-ignore]
    return head


def _replaced(given: Reply, node: Definition, was: Definition | None, target: Target) -> Iterator[Edit | str]:
    old = parsed(target.value) if was is None else was
    if old is not None and same(undocumented(node), undocumented(old)):
        yield "target"
        return
    yield ReplaceDefinition(target.id, restored(text_of(given.lines, node, comments=False), target.value))


def _other(given: Reply, node: ast.stmt, old: Body, scope: str) -> Iterator[Edit | str]:
    """What is no definition and not in the file as it is."""
    if isinstance(node, (ast.Import, ast.ImportFrom)) and not scope:
        yield from _imports(given, node, old)
        return
    names = bindings([node]).keys()
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and names:
        if not names & bindings(old).keys():
            yield AddDefinition(given.target.span.path, text_of(given.lines, node, comments=True), scope)
            return
        yield _set(given, node, old)
        return
    brief = " ".join(ast.unparse(node).split())[:BRIEF]
    what = f"the reply holds `{brief}`, which is no definition, import or assignment; leave it out"
    raise Unusable(Why.STRAY, what)


def _imports(given: Reply, node: ast.Import | ast.ImportFrom, old: Body) -> Iterator[Edit]:
    have = {ast.unparse(one) for n in old for one in _one_by_one(n)}
    for one in _one_by_one(node):
        if ast.unparse(one) not in have:
            yield AddImport(given.target.span.path, ast.unparse(one))


def _one_by_one(node: ast.stmt) -> Iterator[ast.stmt]:
    """An import statement of many names -> one for each."""
    if isinstance(node, ast.Import):
        yield from (ast.Import([alias]) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (ast.ImportFrom(node.module, [alias], node.level) for alias in node.names)


def _set(given: Reply, node: Assignment, old: Body) -> Edit:
    """A literal that may change: the value of an assignment, or the first argument of the call that is the value."""
    for was in _statements(old):
        if isinstance(was, type(node)) and bindings([was]).keys() == bindings([node]).keys():
            for before, after, in_call in _values(was, node):
                target = next((t for t in given.targets if t.kind != "code" and _spans(given, t, before)), None)
                if target is not None and _alike_but(was, node, in_call):
                    return SetLiteral(target.id, text_of_value(given.lines, after))
    names = ", ".join(sorted(bindings([node])))
    what = f"the reply changes {names}, which is no target; leave it as it is, or take another name"
    raise Unusable(Why.OUTSIDE, what)


def _values(was: Assignment, node: Assignment) -> Iterator[tuple[ast.expr, ast.expr, bool]]:
    """The values of two assignments, and the first arguments of these where both are calls."""
    if was.value is None or node.value is None:
        return
    yield was.value, node.value, False
    if isinstance(was.value, ast.Call) and was.value.args and not isinstance(node.value, ast.Call):
        yield was.value.args[0], node.value, False  # the mark around it was left out
    if isinstance(was.value, ast.Call) and isinstance(node.value, ast.Call) and was.value.args and node.value.args:
        yield was.value.args[0], node.value.args[0], True


def _spans(given: Reply, target: Target, node: ast.expr) -> bool:
    column = characters(given.old_lines[node.lineno - 1], node.col_offset)
    return (target.span.line, target.span.column) == (node.lineno, column)


def _alike_but(one: ast.stmt, other: ast.stmt, in_call: bool) -> bool:
    """True where two statements differ in nothing but their values, or the first arguments of these."""
    copies: list[Any] = [copy.deepcopy(one), copy.deepcopy(other)]
    for node in copies:
        if in_call:
            node.value.args[0] = ast.Constant(None)
        else:
            node.value = None
    return same(*copies)
