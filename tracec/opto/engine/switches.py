"""What holds in this context, a thread's or a task's own: whether calls are traced, what was read, what runs."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import Any

TRACING: ContextVar[bool] = ContextVar("tracec.opto.tracing", default=True)


class Reads:
    """What a bundled function read: `hard` by `.data`, `soft` by what gives a plain value, as `if` and `str` do."""

    __slots__ = ("hard", "soft")

    def __init__(self) -> None:
        self.hard: dict[int, Any] = {}  # nodes by their identity
        self.soft: dict[int, Any] = {}


READS: ContextVar[Reads | None] = ContextVar("tracec.opto.reads", default=None)
RUNNING: ContextVar[tuple[Any, ...]] = ContextVar(
    "tracec.opto.running", default=()
)  # bundled functions, outermost first


class stop_tracing:
    """Within it nothing is traced: `with stop_tracing(): ...`. It may be nested; other threads do not notice."""

    def __init__(self) -> None:
        self._tokens: list[Token[bool]] = []

    def __enter__(self) -> None:
        self._tokens.append(TRACING.set(False))

    def __exit__(self, *raised: object) -> None:
        TRACING.reset(self._tokens.pop())
