"""A model by litellm's name, over the network. litellm is imported here, at the first call, and nowhere else."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import logging
import os
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any

from tracec.models.adapters.litellm_errors import failure
from tracec.models.price import MILLION, Messages, Price, about_tokens
from tracec.models.reply import Failure, Kind, Outcome, Reply, judged
from tracec.passes.nouns.errors import TracecError

OUTPUT = 4096  # tokens of an answer, where the caller names no number; chosen: a file of 400 lines
THINKING = 32_768  # the same for a model that thinks first, as its thoughts count; chosen
SLACK = 5.0  # seconds after the deadline at which litellm gives up by itself, should it not hear of it; chosen
NOT_HERE = "litellm is not installed, and {} is asked through it"
INSTALL = "pip install 'tracec[llm]', or use python:MODULE:FUNCTION or command:PROGRAM"


@dataclass(frozen=True, slots=True)
class Library:
    """litellm, and the loop of the one thread in which its calls run, so that each can be cut off."""

    litellm: Any
    loop: asyncio.AbstractEventLoop


_lock = threading.Lock()
_library: list[Library] = []  # one at most, as the import takes seconds


def library(model: str) -> Library:
    """litellm, imported once. It asks nobody for prices, tells nobody of calls, prints nothing, and tries once."""
    with _lock:
        if _library:
            return _library[0]
        os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        try:
            litellm: Any = importlib.import_module("litellm")
        except ImportError as error:
            raise TracecError(f"{NOT_HERE.format(model)} ({error})", INSTALL) from None
        litellm.suppress_debug_info = True
        litellm.telemetry = False
        litellm.drop_params = True
        litellm.disable_aiohttp_transport = True  # its sessions complain when the process ends
        logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="models", daemon=True).start()
        _library.append(Library(litellm, loop))
        return _library[0]


class LitellmModel:
    """Asks a service. What the service takes is learnt: one that refuses `max_tokens` is asked without from then on."""

    def __init__(self, name: str, price: Price | None) -> None:
        self.name, self._price = name, price
        self._reasons: bool | None = None
        if importlib.util.find_spec("litellm") is None:
            raise TracecError(NOT_HERE.format(name), INSTALL)

    def ready(self) -> None:
        """Import litellm, and look up whether the model thinks first."""
        litellm = library(self.name).litellm
        if self._reasons is None:
            self._reasons = bool(litellm.supports_reasoning(self.name)) if self._known() else False

    def price(self) -> Price | None:
        """What the user said, else the price in litellm's table; None for a model that has none there."""
        if self._price is not None:
            return self._price
        found = self._known()
        read, written = found.get("input_cost_per_token"), found.get("output_cost_per_token")
        if read is None or written is None:
            return None
        cached = found.get("cache_read_input_token_cost")
        return Price(read * MILLION, written * MILLION, None if cached is None else cached * MILLION)

    def most(self, wanted: int | None) -> int:
        """What is wanted, within what the model can."""
        usual = THINKING if self._reasons else OUTPUT
        limit = self._known().get("max_output_tokens")
        return min(wanted or usual, limit) if isinstance(limit, int) and limit > 0 else wanted or usual

    def ask(self, messages: Messages, temperature: float | None, most: int, seconds: float) -> Outcome:
        """One request; once more where the service will not have a parameter."""
        outcome = self._ask(messages, temperature, most, seconds)
        if self._reasons or not isinstance(outcome, Failure) or outcome.kind != Kind.REJECTED:
            return outcome
        if not any(word in outcome.line for word in ("max_tokens", "temperature")):
            return outcome
        self._reasons = True
        return self._ask(messages, temperature, most, seconds)

    def close(self) -> None:
        """Nothing is left: a call that is over its deadline was cut off."""

    def _known(self) -> Mapping[str, Any]:
        """What litellm's table has of the model: by its name, or by the name that its maker gave it."""
        table = library(self.name).litellm.model_cost
        provider, _, own = self.name.partition("/")
        found: Mapping[str, Any] = table.get(self.name) or {}
        if not found and own:
            entry = table.get(own) or {}
            found = entry if entry.get("litellm_provider") == provider else {}
        return found

    def _ask(self, messages: Messages, temperature: float | None, most: int, seconds: float) -> Outcome:
        here = library(self.name)
        call = asyncio.run_coroutine_threadsafe(self._answer(here, messages, temperature, most, seconds), here.loop)
        try:
            return read(self.name, call.result(seconds), messages)
        except (TimeoutError, CancelledError):
            call.cancel()
            return Failure(Kind.TIMEOUT, f"{self.name} gave no whole answer within {seconds:.3g} s", lost=True)
        except Exception as error:  # whatever a service makes litellm raise
            return failure(self.name, error)

    async def _answer(
        self, here: Library, messages: Messages, temperature: float | None, most: int, seconds: float
    ) -> Any:
        limits = {"max_completion_tokens": most} if self._reasons else {"max_tokens": most, "temperature": temperature}
        return await here.litellm.acompletion(
            model=self.name,
            messages=[dict(message) for message in messages],
            timeout=seconds + SLACK,
            max_retries=0,
            num_retries=0,
            **{name: value for name, value in limits.items() if value is not None},
        )


def read(model: str, response: Any, messages: Messages) -> Outcome:
    """litellm's response -> Reply, or what is wrong with it."""
    choice, usage = response.choices[0], getattr(response, "usage", None)
    message = choice.message
    text = message.content or ""
    tokens = getattr(usage, "prompt_tokens", 0) or 0, getattr(usage, "completion_tokens", 0) or 0
    counted = any(tokens)
    if not counted:
        tokens = sum(about_tokens(one["content"]) for one in messages), about_tokens(text)
    details = getattr(usage, "prompt_tokens_details", None)
    cached = getattr(details, "cached_tokens", 0) or 0
    ended = str(choice.finish_reason or "stop")
    reply = Reply(text, str(response.model or model), ended, *tokens, min(cached, tokens[0]), counted)
    return judged(reply, "" if text.strip() else str(getattr(message, "refusal", None) or ""))
