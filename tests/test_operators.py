"""Each operator: a program before, and a text it must propose after; the contracts all of them keep."""

import ast
import itertools
import textwrap
from dataclasses import replace

import pytest

from tracec.passes.nouns.clues import NO_CLUES, FailureClues
from tracec.passes.nouns.credit import Evidence, State
from tracec.passes.nouns.span import Span
from tracec.passes.propose.repair.context import Context
from tracec.passes.propose.repair.evidence.moments import TELLING, UNKNOWN, USUAL, Moments
from tracec.passes.propose.repair.facts import Facts
from tracec.passes.propose.repair.operators import OPERATORS
from tracec.passes.propose.repair.operators.names import other_variable
from tracec.passes.propose.repair.rewrite import Edits
from tracec.passes.propose.repair.suspicion import suspicion
from tracec.passes.syntax.scope import Scope
from tracec.passes.syntax.tree import Tree

Names = dict[str, tuple[object, ...]]


def prepare(source: str, names: Names | None = None, clues: FailureClues = NO_CLUES) -> tuple[Tree, Context, Edits]:
    """The last definition of a file, as the operators see it; nothing is suspect."""
    module = ast.parse(textwrap.dedent(source))
    tree = Tree.of(module.body[-1])
    suspects = suspicion(tree, (), {}, 0.0, False, clues)
    facts = Facts(tree, module, suspects, tuple((names or {}).items()), clues)
    return tree, Context(tree, Scope(tree, module), facts, suspects), Edits(tree)


def proposals(
    source: str, operator: str, names: Names | None = None, most: int = 4000, clues: FailureClues = NO_CLUES
) -> list[str]:
    """The texts that the operators of one name propose."""
    tree, context, edits = prepare(source, names, clues)
    found = []
    for node in (tree.root, *tree.places):
        for row in OPERATORS:
            if row.name == operator and tree.role(node) in row.roles and isinstance(node, row.nodes):
                changes = itertools.islice(row.make(node, context), most)
                found += [edits.written(node, change) for _, change in changes]
    return [text for text in found if text is not None]


def body(text: str) -> str:
    """A function's text without its first line and indentation."""
    return textwrap.dedent(text.partition("\n")[2])


