"""Source of failing tests -> the texts written in it, and the exceptions that it expects."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from tracec.passes.syntax.nodes import last_name
from tracec.passes.syntax.parsing import module_of
from tracec.passes.syntax.tree import FUNCTIONS

LONGEST_TEXT = 120  # characters of a text that is looked at; chosen
MOST_TEXTS = 60  # texts that are given back; chosen
RAISES = frozenset(("raises", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp"))
ExpectedError = tuple[str, str]  # the class, as its last name, and the pattern of its message


def wanted(source: str, names: Collection[str]) -> tuple[tuple[str, ...], tuple[ExpectedError, ...]]:
    """The texts and the expected exceptions of the tests of some names, each once; none where `source` is no program.

    Texts are those of the tests' bodies and decorators, without docstrings.
    """
    tree = module_of(source)
    nodes = list(ast.walk(tree)) if tree is not None else []
    inside = [part for node in nodes if isinstance(node, FUNCTIONS) and node.name in names for part in ast.walk(node)]
    docs = {id(node.value) for node in inside if isinstance(node, ast.Expr)}
    texts = (
        node.value
        for node in inside
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    )
    short = (text for text in texts if 0 < len(text) <= LONGEST_TEXT)
    return tuple(dict.fromkeys(short))[:MOST_TEXTS], tuple(dict.fromkeys(_errors(inside)))


def _errors(nodes: Collection[ast.AST]) -> Iterator[ExpectedError]:
    """`pytest.raises(E, match="m")`, `self.assertRaisesRegex(E, "m", ...)`."""
    for node in nodes:
        if not isinstance(node, ast.Call) or last_name(node.func) not in RAISES or not node.args:
            continue
        first = node.args[0]
        kinds = first.elts if isinstance(first, ast.Tuple) else [first]
        matches = [keyword.value for keyword in node.keywords if keyword.arg == "match"]
        if "Regex" in last_name(node.func):
            matches += node.args[1:2]
        pattern = next((m.value for m in matches if isinstance(m, ast.Constant) and isinstance(m.value, str)), "")
        yield from ((last_name(kind), pattern) for kind in kinds if last_name(kind))
