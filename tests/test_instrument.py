"""Source in, instrumented source out; and what is refused."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.command import tracec
from tracec.passes.errors import TracecError
from tracec.passes.instrument import instrument
from tracec.passes.instrument.proof import is_faithful
from tracec.passes.source import Source


def instrumented(text: str, grain: str = "values") -> list[str]:
    made = instrument(Source.decode("m.py", text.encode()), grain, "key")
    body = made.text.splitlines()
    assert body[0].startswith("__import__('tracec.runtime.record'")
    assert body[0].endswith("; __rec__(__at_key__[0])")
    return body[1:]


CASES = {
    "at module level a call, in a function a walrus": (
        "x = a + b\ndef f(y):\n    return y * 2\n",
        """\
x = __val__(a + b)
def f(y):
    __rec__(__at_key__[1]); __rec__(y)
    try:
        return (__rec__(__v__ := y * 2) or __v__)
    except __any__ as __e__:
        __rec__(__at_key__[3]); __rec__(__e__)
        raise
__rec__(__at_key__[4])""",
    ),
    "one line becomes several": (
        "def f(y): return 2  # two\n",
        """\
def f(y):\x20
    __rec__(__at_key__[1]); __rec__(y)
    try:
        __rec__(__at_key__[2]); return 2  # two
    except __any__ as __e__:
        __rec__(__at_key__[3]); __rec__(__e__)
        raise
__rec__(__at_key__[4])""",
    ),
    "a method stays bound, super and its like are left alone": (
        "obj.method(x).other(super().f())\n",
        "__val__(__val__(obj.method(x)).other(__val__(super().f()))); __rec__(__at_key__[1])",
    ),
    "what may be skipped has a token": (
        "r = a() or b()\n",
        "r = __val__(__val__(a()) or (__rec__(__at_key__[1]) or __val__(b()))); __rec__(__at_key__[2])",
    ),
    "truth is asked once": (
        "if not (a and b < c < d):\n    pass\n",
        "if __val__(not (a and (__rec__(__at_key__[1]) or b < c < d))):\n"
        "    __rec__(__at_key__[2])\n    pass\n__rec__(__at_key__[3])",
    ),
    "f-strings": (
        "f'{a + b!r:>{c.d}} {e=}'\n",
        "__val__(f'{__val__(a + b)!r:>{__val__(c.d)}} {e=}'); __rec__(__at_key__[1])",
    ),
    "a lone generator expression": (
        "f(x for x in y)\n",
        "__val__(f(__val__(((__rec__(__at_key__[1]) or __rec__(x) or __val__(x)) for x in y)))); "
        "__rec__(__at_key__[2])",
    ),
    "a skipped function": (
        "def f(x):  # tracec: skip\n    return x + 1\n",
        "def f(x):  # tracec: skip\n    return x + 1\n__rec__(__at_key__[1])",
    ),
    "functions that look at their own frame": (
        "def f(x):\n    return locals()\n",
        "def f(x):\n    return locals()\n__rec__(__at_key__[1])",
    ),
    "class bodies, decorators, defaults, annotations": (
        "@deco(1 + 1)\nclass A(B + C):\n    x: int = 1 + 2\n    y = x + 1\n",
        "@deco(1 + 1)\nclass A(B + C):\n    x: int = 1 + 2\n    y = x + 1\n__rec__(__at_key__[1])",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_text(name: str) -> None:
    before, after = CASES[name]
    assert "\n".join(instrumented(before)) == after


def test_the_calls_grain_leaves_expressions_alone() -> None:
    assert "    " * 2 + "c = a + b" in instrumented("def f(a, b):\n    c = a + b\n    return c\n", "calls")


@pytest.mark.parametrize("text", ["def f(:\n", "x = (\n", "print 1\n"])
def test_a_syntax_error_has_its_line(text: str) -> None:
    with pytest.raises(TracecError, match=r"^m\.py:\d+: syntax error: .*; mend it first$"):
        instrument(Source.decode("m.py", text.encode()))


@pytest.mark.parametrize(
    "text",
    ["x = 1\n", "x = 1\ny = f(z)\n", "x = 2\ny = f(x)\n", "x = True\ny = f(x)\n", "x = 1\ny = __val__(f(x)) or 1\n"],
)
def test_a_changed_program_is_seen(text: str) -> None:
    assert not is_faithful("x = 1\ny = f(x)\n", ast.parse(text))
    assert is_faithful("x = 1\ny = f(x)\n", ast.parse("x = 1\n__rec__(x)\ny = __val__(f(x))\n"))


ATOMS = st.sampled_from(
    ["a", "b.c", "d[0]", "f(a)", "1", "'s'", "-a", "(a, b)", "[a]", "(lambda x: x)", "None", "(yield)"]
)


FORMS = """({} + {})|({} and {})|({} or {})|({} < {} == {})|(not {})|({} if {} else {})|f({}, k={})|({})[{}:{}]
[{} for x in f({}) if {}]|{{{}: {}}}|(y := {})|f(*{}, **{})|({} for x in f({}))|[{}, *{}]|f'{{({})}}'"""


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0:
        return draw(ATOMS)
    form = draw(st.sampled_from(FORMS.replace("\n", "|").split("|")))
    holes = form.replace("{{", "").replace("}}", "").count("{}")
    return form.format(*(draw(expressions(depth=depth - 1)) for _ in range(holes)))


@given(expressions())
def test_any_expression_instruments_and_is_proven(text: str) -> None:
    whole = f"def g(a, b, d, f):\n    if {text}:\n        return {text}\n"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(whole, "m.py", "exec")
        except SyntaxError:  # a walrus where none may stand
            return
        for careful in (False, True):
            made = instrument(Source.decode("m.py", whole.encode()), careful=careful)
            assert ast.parse(made.text)
            compile(made.tree, "m.py", "exec")
            assert is_faithful(whole, made.tree)


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("def f(x):\n    return x + 1\n\nprint(f(1))\n")
    said = tracec(tmp_path, "instrument", "m.py")
    assert said.code == 0
    (tmp_path / "made.py").write_text(said.out)
    assert tracec(tmp_path, "run", "--scope", "m.py", "made.py").out == "2\n"
    assert "+    try:" in tracec(tmp_path, "instrument", "m.py", "--diff").out
    (tmp_path / "n.py").write_text("y = 1\n")
    assert tracec(tmp_path, "instrument", "m.py", "n.py", "-o", "out").code == 0
    assert (tmp_path / "out" / "m.py").read_text() == said.out
    assert not (tmp_path / ".gitignore").exists()
    assert tracec(tmp_path, "instrument", "m.py", "--in-place").code == 0
    assert (tmp_path / "m.py").read_text() == said.out
    assert tracec(tmp_path, "instrument", "m.py", "--in-place").code == 2