NUMBERS: Names = {"a": (1, 5), "b": (2, 3), "n": (4,), "i": (0, 1)}
LISTS: Names = {"a": ([1, 2],), "b": ([3],), "n": (4,)}
TEXTS: Names = {"a": ("one", "two"), "b": ("x",)}
CASES: list[tuple[str, str, str, Names]] = [
    ("comma", "return a,", "return a", NUMBERS),
    ("comparison", "return a < b", "return a <= b", NUMBERS),
    ("plain guard", "return n.f(a)", "if a is None:\n    return None\nreturn n.f(a)", {"a": (None, 1)}),
    (
        "plain guard",
        "for i in a:\n    n(i)",
        "for i in a:\n    if not i:\n        continue\n    n(i)",
        {"i": ([], [1])},
    ),
    (
        "plain guard",
        "n = b\nreturn n + a",
        "n = b\nif a is None:\n    a = b\nreturn n + a",
        {"a": (None, 1), "b": (2,)},
    ),
    ("plain guard", "return f'{n(a)} of {b}'", "if not b:\n    return n(a)\nreturn f'{n(a)} of {b}'", {"b": ({},)}),
    ("plain guard", "return n[a]", "if a.startswith('__'):\n    return None\nreturn n[a]", TEXTS),
    (
        "neighbour condition",
        "if a:\n    return 1\nif b < n:\n    return 2",
        "if a or b < n:\n    return 1\nif b < n:\n    return 2",
        NUMBERS,
    ),
    ("neighbour condition", "if n(a):\n    return 1", "if n(a) and b is None:\n    return 1", {"b": (None, 1)}),
    ("only for None", "n = a or b\nreturn n", "n = b if a is None else a\nreturn n", NUMBERS),
    ("None or empty", "if a:\n    return b", "if a is not None:\n    return b", {"a": (None, 0)}),
    ("None or empty", "if a is not None:\n    return b", "if a:\n    return b", {}),
    ("missing f", "return 'x {a} {b.c!r}'", "return f'x {a} {b.c!r}'", NUMBERS),
    ("position", "return len(a) - len(b)", "return a.find(b)", TEXTS),
    ("pattern", "return re.match('x+y', a)", "return re.match('x*y', a)", TEXTS),
    ("missing import", "return math.floor(a)", "import math\nreturn math.floor(a)", NUMBERS),
    ("missing import", "return deque(a)", "from collections import deque\nreturn deque(a)", LISTS),
    ("missing loop", "n += x\nreturn n", "for x in a:\n    n += x\nreturn n", LISTS),
    ("missing loop", "b.append(x)\nreturn b", "for x in range(n):\n    b.append(x)\nreturn b", LISTS),
    ("missing loop", "a -= b\nreturn a", "while a > b:\n    a -= b\nreturn a", NUMBERS),
    ("comparison", "return a is b", "return a is not b", {}),
    ("comparison", "return a in b", "return a not in b", {}),
    ("comparison", "return a == b", "return a >= b", NUMBERS),
    ("comparison", "return a == 0", "return a < 0", NUMBERS),
    ("comparison order", "return a in b", "return b in a", {}),
    ("drop comparison", "n = a == b\nreturn n", "n = a\nreturn n", NUMBERS),
    ("assign", "n == a\nreturn n", "n = a\nreturn n", NUMBERS),
    ("surplus element", "return a, b", "return a", NUMBERS),
    ("everywhere", "n.add(a[b])\nreturn a[b]", "n.add(b)\nreturn b", NUMBERS),
    ("everywhere", "a += 1\nn()\na += 1\nreturn a", "n()\nreturn a", NUMBERS),
    ("comparison chain", "return a < b < n", "return b < n", NUMBERS),
    ("comparison of both", "return a < b", "return len(a) < len(b)", TEXTS),
    ("comparison of both", "return a[n] == b[n]", "return a[n - 1] == b[n - 1]", LISTS),
    ("comparison of both", "return a == b", "return a.lower() == b.lower()", TEXTS),
    ("range", "for i in range(n):\n    b()", "for i in range(a + 1, n):\n    b()", NUMBERS),
    ("constant", "return a[1]", "return a[-2]", LISTS),
    ("parentheses", "return a * 5 / 9", "return a * 9 / 5", NUMBERS),
    ("missing key", "return a", "return a['k']", {"a": ({"k": 1},)}),
    ("comparison bound", "return a < b", "return a <= 0", NUMBERS),
    ("comparison bound", "return len(a) == 0", "return len(a) <= 1", {}),
    ("and/or", "return a and b", "return a or b", {}),
    ("and/or", "return a and b and n", "return (a or b) and n", {}),
    ("drop operand", "return a and b", "return b", {}),
    ("operand order", "return a and b", "return b and a", {}),
    ("unwrap", "return not a", "return a", {}),
    ("choice", "return a if n else b", "return b if n else a", {}),
    ("negate", "if a:\n    return b", "if not a:\n    return b", {}),
    ("constant condition", "while a:\n    return b", "while True:\n    return b", {}),
    ("missing condition", "if a < b:\n    return 1", "if a < b or n == 0:\n    return 1", NUMBERS),
    ("missing condition", "while True:\n    n = a.pop()", "while a:\n    n = a.pop()", LISTS),
    ("missing condition", "if a.x is None:\n    return 1", "if a is None or a.x is None:\n    return 1", {}),
    ("missing condition", "if n in a:\n    return 1", "if n in b and n in a:\n    return 1", LISTS),
    ("other condition", "if a < b:\n    return 1", "if n == a:\n    return 1", NUMBERS),
    ("arithmetic", "return a + b", "return a - b", NUMBERS),
    ("arithmetic", "a += b", "a *= b", NUMBERS),
    ("arithmetic", "return a & b", "return a ^ b", NUMBERS),
    ("drop operand", "return a + b", "return a", NUMBERS),
    ("operand order", "return a - b", "return b - a", NUMBERS),
    ("parentheses", "return a - b * n", "return (a - b) * n", NUMBERS),
    ("parentheses", "return a - b // n", "return a // n - b", NUMBERS),
    ("off by one", "return a", "return a + 1", NUMBERS),
    ("off by one", "return a[n]", "return a[n - 1]", NUMBERS),
    ("off by one", "for i in range(n):\n    b()", "for i in range(n + 1):\n    b()", NUMBERS),
    ("rescale", "return a", "return abs(a)", NUMBERS),
    ("missing operand", "return a", "return a + b", NUMBERS),
    ("missing operand", "return a + n", "return max(0, a + n)", NUMBERS),
    ("constant", "return 3", "return 4", {}),
    ("constant", "return True", "return False", {}),
    ("constant", "return 3", "return -3", {}),
    ("constant", "return None", "return []", {}),
    ("constant", "return 0", "return float('inf')", {}),
    ("constant of this program", "n = 7\nreturn 3", "n = 7\nreturn 7", {}),
    ("constant of this program", "return a + 3", "return a + 5", NUMBERS),
    ("text", "return 'yes'", "return 'Yes'", {}),
    ("text", "return a in 'abc'", "return a in 'abcABC'", {}),
    ("text", "return ['ab,', 'c']", "return ['ab', 'c']", {}),
    ("small number", "return 24", "return 26", {}),
    ("variable", "return a", "return b", NUMBERS),
    ("attribute", "return a.x + b.y", "return a.y + b.y", {}),
    ("drop attribute", "return a.x", "return a", {}),
    ("missing attribute", "return a.x == a", "return a.x == a.x", {}),
    ("assigned variable", "i = a\ni = b\nn = i", "i = a\nn = b\nn = i", NUMBERS),
    ("assigned place", "a[n] = 1\nb[n] = 2", "b[n] = 1\nb[n] = 2", NUMBERS),
    ("target order", "i, n = a\nreturn i", "n, i = a\nreturn i", NUMBERS),
    ("argument order", "return a(b, n)", "return a(n, b)", {}),
    ("argument order", "a.insert(b, n)", "a.insert(n, b)", {}),
    ("surplus argument", "return a(b, n)", "return a(b)", {}),
    ("surplus argument", "return a(b, key=n)", "return a(b)", {}),
    ("missing argument", "return a(b)", "return a(b, n)", {}),
    ("of two", "return max(n)", "return max(a, b)", {**NUMBERS, "n": ([1],)}),
    ("flag", "return a(reverse=True)", "return a(reverse=False)", {}),
    ("sorting", "return sorted(a)", "return sorted(a, reverse=True)", LISTS),
    ("sorting", "return max(a)", "return max(a, key=len)", LISTS),
    ("range", "return range(a)", "return range(1, a)", NUMBERS),
    ("drop call", "return a(b)", "return b", {}),
    ("drop call", "return a.strip()", "return a", {}),
    ("function", "return any(a)", "return all(a)", {}),
    ("function", "return min(a)", "return max(a)", {}),
    ("method", "a.append(b)", "a.extend(b)", {}),
    ("element order", "return (a, b)", "return (b, a)", {}),
    ("surplus element", "return [a, b]", "return [b]", {}),
    ("missing element", "return [a]", "return [a, b]", {}),
    ("nested list", "return []", "return [[]]", {}),
    ("value order", "return {1: a, 2: b}", "return {1: b, 2: a}", {}),
    ("drop subscript", "return a[0]", "return a", {}),
    ("key order", "return a[b, n]", "return a[n, b]", {}),
    ("key order", "return a[b][n]", "return a[n][b]", {}),
    ("slice", "return a[1:]", "return a[:1]", LISTS),
    ("slice", "return a[1:]", "return a[1:n]", LISTS),
    ("slice", "return a[1:]", "return a[1::2]", LISTS),
    ("slice", "return a[n]", "return a[n:]", LISTS),
    ("slice", "return a", "return a[::-1]", LISTS),
    ("slice", "for i in a:\n    b()", "for i in a[n:]:\n    b()", LISTS),
    ("default", "return a[n]", "return a.get(n, 0)", {"a": ({1: 2},)}),
    ("drop filter", "return [i for i in a if i]", "return [i for i in a]", {}),
    ("missing filter", "return [i for i in a]", "return [i for i in a if n > i]", {**LISTS, "i": (1,)}),
    ("comprehension", "return [i for i in a]", "return {i for i in a}", {}),
    ("missing call", "return a", "return len(a)", LISTS),
    ("missing call", "return a", "return a.lower()", TEXTS),
    ("missing sort", "return a", "return sorted(a, key=len)", LISTS),
    ("missing part", "return a", "return b + a", TEXTS),
    ("missing part", "return a", "return a + [n]", LISTS),
    ("missing separator", "return a + b", "return a + '.' + b", TEXTS),
    ("fallback", "return a", "return a or 0", {"a": (None, 1)}),
    ("other expression", "n = len(a)\nreturn n", "n = len(a)\nreturn len(a)", LISTS),
    ("other expression", "return n", "return max(a, b)", NUMBERS),
    ("other expression", "return n", "return a[0]", {"n": (4,), "a": ([1],)}),
    ("other result", "return 0", "return a", LISTS),
    ("repeated operation", "return a == b ** 3", "return a ** 3 == b ** 3", NUMBERS),
    ("delete", "a()\nreturn b", "return b", {}),
    ("jump", "for i in a:\n    break", "for i in a:\n    continue", {}),
    ("assign", "a += b", "a = b", {}),
    ("assign", "a.update(b)", "a = b", {}),
    ("update", "a = b", "a += b", {}),
    ("once", "while a:\n    a()", "if a:\n    a()", {}),
    ("repeat", "if a:\n    a()", "while a:\n    a()", {}),
    ("branches", "if a:\n    b()\nelse:\n    n()", "if a:\n    n()\nelse:\n    b()", {}),
    ("branches", "if a:\n    b()", "b()", {}),
    ("else", "if a:\n    b()\nn()", "if a:\n    b()\nelse:\n    n()", {}),
    ("generator", "yield a", "yield from a", {}),
    ("guard", "b.pop()", "if n in b:\n    b.pop()", {"b": ([1],), "n": (1,)}),
    ("statement order", "a()\nb()", "b()\na()", {}),
    ("move out", "for i in n:\n    a()\n    b()", "for i in n:\n    a()\nb()", {}),
    ("move in", "for i in n:\n    a()\nb()", "for i in n:\n    a()\n    b()", {}),
    ("missing assignment", "i = a\nreturn i", "i = a\ni = b\nreturn i", NUMBERS),
    ("missing collection", "a.pop()", "a.pop()\na.append(n)", LISTS),
    ("missing count", "i = 0\nfor a in b:\n    a()", "i = 0\nfor a in b:\n    a()\n    i += 1", NUMBERS),
    ("missing return", "a()", "a()\nreturn b", {}),
    ("missing statement", "a.sort()\nreturn b", "a.sort()\nb.sort()\nreturn b", LISTS),
    ("missing jump", "for i in a:\n    b()", "for i in a:\n    b()\n    break", {}),
    ("missing else", "if a:\n    b.x()", "if a:\n    b.x()\nelse:\n    a.x()", {}),
    ("missing update", "return a", "a = a.lower()\nreturn a", TEXTS),
    ("missing update", "return a", "a = sorted(a)\nreturn a", LISTS),
    ("repeated comparison", "if a == 1 or 2:\n    return b", "if a == 1 or a == 2:\n    return b", NUMBERS),
    ("iteration", "for i in a:\n    b(i)", "for i in range(len(a)):\n    b(i)", LISTS),
    ("iteration", "for i in range(len(a)):\n    b(i)", "for i in a:\n    b(i)", LISTS),
    ("iteration", "for i in n:\n    b(i)", "for i in range(n):\n    b(i)", NUMBERS),
    ("iteration", "for i, n in a:\n    b(i)", "for i, n in a.items():\n    b(i)", {"a": ({1: 2},)}),
    (
        "answer after loop",
        "for i in a:\n    if i:\n        return 1\n    else:\n        return 2",
        "for i in a:\n    if i:\n        return 1\nreturn 2",
        LISTS,
    ),
    ("move out", "for i in a:\n    if i:\n        b()\n        n()", "for i in a:\n    if i:\n        b()\nn()", {}),
    ("move in", "for i in a:\n    if i:\n        b()\nn()", "for i in a:\n    if i:\n        b()\n        n()", {}),
    ("at once", "a = b\nb = a + b", "a, b = (b, a + b)", {}),
    (
        "test order",
        "if a:\n    b()\nelif n:\n    a()\nelse:\n    n()",
        "if n:\n    a()\nelif a:\n    b()\nelse:\n    n()",
        {},
    ),
    ("keep result", "sorted(a)\nreturn a", "a = sorted(a)\nreturn a", {}),
    ("return", "print(a)", "return a", {}),
    ("in place", "a = a.append(b)", "a.append(b)", {}),
    ("in place", "return a.sort()", "a.sort()\nreturn a", {}),
    ("result", "return", "return a", {}),
    ("missing argument", "return [x for x, y in zip(a)]", "return [x for x, y in zip(a, b)]", {}),
    ("missing call", "return [a.pop(), a.pop]", "return [a.pop(), a.pop()]", {}),
    ("missing argument", "return int(a)", "return int(a, n)", {"n": (2,)}),
    ("missing argument", "return a.replace('-')", "return a.replace('-', b)", {}),
    ("missing exception", "raise f'no {a}'", "raise ValueError(f'no {a}')", {}),
    ("default", "a[n] += 1", "a[n] = a.get(n, 0) + 1", {"a": ({1: 2},)}),
    ("default", "a[n].append(b)", "a.setdefault(n, []).append(b)", {"a": ({1: [2]},)}),
    ("text", "return '{:.1f}'.format(a)", "return '{:.2f}'.format(a)", {}),
    ("separator", "return ''.join(a)", "return ' '.join(a)", {}),
    ("separator", "return a.split(' ')", "return a.split(',')", {}),
    ("everywhere", "return a < b and b < n", "return a <= b and b <= n", NUMBERS),
    ("everywhere", "return a / b / n", "return a // b // n", NUMBERS),
    ("everywhere", "return a[1] + b[1]", "return a[2] + b[2]", {}),
    ("everywhere", "return a + a - b", "return b + b - b", NUMBERS),
    ("missing else", "if n:\n    a = b", "if n:\n    a = b\nelse:\n    a += b", TEXTS),
    ("early return", "return a / b", "if b == 0:\n    return 0\nreturn a / b", NUMBERS),
    ("missing twin", "n(a[0])\nn(b[0])\nn(a[9:])", "n(a[0])\nn(b[0])\nn(a[9:])\nn(b[9:])", LISTS),
    ("early jump", "for i in a:\n    b(i)", "for i in a:\n    if i is None:\n        continue\n    b(i)", {}),
]


