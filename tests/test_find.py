"""find, functions, select: text in, text out."""

import ast
import glob
import os
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracec.passes.find import find, functions, select
from tracec.passes.messages import expected_literals
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.target import Target


def source(text: str, path: str = "shop.py") -> Source:
    return Source.decode(path, textwrap.dedent(text).encode())


def marked(text: str) -> str:
    return "\n".join(
        " ".join(filter(None, [t.kind, f"{t.qualname}:{t.span.line}", t.goal, *t.constraints]))
        for t in find(source(text))
    )


def check(text: str, expected: str) -> None:
    assert marked(text) == textwrap.dedent(expected).strip()


def at(text: str, target: Target) -> str:
    """The text of a span, cut out without the help of the code under test."""
    span, lines = target.span, text.replace("\r\n", "\n").split("\n")
    lines = lines[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column]
    return "\n".join([lines[0][span.column :], *lines[1:]] if len(lines) > 1 else [lines[0][span.column :]])


@pytest.mark.parametrize(
    ("imports", "mark"),
    [
        ("import tracec", "@tracec.trainable"),
        ("import tracec as t", "@t.trainable"),
        ("import tracec as t", "@t.trainable()"),
        ("from tracec import trainable", "@trainable"),
        ("from tracec import trainable as tr", "@tr"),
        ("from tracec import *", "@trainable"),
        ("import tracec.runtime.marks", "@tracec.runtime.marks.trainable"),
        ("from tracec.runtime import marks as m", "@m.trainable"),
        ("try:\n    from tracec import trainable\nexcept ImportError: trainable = lambda f: f", "@trainable"),
    ],
)
def test_a_decorator_under_any_name(imports: str, mark: str) -> None:
    targets = find(source(f"{imports}\n{mark}\ndef f(): pass\n"))
    assert [(t.kind, t.qualname, t.marked) for t in targets] == [("code", "f", True)]


@pytest.mark.parametrize(
    "text",
    [
        "from torch import trainable\n@trainable\ndef f(): pass\n",
        "from .tracec import trainable\n@trainable\ndef f(): pass\n",
        "import tracec\n@other.trainable\ndef f(): pass\n",
        "import tracec\ntext = '''\n# tracec: trainable\ndef f(): pass\n'''\n",
        "import tracec\n# prose about `# tracec: trainable`\ndef f(): pass\n",
        "def f(): pass\n",
        "",
    ],
)
def test_no_mark_of_ours(text: str) -> None:
    assert find(source(text)) == ()


def test_goals_and_constraints() -> None:
    check(
        """
        import tracec
        @tracec.trainable(goal="never "
            "negative", constraints=["keep the name", "no imports"])
        async def f(): pass

        @tracec.trainable(goal=GOAL, constraints=RULES)
        def g(): pass
        """,
        """
        code f:3 never negative keep the name no imports
        code g:7 GOAL RULES
        """,
    )


def test_a_class_marks_the_functions_directly_in_it() -> None:
    check(
        """
        from tracec import trainable
        @trainable(goal="right")
        class Cart:
            def total(self):
                def inner(): pass
            if True:
                async def later(self): pass
            @trainable(goal="own")
            def own(self): pass
            class Line:
                def price(self): pass
            def left(self): pass  # tracec: skip
        """,
        """
        code Cart.total:5 right
        code Cart.later:8 right
        code Cart.own:9 own
        """,
    )


def test_comments_on_definitions() -> None:
    check(
        """
        # tracec: trainable from above
        # and another comment
        def a(): pass

        def b(): pass  # tracec: trainable

        def c(
            x,
        ):  # noqa  # tracec: trainable at the end  # fmt: skip
            pass

        # tracec: trainable
        @decorated  # beside
        @twice(
            3)
        def d(): pass

        class E:  # tracec: trainable all
            def f(self): pass
        """,
        """
        code a:4 from above
        code b:6
        code c:8 at the end
        code d:14
        code E.f:20 all
        """,
    )


