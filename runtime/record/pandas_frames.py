"""A frame or a series of pandas -> its shape, columns, types and first rows, by the C code of pandas and numpy."""

from __future__ import annotations

import types
from builtins import enumerate, id, len, tuple, type  # as they were at the start
from typing import Any

from tracec.runtime.record.inside import is_of_numpy, lookup, mro_of, name_of, nothing, own

MANY = 12  # columns, and items of a series; as of a container
ROWS = 3  # of a frame; chosen
_COMPUTED = id(types.GetSetDescriptorType)
UNREAD = ("datetime", "timedelta")  # numpy gives some of them as numbers


def form_of(kind: type) -> str:
    """`DataFrame` or `Series` where a class is made from one of them; else ""."""
    for base in mro_of(kind):
        name = name_of(base)
        if name in ("DataFrame", "Series"):
            module = lookup(base, "__module__")
            if type(module) is str and (module == "pandas" or module.startswith("pandas.")):
                return name
    return ""


def table(value: Any, form: str) -> list[tuple[str, Any]]:
    """The fields to show; none where pandas keeps its data otherwise than is known here."""
    manager = own(value, "_mgr")
    axes, blocks = (_kept(manager, name) for name in ("axes", "blocks"))
    if type(axes) is not list or type(blocks) is not tuple:
        return []
    found = _frame(axes, blocks) if form == "DataFrame" else _series(value, axes, blocks)
    return [(name, held) for name, held in found if held is not nothing]


def _computed(value: Any, name: str) -> Any:
    """An attribute that C code of the class computes."""
    there = lookup(type(value), name)
    return there.__get__(value) if id(type(there)) == _COMPUTED else nothing


def _kept(manager: Any, name: str) -> Any:
    """What some managers keep in C."""
    found = _computed(manager, name)
    return own(manager, name) if found is nothing else found


def _is_array(value: Any) -> bool:
    return is_of_numpy(type(value)) and name_of(type(value)) == "ndarray"


def _array_in(value: Any) -> Any:
    """What an array, an index or an extension's array keeps: an ndarray, or a range."""
    if _is_array(value) or type(value) is range:
        return value
    found = _computed(value, "_ndarray")
    return found if _is_array(found) else nothing


def _is_readable(value: Any) -> bool:
    """Whether what an array in it keeps are its values, and no codes for them."""
    return _is_array(value) or type(value) is range or name_of(type(value)) in ("StringArray", "NumpyExtensionArray")


def _data_of(index: Any) -> Any:
    data = own(index, "_data")
    return own(index, "_range") if data is nothing else data


def _length_of(data: Any) -> int:
    """How many there are; -1 where that is not known."""
    array = _array_in(data)
    return -1 if array is nothing else len(array)


def _part_of(array: Any, key: Any) -> Any:
    """The plain items of a part of an array."""
    if array is nothing:
        return nothing
    part = array[key]
    return list(part) if type(part) is range else lookup(type(part), "tolist")(part)


def _dtype_of(values: Any) -> str:
    """The name of what an array holds."""
    return name_of(own(_computed(values, "dtype"), "type") if _is_array(values) else type(values))


def _row_of(values: Any, row: int, most: int) -> Any:
    """The first items of a column."""
    array = _array_in(values)
    if array is nothing or not _is_readable(values) or _dtype_of(array).startswith(UNREAD):
        return nothing
    flat = not _is_array(array) or len(_computed(array, "shape")) == 1
    return _part_of(array, slice(0, most) if flat else (row, slice(0, most)))


def _places_of(block: Any) -> list[int]:
    """Which columns a block has."""
    indexer = _computed(_computed(block, "_mgr_locs"), "indexer")
    if type(indexer) is slice:
        return [*range(*indexer.indices(MANY))] if (indexer.step or 1) > 0 else []
    found: list[int] = lookup(type(indexer), "tolist")(indexer) if _is_array(indexer) else []
    return found


def _frame(axes: list[Any], blocks: tuple[Any, ...]) -> list[tuple[str, Any]]:
    if len(axes) != 2:
        return []
    names, rows = map(_data_of, axes)
    wide, high = _length_of(names), _length_of(rows)
    size = min(max(wide, 0), MANY)
    dtypes: list[Any] = [nothing] * size
    cells: list[Any] = [nothing] * size
    for block in blocks:
        values = _computed(block, "values")
        for row, place in enumerate([] if values is nothing else _places_of(block)):
            if place < size and dtypes[place] is nothing:
                dtypes[place], cells[place] = _dtype_of(values), _row_of(values, row, ROWS)
    shape = nothing if min(wide, high) < 0 else (high, wide)
    return [
        ("shape", shape),
        ("columns", _row_of(names, 0, MANY)),
        ("dtypes", _all(dtypes)),
        ("head", _turned(cells)),
    ]


def _all(items: list[Any]) -> Any:
    """The items; `nothing` where one is missing."""
    return nothing if any(item is nothing for item in items) else items


def _turned(columns: list[Any]) -> Any:
    """The rows of columns; `nothing` where one is missing."""
    if _all(columns) is nothing or len({len(column) for column in columns}) > 1:
        return nothing
    return [list(row) for row in zip(*columns)]


def _series(value: Any, axes: list[Any], blocks: tuple[Any, ...]) -> list[tuple[str, Any]]:
    if len(blocks) != 1 or len(axes) != 1:
        return []
    values, high = _computed(blocks[0], "values"), _length_of(_data_of(axes[0]))
    told = [("dtype", _dtype_of(values)), ("head", _row_of(values, 0, MANY))] if values is not nothing else []
    shape = nothing if high < 0 else (high,)
    return [("name", own(value, "_name")), ("shape", shape), *told]