@pytest.mark.parametrize(("operator", "before", "after", "names"), CASES)
def test_operator_proposes(operator: str, before: str, after: str, names: Names) -> None:
    source = "def f(a, b, n):\n" + textwrap.indent(before, "    ")
    assert after in [body(text) for text in proposals(source, operator, names)]


def test_every_operator_has_a_case() -> None:
    tested = {operator for operator, *_ in CASES} | {
        "missing call",
        "loop order",
        "return",
        "shared default",
        "missing mark",
        "forward",
        "keep argument",
        "missing item",
        "placeholder",
        "unfinished",
        "as elsewhere",
        "missing name",
        "missing default",
        "take apart",
        "unknown name",
        "special method",
        "text of the test",
        "member",
        "surplus text",
        "encoding",
        "raise",
        "alternative",
        "text of it",
        "surplus parameter",
        "missing parameter",
        "optional parameter",
    }
    assert {row.name for row in OPERATORS} <= tested


def test_a_member_that_failing_tests_show_is_added_to_a_table() -> None:
    clues = FailureClues(test_texts=("three", "on"))
    source = "def f(a):\n    return a in {'one', 'two'} or a in ('o', 'n')"
    found = proposals(source, "member", TEXTS, clues=clues)
    assert "def f(a):\n    return a in {'one', 'two', 'three'} or a in ('o', 'n')" in found
    assert "def f(a):\n    return a in {'one', 'two'} or a in ('o', 'n', 't')" in found
    assert not [text for text in found if "'three', 'three'" in text or "'n', 'on'" in text]