def test_comments_on_assignments() -> None:
    check(
        '''
        RATE = 0.2  # tracec: trainable between 0 and 1
        # tracec: trainable
        PROMPT: str = """Answer
        in one word"""
        class Cart:
            low = high = -3  # tracec: trainable
            loud = True  # tracec: trainable
            def f(self):
                self.rate = 1e3  # tracec: trainable
        ''',
        """
        number RATE:2 between 0 and 1
        text PROMPT:4
        number Cart.low:7
        choice Cart.loud:8 options=[True, False]
        number Cart.f.rate:10
        """,
    )


def test_params_and_choices() -> None:
    check(
        """
        import tracec as t
        from tracec import param as p, choice
        A = t.param(0.2, goal="small", low=0, high=1)
        B: str = p('text', low=None)
        C = choice(first, options=[first, second])
        flag = p(True)
        class Cart:
            rate = p(value=+1)
            def total(self, n=p(3), *, deep: int = p(4)):
                self.x = p(-1, low=-5) * n
                table["key"] = [p(5), p(6)]
                f(rate=p(7), **{"k": p(8)})
                return p(9) if (w := p(10)) else lambda q=p(11): q
        """,
        """
        number A:4 small low=0 high=1
        text B:5
        choice C:6 options=[first, second]
        choice flag:7 options=[True, False]
        number Cart.rate:9
        number Cart.total.n:10
        number Cart.total.deep:10
        number Cart.total.x:11 low=-5
        number Cart.total.key:12
        number Cart.total.key#2:12
        number Cart.total.rate:13
        number Cart.total.k:13
        number Cart.total.param:14
        number Cart.total.w:14
        number Cart.total.q:14
        """,
    )


def test_the_span_is_the_literal_and_columns_are_characters() -> None:
    text = 'import tracec\nd = {"äß𝔘": tracec.param(\n  -0.5), "é": tracec.param("né"\n    "e")}\n'
    number, words = find(Source.decode("a.py", text.encode()))
    assert (at(text, number), number.value, number.span.column) == ("-0.5", "-0.5", 2)
    assert at(text, words) == '"né"\n    "e"'
    assert ast.literal_eval(words.value) == "née"  # parenthesised: it does not stand alone
    assert words.id == "a.py:é"


def test_a_mark_beside_a_param_says_nothing_new() -> None:
    check("import tracec\nA = tracec.param(1)  # tracec: trainable\n", "number A:2")


def test_skip() -> None:
    check(
        """
        import tracec
        A = tracec.param(1)  # tracec: skip
        # tracec: skip
        @tracec.trainable
        def f(): return tracec.param(2)
        class C:  # tracec: skip
            @tracec.trainable
            def g(self): pass
        @tracec.trainable
        def h():
            def inner(): pass  # tracec: skip
        """,
        "code h:10",
    )


def test_skip_file() -> None:
    top = '#!/usr/bin/env python\n"""Doc."""\n# tracec: skip-file\n'
    code = "import tracec\nA = tracec.param(1)\ndef f(): pass\n"
    assert find(source(top + code)) == functions(source(top + code)) == ()
    assert len(find(source(code + "# tracec: skip-file\n"))) == 1
    assert len(find(source("'# tracec: skip-file'\n" + code))) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import tracec\nx = tracec.param(y)\n", "shop.py:2: only a number, a string or a bool"),
        ("import tracec\nx = tracec.param()\n", "shop.py:2: param() without a value"),
        ("import tracec\nx = tracec.choice(1)\n", "shop.py:2: choice() without a value or its options"),
        ("x = [1]  # tracec: trainable\n", "shop.py:1: only a number"),
        ("x = -True  # tracec: trainable\n", "shop.py:1: only a number"),
        ("x = f'{y}'  # tracec: trainable\n", "shop.py:1: only a number"),
        ("\n# tracec: trainable\n\ndef f(): pass\n", "shop.py:2: this mark marks nothing"),
        ("def f(\n    x=1,  # tracec: trainable\n): pass\n", "shop.py:2: this mark marks nothing"),
        ("x = 1\ndef f(:\n", "shop.py:2: syntax error: "),
        ("if x:\ny\n", "shop.py:2: syntax error: "),
        ("x = '''\n", "shop.py:1: syntax error: "),
        ("x = '\0'\n", "shop.py:1: syntax error: "),
    ],
)
def test_refusals_say_where(text: str, message: str) -> None:
    with pytest.raises(TracecError) as caught:
        find(source(text))
    assert str(caught.value).startswith(message)


