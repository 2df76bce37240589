"""Programs and the traces they must give, as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import tracec
from tracec.passes.graph.slice import backward
from tracec.passes.link import link
from tracec.passes.nouns.trace import Picture, Trace
from tracec.recording.trace_store import load, structure
from tracec.runtime.record.log import read


def traced(folder: Path, text: str, *more: str, code: int = 0) -> Trace:
    (folder / "p.py").write_text(text)
    said = tracec(folder, "run", "--record", "t.trace", *more, "p.py")
    assert said.code == code, said.err
    (trace,) = load(folder / "t.trace")
    assert trace.check() == []
    return trace


def short(trace: Trace) -> list[str]:
    """`kind text (inputs) = value`, a line a node."""
    rows = []
    for node in trace.nodes:
        inputs = " ".join(str(i) for i in node.inputs)
        control = f" if {node.control}" if node.control >= 0 else ""
        value = f"~{node.value.text}" if isinstance(node.value, Picture) else node.value
        rows.append(f"{node.id} {node.site.kind} {node.site.text} ({inputs}){control} = {value}")
    return rows


GOLDEN = {
    "arguments, attributes and returns": (
        "class P:\n    def __init__(self, c): self.c = c\n    def with_tax(self, rate): return self.c * (1 + rate)\n"
        "p = P(2)\np.with_tax(0.5)\n",
        """\
0 def __init__ () = ~<function __init__ at p.py:2>
1 def with_tax () = ~<function with_tax at p.py:3>
2 class P () = ~<type P>
3 const 2 () = 2
4 param self () = ~<P>
5 param c (3) = 2
6 store self.c = c (4 5) = 2
7 call P(2) (3) = ~P(c=2)
8 const 0.5 () = 0.5
9 param self (7) = ~P(c=2)
10 param rate (8) = 0.5
11 attr self.c (9 6) = 2
12 op 1 + rate (10) = 1.5
13 op self.c * (1 + rate) (11 12) = 3.0
14 call p.with_tax(0.5) (13) = 3.0""",
    ),
    "branches, the path that was not taken, short circuits": (
        "def f(a, b):\n    if a > 1 and b > 1:\n        r = 1\n"
        "    elif a or b:\n        r = b - a\n    return r\nf(1, 4)\n",
        """\
0 def f () = ~<function f at p.py:1>
1 const 1 () = 1
2 const 4 () = 4
3 param a (1) = 1
4 param b (2) = 4
5 compare a > 1 (3) = False
6 bool a > 1 and b > 1 (5) = False
7 bool a or b (3 4) if 6 = 1
8 op b - a (4 3) if 7 = 3
9 return r (8) = 3
10 call f(1, 4) (9) = 3""",
    ),
    "loops, and operands of an earlier turn": (
        "def f(xs):\n    s = 0\n    for x in xs:\n        if x % 2:\n            continue\n"
        "        s += x\n    return s\nf([1, 2])\n",
        """\
0 def f () = ~<function f at p.py:1>
1 display [1, 2] () = ~[1, 2]
2 param xs (1) = ~[1, 2]
3 const 0 () = 0
4 test xs (2) = ~[1, 2]
5 loop x (2) if 4 = 1
6 op x % 2 (5) if 5 = 1
7 loop x (2) if 4 = 2
8 op x % 2 (7) if 7 = 0
9 aug s += x (3 7) if 7 = 2
10 return s (9) = 2
11 call f([1, 2]) (10) = 2""",
    ),
    "mutation is an edge": (
        "xs = []\nxs.append(1)\ny = len(xs)\n",
        """\
0 display [] () = ~[]
1 const 1 () = 1
2 call xs.append(1) (0 1) = None
3 call len(xs) (0 2) = 1""",
    ),
    "exceptions go from where they are raised to the handler": (
        "def g(k):\n    raise KeyError(k)\n"
        "def f(k):\n    try:\n        return g(k)\n    except KeyError as e:\n        return e\nf(1)\n",
        """\
0 def g () = ~<function g at p.py:1>
1 def f () = ~<function f at p.py:3>
2 const 1 () = 1
3 param k (2) = 1
4 param k (3) = 1
5 call KeyError(k) (4) = ~KeyError(1)
6 exception raise KeyError(k) (5) = ~KeyError(1)
7 caught g(k) (3 6) = ~KeyError(1)
8 except e (7) if 7 = ~KeyError(1)
9 return e (8) if 7 = ~KeyError(1)
10 call f(1) (9) = ~KeyError(1)""",
    ),
    "locals() sees every variable of its frame": (
        "def f(a):\n    b = a + 1\n    if a: a = 5\n    return locals()\nd = f(1)\n",
        """\
