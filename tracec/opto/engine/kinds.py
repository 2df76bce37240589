"""The classes of nodes that users know: Node, ParameterNode, MessageNode, ExceptionNode; and `node`."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from tracec.opto.engine import operations as ops
from tracec.opto.engine.arithmetic import Arithmetic
from tracec.opto.engine.calling import calling, calls_of, in_python, methods_of, operation_info
from tracec.opto.engine.copies import restored
from tracec.opto.engine.core import BRACKET, Row, get_op_name
from tracec.opto.engine.errors import said, standing_for, traceback_text
from tracec.opto.engine.exits import Exits
from tracec.opto.engine.methods import CHANGES, Methods
from tracec.opto.engine.names import GRAPH, NAME_SCOPES
from tracec.opto.engine.operations import Operation
from tracec.opto.engine.places import here
from tracec.opto.engine.switches import TRACING


class Node(Row, Arithmetic, Exits, Methods):
    """A value in the graph. `Node(3)` is a leaf; operators and bundled functions make the others.

    `data` is the value, `parents` is what it was computed from.
    """

    __slots__ = ()
    __hash__ = object.__hash__

    def _is_text(self) -> bool:
        return type(self._data) is str

    def _now(self) -> Node:
        """The node that stands for its object now: another one after the object was changed."""
        more = self._more
        while more is not None and more.now is not None:
            self, more = more.now, more.now._more
        return self

    def _one(self, operation: Operation) -> Any:
        return applied(operation, (self._now(),))

    def _two(self, operation: Operation, other: object) -> Any:
        return applied(operation, (self._now(), other._now() if isinstance(other, Node) else Node(other)))

    def _reflected(self, operation: Operation, other: object) -> Any:
        return applied(operation, (Node(other), self._now()))

    def _method(self, name: str, *args: Any, **kwargs: Any) -> Any:
        now, values = self._now(), tuple(_source(value) for value in (*args, *kwargs.values()))
        labels = ("x", *(f"args_{at}" for at in range(len(args))), *kwargs)
        made = applied(Operation(name, f"x.{name}(...)", methods_of(name, tuple(kwargs)), labels), (now, *values))
        if name in CHANGES and isinstance(self._data, (list, dict, set)):
            self._changed(made)
        return made

    def _call(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a value. What is written in Python is given nodes, all else their values."""
        sources = tuple(_source(value) for value in (function, *args, *kwargs.values()))
        kind = calling(len(args), tuple(kwargs))
        call = calls_of(tuple(kwargs), in_python(function))
        inner = Operation(kind.name, kind.about, call, kind.labels, of_nodes=True)
        return applied(inner, sources)

    def _changed(self, by: Any) -> None:
        now = self._now()
        now._known().now = message(now._data, ops.CHANGED, (now, by))

    def __setitem__(self, key: object, value: object) -> None:
        now, key, value = self._now(), _source(key), _source(value)
        try:
            now._data[key._data] = value._data
        except Exception as error:
            raise failed(ops.SETITEM, error, (now, key, value)) from error
        now._known().now = message(now._data, ops.SETITEM, (now, key, value))

    def __delitem__(self, key: object) -> None:
        now, key = self._now(), _source(key)
        try:
            del now._data[key._data]
        except Exception as error:
            raise failed(ops.DELITEM, error, (now, key)) from error
        now._known().now = message(now._data, ops.DELITEM, (now, key))

    def __iter__(self) -> Iterator[Any]:
        return iterate(self)

    async def __aiter__(self) -> Any:
        async for value in self._data:
            yield message(value, ops.NEXT, (self,))

    def trace(self) -> Any:
        """The graph before it as a Trace: `print(y.trace())`, slices, views and propagators read it."""
        from tracec.opto.writing.as_trace import trace_of

        return trace_of(self)

    def clone(self) -> Any:
        """The same value as another node."""
        return self._one(ops.CLONE)

    def items(self) -> Any:
        """Keys and values, each a node."""
        if not isinstance(self._data, dict):
            raise AttributeError(f"{type(self._data).__name__} has no items")
        keys = self.keys()
        return ((key, self[key]) for key in keys)

    def keys(self) -> Any:
        """The keys, as a node of a list."""
        if not isinstance(self._data, dict):
            raise AttributeError(f"{type(self._data).__name__} has no keys")
        return self._one(KEYS)

    def values(self) -> Any:
        """The values, as a node of a list."""
        return self._one(VALUES)

    def pop(self, *index: Any) -> Any:
        """`x.pop()`, as a node."""
        return self._method("pop", *index)

    def append(self, *args: Any, **kwargs: Any) -> Any:
        """`x.append(y)`; what is computed from x afterwards depends on y."""
        return self._method("append", *args, **kwargs)


KEYS = Operation("keys", "the keys of x", lambda x: [*x.keys()], ops.ONE)
VALUES = Operation("values", "the values of x", lambda x: [*x.values()], ops.ONE)


def _source(value: object) -> Node:
    return value._now() if isinstance(value, Node) else Node(value)


class ParameterNode(Node):
    """A value that optimizers may change. `projections` are applied to what they propose."""

    _is_parameter = True
    origin: Any = None  # the bundled function whose text it is

    def __init__(
        self,
        value: Any,
        *,
        name: str | None = None,
        trainable: bool = True,
        description: str | None = None,
        projections: list[Any] | None = None,
        info: Any = None,
        constraint: str | None = None,
    ) -> None:
        said = " ".join(text for text in (description, constraint) if text)
        super().__init__(value, name=name, description=said or None, info=info)
        if projections is not None and not (
            isinstance(projections, list) and all(hasattr(one, "project") for one in projections)
        ):
            raise TypeError("projections are a list of Projection objects")
        self.trainable = trainable
        self.projections = projections or []

    def __reduce__(self) -> Any:
        kept = {name: value for name, value in self.__dict__.items() if name != "origin"}
        return restored, (type(self), self._data, self._kind, self._number, kept)


