"""Scores of one or several metrics -> what is best: by one number, by weights, or by Pareto rank. All pure."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

Scores = dict[str, float]
NONE = float("-inf")  # the score of a metric that is not there
MODES, TIES, WAYS = (
    ("scalar", "weighted", "pareto"),
    ("weighted", "lexicographic", "random_seeded"),
    ("score", "mean", "weighted"),
)


@dataclass(frozen=True)
class ObjectiveConfig:
    """How scores are compared. `minimize` are metrics that are better the lower they are.

    `mode` scalar compares one number, made by `scalarize_dict`: the metric `score_key`, the mean, or the weighted sum;
    weighted compares weighted sums; pareto compares ranks, ties by `tie_break`.
    """

    mode: str = "scalar"
    weights: Mapping[str, float] = field(default_factory=dict)
    minimize: Collection[str] = frozenset()
    missing_value: float = NONE
    pareto_metrics: tuple[str, ...] | None = None
    tie_break: str = "weighted"
    seed: int = 0
    scalarize_dict: str = "score"
    score_key: str = "score"

    def __post_init__(self) -> None:
        object.__setattr__(self, "minimize", frozenset(self.minimize))
        for name, allowed in (("mode", MODES), ("tie_break", TIES), ("scalarize_dict", WAYS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is one of {', '.join(allowed)}, not {getattr(self, name)!r}")
        if not isinstance(self.score_key, str) or not self.score_key:
            raise ValueError("score_key is the name of a metric")
        if any(weight < 0 for weight in self.weights.values()):
            raise ValueError(f"weights have to be non-negative: {dict(self.weights)}")
        if self.pareto_metrics is not None and not self.pareto_metrics:
            raise ValueError("pareto_metrics is None or a non-empty tuple")


def to_score_dict(score: Any) -> Scores:
    """A score as numbers by metric; one number is the metric "score". ValueError where one is not finite."""
    if isinstance(score, (bool, int, float)):
        score = {"score": score}
    if not isinstance(score, dict):
        raise TypeError(f"a score is a number or numbers by metric, not {type(score).__name__}")
    if not score:
        raise ValueError("a score must not be empty")
    wrong = [name for name, v in score.items() if not isinstance(v, (int, float)) or not math.isfinite(v)]
    if wrong:
        raise ValueError(f"scores have to be finite numbers: {', '.join(wrong)}")
    return {name: float(value) for name, value in score.items()}


normalize_score = to_score_dict


def apply_minimize(score_dict: Scores, minimize: Collection[str]) -> Scores:
    """The scores with signs such that higher is better."""
    return {name: -value if name in minimize else value for name, value in score_dict.items()}


def weighted_scalarize(score_dict: Scores, weights: Mapping[str, float], missing_value: float = NONE) -> float:
    """The weighted sum; all weights are 1 where none are given."""
    used = weights or dict.fromkeys(score_dict, 1.0)
    return sum(weight * score_dict.get(name, missing_value) for name, weight in used.items())


def score_dict_to_scalar(score_dict: Any, config: ObjectiveConfig) -> float:
    """Scores as one number, as the config says."""
    scores = apply_minimize(to_score_dict(score_dict), config.minimize)
    if config.scalarize_dict == "mean":
        return fmean(scores.values())
    if config.scalarize_dict == "weighted":
        return weighted_scalarize(scores, config.weights, config.missing_value)
    if config.score_key not in scores:
        raise ValueError(f"missing key {config.score_key!r} among the scores: add it, or set scalarize_dict")
    return scores[config.score_key]


def to_scalar_score(score: Any, config: ObjectiveConfig | None) -> float:
    """A score as one number."""
    if not isinstance(score, dict):
        return float(score)
    if config is None:
        raise ValueError("there are several scores and ObjectiveConfig is None: say how they make one number")
    return score_dict_to_scalar(score, config)


def dominates(a: Scores, b: Scores, metrics: Sequence[str] | None = None) -> bool:
    """True where a is nowhere worse than b, and somewhere better."""
    names = metrics if metrics is not None else {*a, *b}
    pairs = [(a.get(name, NONE), b.get(name, NONE)) for name in names]
    return all(x >= y for x, y in pairs) and any(x > y for x, y in pairs)


def pareto_rank(candidates: Sequence[Scores], metrics: Sequence[str] | None = None) -> list[int]:
    """The rank of each: 0 where none dominates it, 1 where only such do, and so on."""
    ranks = [0] * len(candidates)
    left = set(range(len(candidates)))
    rank = 0
    while left:
        front = {i for i in left if not any(dominates(candidates[j], candidates[i], metrics) for j in left if j != i)}
        for i in front:
            ranks[i] = rank
        left -= front
        rank += 1
    return ranks


def select_best(candidates: Sequence[tuple[Any, Any]], config: ObjectiveConfig | None = None) -> int:
    """The place of the best of (score, anything)."""
    return select_top_k(candidates, config, 1)[0]


def select_top_k(candidates: Sequence[tuple[Any, Any]], config: ObjectiveConfig | None = None, k: int = 1) -> list[int]:
    """The places of the k best, the best first."""
    places = range(len(candidates))
    if config is None or config.mode == "scalar":
        plain = [to_scalar_score(score, config) for score, _ in candidates]
        return sorted(places, key=lambda at: -plain[at])[:k]
    scores = [apply_minimize(to_score_dict(score), config.minimize) for score, _ in candidates]
    if config.mode == "weighted":
        sums = [weighted_scalarize(one, config.weights, config.missing_value) for one in scores]
        return sorted(places, key=lambda at: -sums[at])[:k]
    ranks = pareto_rank(scores, config.pareto_metrics)
    found: list[int] = []
    for rank in range(max(ranks, default=-1) + 1):
        found += ordered([at for at in places if ranks[at] == rank], scores, config, rank)
    return found[:k]


def ordered(front: list[int], scores: Sequence[Scores], config: ObjectiveConfig, rank: int) -> list[int]:
    """Places of one rank in the order of the tie break."""
    if config.tie_break == "random_seeded":
        return random.Random(config.seed + rank).sample(front, len(front))
    names = sorted({name for at in front for name in scores[at]})
    keys: dict[str, Callable[[int], Any]] = {
        "weighted": lambda at: weighted_scalarize(scores[at], config.weights, config.missing_value),
        "lexicographic": lambda at: [scores[at].get(name, config.missing_value) for name in names],
    }
    return sorted(front, key=keys[config.tie_break], reverse=True)


def aggregate_score_dicts(score_dicts: Sequence[Mapping[str, float | None]]) -> Scores:
    """The mean of each metric, of those that have it."""
    names = sorted({name for one in score_dicts for name in one})
    held = {name: [v for one in score_dicts if (v := one.get(name)) is not None] for name in names}
    return {name: fmean(values) for name, values in held.items() if values}
