"""Modules and a batch of data -> Rollouts: what they answered, and what the guide said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tracec.opto.trace import ExecutionError, Module
from tracec.opto.trainer.guide import Guide
from tracec.opto.trainer.utils import batch_run, deepcopy_module

WIDEST = (float("-inf"), float("inf"))  # the range of scores where none is given


@dataclass
class Rollout:
    """One answer of a module. `target` is its node."""

    module: Any
    x: Any
    info: Any
    target: Any
    score: Any
    feedback: Any

    def to_dict(self) -> dict[str, Any]:
        """The same with the answer as a plain value."""
        return {**self.__dict__, "target": getattr(self.target, "data", self.target)}


class BatchRollout:
    """Answers of one module."""

    def __init__(self, rollouts: list[Rollout]) -> None:
        if any(one.module is not rollouts[0].module for one in rollouts):
            raise ValueError("the rollouts of a batch are all of one module")
        self.module, self.rollouts = rollouts[0].module, rollouts

    def get_scores(self) -> list[Any]:
        """Their scores."""
        return [one.score for one in self.rollouts]

    def extend(self, other: BatchRollout) -> None:
        """Take in those of another batch of the same module."""
        if self.module is not other.module:
            raise ValueError("the rollouts of a batch are all of one module")
        self.rollouts += other.rollouts

    def to_list(self) -> list[dict[str, Any]]:
        """Each as a dictionary."""
        return [one.to_dict() for one in self.rollouts]

    def get_batch(self) -> dict[str, list[Any]]:
        """The data that they were made from."""
        return {"inputs": [one.x for one in self.rollouts], "infos": [one.info for one in self.rollouts]}

    def __len__(self) -> int:
        return len(self.rollouts)

    def __iter__(self) -> Iterator[Rollout]:
        return iter(self.rollouts)


@dataclass
class RolloutConfig:
    """What a module is to be asked."""

    module: Any
    xs: list[Any]
    infos: list[Any]
    guide: Guide


def standard_forward(agent: Any, x: Any, guide: Any, info: Any, min_score: Any = 0) -> tuple[Any, Any, Any]:
    """An answer, its score, and words; where the module raises, the error's node and where it was raised."""
    try:
        target = agent(x)
        score, feedback = guide(x, target.data, info)
    except ExecutionError as error:
        target = error.exception_node
        score, feedback = min_score, target.create_feedback("full")
    return target, score, feedback


def sample_rollouts(
    configs: Sequence[RolloutConfig],
    num_threads: int | None = 1,
    forward: Callable[..., Any] | None = None,
    min_score: Any = None,
    description: str = "",
) -> list[BatchRollout]:
    """All answers at once, a batch for each config."""
    asked = [(one, x, info) for one in configs for x, info in zip(one.xs, one.infos)]
    run = batch_run(max_workers=num_threads, description=description)(forward or standard_forward)
    found = iter(
        run(
            agent=[one.module for one, _, _ in asked],
            x=[x for _, x, _ in asked],
            info=[info for _, _, info in asked],
            guide=[one.guide for one, _, _ in asked],
            min_score=[min_score] * len(asked),
        )
    )
    return [
        BatchRollout([Rollout(one.module, x, info, *next(found)) for x, info in zip(one.xs, one.infos)])
        for one in configs
    ]


class Sampler:
    """Asks modules the next batch of a loader, in parts of `subbatch_size`, each of a copy of the module."""

    def __init__(
        self,
        loader: Any,
        guide: Any,
        num_threads: int | None = 1,
        subbatch_size: int | None = None,
        forward: Callable[..., Any] | None = None,
        score_range: tuple[float, float] = WIDEST,
    ) -> None:
        self.loader, self.guide, self.num_threads = loader, guide, num_threads
        self.subbatch_size = min(subbatch_size or loader.batch_size, loader.batch_size)
        self.forward, self.score_range = forward or standard_forward, score_range
        self._prev_batch: dict[str, list[Any]] | None = None

    @property
    def dataset(self) -> Any:
        """The loader's data."""
        return self.loader.dataset

    @dataset.setter
    def dataset(self, value: dict[str, Any]) -> None:
        self.loader.dataset = value

    @property
    def batch_size(self) -> int:
        """The loader's."""
        return int(self.loader.batch_size)

    @batch_size.setter
    def batch_size(self, value: int) -> None:
        self.loader.batch_size = value

    @property
    def n_epochs(self) -> int:
        """The epochs that are over."""
        return int(self.loader.n_epochs)

    def sample(
        self, agents: Sequence[Module], use_prev_batch: bool = False, description_prefix: str = ""
    ) -> tuple[list[BatchRollout], dict[str, list[Any]]]:
        """The answers of all modules to the next batch, or the one before; and that batch."""
        if not use_prev_batch or self._prev_batch is None:
            inputs, infos = self.loader.sample()
            self._prev_batch = {"inputs": inputs, "infos": infos}
        batch, size = self._prev_batch, self.subbatch_size
        configs = []
        for agent in agents:
            for begin in range(0, len(batch["inputs"]), size):
                part = slice(begin, begin + size)
                own = deepcopy_module(agent) if begin else agent
                configs.append(RolloutConfig(own, batch["inputs"][part], batch["infos"][part], self.guide))
        said = f"{description_prefix}{len(agents)} modules, {len(batch['inputs'])} inputs"
        return sample_rollouts(configs, self.num_threads, self.forward, self.score_range[0], said), batch
