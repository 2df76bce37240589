"""AddImport -> the text with that import among its own, in their order and form."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.patch.aliases import merged
from tracec.passes.patch.grown import grew
from tracec.passes.patch.layout import Layout, gap, has_docstring, usual
from tracec.passes.patch.replace import fits, newline_of
from tracec.passes.syntax.names import DEFINITIONS, bindings, free

FUTURE, STDLIB, THIRD, LOCAL = range(4)  # groups, in the order that PEP 8 gives them
From = ast.Import | ast.ImportFrom
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """One name that an import binds: `import module as asname`, or with a `name` `from module import name as asname`.

    `module` has its leading dots.
    """

    module: str
    name: str
    asname: str

    @property
    def bound(self) -> str:
        """The name that it binds."""
        return self.asname or self.name or self.module.partition(".")[0]

    @property
    def alias(self) -> str:
        """What stands behind `import`."""
        return f"{self.name or self.module} as {self.asname}" if self.asname else self.name or self.module

    @property
    def text(self) -> str:
        """The whole statement."""
        return f"from {self.module} import {self.alias}" if self.name else f"import {self.alias}"


def imports_of(node: ast.AST) -> Iterator[Import]:
    """What an import statement binds, name by name; nothing for other statements."""
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, "", alias.asname or "") for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        yield from (Import(module, alias.name, alias.asname or "") for alias in node.names)


def add_import(source: Source, text: str, new: Import, local: frozenset[str]) -> str:
    """The new text; the old one where the file has the import. `local` are the project's own top-level modules.

    Raises TracecError where the name stands for something else at module level.
    """
    layout = Layout.of(text, newline_of(text))
    if _is_there(source, layout, new):
        return text
    most = _first_use(layout, new.bound)
    for made in _merges(layout, new, most):
        return made
    index, below, gaps = _position(layout, new, local, most)
    wanted = ast.parse(new.text).body[0]
    for way in (below, not below):
        at, line = layout.slot(layout.tree.body, index, way)
        made = layout.put(line, new.text, *gaps)
        if grew(layout.tree, made, (), at, wanted) and fits(source, new.text):
            return made
    source.encode(new.text)
    raise TracecError(f"`{new.text}` cannot be put in place", "put it in by hand", path=source.path, line=1)


def _is_there(source: Source, layout: Layout, new: Import) -> bool:
    """True where the module has the import, whatever way it goes. Raises TracecError for another use of the name."""
    lines: list[int] = []
    for node in layout.tree.body:
        for name, line in bindings([node]).items():
            if name == new.bound and not _only_that(node, new):
                lines.append(line)
    given = [node for node in _unconditional(layout.tree.body) if new in imports_of(node)]
    declared = layout.globals([new.bound]).get(new.bound)
    deleted = [n.lineno for n in layout.tree.body if isinstance(n, ast.Delete) and _deletes(n, new.bound)]
    if given and not deleted:
        return True
    known = any(new.bound in bindings([node]) for node in layout.tree.body)
    if not known and declared is not None:
        lines.append(declared)
    if lines or deleted:
        line = min(lines + deleted)
        what = f"`{new.text}` binds {new.bound}, which stands for something else here"
        raise TracecError(what, "import it under another name (`as`)", path=source.path, line=line)
    return False


def _deletes(node: ast.Delete, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def _only_that(node: ast.stmt, new: Import) -> bool:
    """True where a statement binds the name by nothing but the very import, or one of the same package."""
    found = [n for n in ast.walk(node) if isinstance(n, (ast.Import, ast.ImportFrom))]
    others = [i for n in found for i in imports_of(n) if i.bound == new.bound and not _akin(i, new)]
    rest = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id == new.bound]
    defined = [n for n in ast.walk(node) if isinstance(n, DEFINITIONS) and n.name == new.bound]
    return not (others or rest or defined)


def _akin(one: Import, other: Import) -> bool:
    """`import a.b` and `import a.c` both bind the package `a`."""
    return one == other or not (one.name or other.name or one.asname or other.asname)


def _unconditional(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run whenever the module does, and those that a `try` or `with` holds."""
    for node in body:
        yield node
        if isinstance(node, (ast.Try, ast.With)):
            blocks = [node.body, *(getattr(node, name, ()) for name in ("orelse", "finalbody"))]
            blocks += [handler.body for handler in getattr(node, "handlers", ())]
            for block in blocks:
                yield from _unconditional(block)