def test_what_failing_tests_show_takes_the_place_of_a_text_or_is_put_beside_it() -> None:
    source = "def f(a):\n    return 'no' + a"
    clues = FailureClues(("yes.",))
    assert "def f(a):\n    return 'yes.' + a" in proposals(source, "constant of this program", clues=clues)
    assert "def f(a):\n    return 'no' + (a + '.')" in proposals(source, "missing mark", TEXTS, clues=clues)
    assert not [text for text in proposals(source, "other expression", TEXTS, clues=clues) if "yes" in text]


def test_a_method_that_the_file_calls_on_what_is_called_alike() -> None:
    source = "def g(b): return b.size.bit_length()\ndef f(a): return a.size"
    assert "def f(a):\n    return a.size.bit_length()" in proposals(source, "missing call")
    assert "def f(a):\n    return list(a.values())" in proposals(
        "def f(a):\n    return list(a)", "missing call", {"a": ({1: 2},)}
    )


def test_functions_of_the_file_are_called_and_exchanged() -> None:
    source = "def odd(x): return x % 2 == 1\ndef even(x): return x % 2 == 0\ndef f(a): return odd(a) and a > 2"
    assert "def f(a):\n    return even(a) and a > 2" in proposals(source, "function")
    assert "def f(a):\n    return odd(odd(a)) and a > 2" not in proposals(source, "missing call")
    assert "def f(a):\n    return odd(a) and odd(a > 2)" in proposals(source, "missing call")


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("return lenght(a)", "return len(a)", LISTS),
        ("a.first(0)\nreturn a.substitute(b)", "a.first(0)\nreturn a.replace(b)", TEXTS),
        ("a.push(b)\nreturn a", "a.insert(b)\nreturn a", LISTS),
        ("this.n = a\nreturn n", "n = a\nreturn n", {}),
        ("return a[0] - this", "return a[0] - a[0 + 1]", LISTS),
        ("return self.max(a)", "return max(a)", LISTS),
        ("return a.sum()", "return sum(a)", LISTS),
        ("return self.sum(a) + self.sum(b)", "return sum(a) + sum(b)", LISTS),
        ("return this.len(a)", "return len(a)", LISTS),
        ("return a.fizz(b) + a.fizz(a)", "return ''.join(b) + ''.join(a)", LISTS),
        ("return lenght(a, b)", "return a < b", NUMBERS),
        ("return a.fizz(b)", "return ''.join(b)", LISTS),
        ("return a.remove()", "return a.pop()", LISTS),
        ("return a.fizz()", "return 'Fizz'", {}),
        ("this.x = 1\nreturn this", "a.x = 1\nreturn a", {}),
    ],
)
def test_what_nothing_has_becomes_what_there_is(before: str, after: str, names: Names) -> None:
    source = "def f(a, b):\n" + textwrap.indent(before, "    ")
    clues = FailureClues(
        ("Fizz",),
        missing_names=("lenght", "push", "substitute", "max", "sum", "fizz", "this"),
        rejected_calls=("list.remove",),
    )
    assert after in [body(text) for text in proposals(source, "unknown name", names, clues=clues)]
    assert not proposals(source, "unknown name", names)


