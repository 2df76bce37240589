"""Source of tests -> the marks in the texts they hold, for failures that show no text: `"1,000"` has a comma."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator

from tracec.passes.syntax.parsing import module_of
from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode

LONGEST_TEXT = 80  # characters of a text that is looked at; chosen
MOST_MARKS = 12  # marks that are given back; chosen
MARK = re.compile(r"[^\w\s]{1,4}|\s")


def marks(source: str, names: Collection[str]) -> tuple[str, ...]:
    """Collect what stands between letters and digits in the texts of tests of some names, the most frequent first.

    The result is empty where `source` is no program.
    """
    tree = module_of(source)
    nodes = ast.walk(tree) if tree is not None else ()
    tests = [node for node in nodes if isinstance(node, FUNCTIONS) and node.name in names]
    found = Counter(mark for test in tests for text in _texts(test) for mark in MARK.findall(text))
    return tuple(mark for mark, _ in found.most_common(MOST_MARKS))


def _texts(test: FunctionNode) -> Iterator[str]:
    docstring = ast.get_docstring(test, clean=False)
    for node in ast.walk(test):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and len(value) <= LONGEST_TEXT and value != docstring:
            yield value
