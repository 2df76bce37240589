"""Trace -> where feedback enters it: what the program said with `tracec.feedback`, and the exception it failed with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracec.passes.graph.query import last_failure
from tracec.passes.nouns.trace import Picture, Trace, show

LONGEST_TEXT = 500  # characters of a text; chosen


@dataclass(frozen=True, slots=True)
class Feedback:
    """A user's word on a node: a text, and a score, which is better the higher it is; None where there is none."""

    node: int
    text: str
    score: float | None = None

    def __str__(self) -> str:
        score = "" if self.score is None else f"score {self.score:g}" + (": " if self.text else "")
        return f"%{self.node}: {score}{self.text}"


def feedback(trace: Trace) -> list[Feedback]:
    """Collect all feedback in the order it was given in; an exception that ended the run's last frame comes last."""
    columns = trace.columns
    marks = {n for n in set(columns.site) if columns.table[n].kind == "call" and columns.table[n].attr == "feedback"}
    aware = {module.path for module in trace.modules if any(s.kind == "import" and ours(s.attr) for s in module.sites)}
    found = [
        feedback_of(trace, node)
        for node, site in enumerate(columns.site)
        if site in marks and columns.table[site].span.path in aware
    ]
    failed = last_failure(trace)
    if failed >= 0:
        found.append(Feedback(failed, show(trace.nodes[failed].value, LONGEST_TEXT).removeprefix("~")))
    return found


def ours(imported: str) -> bool:
    """Tell whether an import is of ours: `import tracec`, `from tracec import feedback`."""
    return imported.partition(":")[0].partition(".")[0] == "tracec"


def feedback_of(trace: Trace, node: int) -> Feedback:
    """Read the arguments of one call of `feedback`, as far as they are known."""
    made = trace.nodes[node]
    given = dict(zip(("value", "text"), plain(made.inputs, made.labels)))
    given |= {word: source for source, word in zip(made.inputs, made.labels) if word in ("value", "text", "score")}
    text, score = (trace.columns.values[given[name]] if name in given else None for name in ("text", "score"))
    words = text if isinstance(text, str) else "" if text is None else show(Picture(*text), LONGEST_TEXT)
    return Feedback(given.get("value", node), words, float(score) if isinstance(score, (int, float)) else None)


def plain(inputs: tuple[int, ...], labels: tuple[str, ...]) -> Iterator[int]:
    """Return the positional arguments."""
    return (source for source, word in zip(inputs, labels) if word == "")
