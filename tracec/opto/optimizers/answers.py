"""What a model answers -> the values that it suggests, by name: in JSON, in tags, or as a block of code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from tracec.opto.functions.written import definition_in
from tracec.opto.optimizers.utils import extract_xml_like_data

FENCE = re.compile(r"```[\w+-]*[ \t]*\n?(.*?)```", re.DOTALL)
STOP = "TERMINATE"  # what a model answers that wants no change


def declines(answer: str) -> bool:
    """Whether a model wants no change: it says so and nothing else."""
    return answer.strip().strip("`'\"*.# \n").upper() == STOP


def in_json(answer: str) -> Any:
    """The object in an answer; None where there is none."""
    try:
        return json.loads(answer)
    except ValueError:
        pass
    begin, end = answer.find("{"), answer.rfind("}")
    for text in (*FENCE.findall(answer), answer[begin : end + 1] if 0 <= begin < end else ""):
        if "{" in text and (found := loosely(text)) is not None:
            return found
    return None


def loosely(text: str) -> Any:
    """JSON as models write it: with line breaks in strings, commas at the end, or in Python's own way."""
    from tracec.passes.propose.llm.answers.as_json import loaded

    found = loaded(text.strip())
    return found if isinstance(found, dict) else None


def suggestion_in(answer: str, key: str, reasoning: str) -> tuple[dict[str, Any], str]:
    """The values that an answer suggests, and its reasoning. Without the usual key the object itself counts."""
    found = in_json(answer)
    if not isinstance(found, dict):
        return {}, ""
    found = {str(name).strip(): value for name, value in found.items()}
    inner = found.get(key, found)
    return (inner if isinstance(inner, dict) else found), str(found.get(reasoning, ""))


def in_tags(answer: str) -> dict[str, Any]:
    """The same of an answer in tags."""
    found: dict[str, Any] = extract_xml_like_data(answer)["variables"]
    return found


def in_blocks(answer: str, codes: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The same of blocks of code: each is for the parameter whose function it defines. `codes` are names and texts."""
    made: dict[str, Any] = {}
    names = {was.name: name for name, text in codes if (was := definition_in(text)) is not None}
    for block in FENCE.findall(answer):
        new = definition_in(block)
        if new is not None and new.name in names:
            made[names[new.name]] = block.strip("\n")
    return made
