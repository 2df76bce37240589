"""Pictures of what pandas holds, by the C code of pandas and numpy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.test_values import text_of

pandas = pytest.importorskip("pandas")


def frame() -> Any:
    return pandas.DataFrame({"a": [1, 2, 3, 4], "b": [1.5, 2.5, float("nan"), 0.0], "c": [5, 6, 7, 8]})


SHOWN: list[tuple[Callable[[], Any], str]] = [
    (
        frame,
        "DataFrame(shape=(4, 3), columns=['a', 'b', 'c'], dtypes=['int64', 'float64', 'int64'], "
        "head=[[1, 1.5, 5], [2, 2.5, 6], [3, nan, 7]])",
    ),
    (lambda: frame()[["b"]], "DataFrame(shape=(4, 1), columns=['b'], dtypes=['float64'], head=[[1.5], [2.5], [nan]])"),
    (lambda: frame()["a"], "Series(name='a', shape=(4,), dtype='int64', head=[1, 2, 3, 4])"),
    (lambda: frame()["c"][frame()["a"] > 2], "Series(name='c', shape=(2,), dtype='int64', head=[7, 8])"),
    (lambda: pandas.DataFrame(), "DataFrame(shape=(0, 0), columns=[], dtypes=[], head=[])"),
    (
        lambda: pandas.DataFrame({n: [0] for n in range(30)}),
        f"DataFrame(shape=(1, 30), columns={[*range(12)]}, dtypes=[{', '.join(10 * [repr('int64')])}, …], head=[…])",
    ),
    (lambda: pandas.Series(["x", "y"], dtype="category"), "Series(name=None, shape=(2,), dtype='Categorical')"),
    (lambda: pandas.Series(pandas.to_datetime(["2020"])), "Series(name=None, shape=(1,), dtype='DatetimeArray')"),
    (
        lambda: pandas.Series([object()], dtype=object),
        "Series(name=None, shape=(1,), dtype='object_', head=[<object>])",
    ),
]


@pytest.mark.parametrize(("make", "text"), SHOWN, ids=range(len(SHOWN)))
def test_what_is_shown(make: Callable[[], Any], text: str) -> None:
    assert text_of(make()) == text


def test_a_class_made_from_a_frame() -> None:
    """None of its code runs."""

    class Own(pandas.DataFrame):  # type: ignore[misc, name-defined]
        def __repr__(self) -> str:
            raise RuntimeError("repr")

        columns = shape = dtypes = property(__repr__)

    own = Own({"a": [1]})
    assert text_of(own) == "Own(shape=(1, 1), columns=['a'], dtypes=['int64'], head=[[1]])"


def test_it_is_not_changed_by_being_looked_at() -> None:
    value = frame()
    before = dict(value.__dict__), list(value._mgr.blocks)
    text_of(value)
    assert (dict(value.__dict__), list(value._mgr.blocks)) == before
