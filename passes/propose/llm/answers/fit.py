"""Code + the file that it is for -> the code as the file has it: without strays, with the name of the target."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.reply import plain
from tracec.passes.syntax.names import DEFINITIONS, bindings
from tracec.passes.syntax.parsing import module_of
from tracec.passes.syntax.tree import FUNCTIONS
from tracec.passes.syntax.untrusted import same

TESTS = re.compile(r"(test_|main$|_test$|example|demo)", re.IGNORECASE)
LEAST_OF_BODY = (
    0.5  # share of the old body's statements that code without a `def` needs to be taken for the body; chosen
)
IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Code, and what was done to it."""

    text: str
    notes: tuple[str, ...] = ()


def fitted(code: str, file: ast.Module, targets: Sequence[Target], wanted: Collection[str] = ()) -> Fitted:
    """The code of a reply as `split` takes it; `targets` are those that the code may be about.

    `wanted` are names that something looks for: what is called so stays, though nothing in the code uses it.
    """
    made, notes = code, list[str]()
    for note, change in (
        ("a class around it was taken away", _unwrapped),
        ("a body got its head", _headed),
        ("it got the target's name", _renamed),
        ("what is no part of the program was left out", partial(_trimmed, wanted=wanted)),
    ):
        new = change(made, file, targets)
        if new is not None and new != made:
            made, notes = new, [*notes, note]
    return Fitted(made, tuple(notes))


def short(target: Target) -> str:
    """The last part of a target's name."""
    return plain(target.qualname).rpartition(".")[2]


def first_line(node: ast.stmt) -> int:
    """The line at which a statement begins, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _code_targets(targets: Sequence[Target]) -> list[Target]:
    return [target for target in targets if target.kind == "code"]


def defined(tree: ast.Module) -> Iterator[ast.AST]:
    """All definitions in code."""
    return (node for node in ast.walk(tree) if isinstance(node, DEFINITIONS))


def _unwrapped(code: str, file: ast.Module, targets: Sequence[Target]) -> str | None:
    """A class that the file does not have, around a function of the target's name: `class Solution:`."""
    tree = module_of(code)
    known = {node.name for node in defined(file)}  # type: ignore[attr-defined]
    names = {short(target): target for target in _code_targets(targets)}
    for node in tree.body if tree else ():
        held = [part for part in getattr(node, "body", ()) if isinstance(part, FUNCTIONS)]
        strange = isinstance(node, ast.ClassDef) and node.name not in known and not node.bases
        if strange and any(part.name in names for part in held):
            lines = code.split("\n")
            first = first_line(held[0])
            body = textwrap.dedent("\n".join(lines[first - 1 : node.end_lineno]))
            target = next(names[part.name] for part in held if part.name in names)
            body = body if _takes_self(target) else _without_self(body, [part.name for part in held])
            return "\n".join([*lines[: node.lineno - 1], body, *lines[node.end_lineno or 0 :]])
    return None


def _takes_self(target: Target) -> bool:
    tree = module_of(target.value)
    function = tree.body[0] if tree else None
    arguments = function.args.args if isinstance(function, FUNCTIONS) else []
    return bool(arguments) and arguments[0].arg in ("self", "cls")


def _without_self(code: str, names: Sequence[str]) -> str:
    """Methods as functions: without `self`, where it does nothing but call the others."""
    made = re.sub(r"(\bdef\s+\w+\s*\()\s*(?:self|cls)\s*(?::\s*\w+\s*)?,?\s*", r"\1", code)
    made = re.sub(rf"\b(?:self|cls)\.({'|'.join(map(re.escape, names))})\b", r"\1", made)
    made = re.sub(r"^@(staticmethod|classmethod)\n", "", made, flags=re.MULTILINE)
    return code if re.search(r"\b(self|cls)\b", made) else made


