"""Target + Credit -> CodeTarget: the target's tree with all that operators ask of it."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracec.passes.nouns.clues import NO_CLUES, FailureClues
from tracec.passes.nouns.credit import Credit, Evidence
from tracec.passes.nouns.target import Target
from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.evidence.moments import Moments
from tracec.passes.propose.repair.facts import Facts
from tracec.passes.propose.repair.rewrite import Edits
from tracec.passes.propose.repair.suspicion import Suspicion, key_of, suspicion
from tracec.passes.syntax.parsing import module_of
from tracec.passes.syntax.scope import Scope
from tracec.passes.syntax.tree import FUNCTIONS, Tree

SourcePlace = tuple[str, tuple[int, int, int, int]]  # a target's id; line, column, end line, end column in characters


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of all targets together: `heaviest` and `sliced` make costs of different ones compare."""

    targets: Sequence[Target]  # those that some failing test executed, all where none was seen to
    credits: Mapping[str, Credit]
    sources: Mapping[str, str]  # text by path
    modules: Mapping[str, ast.Module | None]
    heaviest: float
    sliced: bool
    clues: FailureClues

    @staticmethod
    def of(
        targets: Sequence[Target],
        credits: Mapping[str, Credit],
        sources: Mapping[str, str],
        clues: FailureClues = NO_CLUES,
    ) -> Known:
        """Weigh the evidence of all targets."""
        evident = [t for t in targets if t.id in credits and credits[t.id].evidence]
        pieces: list[Evidence] = [piece for target in evident for piece in credits[target.id].evidence]
        heaviest = max((piece.weight for piece in pieces), default=0.0)
        sliced = any(piece.in_slice for piece in pieces)
        modules = {path: module_of(text) for path, text in sources.items()}
        return Known(evident or targets, credits, sources, modules, heaviest, sliced, clues)

    def credit(self, target: Target) -> Credit:
        """Return what flowed back to a target."""
        return self.credits.get(target.id, Credit(target.id, 0.0))


@dataclass(frozen=True, slots=True)
class CodeTarget:
    """One target of kind `code`; one of kind `expression` as a function that returns it."""

    target: Target
    tree: Tree
    suspects: Suspicion
    context: Context
    edits: Edits
    lines: Mapping[int, str]  # those that are not ASCII, where ast counts columns in bytes

    @staticmethod
    def of(target: Target, known: Known) -> CodeTarget | None:
        """Analyse a target; None where it is no definition that can be read."""
        source, module = known.sources.get(target.span.path, ""), known.modules.get(target.span.path)
        credit = known.credit(target)
        lines = {number: line for number, line in enumerate(source.split("\n"), 1) if not line.isascii()}
        root = _returned(target, module, lines) if target.kind == "expression" else _definition(target, module)
        if root is None:
            return None
        tree = Tree.of(root)
        suspects = suspicion(tree, credit.evidence, lines, known.heaviest, known.sliced, known.clues)
        others = [other for other in known.modules.values() if other is not None and other is not module]
        facts = Facts(tree, module, suspects, credit.names, known.clues, others)
        moments = Moments.of(tree, credit.states, known.clues.tests, lines)
        context = Context(tree, Scope(tree, module), facts, suspects, moments)
        return CodeTarget(target, tree, suspects, context, Edits(tree), lines)


def place_of(definition: CodeTarget, node: ast.AST) -> SourcePlace:
    """Return where a node stands in the file; all 0 where it has no place."""
    return definition.target.id, key_of(node, definition.lines) if hasattr(node, "lineno") else (0, 0, 0, 0)


def _returned(target: Target, module: ast.Module | None, lines: Mapping[int, str]) -> ast.stmt | None:
    """A function that returns the expression in its place in the file; None where the file does not have it."""
    span = target.span
    wanted = span.line, span.column, span.end_line, span.end_column
    for node in ast.walk(module) if module else ():
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value and key_of(node.value, lines) == wanted:
            made = ast.parse(f"def {target.qualname.rpartition('.')[2].partition('#')[0]}():\n    return None").body[0]
            for part in ast.walk(made):
                ast.copy_location(part, node.value)
            made.body[0].value = node.value  # type: ignore[attr-defined]
            return made
    return None


def value_of(text: str) -> str | None:
    """The expression that a function written by `Edits` returns; None where it does more than that."""
    match ast.parse(text).body:
        case [ast.FunctionDef(body=[ast.Return(value=ast.expr() as value)])]:
            return ast.unparse(value)
    return None


def _definition(target: Target, module: ast.Module | None) -> ast.stmt | None:
    """The target's node in its file, or its own text parsed where the file does not have it."""
    name = target.qualname.rpartition(".")[2]
    for node in ast.walk(module) if module else ():
        if not isinstance(node, FUNCTIONS) or node.name != name:
            continue
        if target.span.line in (node.lineno, *(decorator.lineno for decorator in node.decorator_list)):
            return node
    own = module_of(textwrap.dedent(target.value))
    if own is None or len(own.body) != 1 or not isinstance(own.body[0], FUNCTIONS):
        return None
    for node in ast.walk(own):
        if hasattr(node, "lineno"):
            _shift(node, target.span.line - 1, target.span.column)
    return own.body[0]


def _shift(node: ast.AST, lines: int, columns: int) -> None:
    """Move a node of the dedented text to where it stands in the file."""
    for line, column in (("lineno", "col_offset"), ("end_lineno", "end_col_offset")):
        setattr(node, line, getattr(node, line) + lines)
        setattr(node, column, getattr(node, column) + columns)
