"""passes/patch: the new program in the old text."""

from __future__ import annotations

import ast
import copy
import difflib
import importlib
import io
import random
import statistics
import sys
import tokenize
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.full import slow
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Kind, Target
from tracec.passes.patch import patch

CASES = {}
for _case in (Path(__file__).parent / "data" / "patch_cases.txt").read_text().split("### ")[1:]:
    _name, _, _texts = _case.partition("\n")
    _before, _, _rest = _texts.partition("--- new\n")
    CASES[_name] = (_before, *_rest.split("--- after\n"))
MODULES = ("textwrap", "bisect", "heapq", "json.decoder", "csv")

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(tree: ast.AST, around: str = "") -> list[tuple[str, Definition]]:
    found: list[tuple[str, Definition]] = []
    for child in ast.iter_child_nodes(tree):
        name = around
        if isinstance(child, Definition):
            name = f"{around}.{child.name}" if around else child.name
            found.append((name, child))
        found += definitions(child, name)
    return found


def span_of(node: ast.stmt | ast.expr) -> Span:
    """The place of a node, in the columns of the tree (bytes)."""
    return Span("t.py", node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)


def target_at(node: ast.stmt | ast.expr, qualname: str, value: str = "", kind: Kind = "code") -> Target:
    span = span_of(node)
    return Target(f"t.py:{qualname}:{node.lineno}", kind, qualname, span, value)


def patched(before: str, new: str, qualname: str | None = None, data: bytes | None = None) -> str:
    """`new` in place of the first function (or class, or the one called `qualname`) of `before`."""
    source = Source.decode("t.py", before.encode() if data is None else data)
    found = definitions(ast.parse(source.text))
    kind = ast.ClassDef if new.startswith("class") else (ast.FunctionDef, ast.AsyncFunctionDef)
    name, node = next((n, d) for n, d in found if (n == qualname if qualname else isinstance(d, kind)))
    return patch(source, {target_at(node, name): new})


def literal(before: str, old: str, new: str, kind: Kind = "text") -> str:
    """`new` in place of the first expression of `before` whose text is `old`."""
    nodes = [n for n in ast.walk(ast.parse(before)) if isinstance(n, ast.expr)]
    node = next(n for n in nodes if ast.get_source_segment(before, n) == old)
    target = target_at(node, "p", old, kind)
    at, lines = span_of(node), before.split("\n")
    start = len(lines[at.line - 1].encode()[: at.column].decode())
    end = len(lines[at.end_line - 1].encode()[: at.end_column].decode())
    span = Span("t.py", at.line, start, at.end_line, end)
    return patch(Source.decode("t.py", before.encode()), {Target(target.id, kind, "p", span, old): new})


@pytest.mark.parametrize("name", CASES)
def test_a_change_leaves_the_rest_alone(name: str) -> None:
    before, new, after = CASES[name]
    assert patched(before, new) == after


@pytest.mark.parametrize("name", CASES)
def test_the_old_definition_unparsed_changes_nothing(name: str) -> None:
    before = CASES[name][0]
    for qualname, node in definitions(ast.parse(before)):
        assert patched(before, ast.unparse(node), qualname) == before