def test_a_name_that_nothing_has_is_suspect() -> None:
    def ranks(clues: FailureClues) -> list[str]:
        tree, context, _ = prepare("def f(a):\n    b = a + 1\n    return lenght(a)", clues=clues)
        weighed = {node: context.suspicion.likely.get(node, 0.0) for node in tree.places}
        return [ast.unparse(node) for node in weighed if weighed[node] == max(weighed.values())]

    assert ranks(FailureClues(missing_names=("lenght",))) == ["lenght(a)", "lenght"]
    assert len(ranks(FailureClues())) > 2


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("missing parameter", "f()", "f(self)"),
        ("missing parameter", "f(a)", "f(a, n)"),
        ("missing parameter", "f(a)", "f(a, key)"),
        ("surplus parameter", "f(a, n)", "f(a)"),
        ("surplus parameter", "f(a, n=1)", "f(a)"),
        ("surplus parameter", "f(n, a=2)", "f(n)"),
        ("optional parameter", "f(a, n)", "f(a, n=None)"),
    ],
)
def test_a_function_takes_what_it_is_called_with(operator: str, before: str, after: str) -> None:
    source = f"class Box:\n    def {before}:\n        return n"
    module = ast.parse(source)
    tree = Tree.of(module.body[0].body[0])  # type: ignore[attr-defined]
    for clues in (FailureClues(missing_names=("key",), rejected_calls=("Box.f",)), FailureClues()):
        suspects = suspicion(tree, (), {}, 0.0, False, clues)
        context = Context(tree, Scope(tree, module), Facts(tree, module, suspects, (), clues), suspects)
        rows = [row for row in OPERATORS if row.name == operator]
        texts = [Edits(tree).written(tree.root, new) for row in rows for _, new in row.make(tree.root, context)]
        assert (f"def {after}:\n    return n" in texts) == bool(clues.rejected_calls)


CLASS = """
class Box:
    def __getattr__(self, name): return name
    def f(self, a, n):
        if n is None:
            raise ValueError(f"no {n}")
        BODY
"""


@pytest.mark.parametrize(
    ("operator", "before", "after", "clues"),
    [
        ("special method", "return getattr(self, a)", "return self.__getattr__(a)", {}),
        ("text of the test", "return a['OLD_NAME']", "return a['NEW_NAME']", {"test_texts": ("NEW_NAME",)}),
        ("surplus text", "return a", "return a.rstrip('!')", {"compared_texts": (("bcd!", "bcd"),)}),
        ("surplus text", "return a", "return a.removeprefix('x: ')", {"compared_texts": (("y of z", "x: y of z"),)}),
        ("encoding", "return open(a)", "return open(a, errors='ignore')", {"raised": ("UnicodeDecodeError",)}),
        ("raise", "return a", "raise ValueError(f'no {n}')", {"expected_errors": (("ValueError", ""),)}),
        ("raise", "return a", "raise KeyError('is gone')", {"expected_errors": (("KeyError", "^is gone$"),)}),
        ("plain guard", "return a", "if not a:\n    raise KeyError('not a')\nreturn a",
         {"expected_errors": (("KeyError", ""),)}),
    ],
)  # fmt: skip
def test_what_a_failing_test_shows_is_put_in(
    operator: str, before: str, after: str, clues: dict[str, tuple[object, ...]]
) -> None:
    module = ast.parse(CLASS.replace("BODY", before))
    tree = Tree.of(module.body[0].body[1])  # type: ignore[attr-defined]
    said = FailureClues(**clues)  # type: ignore[arg-type]
    suspects = suspicion(tree, (), {}, 0.0, False, said)
    names: Names = {"a": ("a!",)}
    context = Context(tree, Scope(tree, module), Facts(tree, module, suspects, tuple(names.items()), said), suspects)
    rows = [row for row in OPERATORS if row.name == operator]
    nodes = [(node, row) for node in tree.places for row in rows if isinstance(node, row.nodes)]
    texts = [
        Edits(tree).written(node, new)
        for node, row in nodes
        if tree.role(node) in row.roles
        for _, new in row.make(node, context)
    ]
    whole = [text for text in texts if text is not None and text.endswith(textwrap.indent(after, "    "))]
    assert whole
    without = Context(tree, Scope(tree, module), Facts(tree, module, suspects, tuple(names.items())), suspects)
    silent = [new for node, row in nodes for _, new in row.make(node, without)]
    assert not silent or operator in ("special method", "plain guard")


