"""Source of tests -> the marks in the texts they hold, for failures that show no text: `"1,000"` has a comma."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator

LONGEST = 80  # characters of a text
MOST = 12
MARKS = re.compile(r"[^\w\s]{1,4}|\s")


def marks(source: str, names: Collection[str]) -> tuple[str, ...]:
    """What stands between the letters and digits of the texts in tests of some names, the most frequent first.

    Nothing where `source` is no program.
    """
    try:
        nodes = [*ast.walk(ast.parse(source))]
    except (SyntaxError, ValueError, RecursionError):
        return ()
    tests = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name in names]
    found = Counter(mark for test in tests for text in _texts(test) for mark in MARKS.findall(text))
    return tuple(mark for mark, _ in found.most_common(MOST))


def _texts(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    said = ast.get_docstring(test, clean=False)
    for node in ast.walk(test):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and len(value) <= LONGEST and value != said:
            yield value
