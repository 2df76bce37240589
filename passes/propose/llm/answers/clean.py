"""A reply as it came -> its text with plain line ends, without thoughts, and its `tune:` lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tracec.passes.propose.llm.answers.answer import Tune

LONGEST = 200_000  # characters of a reply that are read; chosen: a patch of that size is none
THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
OPEN_END = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
TOKENS = re.compile(r"<\|[a-z_]{2,20}\|>")  # of chat templates, which small models let through
NUMBER = r"[-+]?\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?"
LIST = rf"(?P<open>[\[({{])\s*(?P<items>{NUMBER}(?:\s*,\s*{NUMBER})*)\s*[\])}}]"
TUNE = re.compile(
    rf"^[ \t]*(?:#|[-*])?[ \t]*tune:[ \t]*`?(?P<name>\w+)`?(?:[ \t]+in[ \t]+{LIST})?[ \t]*\.?[ \t]*$", re.M
)


def cleaned(reply: str) -> str:
    """The text of a reply without what is no part of the answer."""
    text = re.sub(r"\r\n?", "\n", reply[:LONGEST]).removeprefix("\ufeff")
    text = THOUGHTS.sub("", text)
    if not re.search(r"<(think|thinking|reasoning)>", text, re.IGNORECASE):
        text = OPEN_END.sub("", text)  # some services leave out where the thoughts begin
    return TOKENS.sub("", text)


def tunes(text: str) -> tuple[str, tuple[Tune, ...]]:
    """The text without its `tune:` lines, and what these say."""
    return TUNE.sub("", text), tuple(_once(_read(found) for found in TUNE.finditer(text)))


def _once(found: Iterable[Tune]) -> Iterator[Tune]:
    yield from {tune.name: tune for tune in found}.values()


def _read(found: re.Match[str]) -> Tune:
    numbers = [float(item) for item in (found["items"] or "").replace("_", "").split(",") if item.strip()]
    if found["open"] != "{" and len(numbers) == 2:
        return Tune(found["name"], min(numbers), max(numbers))
    return Tune(found["name"], options=tuple(dict.fromkeys(numbers)))
