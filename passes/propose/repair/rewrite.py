"""(node, change) -> the text of the whole definition with that change, if it is a program."""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Sequence

from tracec.passes.propose.repair.folding import Folding
from tracec.passes.propose.repair.operators.operator import Splice
from tracec.passes.syntax.tree import Tree

LONGEST_BRIEF = 60  # characters of code in the reason of a candidate; chosen


class Edits:
    """Writes changed texts of one definition."""

    def __init__(self, tree: Tree) -> None:
        self._tree, self._folding = tree, Folding(tree)
        self._frame = _frame(tree.root)
        self._strict = _compiles(self._folding.text, self._frame, "error")

    def written(self, node: ast.AST, change: ast.expr | Splice) -> str | None:
        """Write the definition with `change` in place of `node`; None where that is no program, or the same program."""
        try:
            skeleton = self._skeleton(node, change)
        except (ValueError, RecursionError):  # what ast.unparse cannot write, such as some f-strings
            return None
        text = self._folding.unfolded(skeleton)
        if text == self._folding.text or not _compiles(skeleton, self._frame, "error" if self._strict else "ignore"):
            return None
        return text

    def why(self, node: ast.AST, change: ast.expr | Splice) -> str:
        """Describe a change: `line 3: a < b -> a <= b`."""
        if not isinstance(change, Splice):
            return f"line {getattr(node, 'lineno', 0)}: {_brief([node])} -> {_brief([change])}"
        block = self._tree.block(node)
        old = block[(at := _index(block, node)) : at + change.over] if block else [node]
        return f"line {getattr(node, 'lineno', 0)}: {_brief(old)} -> {_brief(change.statements) or 'nothing'}"

    def _skeleton(self, node: ast.AST, change: ast.expr | Splice) -> str:
        if node is not self._tree.root:
            return self._folding.skeleton(node, change)
        return "\n".join(ast.unparse(part) for part in change.statements) if isinstance(change, Splice) else ""


def _index(items: Sequence[ast.AST], node: ast.AST) -> int:
    return next(index for index, item in enumerate(items) if item is node)


def _brief(nodes: Sequence[ast.AST]) -> str:
    text = "; ".join(" ".join(ast.unparse(node).split()) for node in nodes)
    return text if len(text) <= LONGEST_BRIEF else f"{text[: LONGEST_BRIEF - 3]}..."


def _frame(root: ast.stmt) -> str:
    """A function to stand in where the definition is a nested one that rebinds variables of the outer one."""
    rebound = {name for node in ast.walk(root) if isinstance(node, ast.Nonlocal) for name in node.names}
    return f"def _({', '.join(sorted(rebound))}):\n" if rebound else ""


def _compiles(text: str, frame: str, action: str) -> bool:
    """True where `text` is a program; with action `error`, one about which the compiler has no warning either."""
    whole = frame + textwrap.indent(text, " ") if frame else text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(action, SyntaxWarning)  # type: ignore[arg-type]
            compile(whole, "<candidate>", "exec", dont_inherit=True)
    except (SyntaxError, SyntaxWarning, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True
