"""ModuleCandidate: new values for a module's parameters, and what came of them; heaps of candidates."""

from __future__ import annotations

import copy
import heapq
import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

from tracec.opto.trainer.objectives import (
    ObjectiveConfig,
    aggregate_score_dicts,
    apply_minimize,
    ordered,
    pareto_rank,
    to_score_dict,
)
from tracec.opto.trainer.utils import (
    create_module_from_update_dict,
    remap_update_dict,
    safe_mean,
    set_module_parameters,
)

MARK = "__TRACE_RESERVED_module_candidate_id"  # the attribute by which a module knows its candidate
_numbers = itertools.count()


class ModuleCandidate:
    """`update_dict` are values by the parameters of `base_module`; `rollouts` what it answered with them."""

    def __init__(self, base_module: Any, update_dict: dict[Any, Any] | None = None, optimizer: Any = None) -> None:
        values = {one: one._data for one in base_module.parameters()} if update_dict is None else update_dict
        self.base_module, self.optimizer = base_module, optimizer
        self.update_dict = remap_update_dict(base_module, values)
        self.rollouts: list[dict[str, Any]] = []
        self.created_time = next(_numbers)

    def get_module(self) -> Any:
        """A copy of the module with the values."""
        made = create_module_from_update_dict(self.base_module, self.update_dict)
        setattr(made, MARK, id(self))
        return made

    def apply_update(self, base_module: Any = None) -> None:
        """Set the values."""
        set_module_parameters(base_module or self.base_module, self.update_dict)

    def _key(self) -> Any:
        values = sorted((one.py_name, repr(value)) for one, value in self.update_dict.items())
        return tuple(values), id(self.optimizer), id(self.base_module)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModuleCandidate) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __lt__(self, other: ModuleCandidate) -> bool:
        return self.created_time > other.created_time

    def add_rollouts(self, rollouts: list[dict[str, Any]]) -> None:
        """Take in what it answered."""
        self.rollouts += rollouts

    @property
    def num_rollouts(self) -> int:
        """How often it answered."""
        return len(self.rollouts)

    def mean_score(self) -> Any:
        """The mean of its scores; None where it has none."""
        return safe_mean([one["score"] for one in self.rollouts])

    def mean_score_dict(self) -> dict[str, float] | None:
        """The mean of each metric; None where there are none."""
        return (
            aggregate_score_dicts([s for one in self.rollouts if isinstance(s := one.get("score_dict"), dict)]) or None
        )

    def compute_score_confidence(
        self, min_score: float, max_score: float, scaling_constant: float = 1.0, total_trials: int = 1
    ) -> tuple[float, Any, float]:
        """A lower bound, the mean, and an upper bound (UCB1) of its score."""
        mean, count = self.mean_score(), sum(one["score"] is not None for one in self.rollouts)
        if mean is None:
            return min_score, None, max_score
        wide = scaling_constant * math.sqrt(math.log(total_trials + 1) / count) * (max_score - min_score)
        return max(min_score, mean - wide), mean, min(max_score, mean + wide)

    def compressed(self) -> ModuleCandidate:
        """A copy that keeps nothing but the scores of its rollouts."""
        made = copy.copy(self)
        made.rollouts = [
            {name: value if name in ("score", "score_dict") else None for name, value in one.items()}
            for one in self.rollouts
        ]
        return made


def mean_scores(candidate: ModuleCandidate) -> dict[str, float] | None:
    """The mean of each metric of a candidate."""
    return candidate.mean_score_dict()


class HeapMemory:
    """The best `size` of what was pushed; rows are (-score, data)."""

    def __init__(self, size: int | None = None, processing_fun: Callable[[Any], Any] | None = None) -> None:
        self.memory: list[tuple[float, Any]] = []
        self._size, self.processing_fun = size, processing_fun

    @property
    def size(self) -> float:
        """How many are kept."""
        return float("inf") if self._size is None else self._size

    def push(self, score: Any, data: Any) -> None:
        """Keep one; what has no score comes last."""
        data = self.processing_fun(data) if self.processing_fun is not None else data
        heapq.heappush(self.memory, (float("inf") if score is None else -score, data))
        if len(self.memory) > self.size:
            self.memory = heapq.nsmallest(int(self.size), self.memory)

    def pop(self) -> tuple[float, Any]:
        """Take the best one out."""
        return heapq.heappop(self.memory)

    def append(self, memory: HeapMemory) -> None:
        """Keep all of another one."""
        for score, data in memory:
            self.push(-score, data)

    def reset(self) -> None:
        """Forget all."""
        self.memory = []

    def best(self, criterion: Callable[[Any], Any] | None = None) -> tuple[float, Any]:
        """The best one, by its score or by another criterion; it stays."""
        if not self.memory:
            raise IndexError("nothing is kept")
        if criterion is None:
            return self.memory[0]
        return max(self.memory, key=lambda row: found if (found := criterion(row[1])) is not None else 0)

    def __len__(self) -> int:
        return len(self.memory)

    def __bool__(self) -> bool:
        return bool(self.memory)

    def __iter__(self) -> Iterator[tuple[float, Any]]:
        return iter(self.memory)


class ParetoHeapMemory(HeapMemory):
    """The same, but taken out is one that none of the `pareto_k` best dominates."""

    def __init__(
        self,
        size: int | None = None,
        processing_fun: Callable[[Any], Any] | None = None,
        *,
        pareto_k: int = 20,
        score_dict_fn: Callable[[Any], Any] | None = None,
        objective_config: ObjectiveConfig | None = None,
    ) -> None:
        super().__init__(size, processing_fun)
        self.pareto_k, self.score_dict_fn, self.objective_config = pareto_k, score_dict_fn, objective_config

    def pop(self) -> tuple[float, Any]:
        """Take out one of the front, by the config's tie break; the best by score where not all have metrics."""
        config = self.objective_config
        if config is None or config.mode != "pareto" or self.score_dict_fn is None:
            return super().pop()
        top = heapq.nsmallest(self.pareto_k, self.memory)
        found = [self.score_dict_fn(data) for _, data in top]
        if not top or any(one is None for one in found):
            return super().pop()
        scores = [apply_minimize(to_score_dict(one), config.minimize) for one in found]
        ranks = pareto_rank(scores, config.pareto_metrics)
        chosen = top[ordered([at for at, rank in enumerate(ranks) if rank == 0], scores, config, 0)[0]]
        self.memory = [row for row in self.memory if row is not chosen]
        heapq.heapify(self.memory)
        return chosen
