"""Module, Model and `model`: objects whose parameters are found, saved, copied and written as source."""

from __future__ import annotations

import copy
import os
import pickle
from typing import Any

from tracec.opto.engine.kinds import ParameterNode
from tracec.opto.trace.containers import RESERVED, ParameterContainer


class Module(ParameterContainer):
    """A callable with parameters: write `forward`."""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What a call does."""
        raise NotImplementedError(f"{type(self).__name__} needs a method `forward`")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.forward(*args, **kwargs)

    def save(self, file_name: str) -> None:
        """Write the parameters into a file."""
        stored(file_name, self.parameters_dict())

    def load(self, file_name: str) -> None:
        """Read the parameters from a file that `save` wrote; load only what you wrote yourself."""
        with open(file_name, "rb") as file:
            self._set(pickle.load(file))

    def _set(self, new_parameters: Any) -> None:
        """Take over the values of parameters, by name; names that are new become attributes."""
        new = new_parameters.parameters_dict() if isinstance(new_parameters, ParameterContainer) else new_parameters
        own = self.parameters_dict()
        missing = own.keys() - new.keys()
        if missing:
            raise ValueError(f"there is no {', '.join(sorted(missing))} among the parameters to load")
        for name, value in new.items():
            if name in own:
                own[name]._set(value)
            else:
                setattr(self, name, value)


def stored(file_name: str, held: Any) -> None:
    """Write a copy of an object into a file; folders are made."""
    os.makedirs(os.path.dirname(file_name) or ".", exist_ok=True)
    with open(file_name, "wb") as file:
        pickle.dump(copy.deepcopy(held), file)


class Model(Module):
    """What `@model` makes of a class."""

    def export(self, filename: str, projections: Any = None) -> None:
        """Write the class with what it learned as plain Python, without this package."""
        from tracec.opto.writing.exports import exported

        text = exported(self)
        for projection in projections or ():
            text = projection.project(text)
        with open(filename, "w", encoding="utf-8") as file:
            file.write(text)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        made = type(self).__new__(type(self))
        memo[id(self)] = made
        for name, value in vars(self).items():
            made.__dict__[name] = copy.deepcopy(value, memo)
        return made

    def __getstate__(self) -> Any:
        parameters = self.parameters_dict()
        plain = {
            name: value
            for name, value in vars(self).items()
            if name not in parameters and not name.startswith(RESERVED)
        }
        return {"parameters_dict": parameters, "non_parameters_dict": plain}

    def __setstate__(self, state: Any) -> None:
        self._set(state["parameters_dict"])
        self.__dict__.update(state["non_parameters_dict"])

    def save(self, file_name: str) -> None:
        """Write parameters and other attributes into a file."""
        stored(file_name, self.__getstate__())

    def load(self, file_name: str) -> None:
        """Read them from a file that `save` wrote; load only what you wrote yourself."""
        with open(file_name, "rb") as file:
            self.__setstate__(pickle.load(file))


def model(cls: type) -> Any:
    """A class as a Model: under its own name, so that its objects can be pickled."""
    if issubclass(cls, Model):
        return cls
    same = {name: getattr(cls, name) for name in ("__module__", "__qualname__", "__doc__")}
    return type(cls.__name__, (cls, Model), {**same, "_written_class": cls})


__all__ = ["Model", "Module", "ParameterNode", "model"]
