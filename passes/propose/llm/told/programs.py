"""Programs -> texts: what each changed, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tracec.passes.nouns.score import score_on
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.texts import value_of
from tracec.runtime.outcome import Outcome


def changed_in(targets: Sequence[Target], origin: Mapping[str, str]) -> dict[str, str]:
    """Target id -> text, of those that a program has otherwise than `origin` does."""
    return {t.id: t.value for t in targets if t.kind in ("code", "expression", "text") and origin.get(t.id) != t.value}


def variant(head: str, values: Mapping[str, str], targets: Mapping[str, Target]) -> str:
    """A program as a line that says how it stands, and the text of each target in `values`."""
    texts = [_text(targets[name], value) for name, value in values.items() if name in targets]
    return "\n".join([head, *texts])


def _text(target: Target, value: str) -> str:
    plain = value_of(value) if target.kind == "text" else None
    mark = "text" if target.kind == "text" else "python"
    return f"{target.qualname}:\n```{mark}\n{value if plain is None else plain}\n```"


def standing(outcomes: Iterable[Outcome]) -> str:
    """How a program stands on some cases: `score 0.75`, of tests `3 of 5 pass`; `2 failed` beside a score."""
    known = list(outcomes)
    score = score_on([o.id for o in known], known)
    if any(o.score is not None for o in known):
        return f"score {score.mean:.4g}" + (f", {score.failing} of {len(known)} cases failed" if score.failing else "")
    return f"{len(known) - score.failing} of {len(known)} tests pass"
