"""Derivatives along a trace, against finite differences."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_trace import traced
from tracec.passes.graph.gradient import BINARY, CALLS, gradient
from tracec.passes.nouns.trace import Trace
from tracec.recording.trace_store import load

NAMES = ("a", "b", "c")
POINT = {"a": 0.7, "b": 1.3, "c": 2.1}
STEP = 1e-6
UNARY = ("math.sin", "math.cos", "math.exp", "math.atan", "math.tanh", "math.asinh", "abs", "math.erf", "math.sinh")


def expressions() -> st.SearchStrategy[str]:
    """Arithmetic that is smooth, and neither huge nor undefined, around the point."""
    leaf = st.one_of(st.sampled_from(NAMES), st.sampled_from(["0.5", "2", "-1.25", "3.0"]))

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pair = st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        ratio = st.tuples(inner, inner).map(lambda t: f"({t[0]} / (1.5 + {t[1]} ** 2))")
        root = inner.map(lambda e: f"math.sqrt(1 + {e} * {e})")
        log = inner.map(lambda e: f"math.log(2.0 + {e} ** 2)")
        call = st.tuples(st.sampled_from(UNARY), inner).map(lambda t: f"{t[0]}(({t[1]}) / 4)")
        other = st.tuples(st.sampled_from(["math.hypot", "math.atan2"]), inner).map(lambda t: f"{t[0]}({t[1]}, 2.5)")
        negative = inner.map(lambda e: f"(-{e})")
        chosen = st.tuples(inner, inner).map(lambda t: f"({t[0]} if a > 0 else {t[1]})")
        return st.one_of(pair, ratio, root, log, call, other, negative, chosen)

    return st.recursive(leaf, larger, max_leaves=8)


def program(bodies: list[str]) -> str:
    lines = ["import math", "class Box:", "    def __init__(self, v): self.v = v"]
    for number, body in enumerate(bodies):
        lines += [f"def f{number}(a, b, c=2.1):", f"    box = Box({body})", "    total = 0.0", "    for k in range(2):"]
        lines += ["        total += box.v * 0.5", "        box.v = box.v + a", "    return total"]
        lines.append(f"r{number} = f{number}(0.7, 1.3)")
    return "\n".join([*lines, ""])


def plain(text: str, number: int, **at: float) -> float:
    space: dict[str, Any] = {}
    exec(text, space)
    return float(space[f"f{number}"](**at))


def parameters(trace: Trace, number: int) -> dict[str, int]:
    frames = {frame.id for frame in trace.frames if frame.function == f"f{number}"}
    return {n.site.attr: n.id for n in trace.nodes if n.site.kind == "param" and n.frame in frames}


@settings(max_examples=8, deadline=None)
@given(bodies=st.lists(expressions(), min_size=12, max_size=12))
def test_derivatives_are_those_of_finite_differences(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[str]
) -> None:
    text = program(bodies)
    trace = traced(tmp_path_factory.mktemp("p"), text)
    for number, body in enumerate(bodies):
        result = next(n.id for n in trace.nodes if f"r{number}" in n.site.binds)
        found = gradient(trace, result)
        assert found.stopped == [], body
        for name, node in parameters(trace, number).items():
            up, down = ({**POINT, name: POINT[name] + sign * STEP} for sign in (1, -1))
            slope = (plain(text, number, **up) - plain(text, number, **down)) / (2 * STEP)
            if math.isfinite(slope) and abs(slope) < 1e6:
                assert found.by_node.get(node, 0.0) == pytest.approx(slope, rel=1e-4, abs=1e-4), (name, body)


@pytest.mark.parametrize("name", sorted(CALLS))
def test_each_rule(name: str) -> None:
    others: dict[str, Callable[..., float]] = {"abs": abs, "float": float, "round": round}
    function: Callable[..., float] = getattr(math, name, None) or others[name]
    point = (1.5,) if name == "acosh" else (0.4, 1.7)[: len(CALLS[name])]
    if name in ("floor", "ceil", "trunc", "round"):
        point = (0.4,)
    for place in range(len(point)):
        up, down = (tuple(v + s * STEP * (i == place) for i, v in enumerate(point)) for s in (1, -1))
        slope = (function(*up) - function(*down)) / (2 * STEP)
        assert CALLS[name][place](*point) == pytest.approx(slope, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("name", sorted(BINARY))
def test_each_operator(name: str) -> None:
    import operator

    function = getattr(operator, {"Mult": "mul", "Div": "truediv"}.get(name, name.lower()))
    for place, partial in enumerate(BINARY[name]):
        up, down = ((3.3 + s * STEP * (place == 0), 1.4 + s * STEP * (place == 1)) for s in (1, -1))
        slope = (function(*up) - function(*down)) / (2 * STEP)
        assert partial(3.3, 1.4) == pytest.approx(slope, rel=1e-4, abs=1e-6)


def test_a_long_chain(tmp_path: Path) -> None:
    """x' = x * 1.000001 + 0.5, again and again: nothing here is recursive."""
    n = 100_000
    text = f"def f(x):\n    for _ in range({n}):\n        x = x * 1.00001 + 0.5\n    return x\nr = f(2.0)\n"
    (tmp_path / "p.py").write_text(text)
    command = [sys.executable, "-m", "tracec", "run", "--record", "t", "--scope", "p.py", "p.py"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    (trace,) = load(tmp_path / "t")
    result = next(n.id for n in reversed(trace.nodes) if "r" in n.site.binds)
    (start,) = [n.id for n in trace.nodes[:20] if n.site.kind == "param"]
    assert gradient(trace, result).by_node[start] == pytest.approx(1.00001**n, rel=1e-9)


def test_marked_values_have_derivatives(tmp_path: Path) -> None:
    text = (
        "import tracec\nfrom tracec import choice, param\nrate = param(0.2, low=0, high=1)\nk = tracec.param(3.0)\n"
        "def f(x, rate, k, local, c):\n    return x * rate + k * local * x ** 2 + c * x\n"
        "r = f(2.0, rate, k, param(0.5), choice(1.5, options=[1.5, 2.5]))\n"
    )
    trace = traced(tmp_path, text)
    found = gradient(trace, next(n.id for n in trace.nodes if "r" in n.site.binds))
    assert found.stopped == []
    want = {"param(0.2, low=0, high=1)": 2.0, "tracec.param(3.0)": 2.0, "param(0.5)": 12.0}
    want |= {"choice(1.5, options=[1.5, 2.5])": 2.0, "0.2": 2.0, "3.0": 2.0, "0.5": 12.0, "1.5": 2.0}
    values = {
        n.site.text: found.by_node.get(n.id) for n in trace.nodes if n.site.text in want and n.id in found.by_node
    }
    assert values == pytest.approx(want)


def test_sums_choices_and_what_stops_it(tmp_path: Path) -> None:
    whole = "sum(a * i for i in range(1, 4)) + sum([a, b]) * 0 + max(a, b) * min(a, b)"
    trace = traced(tmp_path, f"def f(a, b):\n    return {whole}\nr = f(2.0, 5.0)\n")
    found = gradient(trace, next(n.id for n in trace.nodes if "r" in n.site.binds))
    a, b = (n.id for n in trace.nodes if n.site.kind == "param")
    assert (found.by_node[a], found.by_node[b]) == (6.0 + 5.0, 2.0)
    trace = traced(tmp_path, "import random\ndef f(a):\n    return hash(a) * a\nr = f(2.0)\n")
    found = gradient(trace, next(n.id for n in trace.nodes if "r" in n.site.binds))
    assert [trace.nodes[i].site.text for i in found.stopped] == ["hash(a)"]
    with pytest.raises(ValueError, match="is no number"):
        gradient(traced(tmp_path, "x = [1]\n"), 0)