@pytest.mark.parametrize("name", CASES)
def test_there_and_back_is_the_same_program(name: str) -> None:
    before, new, after = CASES[name]
    kind = ast.ClassDef if new.startswith("class") else (ast.FunctionDef, ast.AsyncFunctionDef)
    old = next(d for _, d in definitions(ast.parse(before)) if isinstance(d, kind))
    assert ast.dump(ast.parse(patched(after, ast.unparse(old)))) == ast.dump(ast.parse(before))


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        # one-line body that grows, tabs
        (
            "class A:\n\tdef f(x): return x  # same\n\tb = 1\n",
            "def f(x):\n    y = x + 1\n    return y",
            "class A:\n\tdef f(x):  # same\n\t\ty = x + 1\n\t\treturn y\n\tb = 1\n",
        ),
        (
            "def f(x):\n\tif x:\n\t\t# tab\n\t\treturn 1\n\treturn 2\n",
            "def f(x):\n    if x:\n        y = 2\n        return y\n    return 2",
            "def f(x):\n\tif x:\n\t\ty = 2\n\t\t# tab\n\t\treturn y\n\treturn 2\n",
        ),
        # line ends
        (
            "def f(x):\r\n    # c\r\n    if x:\r\n        return 1\r\n    return 2\r\n",
            "def f(x):\n    if x:\n        y = '''a\nb'''\n        return y\n    return 3",
            "def f(x):\r\n    # c\r\n    if x:\r\n        y = '''a\r\nb'''\r\n        return y\r\n    return 3\r\n",
        ),
        (
            "def f(x):\r    # c\r    return 2\r",
            "def f(x):\n    g()\n    return 3",
            "def f(x):\r    g()\r    # c\r    return 3\r",
        ),
        ("x = 1\r\ndef f(x):\n    return 2\r\n", "def f(x):\n    return 3", "x = 1\r\ndef f(x):\n    return 3\r\n"),
        (
            "def f(x):\n    # c\n    return 2",
            "def f(x):\n    g()\n    return 3",
            "def f(x):\n    g()\n    # c\n    return 3",
        ),
        ("def f(x):\n    return 2  # c", "def f(x):\n    return 3", "def f(x):\n    return 3  # c"),
        # form feeds, U+2028 and U+0085 end no line
        (
            "x = 1\n\x0c\ndef f(x):\n    a = 1\n\x0c\n    # c\x0c\n    return a\n\x0c\ny = 2\n",
            "def f(x):\n    a = 2\n    return a",
            "x = 1\n\x0c\ndef f(x):\n    a = 2\n\x0c\n    # c\x0c\n    return a\n\x0c\ny = 2\n",
        ),
        (
            "s = 'a\u2028b\x85c'\ndef f(x):\n    s = 'a\u2028b'  # \u2028\n    return s\n",
            "def f(x):\n    s = 'a\\u2028c'\n    return s",
            "s = 'a\u2028b\x85c'\ndef f(x):\n    s = 'a\u2028c'  # \u2028\n    return s\n",
        ),
        (
            "def f(x):\n    return re.sub(r'\\d+\\s', '\\t', x), b'\\x00a'\n",
            "def f(x):\n    return (re.sub('\\\\d+\\\\S', '\\t', x), b'\\x00b')",
            "def f(x):\n    return re.sub(r'\\d+\\S', '\\t', x), b'\\x00b'\n",
        ),
    ],
)
def test_line_ends_and_indentation_are_the_files(before: str, new: str, after: str) -> None:
    assert patched(before, new) == after


def test_encodings_and_bom_are_kept() -> None:
    latin = "# -*- coding: latin-1 -*-\ndef f():\n    # é\n    return 'é', 1\n"
    new = "def f():\n    return ('é', 'ж')"
    text = patched("", new, data=latin.encode("latin-1"))
    assert text == latin.replace("1\n", "'\\u0436'\n")[:24] + latin[24:].replace(", 1", ", '\\u0436'")
    source = Source.decode("t.py", latin.encode("latin-1"))
    assert ast.dump(ast.parse(source.encode(text)).body[0]) == ast.dump(ast.parse(new).body[0])
    with_bom = b"\xef\xbb\xbfdef f():\n    return 1\n"
    assert patched("", "def f():\n    return 2", data=with_bom) == "def f():\n    return 2\n"


def test_of_overloads_the_one_at_the_line_is_meant() -> None:
    before = "@overload\ndef f(x: int): ...\n@overload\ndef f(x: str): ...\ndef f(x):\n    return x\n"
    source = Source.decode("t.py", before.encode())
    second = ast.parse(before).body[1]
    assert isinstance(second, ast.FunctionDef)
    after = patch(source, {target_at(second, "f"): "@overload\ndef f(x: bytes):\n    ..."})
    assert after == before.replace("str", "bytes")


