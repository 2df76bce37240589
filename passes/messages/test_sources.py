"""Source of failing tests -> the texts written in it, the exceptions that it expects, the text of one of them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from tracec.passes.syntax.nodes import last_name
from tracec.passes.syntax.parsing import module_of
from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode

LONGEST_TEXT = 120  # characters of a text that is looked at; chosen
MOST_TEXTS = 60  # texts that are given back; chosen
LONGEST_HELPER = 12  # lines of what a test uses of its file; chosen
SET_UP = frozenset(("setUp", "setup_method", "setUpClass", "setup_class"))
RAISES = frozenset(("raises", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp"))
FALSE = frozenset(("assertFalse", "assertIsNone"))
MAKERS = frozenset(("list", "tuple", "dict", "set", "frozenset", "str", "bytes"))
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


def asks_for_nothing(source: str, names: Collection[str]) -> bool:
    """Whether a test of some names mentions what is empty or false: `== []`, `not f(x)`, `is None`, `assertFalse`."""
    tree = module_of(source)
    nodes = ast.walk(tree) if tree is not None else ()
    tests = [node for node in nodes if isinstance(node, FUNCTIONS) and node.name in names]
    return any(_is_nothing(part) for test in tests for part in ast.walk(test))


def _is_nothing(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        name = last_name(node.func)
        return name in FALSE or (name in MAKERS and not node.args and not node.keywords)
    if isinstance(node, (ast.List, ast.Tuple)):
        return not node.elts
    empty = (isinstance(node, ast.Constant) and not node.value) or (isinstance(node, ast.Dict) and not node.keys)
    return empty or isinstance(node, ast.Not)


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


def text_of_test(source: str, test: str, told: Collection[str] = ()) -> str:
    """The text of one test, by its id `file::Class::function[parameters]`, with what it uses of its file.

    These are set-up functions of its class, and the fixtures, functions and values of the module that it or one of
    these names, if they are short, less those whose text was `told`. "" where the file has no such test.
    """
    return "\n".join((*(text for text in used_by_test(source, test) if text not in told), _own_text(source, test)))


@lru_cache(maxsize=64)
def used_by_test(source: str, test: str) -> tuple[str, ...]:
    """The texts of what a test uses of its module, in their order."""
    tree, found = module_of(source), _found(source, test)
    return tuple(_lines_of(source.split("\n"), node) for node in _used(tree.body, found[-1])) if tree and found else ()


@lru_cache(maxsize=64)
def _own_text(source: str, test: str) -> str:
    """The text of a test, with the heads of its classes and what these set up."""
    lines, texts, found = source.split("\n"), list[str](), _found(source, test)
    for around in found[:-1]:
        texts.append(lines[around.lineno - 1])
        texts += [_lines_of(lines, n) for n in around.body if isinstance(n, FUNCTIONS) and n.name in SET_UP]
    return "\n".join([*texts, _lines_of(lines, found[-1])]) if found else ""


def _found(source: str, test: str) -> list[FunctionNode | ast.ClassDef]:
    """The classes around a test and the test; nothing where the file has no such test."""
    tree = module_of(source)
    names = test.partition("[")[0].split("::")[1:]
    scope: Sequence[ast.stmt] = tree.body if tree is not None else ()
    found: list[FunctionNode | ast.ClassDef] = []
    for name in names:
        inside = [n for n in scope if isinstance(n, (*FUNCTIONS, ast.ClassDef))]
        node = next((n for n in inside if n.name == name), None)
        if node is None:
            return []
        scope, found = node.body, [*found, node]
    return found


def _used(body: Sequence[ast.stmt], test: ast.stmt) -> Iterator[ast.stmt]:
    """What a test uses of its module; imports, and what is long, are left out."""
    others = [node for node in body if node is not test and not isinstance(node, ast.ClassDef) and _is_short(node)]
    direct = [node for node in others if _bound(node) & _read(test)]
    more = [node for node in others if any(_bound(node) & _read(one) for one in direct)]
    yield from (node for node in others if node in direct or node in more)


def _is_short(node: ast.stmt) -> bool:
    return (node.end_lineno or node.lineno) - node.lineno < LONGEST_HELPER


def _bound(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {getattr(node, "name", ""), *(t.id for t in targets if isinstance(t, ast.Name))}


def _read(node: ast.stmt) -> set[str]:
    """The names that a statement reads; the names of fixtures are those of parameters."""
    inside = list(ast.walk(node))
    return {n.id for n in inside if isinstance(n, ast.Name)} | {n.arg for n in inside if isinstance(n, ast.arg)}


def _lines_of(lines: Sequence[str], node: ast.stmt) -> str:
    """The text of a statement, with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return "\n".join(lines[first - 1 : node.end_lineno])