0 def f () = ~<function f at p.py:1>
1 const 1 () = 1
2 param a (1) = 1
3 op a + 1 (2) = 2
4 test a (2) = 1
5 const 5 () if 4 = 5
6 call locals() (5 3) = ~{'a': 5, 'b': 2}
7 call f(1) (6) = ~{'a': 5, 'b': 2}""",
    ),
    "a call depends on what its name stands for, a handler on what failed": (
        "def pick(s):\n    try:\n        int(s)\n    except ValueError:\n        return abs\n"
        "    return len\nf = pick('a')\nf(-1)\n",
        """\
0 def pick () = ~<function pick at p.py:1>
1 const 'a' () = a
2 param s (1) = a
3 caught int(s) (2) = ~?
4 outside abs () = ~?
5 return abs (4) if 3 = ~<builtin_function_or_method abs>
6 call pick('a') (5) = ~<builtin_function_or_method abs>
7 const -1 () = -1
8 call f(-1) (7 6) = 1""",
    ),
    "a failing assertion depends on both sides": (
        "def f(a):\n    b = a + 1\n    c = 5\n    assert b == c\ntry:\n    f(1)\nexcept AssertionError:\n    pass\n",
        """\
0 def f () = ~<function f at p.py:1>
1 const 1 () = 1
2 param a (1) = 1
3 op a + 1 (2) = 2
4 const 5 () = 5
5 compare b == c (3 4) = False
6 exception assert b == c (5) = ~AssertionError()
7 caught f(1) (1 6) = ~AssertionError()""",
    ),
    "generators take turns": (
        "def g(n):\n    for i in range(n):\n        yield i * 10\n"
        "def f():\n    return [a + b for a, b in zip(g(1), g(1))]\nf()\n",
        """\
