"""Functions that are alive are given recorded code, and their own again: who holds them need not know.

What runs already goes on as it is: a frame keeps the code that it began with.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType

Exchange = Mapping[tuple[str, CodeType], CodeType]  # file and code -> the code that takes its place


def pairs(one: CodeType, other: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The code of each function in a module, at any depth, beside that of the same function in another form of it."""
    here, there = ([const for const in code.co_consts if type(const) is CodeType] for code in (one, other))
    if [(c.co_qualname, c.co_firstlineno) for c in here] != [(c.co_qualname, c.co_firstlineno) for c in there]:
        return
    for first, second in zip(here, there):
        if (first.co_freevars, first.co_argcount) == (second.co_freevars, second.co_argcount):
            yield first, second
        yield from pairs(first, second)


def exchange(codes: Exchange) -> dict[tuple[str, CodeType], CodeType]:
    """Give every live function whose code is named another; answers what takes it back."""
    back = {}
    for thing in gc.get_objects():
        if type(thing) is FunctionType:
            old = thing.__code__
            new = codes.get((old.co_filename, old))
            if new is not None and new is not old:
                thing.__code__ = new
                back[old.co_filename, new] = old
    return back


def strangers(codes: Exchange) -> set[str]:
    """Files of which there are live functions whose code is not named."""
    files = {path for path, _ in codes}
    alive = {thing.__code__ for thing in gc.get_objects() if type(thing) is FunctionType}
    found = (c for c in alive if c.co_filename in files and (c.co_filename, c) not in codes)
    return {c.co_filename for c in found if c.co_name != "<module>"}  # the interpreter makes a function of that one


def forth_and_back(path: str, plain: CodeType, recorded: CodeType) -> tuple[Exchange, Exchange]:
    """What puts recorded code into the live functions of a file, and what takes it out again."""
    found = list(pairs(plain, recorded))
    return {(path, own): new for own, new in found}, {(path, new): own for own, new in found}
