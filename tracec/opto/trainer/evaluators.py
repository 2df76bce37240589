"""A module and a guide -> the scores of its answers."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any

from tracec.opto.trace import ExecutionError
from tracec.opto.trainer.objectives import aggregate_score_dicts
from tracec.opto.trainer.utils import batch_run


def answered(agent: Any, x: Any) -> Any:
    """What a module answers, as a plain value."""
    made = agent(x)
    return made.data if hasattr(made, "_sources") else made


def evaluate(
    agent: Any,
    guide: Any,
    inputs: Sequence[Any],
    infos: Sequence[Any],
    min_score: Any = None,
    num_samples: int = 1,
    num_threads: int | None = None,
    description: str | None = None,
) -> Any:
    """The score of each input, `num_samples` of each; `min_score` where the module raises. An array, with numpy."""
    if len(inputs) != len(infos):
        raise ValueError("there have to be as many infos as inputs")

    @batch_run(max_workers=num_threads, description=description)
    def score(agent: Any, guide: Any, at: int) -> Any:
        try:
            return guide.metric(inputs[at], answered(agent, inputs[at]), infos[at])
        except ExecutionError:
            return min_score

    places = [at for at in range(len(inputs)) for _ in range(num_samples)]
    found = score(agent, guide, places) if places else []
    return as_array(found, (len(inputs), num_samples) if num_samples > 1 else (len(inputs),))


def as_array(scores: list[Any], shape: tuple[int, ...]) -> Any:
    """Scores as an array; as a list where numpy is not installed."""
    if importlib.util.find_spec("numpy") is None:
        return scores
    return importlib.import_module("numpy").array(scores).reshape(shape)


def evaluate_vector(
    agent: Any,
    guide: Any,
    inputs: Sequence[Any],
    infos: Sequence[Any],
    min_score: Any = None,
    num_threads: int | None = None,
    description: str | None = None,
) -> list[dict[str, float]]:
    """The scores of each input, by metric."""
    if len(inputs) != len(infos):
        raise ValueError("there have to be as many infos as inputs")
    worst = min_score if isinstance(min_score, dict) else {"score": float("-inf" if min_score is None else min_score)}

    @batch_run(max_workers=num_threads, description=description)
    def scores(agent: Any, guide: Any, at: int) -> Any:
        try:
            return guide.get_score_dict(inputs[at], answered(agent, inputs[at]), infos[at])
        except ExecutionError:
            return dict(worst)

    return scores(agent, guide, list(range(len(inputs)))) if inputs else []


def aggregate_vector_scores(score_dicts: Sequence[Mapping[str, float | None]]) -> dict[str, float]:
    """The mean of each metric."""
    return aggregate_score_dicts(score_dicts)