def test_a_value_that_cannot_be_evaluated_is_taken_from_elsewhere() -> None:
    module = ast.parse("def f(a, b):\n    n = len(a[0])\n    return n + 1\n")
    tree = Tree.of(module.body[0])
    clues = FailureClues(raised_at=(("m.py", 2),), raised=("IndexError",))
    evidence = (Evidence(Span("m.py", 2, 4, 2, 17), 1.0),)
    suspects = suspicion(tree, evidence, {}, 1.0, False, clues)
    facts = Facts(tree, module, suspects, (("a", ([], [[1]])), ("b", ([1],)), ("n", (1,))), clues)
    context = Context(tree, Scope(tree, module), facts, suspects)
    row = next(row for row in OPERATORS if row.name == "alternative")
    call = next(node for node in tree.places if isinstance(node, ast.Call))
    texts = [ast.unparse(new) for _, new in row.make(call, context) if isinstance(new, ast.expr)]
    assert "len(a[0]) if a else len(b)" in texts
    assert "len(a[0]) if a else 0" in texts
    texts_of = next(row for row in OPERATORS if row.name == "text of it")
    elsewhere = next(node for node in tree.places if isinstance(node, ast.BinOp))
    assert not list(texts_of.make(elsewhere, context))
    assert not list(row.make(elsewhere, context))


def test_conditions_that_tell_failing_tests_from_passing_ones_come_first() -> None:
    module = ast.parse("def f(a, b):\n    return a.g(b)\n")
    tree = Tree.of(module.body[0])
    span = Span("m.py", 2, 11, 2, 12)
    states = [
        State(span, "t_fails", (("a", None), ("b", 0)), (None,)),
        State(span, "t_passes", (("a", 1), ("b", 0)), (1,)),
    ]
    moments = Moments.of(tree, states, frozenset(("t_fails",)), {})
    node = tree.root.body[0]  # type: ignore[attr-defined]
    price = {text: moments.price(ast.parse(text, mode="eval").body, node) for text in ("a is None", "not b", "b", "c")}
    assert price["a is None"] == -TELLING
    assert price["not b"] == USUAL
    assert price["b"] is None  # no failing test would meet it
    assert price["c"] == UNKNOWN


BOX = """
class Base: pass
class Box(Base):
    def get(self, key): return self.items[key] + self.size + self._make()
    def hold(self, key): self.held = key
    def add(self, {0}):
        {1}
"""


@pytest.mark.parametrize(
    ("operator", "parameters", "before", "after"),
    [
        ("keep argument", "size", "self.items = {}", "self.size = size\n        self.items = {}"),
        ("keep argument", "other", "self.items = {}", "self.other = other\n        self.items = {}"),
        ("forward", "*args, **kw", "return None", "return self._make(*args, **kw)"),
        ("forward", "*args", "if args: return None", "if args:\n            return self._make(*args)"),
        ("forward", "key", "return None", "return self.get(key)"),
        ("forward", "size", "self.items = {}", "super().add(size)\n        self.items = {}"),
        ("missing item", "key, value", "print(1)", "self.items[key] = value\n        print(1)"),
        ("placeholder", "size", "pass", "self.size = size"),
        ("placeholder", "size", "pass", "self.held = None"),
        ("unfinished", "size", "return None", "return self"),
        ("forward", "make", "return self.size", "return make(self.size)"),
        ("missing default", "size=None", "print(size)", "if size is None:\n            size = {}\n        print(size)"),
        ("take apart", "pair", "print(a, b)", "a, b = pair\n        print(a, b)"),
        ("forward", "*args", "return None", "return self._make(*reversed(args))"),
    ],
)
def test_what_nothing_uses_is_handed_on(operator: str, parameters: str, before: str, after: str) -> None:
    source = BOX.format(parameters, before)
    said = [text for text in proposals(source, operator) if f"def add(self, {parameters}):\n        {after}" in text]
    assert said


def test_calls_are_made_as_elsewhere_in_the_file() -> None:
    source = "def g(x): return h(x, 'th')\ndef k(x): return h(1, flag=True) + m(x)\ndef f(x): return h(x)"
    said = proposals(source, "as elsewhere")
    assert "def f(x):\n    return h(x, 'th')" in said
    assert "def f(x):\n    return h(x, flag=True)" in said
    assert "def f(x):\n    return h(1)" in said
    assert proposals("def g(x): return h(y)\ndef f(x): return h(x)", "as elsewhere") == []


TWINS = """
class One(Base):
    SPACES = " "
    def __init__(self, env):
        super().__init__(env, Base.one)
        self.size: int = 0
        self.proc = env.active
    def is_mark(self): return self in self.MARKS
class Two(Base):
    def __init__(self, {0}):
        super().__init__(env, Base.two)
        {1}
        self.size = 0
    def is_{2}(self):
        {3}
"""


@pytest.mark.parametrize(
    ("made", "after"),
    [
        (("env", "pass", "x", "return None"), "super().__init__(env, Base.two)\n        self.proc = env.active"),
        (("env", "", "x", "return None"), "self.size = 0\n        self.proc = env.active"),
        (("other", "self.a = other", "x", "return None"), "self.size = 0\n        self.proc = other.active"),
    ],
)
def test_what_the_same_method_of_another_class_does(made: tuple[str, ...], after: str) -> None:
    said = [*proposals(TWINS.format(*made), "as elsewhere"), *proposals(TWINS.format(*made), "placeholder")]
    assert [text for text in said if after in text]


def test_what_another_method_returns_with_the_attribute_that_is_named_alike() -> None:
    source = TWINS.format("env", "", "spaces", "return self.SPACES + None").replace("class Two(Base)", "class Two(One)")
    source = source.replace("+ None", "").replace("return self.SPACES", "print(self.SPACES)\n        return None")
    source = source.replace("    def is_mark", "    def other(self): pass\n    def is_spaces")
    assert [text for text in proposals(source, "as elsewhere") if "return self in self.SPACES" in text]