def _headed(code: str, file: ast.Module, targets: Sequence[Target]) -> str | None:
    """The body of the one function that may change, without its `def` line."""
    own = _code_targets(targets)
    tree, old = module_of(code), module_of(own[0].value) if len(own) == 1 else None
    function = old.body[0] if old and len(old.body) == 1 else None
    if tree is None or not isinstance(function, FUNCTIONS) or any(isinstance(n, DEFINITIONS) for n in tree.body):
        return None
    ends = [node for node in ast.walk(tree) if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom))]
    if not ends or len(tree.body) < LEAST_OF_BODY * len(_without_docstring(function.body)):
        return None
    head = _head_of(own[0].value, function)
    return f"{head}\n{textwrap.indent(code.strip(chr(10)), '    ')}"


def _head_of(text: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Decorators, the `def` line and the docstring."""
    lines, first = text.split("\n"), function.body[0]
    document = len(_without_docstring(function.body)) < len(function.body)
    if first.lineno == function.lineno:
        return lines[function.lineno - 1][: first.col_offset].rstrip()
    return "\n".join(lines[: (first.end_lineno or 1) if document else first.lineno - 1])


def _without_docstring(body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    first = body[0]
    text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return body[1:] if text else body


def _renamed(code: str, file: ast.Module, targets: Sequence[Target]) -> str | None:
    """`def f_fixed(x)`, where `f(x)` alone may change and the reply defines nothing else."""
    own, tree = _code_targets(targets), module_of(code)
    found = [node for node in tree.body if isinstance(node, FUNCTIONS)] if tree else []
    old = module_of(own[0].value) if len(own) == 1 else None
    function = old.body[0] if old and old.body else None
    if len(found) != 1 or not isinstance(function, FUNCTIONS) or found[0].name == function.name:
        return None
    known = {node.name for node in defined(file)}  # type: ignore[attr-defined]
    alike = [a.arg for a in found[0].args.args] == [a.arg for a in function.args.args]
    if found[0].name in known or not alike or any(isinstance(node, ast.ClassDef) for node in ast.walk(tree or file)):
        return None
    return re.sub(rf"\b{re.escape(found[0].name)}\b", function.name, code)


def _trimmed(code: str, file: ast.Module, targets: Sequence[Target], wanted: Collection[str]) -> str | None:
    """Without calls, checks and prints beside the definitions, and without imports and values that nothing uses."""
    tree = module_of(code)
    if tree is None or not any(isinstance(node, DEFINITIONS) for node in tree.body):
        return None
    lines = code.split("\n")
    have = [node for top in file.body for node in [top, *getattr(top, "body", ())]]
    taken = bindings(file.body)
    strays = [node for node in tree.body if _is_stray(node, taken) and not any(same(node, one) for one in have)]
    rest = [node for node in tree.body if node not in strays]
    used = {*wanted, *_uses(rest)}
    for node in rest:
        if isinstance(node, (*IMPORTS, ast.Assign, ast.AnnAssign)):
            names = bindings([node]).keys()
            if names and not names & (used | taken.keys()):
                strays.append(node)
    shared = {n for node in tree.body if node not in strays for n in range(node.lineno, (node.end_lineno or 0) + 1)}
    gone = {n for node in strays for n in range(node.lineno, (node.end_lineno or 0) + 1)} - shared
    return "\n".join(line for n, line in enumerate(lines, 1) if n not in gone)


def _is_stray(node: ast.stmt, taken: Mapping[str, int]) -> bool:
    """An expression, a check, the test for a main program, a test of its own."""
    if isinstance(node, (ast.Expr, ast.Assert)):
        return True
    if isinstance(node, FUNCTIONS):
        return node.name not in taken and bool(TESTS.match(node.name))
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _uses(body: Sequence[ast.stmt]) -> set[str]:
    """The names that statements read, those in the texts of annotations among them."""
    found: set[str] = set()
    for node in (part for top in body for part in ast.walk(top)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 80:
            found.update(re.findall(r"\w+", node.value))
    return found
