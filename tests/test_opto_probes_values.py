"""What a user writes with nodes: each is traced, or gives a plain value of which the node tells, or says what to do."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from tracec.opto.trace import ExecutionError, Node, bundle, node, stop_tracing
from tracec.opto.trace.nodes import GRAPH, MessageNode
from tracec.opto.trace.utils import contain


def traced(made: Any, value: object, *sources: Any) -> None:
    """It is a node with that value, computed from these."""
    assert isinstance(made, MessageNode)
    assert made.data == value
    assert all(contain(made.parents, source) for source in sources)


def left(made: object, value: object, source: Any, how: str) -> None:
    """It is that plain value, and the node says that it left, and where."""
    assert type(made) is type(value)
    assert made == value
    assert any(key.startswith(f"{how} (") and "test_opto_probes_values.py:" in key for key in source.left)


def test_a1_abs() -> None:
    x = node(-3)
    traced(abs(x), 3, x)


def test_a2_round() -> None:
    x = node(2.345)
    traced(round(x, 1), 2.3, x)
    traced(round(x), 2, x)


def test_a3_a4_equality_gives_a_plain_value() -> None:
    x = node(3)
    left(x == 3, True, x, "==")
    left(x != 3, False, x, "!=")
    traced(x.eq(3), True, x)
    traced(x.neq(3), False, x)


def test_a5_less() -> None:
    x = node(3)
    traced(x < 4, True, x)


def test_a6_a8_a9_conditions_give_plain_values() -> None:
    x, y = node(3), node(4)
    left(not x, False, x, "bool")
    assert (x and y) is y
    over = x > 2
    made = 1 if over else 0
    assert made == 1
    assert any(key.startswith("bool (") for key in over.left)


def test_a7_in() -> None:
    items = node([1, 2])
    left(2 in items, True, items, "in")


def test_a10_a11_texts_are_those_of_the_value() -> None:
    x = node(3)
    left(f"{x}", "3", x, "format")
    left(f"{x:>4}", "   3", x, "format")
    left(str(x), "3", x, "str")


def test_a12_a14_a17_numbers() -> None:
    x = node(4)
    left(int(x), 4, x, "int")
    left(float(x), 4.0, x, "float")
    assert [*range(x)] == [0, 1, 2, 3]
    left(math.sqrt(x), 2.0, x, "float")
    traced(math.floor(node(2.5)), 2)
    traced(math.trunc(node(2.5)), 2)


def test_a13_len() -> None:
    items = node([1, 2, 3])
    left(len(items), 3, items, "len")
    traced(items.len(), 3, items)


def test_a15_an_assignment_to_an_item_is_in_the_graph() -> None:
    items, new = node([1, 2, 3]), node(9)
    before = items[0]
    items[0] = new
    assert items.data == [9, 2, 3]
    read = items[0]
    traced(read, 9)
    assert contain(read.parents[0].parents, new)
    assert not any(contain(parent.parents, new) for parent in before.parents)
    table = node({"a": 1})
    del table["a"]
    assert table.data == {}


def test_a16_a18_a19_a20_lists() -> None:
    items = node([3, 1])
    more = items
    more += [4]
    traced(more, [3, 1, 4], items)
    assert [one.data for one in sorted(items)] == [1, 3]
    traced(sum(items), 4)
    traced(max(items), 3, items)


def test_a21_matmul() -> None:
    numpy = pytest.importorskip("numpy")
    x, y = node(numpy.eye(2)), node(numpy.ones((2, 1)))
    made = x @ y
    assert contain(made.parents, x)
    assert made.data.tolist() == [[1.0], [1.0]]
    both = numpy.ones(2) + node(1)  # numpy leaves it to the node
    assert isinstance(both, Node)
    assert both.data.tolist() == [2.0, 2.0]


def test_a22_an_attribute_of_an_object_says_what_to_write() -> None:
    class Thing:
        size = 3

    x = node(Thing())
    with pytest.raises(AttributeError, match=r"write x\.getattr\('size'\)"):
        x.size  # noqa: B018
    traced(x.getattr("size"), 3, x)


def test_a23_a24_iteration() -> None:
    items = node([1, 2])
    for one in items:
        assert contain(one.parents, items)
    a, b = node((1, 2))
    assert (a.data, b.data) == (1, 2)
    with pytest.raises(ExecutionError) as caught:
        a, b = node(None)
    assert isinstance(caught.value, TypeError)


def test_a25_keys_are_nodes() -> None:
    table = node({"a": 1})
    assert all(isinstance(key, Node) and key.parents for key in {**table})
    with pytest.raises(TypeError, match="keywords must be strings"):
        dict(**table)


def test_a26_methods_of_built_in_values_are_traced() -> None:
    text = node("hello")
    traced(text.startswith("h"), True, text)
    traced(text.upper(), "HELLO", text)
    traced(node("a-b").split("-"), ["a", "b"])
    traced(node("{} {k}").format(node(1), k=2), "1 2")
    items, new = node([1]), node(2)
    items.append(new)
    traced(items[1], 2)
    assert contain(items[1].parents[0].parents[1].parents, new)


def test_a27_json_says_that_it_is_a_node() -> None:
    with pytest.raises(TypeError, match="Node is not JSON serializable"):
        json.dumps(node(3))


def test_a28_the_class_of_the_value() -> None:
    x = node(3)
    assert not isinstance(x, int)
    assert x.type is int


def test_a29_join() -> None:
    x, y = node("a"), node("b")
    with pytest.raises(TypeError, match="expected str instance, Node found"):
        "-".join([x, y])
    traced(node("-").join([x, y]), "a-b", x, y)


def test_a30_tracing_stays_off_within() -> None:
    x = node(1)
    with stop_tracing():
        with stop_tracing():
            pass
        assert not GRAPH.TRACE
        assert (x + 1).parents == []
    assert GRAPH.TRACE
    assert (x + 1).parents


def test_an_error_in_an_operator_is_of_its_class_and_in_the_graph() -> None:
    x, y = node(1), node(0)
    with pytest.raises(ZeroDivisionError) as caught:
        x / y
    assert isinstance(caught.value, ExecutionError)
    assert contain(caught.value.exception_node.parents, y)
    assert caught.value.exception_node.create_feedback() == "(ZeroDivisionError) division by zero"


def test_a_value_that_leaves_within_a_function_is_not_lost() -> None:
    limit = node(3, trainable=True)

    @bundle()
    def over(x: int) -> bool:
        return bool(limit < x)

    made = over(5)
    assert [one.data for one in made.hidden_dependencies] == [3]
    made.backward("too strict")
    assert limit.feedback