def test_what_a_failing_test_misses_is_supplied() -> None:
    source = "def g(width): size = width\nclass A:\n    def f(self, width):\n        return size + self.owner"
    tree, context, edits = prepare(source, clues=FailureClues(own_missing_names=("size", "owner")))
    row = next(row for row in OPERATORS if row.name == "missing name")
    found = [
        edits.written(node, change)
        for node in tree.places
        if isinstance(node, ast.stmt) and tree.role(node) in row.roles
        for _, change in row.make(node, context)
    ]
    assert [text for text in found if text and "size = width\n" in text]
    assert [text for text in found if text and "self.owner = width\n" in text]


def test_what_a_near_copy_returns_less_what_is_not_known() -> None:
    source = """
def search(format, text, pos):
    p = Parser(format)
    return p.search(text, pos, all=True)
def parse(format, text):
    p = Parser(format)
    return None
"""
    said = proposals(source, "as elsewhere")
    assert [text for text in said if "return p.parse(text, all=True)" in text]


def test_what_the_function_beside_returns_with_the_attribute_that_is_named_as_this_one() -> None:
    source = "def found(): return {}\ndef _many(a, n):\n    return found().many(a, n)\ndef _one(a):\n    return None"
    assert [text for text in proposals(source, "as elsewhere") if "return found().one(a)" in text]


def test_what_is_imported_and_used_nowhere_is_called() -> None:
    imports = "from heapq import heappop\nfrom os import path, sep\nfrom typing import List\n"
    source = imports + "__all__ = ['sep']\ndef f(a):\n    return a + path"
    said = proposals(source, "missing call")
    assert "def f(a):\n    return heappop(a) + path" in said
    assert not [text for text in said if "sep(" in text or "List(" in text]


def test_what_another_method_puts_together_is_taken_apart() -> None:
    source = """
class Box:
    def state(self): return self.items, self.size
    def restore(self, state):
        pass
"""
    assert [t for t in proposals(source, "placeholder") if "self.items, self.size = state" in t]


def test_what_a_class_has_for_itself_and_nothing_reads_is_used() -> None:
    source = """
class Parser:
    @property
    def _match_re(self): return 1
    def _expand(self, a): return a
    def match(self, text):
        m = 0
        return m
"""
    assert [t for t in proposals(source, "missing call") if "return self._expand(m)" in t]
    lacking = source.replace("m = 0", "pass")
    assert [t for t in proposals(lacking, "placeholder") if "m = self._match_re.match(text)" in t]


def test_what_a_call_must_give_and_does_not() -> None:
    source = "def g(size, owner): return size\ndef f(size, owner, other):\n    return g({0})"
    for given in ("owner", "size"):
        assert [t for t in proposals(source.format(given), "missing argument") if "return g(size, owner)" in t]


def test_what_a_call_may_give_by_the_name_of_the_parameter() -> None:
    source = "def g(size, owner=None, deep=False): return size\ndef f(size, {0}):\n    return g(size)"
    assert [t for t in proposals(source.format("owner"), "missing argument") if "return g(size, owner)" in t]
    assert [t for t in proposals(source.format("deep"), "missing argument") if "return g(size, deep=deep)" in t]


def test_a_variable_whose_use_raised_may_be_of_another_type() -> None:
    source = "def f(size, rows):\n    return len(size)"
    tree, context, _ = prepare(source, {"rows": ([1],), "size": (3,)})
    read = next(n for n in tree.places if isinstance(n, ast.Name) and n.id == "size" and tree.role(n) == "value")
    plain = next(cost for cost, new in other_variable(read, context) if isinstance(new, ast.Name) and new.id == "rows")
    call = tree.parent(read)
    assert call is not None
    context.suspicion = replace(context.suspicion, values={**context.suspicion.values, call: ()})
    raised = next(cost for cost, new in other_variable(read, context) if isinstance(new, ast.Name) and new.id == "rows")
    assert raised < plain - 2


def test_what_a_function_of_the_file_takes_is_at_hand() -> None:
    source = "def row(cells, form): return cells\ndef f(lines, cells, form):\n    lines = []\n    {0}\n    return lines"
    for before in ("pass", "print(lines)"):
        said = [t for row in ("placeholder", "missing collection") for t in proposals(source.format(before), row)]
        assert [t for t in said if "lines.append(row(cells, form))" in t]


def test_what_may_be_a_function_and_is_used_nowhere_is_called() -> None:
    source = "def f(event, calls):\n    for each in calls:\n        pass\n    return event"
    assert [t for t in proposals(source, "placeholder") if "        each(event)\n" in t]


def test_a_function_hands_its_call_on_to_one_of_its_name() -> None:
    source = "import box\ndef merge(func, d, *more, **kw):\n    return None"
    assert [t for t in proposals(source, "forward") if "return box.merge(func, d, *more, **kw)" in t]
    method = "class Box(dict):\n    def get(self, key, *more):\n        return None"
    assert [t for t in proposals(method, "forward") if "return super().get(key, *more)" in t]


def test_a_method_hands_its_call_on_to_what_the_object_holds() -> None:
    source = """
class Match:
    def other(self): return self.parser.parse()
    def evaluate(self):
        self.match
        return None
"""
    assert [t for t in proposals(source, "forward") if "return self.parser.evaluate(self.match)" in t]


def test_what_is_used_is_not_handed_on() -> None:
    source = BOX.format("key", "return self.get(key)")
    said = [text for operator in ("forward", "keep argument") for text in proposals(source, operator)]
    assert not [text for text in said if "super()" not in text]


def test_a_shared_default_becomes_a_fresh_one() -> None:
    source = 'def f(a, b=[]):\n    """Doc."""\n    return b'
    wanted = 'def f(a, b=None):\n    """Doc."""\n    if b is None:\n        b = []\n    return b'
    assert wanted in proposals(source, "shared default")


