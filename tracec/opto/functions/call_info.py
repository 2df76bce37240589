"""CallInfo: what is known of one call of a bundled function, its own and no other call's."""

from __future__ import annotations

from typing import Any

from tracec.opto.engine.more import More


class CallInfo(More):
    """The function, what it was given, what it gave, and the nodes that it read and was not given."""

    __slots__ = ("args", "error_comment", "function", "kwargs", "output", "outside", "traceback")

    def __init__(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None) -> None:
        self.function, self.args, self.kwargs = function, args, kwargs
        self.done = False
        self.feedback = self.now = self.exits = None
        self.output: Any = None
        self.outside: tuple[Any, ...] = ()
        self.error_comment: str | None = None
        self.traceback: str | None = None

    @property
    def info(self) -> Any:
        """What is known of the call is itself."""
        return self

    def as_dict(self) -> dict[str, Any]:
        """All of it, and what is known of the function, by the names that users know."""
        known = dict(self.function.info)
        if self.function.trainable:
            known["fun_name"] = "eval"
        return known | {
            "inputs": {"args": [*self.args], "kwargs": dict(self.kwargs or {})},
            "output": self.output,
            "external_dependencies": [*self.outside],
            "error_comment": self.error_comment,
            "traceback": self.traceback,
        }
