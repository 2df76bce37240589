"""An error of litellm's -> a Failure, with a line for the user."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime

from tracec.models.reply import Failure, Kind

LINE = 300  # characters of a service's message that are told; chosen
DEEPEST = 10  # causes of causes; chosen
# What services say, where the status alone does not tell.
WORDS = {
    # Where it says when to come back, it is a limit on the rate: Gemini's free tier.
    Kind.CREDIT: r"^(?!.*retry in).*(insufficient_quota|exceeded your current quota|credit balance|billing hard)",
    Kind.KEY: r"missing credentials|missing \w+ api key|api_key client option must be set",
    Kind.MODEL: r"llm provider not provided|model_not_found|(model|deployment).{0,60}not (exist|found)",
    Kind.OVERFLOW: r"context.{0,12}(length|window|size)|prompt is too long|too many (input )?tokens(?!.{0,20}wait)",
    Kind.REFUSED: r"content.{0,12}policy|content management policy|safety system|content.?filter",
}
STATUS = {
    401: Kind.KEY, 402: Kind.CREDIT, 403: Kind.KEY, 404: Kind.MODEL, 408: Kind.TIMEOUT, 429: Kind.RATE,
}  # fmt: skip
TELLS = {
    Kind.KEY: "the key for {model} is missing or not taken ({said}); set the variable that its service asks for",
    Kind.MODEL: "there is no model {model} ({said}); check the name, as in openai/gpt-5 or anthropic/claude-sonnet-4-5",
    Kind.CREDIT: "the account for {model} has no credit left ({said}); add some, then go on with --resume",
    Kind.OVERFLOW: "the prompt is longer than {model} reads ({said})",
    Kind.REFUSED: "the service of {model} refused the prompt ({said})",
    Kind.TIMEOUT: "{model} gave no answer in time ({said})",
    Kind.RATE: "{model} is asked more often than its service allows ({said})",
    Kind.SERVER: "the service of {model} has a fault, status {status} ({said})",
    Kind.CONNECTION: "the connection to {model} was lost or could not be made ({said})",
    Kind.UNREADABLE: "what came from {model} is no answer ({said})",
    Kind.REJECTED: "the service of {model} did not take the request, status {status} ({said})",
}
NOT_SENT = ("ConnectError", "ConnectTimeout", "ConnectionRefusedError", "gaierror", "ClientConnectorError")
BROKEN = ("ReadError", "WriteError", "RemoteProtocolError", "ConnectionResetError", "ServerDisconnectedError")
LATE = ("Timeout", "APITimeoutError", "ReadTimeout", "TimeoutError", "CancelledError")


def failure(model: str, error: BaseException) -> Failure:
    """What an error means. `lost` where the service may have answered, and billed, before it came to that."""
    causes = [type(cause).__name__ for cause in chain(error)]
    headers = headers_of(error)
    kind, lost = kind_of(error, causes, answered=bool(headers))
    said = plain(str(error) if kind != Kind.CONNECTION else str([*chain(error)][-1]) or causes[-1])
    line = TELLS[kind].format(model=model, said=said, status=getattr(error, "status_code", 0))
    return Failure(kind, line, pause=pause_of(headers), lost=lost)


def kind_of(error: BaseException, causes: list[str], *, answered: bool) -> tuple[Kind, bool]:
    """The kind of an error, and whether it may have been billed; `answered`: the service itself sent the status."""
    if any(name in NOT_SENT for name in causes):
        return Kind.CONNECTION, False
    if any(name in BROKEN for name in causes):
        return Kind.CONNECTION, True
    if any(name in LATE for name in causes):
        return Kind.TIMEOUT, True
    status, said = getattr(error, "status_code", None), str(error)
    for kind, words in WORDS.items():
        if re.search(words, said, re.I | re.S) and status != 200 and not (kind == Kind.OVERFLOW and status == 429):
            return kind, False
    if status in STATUS:
        return STATUS[status], False
    if isinstance(status, int) and answered:
        return (Kind.SERVER if status >= 500 else Kind.REJECTED), False
    if isinstance(status, int) and status < 500:
        return Kind.REJECTED, False
    return Kind.UNREADABLE, True


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what caused it."""
    found: BaseException | None = error
    for _ in range(DEEPEST):
        if found is None:
            return
        yield found
        found = found.__cause__ or found.__context__


def headers_of(error: BaseException) -> Mapping[str, str]:
    """What the service sent with an error; nothing where it sent none."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    return headers if headers is not None else {}


def pause_of(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """The seconds that a service asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        word = headers.get(name) or headers.get(name.title()) or ""
        try:
            return max(0.0, float(word) * unit)
        except ValueError:
            pass
        try:
            return max(0.0, parsedate_to_datetime(word).timestamp() - now())
        except (ValueError, TypeError, IndexError, OverflowError):
            pass
    return None


def plain(message: str) -> str:
    """A message in one line, without the names of exceptions that litellm puts before it."""
    text = re.sub(r"^(litellm\.)?(\w+Error: |\w+Exception - |litellm\.\w+: |Timeout: )+", "", " ".join(message.split()))
    text = text.partition(" Pass model as")[0].partition(" LiteLLM Retried")[0].strip()
    return text if len(text) <= LINE else text[: LINE - 1] + "…"
