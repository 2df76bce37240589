"""The base of propagators, and one that passes on what was said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class AbstractFeedback:
    """Feedback that can be added up: write `__add__`."""

    def __add__(self, other: Any) -> Any:
        raise NotImplementedError

    def __radd__(self, other: Any) -> Any:
        return self if other == 0 else self.__add__(other)


class AbstractPropagator:
    """Turns what came back to a node into feedback for each of its parents."""

    def __call__(self, child: Any) -> dict[Any, Any]:
        told = self.propagate(child)
        missing = [parent.name for parent in child.parents if parent not in told]
        if missing:
            raise ValueError(f"the propagator tells nothing to {', '.join(missing)}, of which {child.name} was made")
        return told

    def propagate(self, child: Any) -> dict[Any, Any]:
        """Parent -> feedback."""
        raise NotImplementedError


class Propagator(AbstractPropagator):
    """One rule for all nodes, and other ones by operation: `register("add", rule)`."""

    is_plain = False

    def __init__(self) -> None:
        self.override: dict[str, Callable[[Any], dict[Any, Any]]] = {}

    def register(self, operator_name: str, propagate_function: Callable[[Any], dict[Any, Any]]) -> None:
        """Set the rule of an operation."""
        self.override[operator_name] = propagate_function

    def propagate(self, child: Any) -> dict[Any, Any]:
        """Parent -> feedback, by the rule of the operation that made the child."""
        return self.override.get(child.op_name, self._propagate)(child)

    def init_feedback(self, node: Any, feedback: Any) -> Any:
        """What the user said of an output, in the form that is passed on."""
        raise NotImplementedError

    def _propagate(self, child: Any) -> dict[Any, Any]:
        raise NotImplementedError


class SumPropagator(Propagator):
    """Passes on to all parents what all children were told: texts one after another, numbers added up."""

    def init_feedback(self, node: Any, feedback: Any) -> Any:
        """As it is."""
        return feedback

    def _propagate(self, child: Any) -> dict[Any, Any]:
        said = [one for given in child.feedback.values() for one in given]
        total = "".join(map(str, said)) if any(isinstance(one, str) for one in said) else sum(said)
        return dict.fromkeys(child.parents, total)
