"""Observations + Outcomes -> Credit: spectrum-based localisation over sites, joined with the slice of the failure.

Ochiai: A. Ochiai 1957; for programs R. Abreu, P. Zoeteweij, A. van Gemund, "An evaluation of similarity coefficients
for software fault localization", PRDC 2006.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from tracec.passes.nouns.credit import Credit, Evidence
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import VALUES, Target
from tracec.passes.propagate.anomalies import anomalies
from tracec.passes.propagate.observe import Seen, observed

K = TypeVar("K", bound=Hashable)
ODD = 0.04  # weight of an odd value, less than the steps of Ochiai; chosen


def propagate(targets: Sequence[Target], runs: Sequence[TracedRun]) -> dict[str, Credit]:
    """Traced runs give credit to each target, by its id. Values seen in failing runs come first."""
    failing = [observed(run, targets) for run in runs if run.failing]
    passing = [observed(run, targets) for run in runs if not run.failing]
    weights = joined(ochiai([o.covered for o in failing], [o.covered for o in passing]), anomalies(failing, passing))
    sliced = frozenset[Span]().union(*(o.sliced for o in failing))
    near: dict[Span, int] = {}
    for span, edges in (pair for o in failing for pair in o.near.items()):
        near[span] = min(edges, near.get(span, edges))
    values = merged(o.values for o in [*failing, *passing])
    names = merged(o.names for o in [*failing, *passing])
    found = {target.id: credit(target, weights, sliced, near, values, names) for target in targets}
    states = [state for o in [*failing, *passing] for state in o.states]
    return {
        target.id: replace(found[target.id], states=tuple(s for s in states if target.span.holds(s.span)))
        for target in targets
    }


def ochiai(failing: Sequence[frozenset[Span]], passing: Sequence[frozenset[Span]]) -> dict[Span, float]:
    """Weigh spans by ef / sqrt(F * (ef + ep)): 1 where all failing and no passing tests executed it; 0 is left out."""
    weights = {}
    for span in frozenset[Span]().union(*failing):
        hit = sum(span in run for run in failing)
        missed = sum(span in run for run in passing)
        weights[span] = hit / math.sqrt(len(failing) * (hit + missed))
    return weights


def joined(weights: Mapping[Span, float], odd: Mapping[Span, int]) -> dict[Span, float]:
    """Break ties of Ochiai by what is odd about a place's values; weights are still within 0..1."""
    raised = {span: weight + ODD * odd.get(span, 0) for span, weight in weights.items()}
    most = max([1.0, *raised.values()])
    return {span: weight / most for span, weight in raised.items()}


def merged(parts: Iterable[Mapping[K, Seen]]) -> dict[K, Seen]:
    """Merge the values of several runs, the first run's first."""
    whole: dict[K, Seen] = {}
    for part in parts:
        for key, seen in part.items():
            kept = whole.setdefault(key, Seen())
            for value in seen.values.values():
                kept.add(value)
    return whole


def credit(
    target: Target,
    weights: Mapping[Span, float],
    sliced: frozenset[Span],
    near: Mapping[Span, int],
    values: Mapping[Span, Seen],
    names: Mapping[tuple[Span, str], Seen],
) -> Credit:
    """Give one target its share: its spans, heaviest first, and what its variables held."""
    if target.kind in VALUES:
        return of_value(target, weights)
    evidence = [
        Evidence(span, weight, at(values, span), span in sliced, near.get(span, -1))
        for span, weight in weights.items()
        if target.span.holds(span)
    ]
    evidence.sort(key=lambda e: (-e.weight, not e.in_slice, e.span))
    inside = merged({name: seen} for (span, name), seen in names.items() if target.span.holds(span))
    heaviest = evidence[0].weight if evidence else 0.0
    held = tuple((name, tuple(inside[name].values.values())) for name in sorted(inside))
    return Credit(target.id, heaviest, tuple(evidence), held)


def of_value(target: Target, weights: Mapping[Span, float]) -> Credit:
    """Give a value its share: that of the heaviest place in its file, as nothing says where it is used."""
    heaviest = max((weight for span, weight in weights.items() if span.path == target.span.path), default=0.0)
    evidence = (Evidence(target.span, heaviest, (), True),) if heaviest else ()
    return Credit(target.id, heaviest, evidence)


def at(values: Mapping[Span, Seen], span: Span) -> tuple[object, ...]:
    """Return the values seen at a span."""
    return tuple(values[span].values.values()) if span in values else ()