def _first_use(layout: Layout, name: str) -> int:
    """The index of the first top-level statement that needs the name when it is run."""
    body = layout.tree.body
    uses = (i for i, node in enumerate(body) if layout.says(node, {name}) and name in free(node).eager)
    return next(uses, len(body))


def _merges(layout: Layout, new: Import, most: int) -> Iterator[str]:
    """The text with the name in a statement that imports from the same module."""
    alike = [
        (i, node)
        for i, node in enumerate(layout.tree.body[:most])
        if isinstance(node, ast.ImportFrom) and new.name and next(imports_of(node)).module == new.module
    ]
    if len(alike) > 1 and all(len(node.names) == 1 for _, node in alike):
        return  # the file writes one name a statement
    for index, node in alike:
        if node.names[0].name != "*" and any(bool(alias.asname) == bool(new.asname) for alias in node.names):
            made = merged(layout, index, node, new.alias)
            if made is not None:
                yield made


def _position(layout: Layout, new: Import, local: frozenset[str], most: int) -> tuple[int, bool, tuple[int, int]]:
    """(index, whether it goes right below the statement above, blank lines above and below)."""
    body = layout.tree.body
    end = min(most, next((i for i, node in enumerate(body) if isinstance(node, DEFINITIONS)), len(body)))
    members = [(i, n) for i, n in enumerate(body[:end]) if isinstance(n, (ast.Import, ast.ImportFrom))]
    groups = {i: _group(next(imports_of(node)), local) for i, node in members}
    group = _group(new, local)
    run = _run(layout, [(i, node) for i, node in members if groups[i] == group])
    if run:
        index, below = _within(run, new)
        return index, below, (0, 0)
    between = usual(layout, body, of_class=False)
    lower = [i for i, _ in members if groups[i] < group]
    if lower:
        index, apart = lower[-1] + 1, _parted(layout, body, groups)
        below_gap = gap(body[index - 1], body[index], between) if index < len(body) else 0
        return index, True, (apart, max(apart, below_gap) if index in groups else below_gap)
    if members:
        return members[0][0], False, (1 if members[0][0] else 0, _parted(layout, body, groups))
    index = 1 if has_docstring(body) else 0
    if most < index:
        index = most
    after = gap(ast.parse(new.text).body[0], body[index], between) if index < len(body) else 0
    return index, bool(index), (1 if index or not body else 0, after)


def _group(new: Import, local: frozenset[str]) -> int:
    top = new.module.partition(".")[0]
    if new.module == "__future__":
        return FUTURE
    if not top:
        return LOCAL
    return STDLIB if top in sys.stdlib_module_names else LOCAL if top in local else THIRD


def _parted(layout: Layout, body: Sequence[ast.stmt], groups: dict[int, int]) -> int:
    """How many blank lines part groups of imports: none where the file shows that, else one."""
    edges = [i for i in groups if i + 1 in groups and groups[i] != groups[i + 1] and groups[i] != FUTURE]
    packed = edges and all(layout.last(body[i]) + 1 == layout.first(body[i + 1]) for i in edges)
    return 0 if packed else 1


def _run(layout: Layout, members: Sequence[tuple[int, From]]) -> list[tuple[int, From]]:
    """The longest run of statements with nothing between them; the later one of equals."""
    runs: list[list[tuple[int, From]]] = []
    for i, node in members:
        last = runs[-1][-1] if runs else None
        if last is not None and last[0] == i - 1 and layout.last(last[1]) + 1 == layout.top(node, last[1]):
            runs[-1].append((i, node))
        else:
            runs.append([(i, node)])
    return max(reversed(runs), key=len, default=[])


def _within(run: Sequence[tuple[int, From]], new: Import) -> tuple[int, bool]:
    """Where an import goes among its like: by the order they are in, or behind the last of its form."""
    have = [next(imports_of(node)) for _, node in run]
    for key in (_by_form, _by_module):
        keys = [key(item) for item in have]
        if keys == sorted(keys):
            later = next((i for (i, _), k in zip(run, keys) if k > key(new)), None)
            return (run[-1][0] + 1, True) if later is None else (later, False)
    alike = [i for (i, _), item in zip(run, have) if bool(item.name) == bool(new.name)]
    return (alike[-1] if alike else run[-1][0]) + 1, True


def _by_form(item: Import) -> Key:
    """`import a` before `from a import b`, as isort and ruff do."""
    return bool(item.name), item.module.lower(), item.module, item.name


def _by_module(item: Import) -> Key:
    """By the module alone."""
    return item.module.lower(), item.module, item.name
