"""Expression + state -> its value, on plain data and within bounds: no code of the user runs."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# Bounds on what is evaluated; all chosen.
LARGEST_NUMBER = 1 << 96  # a number beyond is no answer
LONGEST_VALUE = 600  # elements, or characters, of a value
HIGHEST_POWER = 24  # exponent
LONGEST_REPLACEMENT = 20  # characters that `replace` puts in
CONTAINERS = frozenset((list, tuple, str, dict, set, bytes))
PlainFunction = Callable[..., object]
ERROR = object()  # in a vector: no value in this state
FAILURES = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, MemoryError)


class NoValue(Exception):
    """The expression has no value in this state, or none that is known."""


def evaluate(node: ast.AST, state: Mapping[str, object]) -> object:
    """Evaluate `node`. NoValue where it raises, where a variable is not known, and for what is not plain."""
    try:
        return bounded(_value(node, state))
    except NoValue:
        raise
    except (RecursionError, *FAILURES):
        raise NoValue from None


def bounded(value: object) -> object:
    """Give the value back. NoValue where it is too large, or nothing that can be told from its like."""
    kind = type(value)
    if kind is int or kind is float:
        if not -LARGEST_NUMBER < value < LARGEST_NUMBER:  # type: ignore[operator]
            raise NoValue
    elif kind in CONTAINERS:
        if len(value) > LONGEST_VALUE:  # type: ignore[arg-type]
            raise NoValue
    elif kind is not bool and value is not None:
        raise NoValue
    return value


def key_of(value: object) -> object:
    """Return what tells a value from others: `1`, `1.0` and `True` differ."""
    kind = type(value)
    if kind is int or kind is str:
        return value
    if kind is bool or value is None:
        return kind, value
    return kind, repr(sorted(map(repr, value))) if isinstance(value, set) else repr(value)


def applied(function: PlainFunction, *columns: Sequence[object]) -> list[object]:
    """Apply a function of this file's tables to plain values, one from each column for each state."""
    try:
        values = list(map(function, *columns))  # ERROR is no operand of any of them but `==`, `!=` and `is`
        for value in values:
            bounded(value)
    except (NoValue, *FAILURES):
        return [_or_error(function, *row) for row in zip(*columns, strict=True)]
    for column in columns:
        if ERROR in column:
            values = [ERROR if one is ERROR else value for one, value in zip(column, values)]
    return values


def _or_error(function: PlainFunction, *values: object) -> object:
    if any(value is ERROR for value in values):
        return ERROR
    try:
        return bounded(function(*values))
    except (NoValue, *FAILURES):
        return ERROR


def _sized(value: Any) -> Any:
    if not isinstance(value, (list, tuple, str, dict, set, bytes)):
        raise NoValue
    return value


def power(left: Any, right: Any) -> object:
    """Raise to a power, of small numbers: `left ** right`."""
    if not isinstance(right, (int, float)) or abs(right) > HIGHEST_POWER:
        raise NoValue
    return left**right


def times(left: Any, right: Any) -> object:
    """Multiply, of short sequences: `left * right`."""
    for one, count in ((left, right), (right, left)):
        if isinstance(one, (list, tuple, str, bytes)) and (
            not isinstance(count, int) or len(one) * count > LONGEST_VALUE
        ):
            raise NoValue
    return left * right


def remainder(left: Any, right: Any) -> object:
    """Take the remainder of numbers, `left % right`: a text would be filled in."""
    if isinstance(left, (str, bytes)):
        raise NoValue
    return left % right


def _range(*bounds: int) -> list[int]:
    if len(made := range(*bounds)) > LONGEST_VALUE:
        raise NoValue
    return list(made)