class MessageNode(Node):
    """What an operation gave. `inputs` are what it was computed from, by name."""

    __slots__ = ()

    def __init__(
        self,
        value: Any,
        *,
        inputs: Sequence[Node] | Mapping[str, Node],
        description: str | None = None,
        name: str | None = None,
        info: Any = None,
    ) -> None:
        named = inputs if isinstance(inputs, Mapping) else {one.name: one for one in inputs}
        wrong = [key for key, one in named.items() if not isinstance(one, Node)]
        if wrong:
            raise TypeError(f"the inputs {', '.join(map(repr, wrong))} are no nodes: wrap them with node(...)")
        about = description or ""
        base = name or (get_op_name(about) if BRACKET.match(about) else type(value).__name__)
        filled(self, value, Operation(base, about, None, tuple(named)), tuple(named.values()))
        if info is not None:
            self._known().info = info

    @property
    def _description(self) -> str:
        about = self._kind.about
        return about if BRACKET.match(about) else self._kind.description

    @property
    def info(self) -> Any:
        """What is known of the call that made it."""
        found = Row.info.fget(self)  # type: ignore[attr-defined]
        return operation_info(self) if found is None else found


class ExceptionNode(MessageNode):
    """An error that a call ended with; its value is a text."""

    __slots__ = ()

    def __init__(self, value: BaseException | str, *, inputs: Any, **known: Any) -> None:
        super().__init__(said(value) if isinstance(value, BaseException) else value, inputs=inputs, **known)

    def create_feedback(self, style: Literal["simple", "full"] = "simple") -> Any:
        """The error as a text; "full": the code that ran, with the error behind the line that raised it."""
        if style not in ("simple", "full"):
            raise ValueError(f"a style is 'simple' or 'full', not {style!r}")
        known = self.info if isinstance(self.info, dict) else {}
        return known.get("error_comment") or self._data if style == "full" else self._data


def filled(made: Any, value: Any, operation: Operation, sources: tuple[Any, ...]) -> None:
    """Fill in a new row, and tell its sources of it."""
    made._data = value._data if isinstance(value, Node) else value
    made._heirs = made._more = None
    if NAME_SCOPES:
        operation = Operation(f"{NAME_SCOPES[-1]}/{operation.name}", operation.about, None, operation.labels)
    made._kind, made._number = operation, GRAPH.number(operation.name)
    made._place = here()
    if not TRACING.get():
        made._sources = ()
        return
    made._sources = sources
    if not sources:
        return
    child = weakref.ref(made)
    if len(sources) > 2:
        sources = tuple({id(source): source for source in sources}.values())
    elif len(sources) == 2 and sources[0] is sources[1]:
        sources = sources[:1]
    for source in sources:
        source._bears(child)


def message(value: Any, operation: Operation, sources: tuple[Any, ...]) -> Any:
    """What an operation gave, as a node."""
    made = MessageNode.__new__(MessageNode)
    filled(made, value, operation, sources)
    return made


def applied(operation: Operation, sources: tuple[Any, ...]) -> Any:
    """Compute an operation of nodes."""
    function = operation.function
    try:
        given = sources if operation.of_nodes else [source._data for source in sources]
        value = function(*given)
    except Exception as error:
        raise failed(operation, error, sources) from error
    made = message(value, operation, sources)
    if operation.of_nodes and isinstance(value, Node):
        made._known().info = {**operation_info(made), "output": value}
    return made


def failed(operation: Operation, error: Exception, sources: tuple[Any, ...]) -> Exception:
    """The error that an operation raises, with its node."""
    known = {"traceback": traceback_text(error), "error_comment": None, "fun_name": operation.name}
    inputs = dict(zip(operation.labels, sources))
    about = f"[exception] {operation.name} raises an exception."
    node = ExceptionNode(error, inputs=inputs, description=about, name=f"exception_{operation.name}", info=known)
    return standing_for(error, node)


def iterate(x: Any) -> Iterator[Any]:
    """The elements of a node's value, each a node; what has no elements raises as in Python, with a node."""
    x = x._now() if isinstance(x, Node) else Node(x)
    value = x._data
    if isinstance(value, dict):
        return iterate(x.keys())
    if hasattr(value, "__getitem__") and hasattr(value, "__len__"):
        return (x[at] for at in range(len(value)))
    try:
        elements = iter(value)
    except TypeError as error:
        raise failed(Operation("iter", "iter(x)", None, ops.ONE), error, (x,)) from error
    return (message(one, ops.NEXT, (x,)) for one in elements)


def node(
    data: Any,
    name: str | None = None,
    trainable: bool = False,
    description: str | None = None,
    constraint: str | None = None,
) -> Any:
    """A value as a node; with `trainable` one that optimizers may change. A node is given back as it is."""
    if description is not None and type(description) is not str:
        raise TypeError(f"a description is a text, not {type(description).__name__}")
    if trainable:
        if isinstance(data, Node):
            name, data = name or data._kind.name, data._data
        return ParameterNode(data, name=name, description=description, constraint=constraint)
    if isinstance(data, Node):
        if name is not None:
            warnings.warn(f"it is a node already, called {data.name}: the name {name} is left out", stacklevel=2)
        return data
    return Node(data, name=name, description=" ".join(filter(None, (description, constraint))) or None)
