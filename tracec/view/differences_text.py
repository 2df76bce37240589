"""Differences of two runs -> text for people, and the object of `--format json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tracec.passes.graph.differences import Difference
from tracec.passes.graph.why import test_of
from tracec.passes.graph.why_text import named, placed
from tracec.passes.nouns.trace import Trace, line_of, show
from tracec.view.printable import printable

WORDS = {"value": "a value differs:", "path": "the paths part:", "ends": "one of them goes on:"}


def as_text(one: Trace, other: Trace, found: Sequence[Difference]) -> Iterator[str]:
    """Three lines each: what differs, and the two nodes."""
    for difference in found:
        yield WORDS[difference.kind]
        for sign, trace, node in (("-", one, difference.one), ("+", other, difference.other)):
            yield printable(f"{sign} {line_of(trace.nodes[node]) if node >= 0 else 'the end'}")
            test = test_of(trace, node) if node >= 0 and difference.kind != "value" else -1
            if test >= 0:
                made = trace.nodes[test]
                yield printable(f"      because {named(made)} is {show(made.value)}  {placed(trace, made, line=False)}")


def rest(count: Mapping[str, int], shown: int) -> str:
    """Say how much differs in all."""
    kinds = {"value": count["value"], "turn of the way": count["path"] + count["ends"]}
    told = [f"{number:,} {what}{'s' * (number > 1)}" for what, number in kinds.items() if number]
    told += [f"{count['follows']:,} more values that follow from them"] * bool(count["follows"])
    return f"tracec: {shown} shown of all that differs: {', '.join(told)} (--next N, --all, --by values, --by path)"


def as_dict(one: Trace, other: Trace, found: Sequence[Difference], count: Mapping[str, int]) -> dict[str, object]:
    """The same for scripts."""
    return {
        "same": not any(count.values()),
        "count": dict(count),
        "differences": [
            {"kind": d.kind, "follows": d.follows, "one": side(one, d.one), "other": side(other, d.other)}
            for d in found
        ],
    }


def side(trace: Trace, node: int) -> dict[str, object] | None:
    """One node of a pair; None at the end of a run."""
    if node < 0:
        return None
    made = trace.nodes[node]
    span = made.site.span
    return {
        "node": node, "kind": made.site.kind, "text": made.site.text, "value": show(made.value), "path": span.path,
        "line": span.line, "function": trace.frames[made.frame].function,
    }  # fmt: skip
