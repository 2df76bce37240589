"""Source in, instrumented source out; and what is refused."""

from __future__ import annotations

import ast
import subprocess
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import tracec
from tracec.passes.instrument import instrument
from tracec.passes.instrument.proof import is_faithful
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.runtime import record
from tracec.runtime.record.bind_hooks import bind, hole


def careful_code(text: str, **more: Callable[..., Any]) -> types.CodeType:
    """A module's code, calling hooks that do nothing, or those given."""
    made = instrument(Source.decode("m.py", text.encode()), careful=True, named=False)
    tokens = {hole(number): None for number in range(len(made.packed["segments"]))}
    hooks = {hole(f"__{name}__"): hook for name, hook in {**record.hooks(), **more}.items()}
    return bind(made.compiled("m.py"), {**tokens, **hooks})


def walrus_code(text: str) -> types.CodeType:
    made = instrument(Source.decode("m.py", text.encode()), key="walrus")
    record.attach("walrus", "__at_walrus__", len(made.packed["segments"]))
    return made.compiled("m.py")


def plain_code(text: str) -> types.CodeType:
    return compile(text, "m.py", "exec", dont_inherit=True)


CODES = [careful_code, walrus_code]


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
x = __val__(__val__(a) + __val__(b))
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
        "__val__(__val__(__val__(obj).method(__val__(x))).other(__val__(super().f()))); __rec__(__at_key__[1])",
    ),
    "what may be skipped has a token": (
        "r = a() or b()\n",
        "r = __val__(__val__(a()) or (__rec__(__at_key__[1]) or __val__(b()))); __rec__(__at_key__[2])",
    ),
    "truth is asked once": (
        "if not (a and b < c < d):\n    pass\n",
        "if not (__val__(a) and (__rec__(__at_key__[1]) or __val__(b) < __val__(c) < "
        "(__rec__(__at_key__[2]) or __val__(d)))):\n    __rec__(__at_key__[3])\n    pass\n__rec__(__at_key__[4])",
    ),
    "f-strings": (
        "f'{a + b!r:>{c.d}} {e=}'\n",
        "__val__(f'{__val__(__val__(a) + __val__(b))!r:>{__val__(__val__(c).d)}} {e=}'); __rec__(__at_key__[1])",
    ),
    "a lone generator expression": (
        "f(x for x in y)\n",
        "__val__(f(__val__(((__begin__(__at_key__[1]) or __rec__(x) or __val__(x)) for x in __val__(y))))); "
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
        """\
@__val__(deco(__val__(1 + 1)))
class A(__val__(__val__(B) + __val__(C))):
    x: int = 1 + 2
    y = x + 1
__rec__(__at_key__[1])""",
    ),
    "what a target reads": (
        "a.b.c = x\na.b[i + 1] += f()\ndel a[-i]\n",
        """\
__val__(__val__(a).b).c = __val__(x)
__val__(__val__(a).b)[__val__(__val__(i) + 1)] += __val__(f())
del __val__(a)[__val__(-__val__(i))]; __rec__(__at_key__[1])""",
    ),
    "variables of the module that something else may set": (
        "import m\nN = 1\ndef f(N):\n    return N\ndef g():\n    global N\n    N += m.x\n    return f(N)\n",
        """\
import m
N = 1
def f(N):
    __rec__(__at_key__[1]); __rec__(N)
    try:
        return (__rec__(__v__ := N) or __v__)
    except __any__ as __e__:
        __rec__(__at_key__[3]); __rec__(__e__)
        raise
def g():
    __rec__(__at_key__[4])
    try:
        global N; __rec__(N)
        N += (__rec__(__v__ := m.x) or __v__); __rec__(N)
        return (__rec__(__v__ := f((__rec__(__v__ := N) or __v__))) or __v__)
    except __any__ as __e__:
        __rec__(__at_key__[6]); __rec__(__e__)
        raise
__rec__(__at_key__[7])""",
    ),
    "frames that share variables": (
        "def f(x):\n    def g():\n        return x\n    return g\n",
        """\
def f(x):
    __begin__(__at_key__[1]); __rec__(x)
    try:
        def g():
            __begin__(__at_key__[4])
            try:
                return (__rec__(__v__ := x) or __v__)
            except __any__ as __e__:
                __rec__(__at_key__[6]); __rec__(__e__)
                raise
        return (__rec__(__v__ := g) or __v__)
    except __any__ as __e__:
        __rec__(__at_key__[3]); __rec__(__e__)
        raise
__rec__(__at_key__[7])""",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_text(name: str) -> None:
    before, after = CASES[name]
    assert "\n".join(instrumented(before)) == after


def test_a_class_body_has_no_names_of_ours() -> None:
    """A metaclass may watch its namespace; where hooks are constants, there is nothing to be seen."""
    text = "class A:\n    x = f(1 + 1)\n    @deco(2)\n    def g(self, y=f(3)):\n        return y\n"
    source = Source.decode("m.py", text.encode())
    named = instrument(source, careful=True)
    assert text.splitlines()[:4] == named.text.splitlines()[1:5]
    assert {site.kind for site in named.structure.sites if "g" in site.binds} == set()
    constants = instrument(source, careful=True, named=False)
    assert {site.text for site in constants.structure.sites} >= {"f(1 + 1)", "deco(2)", "f(3)", "g"}


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


@settings(deadline=None)  # the first one imports libcst
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


PRINTED = """\
import linecache
def doubled(xs):
    "Not in the way."
    return [x * 2 for x in xs]
class Box:
    def given(self, n):
        for i in range(n):
            try:
                yield self.twice(i)
            finally:
                i = None
    twice = staticmethod(lambda x: x * 2 if x else "none")
def failing():
    return 1 / len([])
print(doubled([1, 2]), list(Box().given(3)))
try:
    failing()
except ZeroDivisionError as error:
    print("return " in linecache.getline(__file__, error.__traceback__.tb_next.tb_lineno))
hooked = [c.co_name for c in (doubled.__code__, Box.given.__code__, failing.__code__)
          if any(name.startswith("__") for name in c.co_names)]
print(hooked)
"""


def test_a_printed_module_has_no_hooks_while_nothing_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(PRINTED)
    (tmp_path / "made.py").write_text(tracec(tmp_path, "instrument", "m.py").out)
    for name in ("m.py", "made.py"):
        done = subprocess.run([sys.executable, "-W", "error", name], cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[2, 4] ['none', 2, 4]\nTrue\n[]\n", f"{record.UNRECORDED}\n")


def test_a_module_that_is_not_what_its_file_says_keeps_its_hooks(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("def f():\n    return len([1])\n")
    (tmp_path / "made.py").write_text(tracec(tmp_path, "instrument", "m.py").out)
    code = compile((tmp_path / "made.py").read_text(), str(tmp_path / "made.py"), "exec")
    (tmp_path / "made.py").write_text((tmp_path / "made.py").read_text().replace("[1]", "[2]"))
    found: dict[str, Any] = {}
    exec(code, found)
    assert "__val__" in found["f"].__code__.co_names or "__rec__" in found["f"].__code__.co_names


TRUTHS = """\
said = []
class V:
    def __init__(self, truth): self.truth = truth
    def __bool__(self):
        said.append(self.truth)
        return self.truth
    def __lt__(self, other): return other
yes, no = V(True), V(False)
def test(a, b):
    if not (a < b < a): said.append("then")
    if not not (a and b) or a < b < b: said.append("then")
    if (a and b) if b else not (a or b): said.append("then")
    said.append([1 for x in (a, b) if x < a < b])
    said.append({1 for x in (a, b) if not (x or a)})
    said.append([2 for x in (a, b) if x if not x < b < a])
    while a < b < a: break
    else: said.append("else")
    assert a or b or not (a < b < a), "never"
    match a:
        case _ if not (a < b < b): said.append("case")
    return [not (a < b < a), a and b or a, (a and b) < (b or a)]
for a in (yes, no):
    for b in (yes, no):
        try: test(a, b)
        except AssertionError: said.append("failed")
"""


@pytest.mark.parametrize("code", CODES)
def test_truth_is_asked_as_often(code: Callable[[str], types.CodeType]) -> None:
    plain: dict[str, Any] = {}
    recorded: dict[str, Any] = {}
    exec(plain_code(TRUTHS), plain)
    exec(code(TRUTHS), recorded)
    assert recorded["said"] == plain["said"]


def test_careful_hooks_are_constants() -> None:
    text = (
        "__rec__ = __val__ = __at_1__ = 1\ndef f(__rec__):\n    __v__ = 2\n    return [__rec__ + __v__ for x in [0]]\n"
    )
    seen: list[object] = []

    def val(value: object) -> object:
        seen.append(value)
        return value

    code = careful_code(text, val=val)
    space: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(code, space)
    assert space["f"](3) == [5]
    assert 5 in seen
    function = space["f"].__code__
    assert function.co_names == ()
    assert "__v___" not in function.co_varnames
    assert types.FunctionType(function, {"__builtins__": {}})(1) == [3]


def test_the_compiler_warns_of_the_user_s_mistakes_only() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        careful_code("def f(x):\n    return x + (1, 2)(3)\n")
    assert ["'tuple' object" in str(warning.message) for warning in said] == [True]


LINES = """\
import contextlib
def loops(n):
    global total
    while True:
        n -= 1
        if n == 2:
            continue
        elif n < 0:
            break
    for x in range(2):
        for y in (0, 1):
            if x == y: continue
            z = (
                x +
                y
            )
    else:
        z = 9
    for a in [1,
              2]:
        n += a
    while n < 1: n += 1
def tries(k):
    '''Doc.'''
    try:
        try:
            if k == 1:
                raise KeyError(
                    k)
            if k == 2: return 1
        finally:
            k += 1
    except KeyError as e:
        k = 3
    with contextlib.suppress(ZeroDivisionError), contextlib.nullcontext() as w:
        1 / 0
    return (k, [
        x + k for x in range(2)],
        not (
            k))
def turns(n):
    try:
        for i in range(n):
            x = yield i
        yield from [1]
    finally:
        n = 0
def one(x): return x and x * 2
def nothing():
    '''Only a docstring.'''
def nested(n):
    def add(x, y=1):
        return x + y + n
    class A:
        b = 1
        def m(self): return self.b
    match n:
        case [x]: pass
        case int() if n > 1: n = 2
        case _:
            n = 3
    assert n
    return add(
        A().m()
    ).bit_length(
    )
def run():
    loops(4); loops(0)
    for k in range(3): tries(k)
    list(turns(2)); one(1); nothing()
    nested(1), nested(2)
"""


def line_events(code: types.CodeType) -> list[tuple[str, str, int]]:
    """What a tracer sees of a module and of its `run`."""
    events: list[tuple[str, str, int]] = []

    def tracer(frame: types.FrameType, event: str, arg: object) -> Any:
        if frame.f_code.co_filename != "m.py":
            return None
        events.append((event, frame.f_code.co_name, frame.f_lineno))
        return tracer

    space: dict[str, Any] = {"__name__": "m"}
    outer = sys.gettrace()
    sys.settrace(tracer)
    try:
        exec(code, space)
        space["run"]()
    finally:
        sys.settrace(outer)
    return events


def test_a_tracer_sees_the_same_lines() -> None:
    """In the order in which they run, where no exception leaves a function."""
    native = pytest.importorskip("tracec.runtime.record._recorder")  # a Python hook's frame hides that a line goes on
    hooks = {name: getattr(native, name) for name in ("rec", "put", "val", "frame", "pause", "resume", "again")}
    assert line_events(careful_code(LINES, keep=native.rec, **hooks)) == line_events(plain_code(LINES))


FAILING = """\
def f(x):
    assert (x and
            x == 2), \\
        "no"
def g(x):
    assert not (
        x > 0)
def h(x):
    assert x.real.bit_length() \\
        .denominator < 0
"""


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", ["f", "g", "h"])
def test_an_assertion_fails_in_its_place(code: Callable[[str], types.CodeType], name: str) -> None:
    def place(made: types.CodeType) -> object:
        space: dict[str, Any] = {}
        exec(made, space)
        with pytest.raises(AssertionError) as failed:
            space[name](1)
        last = traceback.extract_tb(failed.value.__traceback__)[-1]
        return last.lineno, last.colno, last.end_lineno, last.end_colno

    assert place(code(FAILING)) == place(plain_code(FAILING))


def test_a_sum_of_many_terms() -> None:
    made = [instrument(Source.decode("m.py", ("x = " + "a + " * more + "a\n").encode())) for more in (300, 2_000)]
    assert [len(each.structure.sites) for each in made] == [601, 1]
    with pytest.raises(TracecError, match="has no readable form with hooks"):
        _ = made[0].text
