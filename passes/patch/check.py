"""Edits as they were proposed -> what is wrong with one before it is placed, as a TracecError."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from tracec.passes.nouns.edits import AddDefinition, AddImport, Edit, ReplaceDefinition, SetLiteral
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.target import Target
from tracec.passes.patch.add import Addition, deferred
from tracec.passes.patch.imports import Import, imports_of
from tracec.passes.syntax.names import DEFINITIONS, bindings, free, is_accessor
from tracec.passes.syntax.untrusted import read

BRIEF = 60  # characters of code in a message


def path_of(edit: Edit, targets: Mapping[str, Target]) -> str:
    """The path of the file that an edit changes. TracecError for an unknown target."""
    if isinstance(edit, (AddDefinition, AddImport)):
        return edit.path
    target = targets.get(edit.target)
    if target is None:
        raise TracecError(f"there is no target {_brief(edit.target)}", "name one of those that may change")
    return target.span.path


def replaced(edit: ReplaceDefinition | SetLiteral, target: Target) -> str:
    """The new text of a target. TracecError where it is not one of the target's kind, or has another name."""
    path, line = target.span.path, target.span.line
    if isinstance(edit, SetLiteral):
        if target.kind == "code":
            raise TracecError(f"{target.qualname} is code, no literal", "replace it", path=path, line=line)
        wrong = read(f"({edit.value}\n)")
        if isinstance(wrong, str):
            raise TracecError(f"the new value of {target.qualname} {wrong}", path=path, line=line)
        return edit.value
    if target.kind != "code":
        what = f"{target.qualname} is a literal, no definition"
        raise TracecError(what, "set its value", path=path, line=line)
    name = target.qualname.rpartition(".")[2].partition("#")[0]
    _same_name(_only(edit.source, f"the new {target.qualname}", path, line, name), target, name)
    return edit.source


def _same_name(node: ast.stmt, target: Target, name: str) -> None:
    path, line = target.span.path, target.span.line
    if not isinstance(node, DEFINITIONS):
        what = f"the new {target.qualname} is not a single function or class"
        raise TracecError(what, "give its whole definition", path=path, line=line)
    if node.name != name:
        what = f"the new {target.qualname} is named {node.name}: what calls it would not find it"
        raise TracecError(what, f"keep its name, or give {node.name} as AddDefinition", path=path, line=line)


def addition(edit: AddDefinition, others: Sequence[AddDefinition], source: Source) -> Addition:
    """What an AddDefinition says, of which `others` are added too. TracecError where it is no single definition."""
    node = _only(edit.source, "the new definition", edit.path, 1)
    names = _names(node)
    if names is None:
        what = "the new definition is neither a function, a class nor an assignment to names"
        raise TracecError(what, _instead(node), path=edit.path, line=1)
    late = not deferred(ast.parse(source.text))
    needs, open_ = set(free(node, late).eager), True
    helpers = [n for other in others if other is not edit and isinstance(n := _parsed(other), ast.stmt)]
    while open_:
        used = [n for n in helpers if needs & bindings([n]).keys()]
        more = {name for n in used for name in free(n).eager | free(n).lazy}
        open_, needs = not more <= needs, needs | more
    own = frozenset(name for name in needs if not (name in names and not is_accessor(node, name)))
    return Addition(edit, node, names, own)


def imported(edit: AddImport) -> list[Import]:
    """The names of an AddImport. TracecError where it is not one import statement, or one of names not known."""
    node = _only(edit.source, "the new import", edit.path, 1)
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        raise TracecError("the new import is no import statement", _instead(node), path=edit.path, line=1)
    found = list(imports_of(node))
    if found[0].module == "__future__":
        what = "`from __future__` changes what the rest of the file means"
        raise TracecError(what, "do without it", path=edit.path, line=1)
    if found[0].name == "*":
        raise TracecError("`import *` binds unknown names", "import them by name", path=edit.path, line=1)
    return found


def _only(source: str, title: str, path: str, line: int, own: str = "") -> ast.stmt:
    """The statement of a text of one statement, which may be a definition named `own`."""
    tree = read(source)
    if isinstance(tree, str):
        raise TracecError(f"{title} {tree}", path=path, line=line)
    if len(tree.body) == 1:
        return tree.body[0]
    if not tree.body:
        raise TracecError(f"{title} is empty", "give the whole statement", path=path, line=line)
    rest = [node for node in tree.body if not (isinstance(node, DEFINITIONS) and node.name == own)]
    what = f"{title} is {len(tree.body)} statements, and one edit is one"
    raise TracecError(what, "; ".join(dict.fromkeys(map(_instead, rest[:3]))), path=path, line=line)


def _instead(node: ast.stmt) -> str:
    """Which edit takes a statement."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return f"give `{_brief(ast.unparse(node))}` as AddImport"
    names = _names(node)
    return f"give {', '.join(sorted(names))} as AddDefinition" if names else f"leave out `{_brief(ast.unparse(node))}`"


def _names(node: ast.stmt) -> frozenset[str] | None:
    """The names that a definition or an assignment to names binds; None for anything else."""
    if isinstance(node, DEFINITIONS):
        return frozenset({node.name})
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    inner = [n for t in targets for n in (t.elts if isinstance(t, (ast.Tuple, ast.List)) else [t])]
    alias = getattr(ast, "TypeAlias", None)
    if alias is not None and isinstance(node, alias):
        inner = [node.name]
    names = frozenset(n.id for n in inner if isinstance(n, ast.Name))
    return names if inner and all(isinstance(n, ast.Name) for n in inner) else None


def _parsed(edit: AddDefinition) -> ast.stmt | None:
    tree = read(edit.source)
    return tree.body[0] if isinstance(tree, ast.Module) and len(tree.body) == 1 else None


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= BRIEF else f"{line[: BRIEF - 3]}..."
