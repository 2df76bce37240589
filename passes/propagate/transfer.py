"""Credit of a program -> Credit of the same program after a small change, without running it again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher

from tracec.passes.nouns.credit import Credit, Evidence
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target


def transfer_credit(
    credits: Mapping[str, Credit],
    pairs: Mapping[str, Target],
    before: Mapping[str, str],
    after: Mapping[str, str],
    passed: Collection[str] = (),
) -> dict[str, Credit]:
    """Move evidence with its lines; a line that changed is as suspect as the heaviest piece of its target.

    So do states, but for those of tests that newly `passed`: what they come by is no longer what it was.
    `pairs` gives the target of now for each old id; `before` and `after` are texts by path. What the changed code would
    newly reach is not known: it stays as if it had not run.
    """
    lines = {path: _lines(before[path], text) for path, text in after.items()}
    return {
        pairs[name].id: _credit(credit, pairs[name], lines[pairs[name].span.path], after[pairs[name].span.path], passed)
        for name, credit in credits.items()
        if name in pairs
    }


def _lines(old: str, new: str) -> dict[int, int]:
    """Old line -> new line, from 1, where it is the same."""
    matcher = SequenceMatcher(None, old.split("\n"), new.split("\n"), autojunk=False)
    return {
        block.a + step + 1: block.b + step + 1 for block in matcher.get_matching_blocks() for step in range(block.size)
    }


def _credit(credit: Credit, target: Target, lines: Mapping[int, int], text: str, passed: Collection[str]) -> Credit:
    kept = [new for evidence in credit.evidence if (new := _moved(evidence, lines)) is not None]
    heaviest = max((evidence.weight for evidence in credit.evidence), default=0.0)
    fresh = [Evidence(span, heaviest, (), True) for span in _changed(target.span, set(lines.values()), text)]
    pieces = [*kept, *fresh] if credit.evidence else []
    pieces.sort(key=lambda e: (-e.weight, not e.in_slice, e.span))
    states = [(state, _at(state.span, lines)) for state in credit.states if state.test not in passed]
    now = tuple(replace(state, span=span) for state, span in states if span is not None)
    return Credit(target.id, credit.weight, tuple(pieces), credit.names, now)


def _moved(evidence: Evidence, lines: Mapping[int, int]) -> Evidence | None:
    moved = _at(evidence.span, lines)
    return replace(evidence, span=moved) if moved else None


def _at(span: Span, lines: Mapping[int, int]) -> Span | None:
    if span.line not in lines or span.end_line not in lines:
        return None
    return Span(span.path, lines[span.line], span.column, lines[span.end_line], span.end_column)


def _changed(span: Span, same: set[int], text: str) -> Iterator[Span]:
    """The lines within a span that are new."""
    for number, line in enumerate(text.split("\n")[span.line - 1 : span.end_line], span.line):
        if number not in same and line.strip():
            yield Span(span.path, number, len(line) - len(line.lstrip()), number, len(line.rstrip()))
