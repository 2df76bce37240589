"""A program written for Trace -> what will behave otherwise here, and why, by line."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tracec.passes.nouns.errors import TracecError

MAKERS = frozenset(["node", "Node", "ParameterNode"])  # calls that give a node
EXITS = {
    "str": "gives the text of the value, not 'Node: (...)'; it leaves the graph, and the node's `left` tells of it",
    "int": "gives the number instead of raising; it leaves the graph: x.data is the same",
    "float": "gives the number instead of raising; it leaves the graph: x.data is the same",
    "isinstance": "is about the node, as there: ask x.type or isinstance(x.data, ...)",
    "range": "takes the value instead of raising; it leaves the graph: range(x.data) is the same",
}
WORKS = {
    "abs": "works and is traced; there it raised", "round": "works and is traced; there it never came back",
}  # fmt: skip
ATTRIBUTES = {
    ("GRAPH", "get"): "raises: nodes are not kept by name; keep the node in a variable",
    ("GRAPH", "roots"): "raises: nodes are not kept; walk along `parents`",
    ("GRAPH", "LEGACY_GRAPH_BEHAVIOR"): "does nothing: nodes are freed when the program drops them",
}
METHODS = {
    "startswith": "works and is traced; there it raised", "endswith": "works and is traced; there it raised",
}  # fmt: skip
FSTRING = "in an f-string it is the text of the value, not 'Node: (...)'"
AUTOGEN = "autogen is not used: LLM(), CustomLLM or OAI_CONFIG_LIST name the model"
SETITEM = "x[i] = y works and is in the graph; there it raised"
PROMPT = "the words of prompts are others; sections, masks and symbols are the same"


def checked(files: Sequence[str]) -> int:
    """Print all that is found; 1 where that is anything."""
    found = [(file, line, said) for file in files for line, said in differences(text_of(file), file)]
    for file, line, said in found:
        print(f"{file}:{line}: {said}")
    return int(bool(found))


def text_of(file: str) -> str:
    """A file; TracecError where it cannot be read."""
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TracecError(f"cannot be read ({error})", "name a Python file", path=file) from None


def differences(text: str, file: str = "<text>") -> list[tuple[int, str]]:
    """(line, what behaves otherwise), in the order of the lines."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise TracecError("is not valid Python", "mend it first", path=file, line=error.lineno or 0) from None
    checker = Checker(tree)
    return sorted({one for node in ast.walk(tree) for one in checker.about(node)})


class Checker:
    """Knows which names of a program are nodes, as far as one sees that from assignments."""

    def __init__(self, tree: ast.Module) -> None:
        self.bundled = {
            one.name
            for one in ast.walk(tree)
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))
            and any("bundle" in ast.unparse(decorator) for decorator in one.decorator_list)
        }
        self.nodes: set[str] = set()
        for _ in range(2):  # names of names
            for one in ast.walk(tree):
                if isinstance(one, ast.Assign) and self.is_node(one.value):
                    self.nodes |= {target.id for target in one.targets if isinstance(target, ast.Name)}

    def is_node(self, value: ast.expr) -> bool:
        """Whether an expression gives a node."""
        if isinstance(value, ast.Name):
            return value.id in self.nodes
        if isinstance(value, ast.Call):
            name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
            return name in MAKERS or name in self.bundled
        if isinstance(value, ast.BinOp):
            return self.is_node(value.left) or self.is_node(value.right)
        return isinstance(value, ast.Subscript) and self.is_node(value.value)

    def about(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        """What is to be said of one piece of syntax."""
        kind = type(node).__name__
        look = getattr(self, f"_{kind.lower()}", None)
        if look is not None:
            yield from ((node.lineno, said) for said in look(node))  # type: ignore[attr-defined]

    def _call(self, node: ast.Call) -> Iterator[str]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if node.args and self.is_node(node.args[0]) and name in {**EXITS, **WORKS}:
            yield f"{name}(x) of a node {({**EXITS, **WORKS})[name]}"
        if isinstance(node.func, ast.Attribute) and name in METHODS and self.is_node(node.func.value):
            yield f"x.{name}() of a node {METHODS[name]}"
        if name in ("bundle",) and any(isinstance(arg, ast.Lambda) for arg in node.args):
            yield "bundle of a lambda works, but for trainable=True"

    def _attribute(self, node: ast.Attribute) -> Iterator[str]:
        owner = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
        if (owner, node.attr) in ATTRIBUTES:
            yield f"{owner}.{node.attr} {ATTRIBUTES[owner, node.attr]}"
        if node.attr in ("representation_prompt", "output_format_prompt", "user_prompt_template"):
            yield f"{node.attr}: {PROMPT}"

    def _joinedstr(self, node: ast.JoinedStr) -> Iterator[str]:
        if any(isinstance(one, ast.FormattedValue) and self.is_node(one.value) for one in node.values):
            yield f"a node {FSTRING}"

    def _assign(self, node: ast.Assign) -> Iterator[str]:
        if any(isinstance(one, ast.Subscript) and self.is_node(one.value) for one in node.targets):
            yield SETITEM

    def _import(self, node: ast.Import) -> Iterator[str]:
        for alias in node.names:
            if alias.name.partition(".")[0] == "autogen":
                yield AUTOGEN
            elif alias.name.partition(".")[0] == "opto":
                yield from missing(alias.name, "")

    def _importfrom(self, node: ast.ImportFrom) -> Iterator[str]:
        source = node.module or ""
        if source.partition(".")[0] == "autogen":
            yield AUTOGEN
        if source.partition(".")[0] == "opto":
            for alias in node.names:
                yield from missing(source, alias.name)


def missing(module: str, name: str) -> Iterator[str]:
    """What is said of an import of something that is not here."""
    ours = f"tracec.{module}"
    try:
        there = importlib.util.find_spec(ours) is not None
        found: Any = importlib.import_module(ours) if there else None
        package = hasattr(found, "__path__")
        below = package and bool(name) and importlib.util.find_spec(f"{ours}.{name}") is not None
    except (ImportError, AttributeError, ValueError):
        there, found, below = False, None, False
    if not there:
        yield f"there is no {module} here"
    elif name and name != "*" and not hasattr(found, name) and not below:
        yield f"{module} has no {name} here"
