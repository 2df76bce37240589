"""Pictures of numpy's arrays and scalars."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from tests.test_values import LOG, hostile, text_of
from tracec.runtime.record.picture import picture
from tracec.runtime.record.picture_texts import LASTING, WHOLE

numpy = pytest.importorskip("numpy")


def structured() -> Any:
    return numpy.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")])


SHOWN: list[tuple[Any, str, int]] = [
    (numpy.array([1.0, 2.5]), "numpy.array([1.0, 2.5], dtype='float64')", WHOLE),
    (numpy.arange(6).reshape(2, 3), "numpy.array([[0, 1, 2], [3, 4, 5]], dtype='int64')", WHOLE),
    (numpy.array(3.5), "numpy.array(3.5, dtype='float64')", WHOLE),
    (numpy.array([], dtype="uint8"), "numpy.array([], dtype='uint8')", WHOLE),
    (numpy.zeros((0, 3)), "numpy.array([], dtype='float64')", 0),
    (numpy.array([1j]), "numpy.array([1j], dtype='complex128')", WHOLE),
    (numpy.array([1, 2], dtype=">i4"), "numpy.array([1, 2], dtype='int32')", 0),
    (numpy.array(["ab", "c"]), "numpy.array(['ab', 'c'], dtype='str_')", 0),
    (numpy.array([numpy.nan, -0.0]), "numpy.array([nan, -0.0], dtype='float64')", WHOLE),
    (structured(), "numpy.array([(1, 2.5)], dtype='void')", 0),
    (numpy.zeros((100, 3)), "<ndarray float64 (100, 3)>", 0),
    (numpy.zeros(13, dtype="int8"), "<ndarray int8 (13,)>", 0),
    (numpy.zeros(12)[::2], "numpy.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0], dtype='float64')", WHOLE),
    (numpy.ones((1,) * 7), "numpy.array([[[[[…]]]]], dtype='float64')", 0),
    ([numpy.array([1.0])], "[numpy.array([1.0], dtype='float64')]", WHOLE),
    (numpy.float64(1.5), "numpy.float64(1.5)", WHOLE | LASTING),
    (numpy.float32(0.1), "numpy.float32(0.10000000149011612)", WHOLE | LASTING),
    (numpy.int16(-3), "numpy.int16(-3)", WHOLE | LASTING),
    (numpy.uint64(2**64 - 1), "numpy.uint64(18446744073709551615)", WHOLE | LASTING),
    (numpy.complex64(1 + 2j), "numpy.complex64((1+2j))", WHOLE | LASTING),
    (numpy.str_("ab"), "numpy.str_('ab')", WHOLE | LASTING),
    (numpy.bytes_(b"ab"), "numpy.bytes_(b'ab')", WHOLE | LASTING),
    (numpy.datetime64("2020-01-01"), "<datetime64>", 0),
    (numpy.longdouble(1), "<longdouble>", 0),
    (structured()[0], "<void>", 0),
    (numpy.ma.masked_array([1, 2], [True, False]), "<MaskedArray>", 0),
    (numpy.dtype("f8"), "<Float64DType>", 0),
    (numpy.random.default_rng(0), "<Generator>", 0),
]


@pytest.mark.parametrize(("value", "text", "state"), SHOWN, ids=[text[:40] for _, text, _ in SHOWN])
def test_what_is_shown(value: Any, text: str, state: int) -> None:
    assert text_of(value) == text
    assert picture(value)[3] == state


@pytest.mark.parametrize("value", [value for value, _, state in SHOWN if state & WHOLE], ids=repr)
def test_what_is_whole_can_be_read_back(value: Any) -> None:
    read = eval(picture(value)[1], {"numpy": numpy, "nan": numpy.nan})
    for one, other in [(value, read)] if type(value) is not list else zip(value, read):
        assert type(one) is type(other)
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        assert repr(one) == repr(other)


def test_a_bool_is_named_as_numpy_names_it() -> None:
    name = numpy.bool_.__name__
    assert text_of(numpy.True_) == f"numpy.{name}(True)"
    assert text_of(numpy.array([True])) == f"numpy.array([True], dtype='{name}')"
    assert eval(picture(numpy.array([True]))[1], {"numpy": numpy}).dtype == bool


@pytest.mark.parametrize("place", range(len(hostile())))
def test_items_run_no_code(place: int) -> None:
    value = hostile()[place]
    array = numpy.empty(2, dtype=object)
    array[1] = value
    LOG.clear()
    assert text_of(array).startswith("numpy.array([None, ")
    assert LOG == []


def test_a_subclass_is_told_by_its_name() -> None:
    class Sly(numpy.ndarray):  # type: ignore[misc,name-defined]
        def tolist(self) -> Any:
            raise RuntimeError

        shape = dtype = property(tolist)

    assert text_of(numpy.zeros(3).view(Sly)) == "<Sly>"


def test_no_array_is_kept_alive() -> None:
    array = numpy.zeros(3)
    text_of(array)
    seen = weakref.ref(array)
    del array
    gc.collect()
    assert seen() is None
