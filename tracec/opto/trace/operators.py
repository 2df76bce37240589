"""The operations on nodes as functions: `add(x, y)`. What is no node becomes one."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tracec.opto.engine import operations as ops
from tracec.opto.engine.calling import data_of
from tracec.opto.engine.kinds import KEYS, VALUES, Node, applied
from tracec.opto.engine.operations import Operation


class Operator:
    """An operation that can be called."""

    def __init__(self, operation: Operation, defaults: tuple[Any, ...] = ()) -> None:
        self.operation, self.defaults = operation, defaults
        self.__name__, self.__doc__ = operation.name, operation.about
        self.name, self.description = operation.name, operation.description

    @property
    def info(self) -> dict[str, Any]:
        """What is known of it."""
        kind = self.operation
        return {"fun_name": kind.name, "doc": kind.about, "fun": kind.function, "error_comment": None}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        labels = self.operation.labels
        given = dict(zip(labels, args), **kwargs)
        for label, value in zip(labels[::-1], self.defaults[::-1]):
            given.setdefault(label, value)
        if len(args) > len(labels) or given.keys() != set(labels):
            raise TypeError(f"{self.name}() takes {', '.join(labels)}")
        return applied(self.operation, tuple(as_node(given[label]) for label in labels))

    def __repr__(self) -> str:
        return f"<operator {self.operation.description}>"


def as_node(value: Any) -> Any:
    """A value as a node."""
    return value._now() if isinstance(value, Node) else Node(value)


def several(name: str, about: str, function: Callable[..., Any], label: str = "args") -> Callable[..., Any]:
    """An operation of any number of values, also by name."""

    def operate(*args: Any, **kwargs: Any) -> Any:
        labels = (*(f"{label}_{at}" for at in range(len(args))), *kwargs)
        call = lambda *v: function(*v[: len(args)], **dict(zip(kwargs, v[len(args) :])))  # noqa: E731
        return applied(Operation(name, about, call, labels), tuple(map(as_node, (*args, *kwargs.values()))))

    operate.__name__, operate.__doc__ = name, about
    return operate


def changing(name: str, labels: str, change: Callable[..., Any], defaults: tuple[Any, ...] = ()) -> Operator:
    """An operation that gives a changed copy of its first value, and leaves that as it is."""

    def changed(x: Any, *values: Any) -> Any:
        made = copy.copy(x)
        change(made, *values)
        return made

    return Operator(Operation(name, f"a copy of x after {name}", changed, tuple(labels.split())), defaults)


def of(name: str, about: str, labels: str, function: Callable[..., Any], *defaults: Any) -> Operator:
    """An operation of values with names."""
    return Operator(Operation(name, about, function, tuple(labels.split())), defaults)


clone, identity = Operator(ops.CLONE), Operator(ops.IDENTITY)
pos, neg, abs, invert = Operator(ops.POS), Operator(ops.NEG), Operator(ops.ABS), Operator(ops.INVERT)
floor, ceil, trunc, round = (
    Operator(ops.FLOOR),
    Operator(ops.CEIL),
    Operator(ops.TRUNC),
    Operator(ops.ROUND, (None,)),
)
add, subtract, multiply = Operator(ops.ADD), Operator(ops.SUBTRACT), Operator(ops.MULTIPLY)
floor_divide, divide, mod = Operator(ops.FLOOR_DIVIDE), Operator(ops.DIVIDE), Operator(ops.MOD)
node_divmod, power, matmul = Operator(ops.DIVMOD), Operator(ops.POWER), Operator(ops.MATMUL)
lshift, rshift, and_, or_, xor = (Operator(one) for one in (ops.LSHIFT, ops.RSHIFT, ops.AND, ops.OR, ops.XOR))
lt, le, gt, ge = (Operator(one) for one in (ops.LT, ops.LE, ops.GT, ops.GE))
eq, neq, ne = Operator(ops.EQ), Operator(ops.NE), Operator(ops.NE)
cond, not_, is_, is_not = Operator(ops.COND), Operator(ops.NOT), Operator(ops.IS), Operator(ops.IS_NOT)
in_, not_in = Operator(ops.IN), Operator(ops.NOT_IN)
getitem, pop = Operator(ops.GETITEM), Operator(ops.POP, (-1,))
len_, ord_, chr_, concat = Operator(ops.LEN), Operator(ops.ORD), Operator(ops.CHR), Operator(ops.CONCAT)

lower, upper = of("lower", "x.lower()", "x", str.lower), of("upper", "x.upper()", "x", str.upper)
title, swapcase = of("title", "x.title()", "x", str.title), of("swapcase", "x.swapcase()", "x", str.swapcase)
capitalize = of("capitalize", "x.capitalize()", "x", str.capitalize)
split = of("split", "x.split(y, maxsplit)", "x y maxsplit", str.split, None, -1)
strip = of("strip", "x.strip(chars)", "x chars", str.strip, None)
replace = of("replace", "x.replace(old, new, count)", "x old new count", str.replace, -1)
format = several("format", "x.format(...)", str.format)
join = several("join", "x.join(...)", lambda x, *y: x.join(map(data_of, y)))


def call(fun: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a node's value."""
    return as_node(fun)(*args, **kwargs)


