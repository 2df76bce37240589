"""ExecutionError: what a traced call raises. It is of the class of the error that it stands for, too."""

from __future__ import annotations

from typing import Any


class ExecutionError(Exception):
    """A traced call failed. `exception_node` is the error in the graph, the error itself is the `__cause__`.

    It is caught by `except ExecutionError`, and by `except ValueError` where it stands for a ValueError.
    """

    def __init__(self, exception_node: Any) -> None:
        self.exception_node = exception_node
        Exception.__init__(self, exception_node._data)

    def __str__(self) -> str:
        return str(self.__cause__) if self.__cause__ is not None else str(self.exception_node._data)

    def __reduce__(self) -> Any:
        return ExecutionError, (self.exception_node,)


class TraceMissingInputsError(Exception):
    """A bundled function read nodes that it was not given."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)

    def __str__(self) -> str:
        return self.message


_classes: dict[type, type[ExecutionError]] = {}  # by the class of the error that one stands for


def class_for(kind: type[BaseException]) -> type[ExecutionError]:
    """The class of the errors that stand for those of a kind."""
    if issubclass(ExecutionError, kind) or issubclass(kind, ExecutionError):
        return ExecutionError
    found = _classes.get(kind)
    if found is None:
        try:
            found = type("ExecutionError", (ExecutionError, kind), {"__module__": __name__})
        except Exception:  # a class that no other may be made from
            found = ExecutionError
        _classes[kind] = found
    return found


def standing_for(error: BaseException, exception_node: Any) -> ExecutionError:
    """The error that a traced call raises in place of another one."""
    if isinstance(error, ExecutionError) and error.__cause__ is not None:
        error = error.__cause__
    try:
        made = class_for(type(error)).__new__(class_for(type(error)), *error.args)
        made.__dict__.update(error.__dict__)
        ExecutionError.__init__(made, exception_node)
    except Exception:  # its class cannot be made like this
        made = ExecutionError(exception_node)
    made.args = error.args
    made.__cause__ = error
    return made


def said(error: BaseException) -> str:
    """An error as a line."""
    kind = type(error.__cause__ if type(error).__name__ == "ExecutionError" and error.__cause__ else error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"({name}) {error}"
