"""A trace built by hand, as a front end without instrumented code does it, is a trace like any other."""

from __future__ import annotations

import pytest

from tracec.passes.graph.builder import Library, TraceBuilder
from tracec.passes.graph.gradient import gradient
from tracec.passes.graph.slice import backward
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.trace import Picture, Site, Trace


def site(number: int, kind: str, text: str, operands: tuple[int, ...] = (), **more: str) -> Site:
    """A place on a line of its own."""
    return Site(number, kind, text, Span("eager.py", number + 1, 0, number + 1, len(text)), 0, operands, **more)  # type: ignore[arg-type]


A, B, PRODUCT, SUM = (
    site(0, "const", "2.0"),
    site(1, "const", "3.0"),
    site(2, "op", "a * b", (0, 1)),
    site(3, "op", "a * b + a", (2, 0)),
)


def built() -> Trace:
    """`2.0 * 3.0 + 2.0`, a value at a time."""
    builder = TraceBuilder(Library())
    frame = builder.enter("main", "eager.py")
    a, b = builder.record(A, 2.0, frame=frame), builder.record(B, 3.0, frame=frame)
    product = builder.record(PRODUCT, 6.0, (a, b), frame=frame)
    builder.record(SUM, 8.0, (product, a), frame=frame)
    return builder.trace("eager")


def test_it_is_a_trace() -> None:
    trace = built()
    assert trace.check() == []
    assert [line.split("#")[0].split() for line in trace.lines()] == [
        ["%0", "=", "const", "2.0", "()"],
        ["%1", "=", "const", "3.0", "()"],
        ["%2", "=", "op", "a", "*", "b", "(%0,", "%1)"],
        ["%3", "=", "op", "a", "*", "b", "+", "a", "(%2,", "%0)"],
    ]
    assert [node.value for node in trace.nodes] == [2.0, 3.0, 6.0, 8.0]
    assert [frame.function for frame in trace.frames] == ["main"]


def test_it_can_be_asked() -> None:
    trace = built()
    assert sorted(backward(trace, [2])) == [0, 1, 2]
    assert {n: slope for n, slope in gradient(trace, 3).by_node.items() if n < 2} == {0: 4.0, 1: 2.0}


def test_values_that_may_change_are_pictures() -> None:
    builder = TraceBuilder(Library())
    builder.enter("main", "eager.py")
    items = [1, 2]
    pair = (1, "x")
    first, second = builder.record(A, items), builder.record(B, pair)
    items.append(3)
    trace = builder.trace("eager")
    shown = trace.nodes[first].value, trace.nodes[second].value
    assert all(isinstance(value, Picture) for value in shown)
    assert [str(value) for value in shown] == ["[1, 2]", "(1, 'x')"]


def test_labels_controls_and_frames() -> None:
    builder = TraceBuilder(Library())
    outer = builder.enter("main", "eager.py")
    inner = builder.enter("f", "eager.py", 7, outer)
    a = builder.record(A, True, frame=outer)
    b = builder.record(B, 1, frame=inner, control=a)
    c = builder.record(PRODUCT, 2, (a, b), ("self", "n"), frame=inner)
    trace = builder.trace("eager")
    assert (trace.nodes[c].labels, trace.nodes[b].control, trace.frames[1].parent) == (("self", "n"), a, outer)
    assert len(trace.columns.table) == 3


@pytest.mark.parametrize(("inputs", "frame", "control"), [((0,), 0, -1), ((-1,), 0, -1), ((), 1, -1), ((), 0, 5)])
def test_what_is_not_there_yet_is_refused(inputs: tuple[int, ...], frame: int, control: int) -> None:
    builder = TraceBuilder(Library())
    builder.enter("main", "eager.py")
    with pytest.raises(ValueError, match="node 0 depends on"):
        builder.record(A, 1, inputs, frame=frame, control=control)
    assert len(builder.trace("eager")) == 0