def test_dedented_docstrings_get_their_indentation_back() -> None:
    before = 'class A:\n    def f(self):\n        """One.\n\n        Two.\n        """\n        return 1\n'
    node = definitions(ast.parse(before))[1][1]
    value = 'def f(self):\n    """One.\n\n    Two.\n    """\n    return 1\n'
    new = ast.unparse(ast.parse(value.replace("return 1", "return 2")))
    source = Source.decode("t.py", before.encode())
    assert patch(source, {target_at(node, "A.f", value): new}) == before.replace("return 1", "return 2")


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        ("rate = param(0.2, low=0)\n", "0.2", "0.25", "rate = param(0.25, low=0)\n"),
        ("rate = param(0.2, low=0)\n", "0.2", "-1", "rate = param(-1, low=0)\n"),
        ("x = 'é' + param(1)\n", "1", "2", "x = 'é' + param(2)\n"),
        ("x = 2**2\n", "2", "-3", "x = (-3)**2\n"),
        ("p = param('be brief')  # p\n", "'be brief'", '"be kind"', "p = param('be kind')  # p\n"),
        ('p = param("""Be\nbrief.\n""")\n', '"""Be\nbrief.\n"""', "'Be\\nkind.\\n'", 'p = param("""Be\nkind.\n""")\n'),
        ("p = param('a')\n", "'a'", '"it\'s"', "p = param('it\\'s')\n"),
        ("p = param('a'\n    'b')\n", "'a'\n    'b'", "'ac'", "p = param('a'\n    'c')\n"),
        ("c = choice('a', options=['a', 'b'])\n", "'a'", "'b'", "c = choice('b', options=['a', 'b'])\n"),
        ("c = choice([1,  2])\n", "[1,  2]", "[1, 3]", "c = choice([1,  3])\n"),
        ("c = choice(None)\n", "None", "'x'", 'c = choice("x")\n'),
    ],
)
def test_literals(before: str, old: str, new: str, after: str) -> None:
    assert literal(before, old, new) == after


def test_several_targets_of_one_file() -> None:
    before = "def f():\n    return 1  # f\n\n\ndef g():\n    return 2  # g\n"
    f, g = ast.parse(before).body
    source = Source.decode("t.py", before.encode())
    changes = {target_at(f, "f"): "def f():\n    x = 3\n    return x", target_at(g, "g"): "def g():\n    return 4"}
    after = "def f():\n    x = 3\n    return x  # f\n\n\ndef g():\n    return 4  # g\n"
    assert patch(source, changes) == after
    assert patch(source, {}) == before


@pytest.mark.parametrize(
    ("qualname", "new", "message"),
    [
        ("f", "def f(:", "the new f is not valid Python"),
        ("f", "x = 1", "the new f is not a single function or class"),
        ("f", "import os\ndef f(): pass", "the new f is not a single function or class"),
        ("g", "def g(): pass", "t.py:1: no definition of g here; run again"),
    ],
)
def test_what_cannot_be_done_is_refused(qualname: str, new: str, message: str) -> None:
    before = "def f():\n    return 1\n"
    with pytest.raises(TracecError, match="^(t.py:1: )?" + message.removeprefix("t.py:1: ").replace(".", r"\.")):
        patch(Source.decode("t.py", before.encode()), {target_at(ast.parse(before).body[0], qualname): new})


def test_overlapping_targets_are_refused() -> None:
    before = "class A:\n    def f(self):\n        return 1\n"
    (outer, a), (inner, f) = definitions(ast.parse(before))
    changes = {target_at(a, outer): "class A:\n    pass", target_at(f, inner): "def f(self):\n    return 2"}
    with pytest.raises(TracecError, match="lies within another target"):
        patch(Source.decode("t.py", before.encode()), changes)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_newer_syntax() -> None:
    before = "def f[T: (int,  str)](x: T) -> T:  # f\n    type A = list[ T ]\n    return f'{x['a']}' # x\n"
    new = "def f[T: (int, bytes)](x: T) -> T:\n    type A = set[T]\n    return f'{x['b']}'"
    after = before.replace("str", "bytes").replace("list", "set").replace("['a']", "['b']")
    assert patched(before, new) == after


def sources() -> list[tuple[Source, str, ast.FunctionDef]]:
    found = []
    for name in MODULES:
        path = Path(str(importlib.import_module(name).__file__))
        source = Source.decode(path.name, path.read_bytes())
        found += [(source, q, d) for q, d in definitions(ast.parse(source.text)) if isinstance(d, ast.FunctionDef)]
    return found


FUNCTIONS = sources()
Mutation = Callable[[ast.FunctionDef, random.Random], ast.FunctionDef]