def test_what_nests_too_deeply_is_refused_or_found() -> None:
    with pytest.raises(TracecError, match=r"^deep:1: "):
        functions(source("def f(): return " + "(" * 5000 + ")" * 5000, "deep"))
    chain = "if x: pass\n" + "elif x: pass\n" * 300 + "else:\n  def f(): pass\n"
    assert [t.qualname for t in functions(source(chain))] == ["f"]


def test_invalid_escapes_are_not_reported(recwarn: pytest.WarningsRecorder) -> None:
    functions(source("class C:\n    def f(self): return '\\d'\n"))
    assert not recwarn.list


def test_functions_finds_every_function_once() -> None:
    text = """
        import typing
        @typing.overload
        def f(x: int) -> int: ...
        def f(x):
            def inner(): pass
            class Local:
                def method(self): pass
        try:
            if x:
                async def g(): pass
        except E:
            def g(): pass
        class C:
            h = lambda self: 0
            class D:
                @property
                def h(self): pass
                @h.setter
                def h(self, v): pass
        match x:
            case 1:
                def m(): pass
        """
    targets = functions(source(text))
    names = "f:5 g:11 g:13 C.D.h:17 C.D.h:19 m:23"
    assert " ".join(f"{t.qualname}:{t.span.line}" for t in targets) == names
    assert not any(t.marked for t in targets)
    assert targets[3].id == "shop.py:C.D.h"


DEDENTS = {
    "nested": (
        "class A:\n  class B:\n    @d\n    def f(self):\n        if 1:\n            x\n\n        y\n",
        "@d\ndef f(self):\n    if 1:\n        x\n\n    y",
    ),
    "tabs": ("class A:\n\tdef f(self):\n\t\tif 1:\n\t\t\tx\n", "def f(self):\n\tif 1:\n\t\tx"),
    "crlf": ("class A:\r\n  def f(self):\r\n    x = 1\r\n    return x\r\n", "def f(self):\n  x = 1\n  return x"),
    "text keeps its lines": (
        'class A:\n    def f(self):\n        """Doc\n        more"""\n        return """\n  x\n    y\n"""\n',
        'def f(self):\n    """Doc\n        more"""\n    return """\n  x\n    y\n"""',
    ),
    "f-string": (
        'class A:\n    def f(self):\n        return f"""{\n            self}\n    {self!r:>{3}}"""\n',
        'def f(self):\n    return f"""{\n            self}\n    {self!r:>{3}}"""',
    ),
    "continued string": (
        "class A:\n    def f(self):\n        return 'a\\\n        b'\n",
        "def f(self):\n    return 'a\\\n        b'",
    ),
    "comment and continuation with less indentation": (
        "class A:\n    def f(self):\n# odd\n        return [1,\n  2]\n",
        "def f(self):\n# odd\n    return [1,\n2]",
    ),
    "parenthesised decorator": (
        "class A:\n    @(\n        d\n    )\n    def f(self): pass\n",
        "@(\n    d\n)\ndef f(self): pass",
    ),
    "form feed": ("class A:\n\f    def f(self):\n        x\n", "def f(self):\n    x"),
    "one line": ("class A:\n    def f(self): x; y  # why\n", "def f(self): x; y"),
}


