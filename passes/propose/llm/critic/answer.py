"""A critic's reply -> what should be different about each input; never raises.

An input is known by its id in a tag of its own, so a text may name other inputs, and have `<`, `&` or tags of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

START = re.compile(r"<\s*input\b[^>]*?\bid\s*=\s*[\"']?([\w-]+)[\"']?[^>]*>", re.IGNORECASE)
END = re.compile(r"</\s*input\s*>", re.IGNORECASE)
NOTHING = re.compile(r"(nothing|none|no changes?|no change needed|fine|ok|n/?a|-)?[.!]?", re.IGNORECASE)
THOUGHT = re.compile(r"<think(ing)?>.*?(</think(ing)?>|\Z)", re.IGNORECASE | re.DOTALL)
LONGEST = 1_500  # characters of what is said of one input; chosen


def answer_of(reply: str, ids: Sequence[str]) -> Mapping[str, str] | None:
    """Id -> words, "" where nothing is to change; None where the reply says nothing that can be told apart.

    Of an input that is named twice both texts count. A reply without tags is about the input, where only one was asked
    about. A reply that was cut off counts as far as it goes.
    """
    text = THOUGHT.sub("", reply).strip()
    found = tagged(text, ids) or listed(text, ids)
    if not found and len(ids) == 1 and not START.search(text):
        found = {ids[0]: text} if text else {}
    if not found:
        return None
    return {name: "" if NOTHING.fullmatch(words.strip()) else words.strip()[:LONGEST] for name, words in found.items()}


def tagged(text: str, ids: Sequence[str]) -> dict[str, str]:
    """What stands in the tags of inputs that were asked about."""
    starts = [found for found in START.finditer(text) if found[1] in ids]
    found: dict[str, str] = {}
    for at, start in enumerate(starts):
        last = starts[at + 1].start() if at + 1 < len(starts) else len(text)
        ends = [*END.finditer(text, start.end(), last)]
        words = text[start.end() : ends[-1].start() if ends else last].strip()
        found[start[1]] = f"{found[start[1]]} {words}" if start[1] in found else words
    return found


def listed(text: str, ids: Sequence[str]) -> dict[str, str]:
    """The same from an object in JSON: id -> words."""
    begin, end = text.find("{"), text.rfind("}")
    if not 0 <= begin < end:
        return {}
    try:
        data = json.loads(text[begin : end + 1])
    except (ValueError, RecursionError):
        return {}
    pairs = data.items() if isinstance(data, dict) else ()
    return {name: words for name, words in pairs if name in ids and isinstance(words, str)}
