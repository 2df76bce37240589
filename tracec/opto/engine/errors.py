"""ExecutionError: what a traced call raises. It is of the class of the error that it stands for, too."""

from __future__ import annotations

import traceback
from typing import Any

from tracec.opto.engine.places import is_ours_file


class ExecutionError(Exception):
    """A traced call failed. `exception_node` is the error in the graph, the error itself is the `__cause__`.

    It is caught by `except ExecutionError`, and by `except ValueError` where it stands for a ValueError.
    """

    def __init__(self, exception_node: Any) -> None:
        self.exception_node = exception_node
        Exception.__init__(self, exception_node._data)

    def __str__(self) -> str:
        """The traceback, as programs give it to a model; `args` are those of the error itself."""
        known = self.exception_node.info
        told = known.get("traceback") if isinstance(known, dict) else None
        return f"\n\n{told}" if told else str(self.exception_node._data)

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
    error = error.__cause__ if isinstance(error, ExecutionError) and error.__cause__ is not None else error
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"({name}) {error}"


def traceback_text(error: BaseException) -> str:
    """The traceback as Python prints it, without the frames of this package."""
    told = traceback.TracebackException.from_exception(error)
    part: traceback.TracebackException | None = told
    while part is not None:
        part.stack = traceback.StackSummary.from_list([one for one in part.stack if not is_ours_file(one.filename)])
        part = part.__cause__
    return "".join(told.format())