def test_loops_of_a_comprehension_are_exchanged() -> None:
    source = "def f(a, b):\n    return [(x, y) for x in a for y in b]"
    assert "def f(a, b):\n    return [(x, y) for y in b for x in a]" in proposals(source, "loop order")


def test_a_result_that_was_only_kept_is_returned() -> None:
    assert "def f(a):\n    return a + 1" in proposals("def f(a):\n    b = a + 1", "return")


def test_default_values_are_changed_but_not_by_variables() -> None:
    source = "def f(a, b=1):\n    return a"
    assert "def f(a, b=2):\n    return a" in proposals(source, "constant")
    assert not [text for text in proposals(source, "variable") if "b=a" in text]


def test_traced_types_decide_what_fits() -> None:
    source = "def f(a, b):\n    return a"
    assert "def f(a, b):\n    return len(a)" in proposals(source, "missing call", LISTS)
    assert "def f(a, b):\n    return len(a)" not in proposals(source, "missing call", NUMBERS)
    assert proposals(source, "off by one", TEXTS) == []


def test_pictures_of_values_tell_their_type_and_elements() -> None:
    class Picture:
        type, text = "list", "['x', 'y', ...]"

    names: Names = {"a": (Picture(),), "b": ("z",)}
    assert "def f(a, b):\n    return a + [b]" in proposals("def f(a, b):\n    return a", "missing part", names)


def test_the_only_binding_of_a_variable_is_kept() -> None:
    source = "def f(a):\n    b = a\n    return b"
    assert proposals(source, "delete") == ["def f(a):\n    b = a"]
    assert proposals(source, "assigned variable") == []


def test_names_that_are_not_bound_yet_are_not_used() -> None:
    source = "def f(a):\n    b = a\n    c = b\n    return c"
    assert not [text for text in proposals(source, "variable") if "b = c" in text]


def test_comprehension_variables_stay_inside() -> None:
    source = "def f(a):\n    return [x for x in a] + a"
    assert not [text for text in proposals(source, "variable") if text.endswith("+ x")]


SAMPLE = '''
import math
LIMIT = 10

def helper(x):
    return x > 1

async def f(self, a: int, b: "str" = "p", *rest, flag=False) -> list:
    """What it does."""
    total, seen = 0, []
    for i, x in enumerate(a):
        if x in seen and not flag or self.done:
            continue
        elif x is None:
            break
        else:
            seen.append(x[1:] + [i])
        total += math.floor(x.value / 2) if i else -1
    while total > LIMIT:
        total -= 1
    try:
        await self.go(total, key=lambda v: v[0])
    except ValueError as error:
        print(f"{error!r} {total:>3}")
    match a:
        case [first, *_]:
            total = first
    with open(b) as file:
        seen = {line: 1 for line in file if helper(line)}
    return sorted(seen, reverse=True)
'''


def test_operators_yield_in_order_of_cost_and_share_but_never_change_the_tree() -> None:
    tree, context, _ = prepare(SAMPLE, {"a": ([1], "x"), "total": (1,), "seen": ([],)})
    before = ast.dump(tree.root)
    for node in (tree.root, *tree.places):
        for row in OPERATORS:
            if tree.role(node) in row.roles and isinstance(node, row.nodes):
                costs = [cost for cost, _ in itertools.islice(row.make(node, context), 60)]
                assert costs == sorted(costs), (row.name, ast.unparse(node))
                assert all(cost >= 0 for cost in costs), row.name
    assert ast.dump(tree.root) == before


def without_parentheses(text: str) -> str:
    return text.replace("(", "").replace(")", "")


def test_a_change_is_written_as_the_whole_changed_tree_would_be() -> None:
    tree, context, edits = prepare(SAMPLE)
    plain = ast.unparse(tree.root)
    written = 0
    for node in tree.places:
        for row in OPERATORS:
            if tree.role(node) in row.roles and isinstance(node, row.nodes):
                for _, change in itertools.islice(row.make(node, context), 3):
                    text = edits.written(node, change)
                    if text is not None:
                        again = ast.unparse(ast.parse(text))  # a part used twice may have parentheses to spare
                        assert without_parentheses(text) == without_parentheses(again)
                        assert again != plain
                        written += 1
    assert written > 500


def test_docstrings_annotations_and_decorators_are_left_alone() -> None:
    tree, _, _ = prepare('@keep("x")\ndef f(a: "A" = 1) -> "B":\n    """Doc."""\n    b: "C" = a\n    return b')
    constants = [node.value for node in tree.places if isinstance(node, ast.Constant)]
    assert constants == [1]


def costs(source: str, operator: str, wanted: str, names: Names | None = None) -> float:
    """What the cheapest way to a text costs."""
    tree, context, edits = prepare(source, names)
    rows = [(node, row) for node in (tree.root, *tree.places) for row in OPERATORS if row.name == operator]
    found = [
        row.cost + cost
        for node, row in rows
        if tree.role(node) in row.roles and isinstance(node, row.nodes)
        for cost, change in row.make(node, context)
        if edits.written(node, change) == wanted
    ]
    return min(found)


def test_a_sum_seldom_starts_with_one() -> None:
    counted, plain = "def f(a):\n    i = 0\n    i += a\n    return i", "def f(a):\n    i = 0\n    return i"
    started = costs(counted, "constant", counted.replace("i = 0", "i = 1"))
    assert started > costs(plain, "constant", plain.replace("i = 0", "i = 1"))


def test_what_nothing_uses_yet_is_likelier() -> None:
    source = "def f(a, b, n):\n    return a + b"
    unused = costs(source, "variable", source.replace("+ b", "+ n"), NUMBERS)
    assert unused < costs(source, "variable", source.replace("+ b", "+ a"), NUMBERS)
