"""Row: a value with its name, the earlier rows that it was computed from, and what else is known of it."""

from __future__ import annotations

import re
import weakref
from collections import defaultdict
from typing import Any

from tracec.opto.engine.copies import detached, restored
from tracec.opto.engine.more import DONE, More
from tracec.opto.engine.names import GRAPH, NAME_SCOPES
from tracec.opto.engine.operations import Operation, leaf
from tracec.opto.engine.places import Place, here
from tracec.opto.engine.switches import READS, TRACING
from tracec.opto.flow.backward import backward
from tracec.opto.flow.order import ordered
from tracec.opto.flow.reach import Reach

BRACKET = re.compile(r"^\[([^\[\]]+)\]")
FEW = 8  # children after which those that are gone are forgotten; chosen


class Row:
    """One row of the graph.

    It keeps what it was computed from, and knows what was computed from it as long as the program keeps that: what a
    program drops is freed.
    """

    __slots__ = ("__weakref__", "_data", "_heirs", "_kind", "_more", "_number", "_place", "_sources")
    trainable: bool = False
    _is_parameter = False

    def __init__(
        self,
        value: Any,
        *,
        name: str | None = None,
        trainable: bool = False,
        description: str | None = None,
        info: Any = None,
    ) -> None:
        if isinstance(value, Row):
            name = name or value._kind.name
            value = value._data
        self._data: Any = value
        self._sources: tuple[Row, ...] = ()
        self._heirs: Any = None
        self._place: Place | None = here()
        self._more: More | None = None if info is None else More(info=info)
        self._named(Operation(name or type(value).__name__, description or "") if name or description else leaf(value))
        if trainable:
            raise TypeError("a node that may change is node(value, trainable=True) or ParameterNode(value)")

    def _named(self, kind: Operation) -> None:
        if NAME_SCOPES:
            kind = Operation(f"{NAME_SCOPES[-1]}/{kind.name}", kind.about, kind.function, kind.labels)
        self._kind = kind
        self._number = GRAPH.number(kind.name)

    # What it is called

    @property
    def name(self) -> str:
        """`base:number`."""
        return f"{self._kind.name}:{self._number}"

    @property
    def _name(self) -> str:
        return self.name

    @property
    def py_name(self) -> str:
        """The name without the colon."""
        return f"{self._kind.name}{self._number}"

    @property
    def id(self) -> str:
        """The number in the name."""
        return str(self._number)

    @property
    def _description(self) -> str:
        about = self._kind.about
        return about if BRACKET.match(about) else f"[{type(self).__name__}] {about}".strip()

    @property
    def description(self) -> str | None:
        """What is said of it; None where that is nothing."""
        return BRACKET.sub("", self._description).strip() or None

    @property
    def op_name(self) -> str:
        """What made it: the name in brackets before its description."""
        return get_op_name(self._description)

    @property
    def place(self) -> Place | None:
        """Where in the user's source it was made."""
        return self._place

    # Its value

    @property
    def data(self) -> Any:
        """The value. A bundled function that reads it depends on the node."""
        reads = READS.get()
        if reads is not None and TRACING.get():
            reads.hard[id(self)] = self
        return self._data

    @property
    def type(self) -> type:
        """The value's class."""
        return type(self._data)

    def _set(self, value: Any) -> None:
        self._data = value._data if isinstance(value, Row) else value

    # Its edges

    @property
    def inputs(self) -> dict[str, Row]:
        """What it was computed from, by name."""
        return dict(zip(self._kind.labels, self._sources))

    @property
    def _inputs(self) -> dict[str, Row]:
        return self.inputs

    @property
    def parents(self) -> list[Row]:
        """What it was computed from, each once."""
        return [*{id(source): source for source in self._sources}.values()]

    @property
    def children(self) -> list[Row]:
        """What was computed from it, as far as the program still keeps that."""
        held = self._heirs
        refs = held if type(held) is list else [] if held is None else [held]
        return [child for ref in refs if (child := ref()) is not None]

    def _bears(self, child: weakref.ref[Row]) -> None:
        held = self._heirs
        if held is None:
            self._heirs = child
        elif type(held) is list:
            if len(held) >= FEW and not len(held) & (len(held) - 1):  # a power of two
                held[:] = [ref for ref in held if ref() is not None]
            held.append(child)
        else:
            self._heirs = [held, child]

    def _forget(self, child: Row) -> None:
        """Take a child away, by what it is, never by its value."""
        held = self._heirs
        if type(held) is list:
            held[:] = [ref for ref in held if ref() is not child]
        elif held is not None and held() is child:
            self._heirs = None

    @property
    def is_root(self) -> bool:
        """True where it was computed from nothing."""
        return not self._sources

    @property
    def is_leaf(self) -> bool:
        """True where nothing was computed from it."""
        return not self.children

    @property
    def level(self) -> int:
        """The longest way to it, in edges."""
        levels: dict[int, int] = {}
        for node in ordered(self):
            levels[id(node)] = max((levels[id(source)] + 1 for source in node._sources), default=0)
        return levels[id(self)]

    @property
    def _level(self) -> int:
        return self.level

    @property
    def parameter_dependencies(self) -> set[Row]:
        """The parameters that it was computed from."""
        return {*Reach().plain(self).values()}

    @property
    def expandable_dependencies(self) -> set[Row]:
        """The calls that it was computed from in which parameters were used that they were not given."""
        reach = Reach()
        return {node for node in ordered(self) if reach.hidden(node)}

    @property
    def hidden_dependencies(self) -> set[Row]:
        """Parameters that were used within the call that made it, and that are no inputs of it."""
        return {*Reach().hidden(self).values()}

    # What else is known

    def _known(self) -> More:
        """What else is known, to be written into."""
        if self._more is None or self._more is DONE:
            self._more = More(done=self._more is DONE)
        return self._more

    @property
    def info(self) -> Any:
        """What is known of the call that made it; None for a leaf."""
        info = self._more.info if self._more else None
        return info.as_dict() if info is not None and hasattr(info, "as_dict") else info

    @property
    def feedback(self) -> dict[Any, list[Any]]:
        """What came back through each child: child -> a list."""
        return self._more.feedback if self._more and self._more.feedback is not None else defaultdict(list)

    @property
    def _feedback(self) -> dict[Any, list[Any]]:
        return self.feedback

    def _add_feedback(self, child: Any, feedback: Any) -> None:
        known = self._known()
        if known.feedback is None:
            known.feedback = defaultdict(list)
        known.feedback[child].append(feedback)

    def zero_feedback(self) -> None:
        """Forget what came back."""
        if self._more is not None and self._more is not DONE:
            self._more.feedback = None

    @property
    def _backwarded(self) -> bool:
        return self._more is not None and self._more.done

    @property
    def left(self) -> dict[str, Any]:
        """As what its value left the graph, and where: {"== (main.py:12)": the value}."""
        return self._more.left_as() if self._more else {}

    def _left(self, how: str) -> None:
        reads = READS.get()
        if reads is not None:
            reads.soft[id(self)] = self
        if TRACING.get():
            self._known().leave(how, here(), self._data)

    def backward(self, feedback: Any = "", propagator: Any = None, **options: Any) -> Any:
        """Let feedback flow to the parameters that it was computed from; linear in the size of the graph.

        Once it has, the nodes between are done with, unless `retain_graph`. `visualize` gives a drawing, with
        `simple_visualization`, `reverse_plot` and `print_limit`.
        """
        return backward(self, feedback, propagator, **options)

    def __repr__(self) -> str:
        return f"{type(self).__name__}: ({self.name}, dtype={type(self._data)}, data={self._data!r})"

    def __copy__(self) -> Any:
        return detached(self, {}, deep=False)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return detached(self, memo)

    def detach(self) -> Any:
        """A copy that was computed from nothing."""
        return detached(self, {})

    def __reduce__(self) -> Any:
        return restored, (type(self), self._data, self._kind, self._number, getattr(self, "__dict__", {}))


def get_op_name(description: str) -> str:
    """The name in brackets that a description begins with; ValueError where there is none."""
    found = BRACKET.match(description)
    if not found:
        raise ValueError(f"the description {description!r} does not begin with a name in brackets, as in '[add] x + y'")
    return found[1]
