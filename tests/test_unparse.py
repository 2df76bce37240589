"""Trees in, source text out: wrapped where that is safe, the same program always."""

import ast
import textwrap

import pytest

from tracec.passes.syntax.unparse import WIDTH, to_source

LONG_CALL = "result = function(" + ", ".join(f"argument_{n}" for n in range(12)) + ")"
MATCH = textwrap.dedent(f"""
    match value:
        case [first, *rest]:
            {LONG_CALL}
""").strip()


def widest(text: str) -> int:
    return max(map(len, text.splitlines()))


def test_short_code_is_what_ast_unparse_writes() -> None:
    source = "def f(a, b=1):\n    return a + b"
    assert to_source(ast.parse(source).body[0]) == source


def test_a_long_line_is_wrapped_and_stays_the_same_program() -> None:
    tree = ast.parse(LONG_CALL)
    text = to_source(tree)
    assert widest(LONG_CALL) > WIDTH >= widest(text)
    assert ast.dump(ast.parse(text)) == ast.dump(tree)


@pytest.mark.parametrize(
    "source",
    [
        MATCH,  # astor has no handler for match
        f"try:\n    {LONG_CALL}\nexcept* ValueError:\n    pass",
        f"x = f'{{a!r:>10}}' + {'b + ' * 40}c",
        f"async def f():\n    async with a as b:\n        {LONG_CALL}",
        f"x = {'(-1) ** 2 + ' * 20}1",
        f"text = {'word ' * 40!r}",
    ],
)
def test_what_cannot_be_wrapped_safely_is_still_the_same_program(source: str) -> None:
    tree = ast.parse(source)
    assert ast.dump(ast.parse(to_source(tree))) == ast.dump(tree)


def test_a_lone_expression_too_wide_to_wrap_is_written() -> None:
    assert to_source(ast.parse("a" * 100, mode="eval").body) == "a" * 100


def test_trees_made_by_hand_are_written() -> None:
    tree = ast.Return(ast.Call(ast.Name("f" * 90, ast.Load()), [ast.Constant(-1)], []))
    assert to_source(tree).replace(" ", "").replace("\n", "") == f"return{'f' * 90}(-1)"
