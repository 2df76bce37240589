"""The text of a reply -> its pieces: tags, fenced blocks, search/replace blocks and diffs, in their order."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from tracec.passes.propose.llm.answers.answer import Piece
from tracec.passes.propose.llm.answers.as_json import in_json
from tracec.passes.propose.llm.answers.replacements import START, block, blocks, hunks, is_diff
from tracec.passes.syntax.untrusted import read

FENCE = re.compile(r"^[ \t]{0,8}(?P<mark>`{3,}|~{3,})[ \t]*(?P<language>[\w+#.-]*)[ \t]*(?P<info>[^`]*)$")
TAGS = "edit|target|function|method|variable|code|new|answer|fix|fixed|patch|text|prompt|value|replacement|solution"
TAG = re.compile(rf"^[ \t]*<(?P<tag>{TAGS}|new_\w+|improved_\w+)(?P<rest>(?:\s+[^<>]*)?)>(?P<after>.*)$", re.IGNORECASE)
ATTRIBUTE = re.compile(r"(?:target|name|id|path|file|function)\s*=\s*[\"']?([^\"'>]+)[\"']?", re.IGNORECASE)
NAMED = re.compile(r"`([^`\s]+)`|([\w./\\-]+\.py(?::[\w.<>#]+)?)")
COMMENTED = re.compile(r"\A\s*#\s*(?:file(?:name)?:|path:)?\s*([\w./\\-]+\.py(?::[\w.<>#]+)?)\s*\n", re.IGNORECASE)
WORDS = frozenset(["text", "txt", "plaintext", "plain", "prompt", "markdown", "md"])  # languages that are no code
CLOSE = re.compile(r"^\s*(`{3,}|~{3,})\s*$")


@dataclass(frozen=True, slots=True)
class Found:
    """Pieces, and the line behind them."""

    pieces: Sequence[Piece]
    end: int


def pieces(text: str) -> list[Piece]:
    """All that stands in the reply between marks; nothing where there are none."""
    whole = in_json(text)
    return whole or list(_scanned(text.split("\n")))


def _scanned(lines: Sequence[str]) -> Iterator[Piece]:
    at, said = 0, ""
    while at < len(lines):
        found = next((f for look in LOOKS if (f := look(lines, at)) is not None), None)
        if found is None:
            said = lines[at] if lines[at].strip() else said
            at += 1
            continue
        yield from (piece if piece.name else replace(piece, name=_name_in(said)) for piece in found.pieces)
        said, at = "", found.end


def _name_in(line: str) -> str:
    """The target or file that a line of words before a block names."""
    found = NAMED.search(line)
    return (found[1] or found[2]).strip("():") if found else ""


def _tagged(lines: Sequence[str], at: int) -> Found | None:
    """`<edit target="f">` ... `</edit>`; what stands between is taken as it is, `<` and `&` too."""
    found = TAG.match(lines[at])
    if found is None:
        return None
    tag = found["tag"].lower()
    rest = "\n".join([found["after"], *lines[at + 1 :]])
    closes = list(re.finditer(rf"</{re.escape(tag)}\s*>", rest, re.IGNORECASE))
    if not closes:
        return None
    again = re.search(rf"^[ \t]*<{re.escape(tag)}\b", rest, re.MULTILINE | re.IGNORECASE)
    own = [m for m in closes if again is None or m.start() < again.start()] or closes
    body, end = rest[: own[-1].start()], at + rest[: own[-1].end()].count("\n") + 1
    named = ATTRIBUTE.search(found["rest"])
    name = named[1].strip() if named else _tag_name(tag)
    return Found(list(_in_tag(body, name)), end)


def _tag_name(tag: str) -> str:
    return re.sub(r"^(new|improved)_", "", tag) if re.match(r"(new|improved)_", tag) else ""


def _in_tag(body: str, name: str) -> Iterator[Piece]:
    """What stands in a tag: blocks of other kinds, a name and a value in tags of their own, or the new whole."""
    inner = re.search(r"<name>\s*(.*?)\s*</name>", body, re.DOTALL | re.IGNORECASE)
    if inner:
        name, body = name or inner[1], body[: inner.start()] + body[inner.end() :]
    value = re.search(r"<(value|code|new|text|source)>(.*)</\1\s*>", body, re.DOTALL | re.IGNORECASE)
    data = re.match(r"\s*<!\[CDATA\[(.*)\]\]>\s*\Z", value[2] if value else body, re.DOTALL)
    body = data[1] if data else value[2] if value else body
    held = list(_scanned(body.split("\n")))
    if held:
        yield from (replace(p, stage=f"tag/{p.stage}", name=name or p.name) for p in held)
    else:
        yield Piece("tag", body.strip("\n"), name)


def _fenced(lines: Sequence[str], at: int) -> Found | None:
    opening = FENCE.match(lines[at])
    if opening is None:
        return None
    ends = [n for n in range(at + 1, len(lines)) if _closes(lines[n], opening["mark"])]
    end = next((n for n in ends if _is_program("\n".join(lines[at + 1 : n]))), ends[0] if ends else len(lines))
    body = "\n".join(lines[at + 1 : end])
    info = _name_in(f"`{opening['info'].split('=')[-1].strip()}`") if opening["info"].strip() else ""
    found = [replace(p, open=not ends) for p in _in_fence(body, opening["language"].lower(), info)]
    return Found(found, end + 1)


def _closes(line: str, mark: str) -> bool:
    found = CLOSE.match(line)
    return found is not None and found[1].startswith(mark)


def _is_program(text: str) -> bool:
    return isinstance(tree := read(text), ast.Module) and bool(tree.body)


def _in_fence(body: str, language: str, name: str) -> Iterator[Piece]:
    if language in ("json", "json5", "jsonc", "") and (held := in_json(body)):
        yield from (replace(piece, stage=f"fence/{piece.stage}") for piece in held)
    elif any(START.match(line) for line in body.split("\n")):
        yield from blocks(body, name)
    elif language in ("diff", "patch") or is_diff(body):
        yield from hunks(body, name)
    else:
        commented = COMMENTED.match(body)
        name = name or (commented[1] if commented else "")
        yield Piece("fence", body, name, words=language in WORDS)


def _replaced(lines: Sequence[str], at: int) -> Found | None:
    made = block(lines, at)
    return Found([made[0]], made[1]) if made else None


def _diffed(lines: Sequence[str], at: int) -> Found | None:
    """A diff without a fence: from its head to the first line that is none of it."""
    if not re.match(r"(diff --git |--- \S|@@ )", lines[at]):
        return None
    end = at
    while end < len(lines) and re.match(r"([ +@\\-]|diff |index |$)", lines[end]):
        end += 1
    body = "\n".join(lines[at:end])
    return Found(list(hunks(body, "")), end) if is_diff(body) else None


LOOKS: tuple[Callable[[Sequence[str], int], Found | None], ...] = (_tagged, _fenced, _replaced, _diffed)
