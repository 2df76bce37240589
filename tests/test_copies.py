"""Copies of what functions are given, for calls that are made again."""

from __future__ import annotations

import io
import threading
from typing import Any

import pytest

from tracec.runtime.differential.copies import copied


class Answers:
    """Answers for everything, so that `copy.deepcopy` never ends."""

    def __init__(self, held: Any) -> None:
        self.held, self.me = held, self

    def __getattr__(self, name: str) -> Any:
        return self.parts[name]


class Refuses(dict[str, Any]):
    """Cannot be pickled."""

    __slots__ = ("extra", "never")

    def __init__(self, **held: Any) -> None:
        super().__init__(held)
        self.extra = [1]

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("no")


def test_objects_that_get_in_the_way_are_copied() -> None:
    shared = [1, {2}]
    before = {"a": Answers(shared), "b": Refuses(x=shared, y=(shared, len, io)), "c": shared}
    after = copied(before)
    assert type(after["a"]) is Answers
    assert after["a"].me is after["a"]
    assert after["a"].held is after["c"] is after["b"]["x"] is after["b"]["y"][0]
    assert after["c"] == shared
    assert after["c"] is not shared
    assert after["b"].extra == [1]
    assert after["b"].extra is not before["b"].extra  # type: ignore[attr-defined]
    assert after["b"]["y"][1:] == (len, io)


def test_a_bound_method_is_of_the_copy() -> None:
    answers = Answers([])
    after = copied({"f": answers.__init__, "a": answers})  # type: ignore[misc]
    assert after["f"].__self__ is after["a"]


@pytest.mark.parametrize("value", [threading.Lock(), io.StringIO("x").read, (n for n in [1])])
def test_what_holds_something_of_the_interpreter_cannot_be_copied(value: Any) -> None:
    with pytest.raises(Exception, match=r"pickle|copy|create|not safe"):
        copied({"a": Answers(value)})