@pytest.mark.parametrize("name", DEDENTS)
def test_the_value_is_the_definition_dedented(name: str) -> None:
    text, expected = DEDENTS[name]
    (target,) = functions(Source.decode("a.py", text.encode()))
    assert target.value == expected
    original = next(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    assert ast.dump(ast.parse(target.value).body[0]) == ast.dump(original)


def test_on_the_standard_library_every_value_means_what_it_meant() -> None:
    paths = sorted(glob.glob(os.path.join(os.path.dirname(ast.__file__), "[c-e]*.py")))
    checked = 0
    for path in paths:
        with open(path, "rb") as file:
            code = Source.decode(path, file.read())
        by_line = {n.lineno: n for n in ast.walk(ast.parse(code.text)) if isinstance(n, ast.FunctionDef)}
        for target in functions(code):
            node = ast.parse(target.value).body[0]
            same = by_line.get(target.span.line + node.lineno - 1)
            if same is not None:
                assert ast.dump(node) == ast.dump(same), target.id
                checked += 1
    assert checked > 500


@given(st.lists(st.sampled_from(["é", "a", "𝔘", '"""x"""', " ", "\t", "+", "\\\n"]), max_size=6))
def test_spans_cut_out_the_literal(noise: list[str]) -> None:
    text = f"import tracec\nx = {' '.join(repr(n) for n in noise) or 0}, tracec.param(  12.5  )\n"
    (target,) = find(Source.decode("a.py", text.encode()))
    assert at(text, target) == target.value == "12.5"


SHOP = functions(
    source(
        "def total(): 0\nclass Cart:\n  def total(s): 0\n  def add(s): 0\n  class Line:\n    def price(s): 0\n",
        "a/shop.py",
    )
)
BASKET = functions(source("class Basket:\n  def add(self): pass\n  def scan(self): pass\n", "a/b/__init__.py"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("total", "total"),
        ("Cart.total", "Cart.total"),
        ("scan", "Basket.scan"),
        ("Line.price", "Cart.Line.price"),
        ("Cart", "Cart.total Cart.add Cart.Line.price"),
        ("Line", "Cart.Line.price"),
        ("a/shop.py:add", "Cart.add"),
        ("./shop.py:Cart.add", "Cart.add"),
        ("/home/me/a/shop.py:Cart.add", "Cart.add"),
        ("a.shop:Cart.add", "Cart.add"),
        ("a.b:Basket", "Basket.add Basket.scan"),
        ("a/shop.py:Cart.add", "Cart.add"),
    ],
)
def test_select(name: str, expected: str) -> None:
    assert " ".join(t.qualname for t in select(SHOP + BASKET, [name], "a")) == expected


def test_select_joins_names_in_the_order_of_the_text() -> None:
    assert [t.qualname for t in select(SHOP, ["Line", "total", "Cart.Line.price"])] == ["total", "Cart.Line.price"]
    assert select(SHOP, []) == SHOP


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("add", 'a: "add" may be any of a/shop.py:Cart.add, a/b/__init__.py:Basket.add; name one of them'),
        ("Cart.totla", 'a: nothing here is called "Cart.totla"; did you mean Cart.total'),
        ("prise", 'a: nothing here is called "prise"; did you mean Cart.Line.price?'),
        ("b.py:scan", 'a: nothing here is called "b.py:scan"; did you mean Basket.scan?'),
        ("zzz", 'a: nothing here is called "zzz"; the names are total, Cart.total'),
    ],
)
def test_select_refuses(name: str, message: str) -> None:
    with pytest.raises(TracecError) as caught:
        select(SHOP + BASKET, [name], "a")
    assert str(caught.value).startswith(message)


def test_marks_in_the_texts_of_tests() -> None:
    source = '@mark.parametrize("n", ["1,000", "2,000", "a || b"])\ndef test_a(n):\n    "Doc; x."\n'
    source += 'class Test:\n    def test_b(self): assert f() == "-"\n'
    assert expected_literals.marks(source, {"test_a"}) == (",", " ", "||")
    assert expected_literals.marks(source, {"test_b", "no"}) == ("-",)
    assert expected_literals.marks("def (", {"test_a"}) == ()
