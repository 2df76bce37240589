"""`python:MODULE:FUNCTION`: a function that takes messages and returns a text, or a text and its usage."""

from __future__ import annotations

import importlib
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tracec.models.price import Messages, Price, about_tokens
from tracec.models.reply import Failure, Kind, Outcome, Reply, judged
from tracec.passes.nouns.errors import TracecError

OUTPUT = 4096  # tokens that an answer is taken to have at most, as nobody tells the function; chosen


class PythonModel:
    """Calls a function of the user's in this process, in a thread of its own: one that is late is left behind."""

    def __init__(self, name: str, price: Price | None, root: Path) -> None:
        self.name, self._price = name, price
        self._call = imported(name, root)

    def ready(self) -> None:
        """It was imported."""

    def price(self) -> Price | None:
        """What the user said."""
        return self._price

    def most(self, wanted: int | None) -> int:
        """As many as are wanted."""
        return wanted or OUTPUT

    def ask(self, messages: Messages, temperature: float | None, most: int, seconds: float) -> Outcome:
        """Call it with a list of dictionaries."""
        said: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        threading.Thread(target=lambda: said.put(self._asked(messages)), daemon=True).start()
        try:
            return said.get(timeout=seconds)
        except queue.Empty:
            return Failure(Kind.TIMEOUT, f"{self.name} did not return within {seconds:.3g} s", lost=True)

    def close(self) -> None:
        """A call that is late cannot be ended."""

    def _asked(self, messages: Messages) -> Outcome:
        try:
            return self._reply(self._call([dict(message) for message in messages]), messages)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(frame.filename).name}:{frame.lineno}"
            return Failure(Kind.REJECTED, f"{self.name} raised {type(error).__name__}: {error} ({where})")

    def _reply(self, said: object, messages: Messages) -> Outcome:
        text, usage = said if isinstance(said, tuple) and len(said) == 2 else (said, {})
        if not isinstance(text, str) or not isinstance(usage, Mapping):
            got = type(said).__name__
            return Failure(Kind.UNREADABLE, f"{self.name} returned {got}, not a text or a text and its usage")
        return judged(with_usage(Reply(text, self.name), usage, messages))


def imported(name: str, root: Path) -> Callable[..., object]:
    """The function; the project's folder comes behind all others, so that it hides none of our modules."""
    _, module, function = [*name.split(":"), "", ""][:3]
    if str(root) not in sys.path:
        sys.path.append(str(root))
    try:
        found = getattr(importlib.import_module(module), function)
    except Exception as error:
        what = f"the model {name} cannot be imported: {type(error).__name__}: {error}"
        raise TracecError(what, "write python:MODULE:FUNCTION, of a module in the project's folder") from None
    if not callable(found):
        raise TracecError(f"the model {name} is no function", "name one that takes messages")
    return found  # type: ignore[no-any-return]


def with_usage(reply: Reply, usage: Mapping[str, Any], messages: Messages) -> Reply:
    """A reply with what is told of it: prompt_tokens, completion_tokens, cost, model, finish_reason; or an estimate."""
    counted = "prompt_tokens" in usage and "completion_tokens" in usage
    read = sum(about_tokens(message["content"]) for message in messages)
    return Reply(
        reply.text,
        str(usage.get("model", reply.model)),
        str(usage.get("finish_reason", reply.ended)),
        int(usage["prompt_tokens"] if counted else read),
        int(usage["completion_tokens"] if counted else about_tokens(reply.text)),
        counted=counted,
        usd=float(usage["cost"]) if usage.get("cost") is not None else None,
    )