0 def g () = ~<function g at p.py:1>
1 def f () = ~<function f at p.py:4>
2 const 1 () = 1
3 call g(1) (2) = ~<generator>
4 const 1 () = 1
5 call g(1) (4) = ~<generator>
6 call zip(g(1), g(1)) (3 5) = ~<zip>
7 param n (2) = 1
8 call range(n) (7) = ~range(0, 1)
9 loop i (8) if 8 = 0
10 op i * 10 (9) if 9 = 0
11 param n (4) = 1
12 call range(n) (11) = ~range(0, 1)
13 loop i (12) if 12 = 0
14 op i * 10 (13) if 13 = 0
15 loop a + b (6 10 14) = 0
16 loop a + b (6) if 15 = 0
17 op a + b (15 16) if 16 = 0
18 yield yield i * 10 (10) if 9 = None
19 exception yield i * 10 (14) if 13 = ~GeneratorExit()
20 comp [a + b for a, b in zip(g(1), g(1))] (6 17) = ~[0]
21 call f() (20) = ~[0]""",
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str, tmp_path: Path) -> None:
    text, want = GOLDEN[name]
    assert short(traced(tmp_path, text)) == want.splitlines()


def test_calls_grain_has_arguments_and_returns_only(tmp_path: Path) -> None:
    trace = traced(tmp_path, "def f(a, b):\n    c = a + b\n    return c * 2\nf(f(1, 2), 3)\n", "--grain", "calls")
    assert [(n.site.kind, n.value) for n in trace.nodes] == [
        ("param", 1), ("param", 2), ("return", 6), ("param", 6), ("param", 3), ("return", 18),
    ]  # fmt: skip


def test_threads_have_streams_of_their_own(tmp_path: Path) -> None:
    text = (
        "import threading\ndef work(k):\n    s = 0\n    for i in range(200):\n        s += k\n    return s\n"
        "ts = [threading.Thread(target=work, args=(k,)) for k in range(4)]\n"
        "for t in ts: t.start()\nfor t in ts: t.join()\n"
    )
    trace = traced(tmp_path, text)
    returned = {n.value: trace.frames[n.frame].thread for n in trace.nodes if n.site.kind == "return"}
    assert set(returned) == {0, 200, 400, 600}
    assert len(set(returned.values())) == 4


def test_a_generator_goes_on_in_another_thread(tmp_path: Path) -> None:
    text = (
        "import threading\ndef gen():\n    for i in range(3):\n        x = yield i\n        y = (yield -i) + 1\n"
        "def run():\n    g = gen(); next(g)\n"
        "    t = threading.Thread(target=lambda: (g.send(5), g.send(6))); t.start(); t.join()\n"
        "    return g.send(7), g.send(8)\nrun()\n"
    )
    trace = traced(tmp_path, text)
    sent = [(n.site.text, n.value) for n in trace.nodes if n.site.kind == "yield"]
    assert sent == [("yield i", 5), ("yield -i", 6), ("yield i", 7), ("yield -i", 8)]
    assert len({n.frame for n in trace.nodes if n.site.kind == "yield"}) == 1


def test_only_the_last_events(tmp_path: Path) -> None:
    """Wherever a stream begins, what follows finds its place, and has the values that it has in the whole."""
    text = (
        "def double(x):\n    return x * 2\ndef gen(n):\n    for i in range(n):\n        yield double(i)\n"
        "def f(n):\n    total = 0\n    for k in gen(n):\n        if k % 4:\n            total += double(k)\n"
        "    return [total + x for x in range(2)]\nr = f(5)\ns = double(len(r))\n"
    )
    whole = [(n.site.id, n.value) for n in traced(tmp_path, text).nodes if not n.site.silent]
    (_, modules), (_, (name, ((thread, events),), *_)) = read(str(tmp_path / "t.trace"))
    structures = [structure(key, packed) for key, packed in modules]
    for start in range(len(events)):
        trace = link(name, structures, [(thread, events[start:])], cut=True)
        assert trace.check() == []
        left = iter(whole)
        assert all((n.site.id, n.value) in left for n in trace.nodes if not n.site.silent)
    assert link(name, structures, [(thread, events[len(events) // 2 :])], cut=True).nodes


def test_a_slice_leaves_out_what_does_not_matter(tmp_path: Path) -> None:
    trace = traced(tmp_path, "def f(a, b):\n    used = a + 1\n    unused = b + 1\n    return used\nf(1, 2)\n")
    last = trace.nodes[-1].id
    kept = [trace.nodes[i].site.text for i in sorted(backward(trace, [last]))]
    assert kept == ["1", "a", "a + 1", "used", "f(1, 2)"]
    assert list(backward(trace, [])) == []


def test_show_in_every_format(tmp_path: Path) -> None:
    trace = traced(tmp_path, "x = 1 + 1\ny = x * 2\n")
    assert len(trace) == 2
    text = tracec(tmp_path, "show", "t.trace").out.splitlines()
    assert text[1].split() == ["%1", "=", "op", "x", "*", "2", "(%0)", "#", "4", "p.py:2"]
    assert "n0 -> n1" in tracec(tmp_path, "show", "t.trace", "--format", "dot").out
    assert "n0 --> n1" in tracec(tmp_path, "show", "t.trace", "--format", "mermaid").out
    assert tracec(tmp_path, "show", "t.trace", "--format", "json").json["nodes"][1]["inputs"] == [0]
    page = tracec(tmp_path, "show", "t.trace", "--format", "html").out
    assert page.startswith("<!doctype html>")
    assert "x * 2" in page
    assert tracec(tmp_path, "show", "t.trace", "--slice", "0").out.count("\n") == 1
    assert tracec(tmp_path, "show", "t.trace", "--slice", "9").code == 2
    (tmp_path / "t.trace").write_bytes(b"nonsense")
    refused = tracec(tmp_path, "show", "t.trace")
    assert (refused.code, refused.err.count("\n")) == (2, 1)


def test_a_page_holds_values_as_data(tmp_path: Path) -> None:
    traced(tmp_path, "x = '</script><b>' + 'y'\n")
    page = tracec(tmp_path, "show", "t.trace", "--format", "html").out
    assert page.count("</script>") == page.count("<script") == 4
    assert "<b>y" not in page


def test_a_torn_log_opens_up_to_the_tear(tmp_path: Path) -> None:
    traced(tmp_path, "x = 1 + 1\n")
    log = tmp_path / "t.trace"
    whole = log.read_bytes()
    log.write_bytes(whole + whole[len(whole) // 2 :][:40])
    assert [len(trace) for trace in load(log)] == [1]


def test_run_passes_arguments_exit_codes_and_output(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("import sys\nprint(sys.argv, __name__)\nsys.exit(len(sys.argv))\n")
    said = tracec(tmp_path, "run", "--record", "t", "p.py", "--json", "x")
    assert (said.code, said.out) == (3, "['p.py', '--json', 'x'] __main__\n")
    (tmp_path / "test_p.py").write_text("def test_p():\n    assert 1\n")
    said = tracec(tmp_path, "run", "--record", "t2", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_p.py")
    assert said.code == 0
    assert "1 passed" in said.out
    assert tracec(tmp_path, "run", "nosuch.py").code == 2
