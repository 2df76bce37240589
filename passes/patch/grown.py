"""A text with one more statement -> the proof that nothing else was changed."""

from __future__ import annotations

import ast

from tracec.passes.patch.normal import parse
from tracec.passes.patch.place import Path, at
from tracec.passes.syntax.untrusted import same, undocumented


def grew(before: ast.Module, after: str, path: Path, index: int, wanted: ast.stmt) -> bool:
    """True where `after` is `before` with `wanted` as the statement `index` of the block of the node at `path`.

    The lines of the docstrings of `wanted` may be indented otherwise, as `inspect.cleandoc` allows.
    """
    try:
        tree = parse(after)
        body = at(tree, path).body
        made = body.pop(index)
        documented = ast.get_docstring(at(before, path), False) == ast.get_docstring(at(tree, path), False)
    except (SyntaxError, ValueError, RecursionError, MemoryError, AttributeError, IndexError, TypeError):
        return False
    return documented and same(before, tree) and same(undocumented(made), undocumented(wanted))