def edit(function: ast.FunctionDef, rng: random.Random) -> ast.FunctionDef:
    """A copy with one expression changed."""
    made = copy.deepcopy(function)
    nodes = [
        n for n in ast.walk(made) if isinstance(n, ast.Compare | ast.BinOp | ast.Constant | ast.Call | ast.Attribute)
    ]
    nodes = [n for n in nodes if not isinstance(n, ast.Constant) or type(n.value) in (int, str)]
    node = rng.choice(nodes) if nodes else made
    match node:
        case ast.Compare():
            node.ops[0] = ast.GtE() if not isinstance(node.ops[0], ast.GtE) else ast.Eq()
        case ast.BinOp():
            node.op = ast.Pow() if not isinstance(node.op, ast.Pow) else ast.Add()
        case ast.Constant(value=str() as text):
            node.value = text + "é'"
        case ast.Constant(value=int() as number):
            node.value = number + 1
        case ast.Call(args=[_, *_]):
            del node.args[rng.randrange(len(node.args))]
        case ast.Call():
            node.args.append(ast.Constant("new"))
        case ast.Attribute():
            node.attr += "_"
        case _:
            made.name += "_"
    return made


def reshape(function: ast.FunctionDef, rng: random.Random) -> ast.FunctionDef:
    """A copy with statements deleted, inserted, swapped, copied or put into an `if`."""
    made = copy.deepcopy(function)
    blocks = [getattr(n, f, None) for n in ast.walk(made) for f in ("body", "orelse", "finalbody")]
    body = rng.choice([b for b in blocks if isinstance(b, list) and b])
    i, j = rng.randrange(len(body)), rng.randrange(len(body))
    choice = rng.randrange(5)
    if choice == 0 and len(body) > 1:
        del body[i]
    elif choice == 1:
        body[i], body[j] = body[j], body[i]
    elif choice == 2:
        body[i] = ast.If(ast.Name("cond"), [body[i]], [])
    elif choice == 3:
        body.insert(i, copy.deepcopy(body[j]))
    else:
        body.insert(i, ast.parse("new = call('one', \"it's\", [x for x in xs])").body[0])
    return made


def spliced(source: Source, qualname: str, node: ast.FunctionDef, made: ast.FunctionDef) -> tuple[str, list[str]]:
    """The patched text, whose tree is proved here once more, and the lines of its diff that are not context."""
    new = ast.unparse(ast.fix_missing_locations(made))
    text = patch(source, {target_at(node, qualname): new})
    want, have = ast.parse(source.text), ast.parse(text)
    at = next(i for i, (_, d) in enumerate(definitions(want)) if d.lineno == node.lineno)
    parent: Any = next(n for n in ast.walk(want) if definitions(want)[at][1] in getattr(n, "body", ()))
    parent.body[parent.body.index(definitions(want)[at][1])] = ast.parse(new).body[0]
    assert ast.dump(have) == ast.dump(want)
    diff = difflib.unified_diff(source.text.split("\n"), text.split("\n"), n=0, lineterm="")
    return text, [line for line in diff if line[0] in "+-" and line[:3] not in ("+++", "---")]


@slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(FUNCTIONS), st.integers(0, 10**6), st.sampled_from([edit, reshape]))
def test_the_program_is_the_one_that_was_wanted(
    place: tuple[Source, str, ast.FunctionDef], seed: int, mutate: Mutation
) -> None:
    source, qualname, node = place
    text, _ = spliced(source, qualname, node, mutate(node, random.Random(seed)))
    if mutate is edit:
        assert comments(text) == comments(source.text)


def comments(text: str) -> list[str]:
    return [
        token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT
    ]


def test_an_edit_of_one_expression_changes_one_line() -> None:
    rng = random.Random(1)
    sizes = []
    for _ in range(60):
        source, qualname, node = rng.choice(FUNCTIONS)
        changed = spliced(source, qualname, node, edit(node, rng))[1]
        sizes.append(max(sum(line[0] == "-" for line in changed), sum(line[0] == "+" for line in changed)))
    assert statistics.median(sizes) == 1
    assert sum(size == 1 for size in sizes) / len(sizes) >= 0.9
    assert max(sizes) <= 6
