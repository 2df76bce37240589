"""A reply in JSON, or in what a model takes for it -> pieces."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tracec.passes.propose.llm.answers.answer import Piece

NAME = ("target", "id", "name", "function", "qualname", "variable", "path", "file", "filename")
NEW = ("code", "source", "new", "value", "replace", "replacement", "content", "text", "body", "fixed", "fixed_code",
       "new_code", "definition")  # fmt: skip
OLD = ("search", "old", "find", "original", "old_code")
LISTS = ("edits", "changes", "targets", "functions", "answer", "answers", "suggestion", "suggestions", "fixes",
         "variables", "result", "output", "patch", "patches")  # fmt: skip
ASIDE = frozenset(["reasoning", "explanation", "thought", "thoughts", "analysis", "why", "notes", "comment", "summary"])
DEEPEST = 6  # levels of lists and objects that are looked into; chosen


def in_json(text: str) -> list[Piece]:
    """The pieces of a text that is an object or list; none where it is no such text, or says nothing of code."""
    stripped = text.strip()
    if stripped[:1] not in ("{", "["):
        return []
    made = loaded(stripped)
    return list(_pieces(made, "", DEEPEST)) if isinstance(made, (dict, list)) else []


def loaded(text: str) -> object:
    """JSON with line breaks in its strings and commas at the end; or Python's own way to write the same."""
    for variant in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
        try:
            return json.loads(variant, strict=False)
        except (ValueError, RecursionError):
            continue
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _pieces(made: Any, name: str, deep: int) -> Iterator[Piece]:
    if deep <= 0:
        return
    if isinstance(made, str):
        yield Piece("json", made, name)
    elif isinstance(made, list):
        for one in made:
            if not isinstance(one, str):
                yield from _pieces(one, name, deep - 1)
    elif isinstance(made, dict):
        yield from _object(made, name, deep)


def _object(made: Mapping[str, Any], name: str, deep: int) -> Iterator[Piece]:
    """`{"target": ..., "code": ...}`, a list of these under a usual key, or new texts under the names of targets."""
    made = {str(key): value for key, value in made.items()}
    low = {key.lower(): value for key, value in made.items()}
    own = next((low[key] for key in NAME if isinstance(low.get(key), str)), name)
    new = next((low[key] for key in NEW if isinstance(low.get(key), str)), None)
    old = next((low[key] for key in OLD if isinstance(low.get(key), str)), None)
    if new is not None:
        yield Piece("json", new, own, old)
        return
    held = [low[key] for key in LISTS if key in low]
    if held:
        for one in held:
            yield from _pieces(one, own, deep - 1)
        return
    for key, value in made.items():
        if key.lower() not in ASIDE:
            yield from _pieces(value, key, deep - 1)
