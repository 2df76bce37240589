"""Optimizer: what all of them have. `step` is propose, project, update."""

from __future__ import annotations

import copy
import os
import pickle
from typing import Any

from tracec.opto.trace.nodes import ParameterNode
from tracec.opto.trace.propagators import GraphPropagator, Propagator
from tracec.opto.trace.utils import sum_feedback


class AbstractOptimizer:
    """Holds parameters."""

    def __init__(self, parameters: list[Any], *args: Any, **kwargs: Any) -> None:
        if not isinstance(parameters, list) or not all(isinstance(one, ParameterNode) for one in parameters):
            raise TypeError("parameters are a list of trainable nodes: [x, f.parameter], or model.parameters()")
        if not parameters:
            raise ValueError("there is no parameter: mark one with trainable=True")
        self.parameters = parameters


class Optimizer(AbstractOptimizer):
    """Write `_step`: it returns the new values, by parameter."""

    def __init__(self, parameters: list[Any], *args: Any, propagator: Propagator | None = None, **kwargs: Any) -> None:
        super().__init__(parameters)
        self._propagator = propagator or self.default_propagator()

    def default_propagator(self) -> Propagator:
        """The rules by which feedback flows, where none are given."""
        return GraphPropagator()

    @property
    def propagator(self) -> Any:
        """The rules by which feedback flows."""
        return self._propagator

    @property
    def trace_graph(self) -> Any:
        """All that came back to the parameters."""
        return sum_feedback(self.parameters)

    def zero_feedback(self) -> None:
        """Forget what came back."""
        for parameter in self.parameters:
            parameter.zero_feedback()

    def backward(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        """Let feedback on an output flow back: `backward(output, "too long")`."""
        return node.backward(*args, propagator=self.propagator, **kwargs)

    def step(self, bypassing: bool = False, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """Ask for new values, and set them unless `bypassing`; they are returned by parameter."""
        proposed = self.propose(*args, **kwargs)
        self.project(proposed)
        if not bypassing:
            self.update(proposed)
        return proposed

    def propose(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """New values."""
        return self._step(*args, **kwargs)

    def _step(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        raise NotImplementedError("an optimizer needs a method `_step`")

    def project(self, update_dict: dict[Any, Any]) -> None:
        """Apply the projections of the parameters to their new values."""
        for parameter, value in update_dict.items():
            for projection in parameter.projections if parameter.trainable else ():
                value = projection.project(value)
            update_dict[parameter] = value

    def update(self, update_dict: dict[Any, Any]) -> None:
        """Set new values."""
        for parameter, value in update_dict.items():
            if parameter.trainable:
                parameter._data = value

    def patch(self, **options: Any) -> Any:
        """What the parameters have become, as a patch of the files that they come from; `.show()` and `.apply()` it."""
        from tracec.opto.writing.patches import patch_of

        return patch_of(self.parameters, optimizer=type(self).__name__, **options)

    def save(self, path: str) -> None:
        """Write all but the parameters into a file."""
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "wb") as file:
            pickle.dump(self.__getstate__(), file)

    def load(self, path: str) -> None:
        """Read that from a file that `save` wrote; load only what you wrote yourself. The parameters stay."""
        with open(path, "rb") as file:
            state = pickle.load(file)
        state.pop("parameters", None)
        self.__dict__.update(state)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "parameters": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        made = type(self).__new__(type(self))
        memo[id(self)] = made
        for name, value in self.__dict__.items():
            made.__dict__[name] = value if name == "parameters" else copy.deepcopy(value, memo)
        return made
