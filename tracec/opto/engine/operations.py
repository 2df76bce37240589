"""Operation: what made a node. And the table of those that users call or write as operators."""

from __future__ import annotations

import builtins
import copy
import math
import operator
from collections.abc import Callable
from typing import Any


class Operation:
    """What a node was made by: its name and words about it, what computes it, and the names of its inputs.

    A leaf has one too, with the name that it was given.
    """

    __slots__ = ("about", "function", "labels", "name", "of_nodes")

    def __init__(
        self,
        name: str,
        about: str = "",
        function: Any = None,
        labels: tuple[str, ...] = (),
        of_nodes: bool = False,
    ) -> None:
        self.name, self.about, self.function, self.labels = name, about, function, labels
        self.of_nodes = of_nodes  # whether the function is given nodes, not their values

    @property
    def description(self) -> str:
        """The name in brackets, and what it does."""
        return f"[{self.name}] {self.about}".strip()

    def __reduce__(self) -> Any:
        return Operation, (self.name, self.about, None, self.labels)


ONE, TWO = ("x",), ("x", "y")


def one(name: str, about: str, function: Callable[[Any], Any]) -> Operation:
    """An operation on one value."""
    return Operation(name, about, function, ONE)


def two(name: str, about: str, function: Callable[[Any, Any], Any]) -> Operation:
    """An operation on two values."""
    return Operation(name, about, function, TWO)


POS, NEG = one("pos", "+x", operator.pos), one("neg", "-x", operator.neg)
ABS, INVERT = one("abs", "abs(x)", builtins.abs), one("invert", "~x", operator.invert)
FLOOR, CEIL = one("floor", "math.floor(x)", math.floor), one("ceil", "math.ceil(x)", math.ceil)
TRUNC = one("trunc", "math.trunc(x)", math.trunc)
ROUND = Operation("round", "round(x, n)", builtins.round, ("x", "n"))
ADD, SUBTRACT = two("add", "x + y", operator.add), two("subtract", "x - y", operator.sub)
MULTIPLY, DIVIDE = two("multiply", "x * y", operator.mul), two("divide", "x / y", operator.truediv)
FLOOR_DIVIDE, MOD = two("floor_divide", "x // y", operator.floordiv), two("mod", "x % y", operator.mod)
DIVMOD, POWER = two("divmod", "divmod(x, y)", builtins.divmod), two("power", "x ** y", operator.pow)
MATMUL = two("matmul", "x @ y", operator.matmul)
LSHIFT, RSHIFT = two("lshift", "x << y", operator.lshift), two("rshift", "x >> y", operator.rshift)
AND, OR, XOR = (
    two("and", "x & y", operator.and_),
    two("or", "x | y", operator.or_),
    two("xor", "x ^ y", operator.xor),
)
LT, LE, GT, GE = (
    two("lt", "x < y", operator.lt),
    two("le", "x <= y", operator.le),
    two("gt", "x > y", operator.gt),
    two("ge", "x >= y", operator.ge),
)
EQ, NE = two("eq", "x == y", operator.eq), two("neq", "x != y", operator.ne)
COND = Operation("cond", "x if condition else y", lambda c, x, y: x if c else y, ("condition", "x", "y"))
NOT = one("not", "not x", operator.not_)
IS, IS_NOT = two("is", "x is y", operator.is_), two("is_not", "x is not y", operator.is_not)
IN = two("in", "x in y", lambda x, y: x in y)
NOT_IN = two("not_in", "x not in y", lambda x, y: x not in y)
GETITEM = Operation("getitem", "x[index]", operator.getitem, ("x", "index"))
POP = Operation("pop", "x.pop(index)", lambda x, index: x.pop(index), ("x", "index"))
LEN, ORD, CHR = (
    one("len", "len(x)", builtins.len),
    one("ord", "ord(x)", builtins.ord),
    one("chr", "chr(x)", builtins.chr),
)
CONCAT = two("concat", "x + y, of texts", operator.add)
CLONE = one("clone", "the same value again", copy.deepcopy)
IDENTITY = one("identity", "the same value", copy.copy)
GETATTR = Operation("getattr", "getattr(x, name)", builtins.getattr, ("x", "name"))
NEXT = Operation("next", "the next value of an iterator", lambda x, value: value, ("x",))
SETITEM = Operation("setitem", "the object after x[index] = y", None, ("x", "index", "y"))
DELITEM = Operation("delitem", "the object after del x[index]", None, ("x", "index"))
CHANGED = Operation("changed", "the object after one of its methods has changed it", None, ("x", "by"))
FEEDBACK = Operation("FEEDBACK_ORACLE", "what the user says of an output")

IDENTITY_OPERATORS = ("identity", "clone")
_leaves: dict[str, Operation] = {}  # of values without a name, by the name of their type


def leaf(value: object) -> Operation:
    """The operation of a value that nothing is known of: it is called by its type."""
    name = type(value).__name__
    found = _leaves.get(name)
    if found is None:
        found = _leaves.setdefault(name, Operation(name))
    return found