OPERATORS: dict[type[ast.AST], PlainFunction] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: times,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: remainder,
    ast.Pow: power,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.RShift: operator.rshift,
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda one, many: one in _sized(many),
    ast.NotIn: lambda one, many: one not in _sized(many),
}
FUNCTIONS: dict[str, PlainFunction] = {
    "len": len,
    "abs": abs,
    "min": min,
    "max": max,
    "sum": sum,
    "sorted": sorted,
    "reversed": lambda many: list(reversed(many)),
    "list": list,
    "tuple": tuple,
    "set": set,
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "round": round,
    "ord": ord,
    "chr": chr,
    "any": any,
    "all": all,
    "range": _range,
}
CASES = ("lower", "upper", "title", "capitalize", "swapcase", "strip", "lstrip", "rstrip")
QUESTIONS = ("isalpha", "isdigit", "isupper", "islower", "isspace", "isalnum", "startswith", "endswith")
SEARCHES = ("count", "find", "rfind", "index", "split", "join", "replace", "removeprefix", "removesuffix")
METHODS: dict[type, frozenset[str]] = {
    str: frozenset((*CASES, *QUESTIONS, *SEARCHES)),
    list: frozenset(("count", "index", "copy")),
    tuple: frozenset(("count", "index")),
    dict: frozenset(("get",)),
    set: frozenset(("union", "intersection", "difference", "issubset", "issuperset", "isdisjoint")),
}


def _value(node: ast.AST, state: Mapping[str, object]) -> Any:
    maker = MAKERS.get(type(node))
    if maker is None:
        raise NoValue
    return maker(node, state)


def _name(node: Any, state: Mapping[str, object]) -> object:
    if node.id not in state:
        raise NoValue
    return state[node.id]


def _attribute(node: Any, state: Mapping[str, object]) -> object:
    text = f"{node.value.id}.{node.attr}" if isinstance(node.value, ast.Name) else ""
    if text not in state:
        raise NoValue
    return state[text]


def _constant(node: Any, state: Mapping[str, object]) -> object:
    return node.value


def _unary(node: Any, state: Mapping[str, object]) -> object:
    return OPERATORS[type(node.op)](_value(node.operand, state))


def _binary(node: Any, state: Mapping[str, object]) -> object:
    return bounded(OPERATORS[type(node.op)](_value(node.left, state), _value(node.right, state)))


def _compare(node: Any, state: Mapping[str, object]) -> object:
    left: Any = _value(node.left, state)
    for sign, right in zip(node.ops, node.comparators, strict=True):
        value = _value(right, state)
        if not OPERATORS[type(sign)](left, value):
            return False
        left = value
    return True


def _logic(node: Any, state: Mapping[str, object]) -> object:
    value: Any = None
    for part in node.values:
        value = _value(part, state)
        if bool(value) is isinstance(node.op, ast.Or):
            return value
    return value


def _choice(node: Any, state: Mapping[str, object]) -> object:
    return _value(node.body if _value(node.test, state) else node.orelse, state)


def _item(node: Any, state: Mapping[str, object]) -> object:
    return _sized(_value(node.value, state))[_value(node.slice, state)]


def _cut(node: Any, state: Mapping[str, object]) -> object:
    parts = (node.lower, node.upper, node.step)
    return slice(*(None if part is None else _value(part, state) for part in parts))


def _call(node: Any, state: Mapping[str, object]) -> object:
    if node.keywords or any(isinstance(part, ast.Starred) for part in node.args):
        raise NoValue
    given = [_value(part, state) for part in node.args]
    if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS and node.func.id not in state:
        return FUNCTIONS[node.func.id](*given)
    if not isinstance(node.func, ast.Attribute):
        raise NoValue
    receiver = _value(node.func.value, state)
    if node.func.attr not in METHODS.get(type(receiver), ()) or _grows(node.func.attr, receiver, given):
        raise NoValue
    return getattr(receiver, node.func.attr)(*given)


def _grows(name: str, receiver: Any, given: Sequence[Any]) -> bool:
    """True where a text may become far longer."""
    return name == "replace" and any(isinstance(part, str) and len(part) > LONGEST_REPLACEMENT for part in given[1:])


def _display(node: Any, state: Mapping[str, object]) -> object:
    parts = [_value(part, state) for part in node.elts]
    return parts if isinstance(node, ast.List) else tuple(parts) if isinstance(node, ast.Tuple) else set(parts)


def _dict(node: Any, state: Mapping[str, object]) -> object:
    if None in node.keys:
        raise NoValue
    pairs = zip(node.keys, node.values, strict=True)
    return {_value(key, state): _value(value, state) for key, value in pairs}


MAKERS: dict[type[ast.AST], Callable[[Any, Mapping[str, object]], object]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Constant: _constant,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.BoolOp: _logic,
    ast.IfExp: _choice,
    ast.Subscript: _item,
    ast.Slice: _cut,
    ast.Call: _call,
    ast.List: _display,
    ast.Tuple: _display,
    ast.Set: _display,
    ast.Dict: _dict,
}
