"""Text that a stranger wrote -> its syntax tree, or one line that says why it has none. Nothing is raised."""

from __future__ import annotations

import ast
import copy
import inspect
import warnings
from typing import Any

from tracec.passes.syntax.names import DEFINITIONS

# Characters. The longest definition of Python's standard library has 118,562 (`_pydecimal.Decimal`).
LARGEST = 200_000
# Statements. That one has 1,923; merging takes about a millisecond for each.
MOST = 5_000
# Levels of syntax tree. The deepest definition there has 31 (`_strptime._strptime`); Python's own walkers and libcst,
# which recurse, come to their ends at about 300.
DEEPEST = 200
TOO_DEEP = "is nested too deeply"
FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


def read(text: str) -> ast.Module | str:
    """The tree of a text of at most LARGEST characters and DEEPEST levels, or what is wrong with it: "is ..."."""
    if len(text) > LARGEST:
        return f"is {len(text):,} characters long, of which {LARGEST:,} are allowed"
    if "\0" in text:
        return "is not valid Python (it holds a NUL character)"
    if any("\ud800" <= char <= "\udfff" for char in text):
        return "is not valid Python (it holds a lone surrogate, which no file can)"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        return f"is not valid Python ({_told(error, text)})"
    except FAULTS:
        return TOO_DEEP
    count = sum(isinstance(node, ast.stmt) for node in ast.walk(tree))
    if count > MOST:
        return f"has {count:,} statements, of which {MOST:,} are allowed"
    return tree if depth(tree) <= DEEPEST else TOO_DEEP


def compiles(text: str) -> str:
    """ "" where the text is a program; else what the compiler says against it, as `return` outside of a function."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<text>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return _told(error, text)
    except FAULTS:
        return TOO_DEEP
    return ""


def depth(tree: ast.AST) -> int:
    """How many nodes stand above the lowest one. No recursion."""
    level, count = [tree], -1
    while level:
        level, count = [child for node in level for child in ast.iter_child_nodes(node)], count + 1
    return count


def same(one: ast.AST, other: ast.AST) -> bool:
    """True where two trees have equal dumps, positions aside. No recursion: a chain of `elif` may be long."""
    stack: list[tuple[Any, Any]] = [(one, other)]
    while stack:
        a, b = stack.pop()
        if type(a) is not type(b):
            return False
        if isinstance(a, ast.AST):
            names = [name for name in a._fields if name != "kind"]
            stack += [(getattr(a, name, None), getattr(b, name, None)) for name in names]
        elif isinstance(a, list):
            if len(a) != len(b):
                return False
            stack += zip(a, b)
        elif a != b or (isinstance(a, (float, complex)) and repr(a) != repr(b)):  # 0.0 and -0.0
            return False
    return True


def undocumented(node: ast.stmt) -> ast.stmt:
    """A copy with the indentation taken out of its docstrings."""
    node = copy.deepcopy(node)
    for inner in ast.walk(node):
        docstring = documentation(inner)
        if docstring is not None:
            docstring.value = inspect.cleandoc(str(docstring.value))
    return node


def documentation(node: ast.AST) -> ast.Constant | None:
    """The docstring of a definition, as a node."""
    first = node.body[0] if isinstance(node, DEFINITIONS) and node.body else None
    value = first.value if isinstance(first, ast.Expr) else None
    return value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _told(error: SyntaxError, text: str) -> str:
    said = " ".join(str(error.msg).split())
    if text.lstrip().startswith("```"):
        said = "it is fenced with ```; give the code alone"
    elif said == "unexpected indent" and error.lineno == 1 + text[: len(text) - len(text.lstrip())].count("\n"):
        said += "; give it dedented"
    return f"{said}, line {error.lineno}" if error.lineno else said