node_getattr = of("getattr", "getattr(x, name)", "obj attr", getattr)

to_list, to_set, to_tuple = (
    of("to_list", "list(x)", "x", list),
    of("to_set", "set(x)", "x", set),
    of("to_tuple", "tuple(x)", "x", tuple),
)
to_dict = of("to_dict", "dict(x)", "x", dict)
make_list = several("make_list", "a list of its inputs", lambda *args: [*args])
make_set, make_tuple = (
    several("make_set", "a set of its inputs", lambda *args: {*args}),
    several("make_tuple", "a tuple of its inputs", lambda *args: args),
)
make_dict = several("make_dict", "a dictionary of its inputs", lambda **kwargs: kwargs)
keys, values = Operator(KEYS), Operator(VALUES)
get = of("get", "x.get(key, default)", "x key default", lambda x, key, default: x.get(key, default), None)

dict_update = changing("dict_update", "x y", lambda x, y: x.update(y))
dict_pop, dict_popitem = changing("dict_pop", "x key", dict.pop), changing("dict_popitem", "x", dict.popitem)
list_append, list_clear = changing("list_append", "x y", list.append), changing("list_clear", "x", list.clear)
list_extend = changing("list_extend", "x y", list.extend)
list_insert = changing("list_insert", "x index y", list.insert)
list_pop, list_remove = changing("list_pop", "x index", list.pop), changing("list_remove", "x y", list.remove)
list_reverse = changing("list_reverse", "x", list.reverse)
list_sort = changing(
    "list_sort", "x key reverse", lambda x, key, reverse: x.sort(key=key, reverse=reverse), (None, False)
)
set_add, set_clear = changing("set_add", "x y", set.add), changing("set_clear", "x", set.clear)
set_discard, set_pop = changing("set_discard", "x y", set.discard), changing("set_pop", "x", set.pop)
set_remove, set_update = changing("set_remove", "x y", set.remove), changing("set_update", "x y", set.update)
set_intersection_update = changing("set_intersection_update", "x y", set.intersection_update)
set_symmetric_difference_update = changing("set_symmetric_difference_update", "x y", set.symmetric_difference_update)


def _asked(llm: Any, system_prompt: str, *user_prompts: str, **options: Any) -> Any:
    messages = [{"role": "system", "content": system_prompt}]
    messages += [{"role": "user", "content": prompt} for prompt in user_prompts]
    return llm(messages=messages, **options).choices[0].message.content


call_llm = several("call_llm", "what a model answers to a system prompt and further prompts", _asked)
