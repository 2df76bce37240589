"""SearchTemplate: the loop of trainers that search. Write `update`: it takes samples, gives values and modules."""

from __future__ import annotations

import copy
import functools
import os
import pickle
from collections.abc import Callable, Iterator
from typing import Any

from tracec.opto.optimizers.optimizer import Optimizer
from tracec.opto.trace import Module
from tracec.opto.trainer.algorithms.algorithm import Trainer
from tracec.opto.trainer.evaluators import evaluate
from tracec.opto.trainer.loader import DataLoader
from tracec.opto.trainer.plan import Plan
from tracec.opto.trainer.sampler import WIDEST, BatchRollout, Sampler
from tracec.opto.trainer.utils import safe_mean

DATA = ("train_dataset", "validate_dataset", "test_dataset")  # arguments that are not kept for `resume`
FILE = "algo.pkl"


class Samples:
    """Batches of rollouts, and the data that they were made from."""

    def __init__(self, samples: list[BatchRollout], dataset: dict[str, list[Any]]) -> None:
        self.samples, self._dataset = samples, dataset

    def add_samples(self, samples: Samples) -> None:
        """Take in others."""
        self.samples += samples.samples

    @property
    def n_batchrollouts(self) -> int:
        """How many batches there are."""
        return len(self.samples)

    def __iter__(self) -> Iterator[BatchRollout]:
        return iter(self.samples)

    def __len__(self) -> int:
        return sum(len(one) for one in self.samples)


def save_train_config(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator of `train`: its arguments but the data are kept, for `resume`."""

    @functools.wraps(function)
    def kept(self: Any, **kwargs: Any) -> Any:
        self._train_last_kwargs = {name: value for name, value in kwargs.items() if name not in DATA}
        return function(self, **kwargs)

    return kept


class SearchTemplate(Trainer):
    """In each turn: new values, then answers of modules that have them, then a test."""

    def __init__(
        self, agent: Module, optimizer: Any, num_threads: int | None = None, logger: Any = None, *args: Any, **kw: Any
    ) -> None:
        super().__init__(agent, num_threads, logger, *args, **kw)
        self._optimizers: list[Optimizer] = optimizer if isinstance(optimizer, list) else [optimizer]
        own = {id(one) for one in agent.parameters()}
        if not self._optimizers or any({id(p) for p in one.parameters} != own for one in self._optimizers):
            raise ValueError("an optimizer has to have the parameters of the module: Optimizer(model.parameters())")
        self.n_iters = self.n_epochs = self.n_samples = 0
        self._optimizer_index = -1
        self.train_sampler: Any = None
        self.validate_sampler: Any = None
        self._score_range = WIDEST
        self.num_test_samples = 1

    @property
    def optimizer(self) -> Optimizer:
        """The optimizers, by turns."""
        self._optimizer_index += 1
        return self._optimizers[self._optimizer_index % len(self._optimizers)]

    @property
    def max_score(self) -> float:
        """The highest score."""
        return self._score_range[1]

    @property
    def min_score(self) -> float:
        """The lowest score."""
        return self._score_range[0]

    def train(
        self,
        *,
        guide: Any,
        train_dataset: dict[str, Any],
        validate_dataset: dict[str, Any] | None = None,
        validate_guide: Any = None,
        verbose: Any = False,
        **options: Any,
    ) -> None:
        """Train by the plan among the options: so many epochs or steps, whichever is more."""
        plan, kwargs = Plan.split(options)
        self.num_threads, self.num_test_samples = plan.num_threads or self.num_threads, plan.num_test_samples
        self._score_range = plan.score_range or WIDEST
        sizes = plan.batch_size, plan.batch_size * plan.num_batches
        self._samplers(guide, train_dataset, validate_guide or guide, validate_dataset, sizes)
        samples = None
        while self.n_epochs < (plan.num_epochs or 0) or self.n_iters < (plan.num_steps or 0):
            if plan.save_frequency and self.n_iters == 0:
                self.save(plan.save_path)
            samples = self._turn(samples, train_dataset, guide, plan, verbose, kwargs)

    def _turn(
        self, samples: Samples | None, data: Any, guide: Any, plan: Plan, verbose: Any, options: dict[str, Any]
    ) -> Samples:
        values, modules, said = self.update(samples, verbose=verbose, **options)
        self.optimizer.update(values)
        samples, sampled = self.sample(modules, verbose=verbose, **options)
        self.n_samples += len(samples)
        self._tested(plan.test_dataset or data, plan.test_guide or guide, plan.test_frequency)
        if plan.save_frequency and self.n_iters % plan.save_frequency == 0:
            self.save(plan.save_path)
        if self.n_iters % (plan.log_frequency or plan.test_frequency or 1) == 0:
            self._logged(said, sampled)
        self.n_epochs = sampled["self.n_epochs"]
        self.n_iters += 1
        return samples

    def _samplers(
        self, guide: Any, data: Any, validate_guide: Any, validation: Any | None, sizes: tuple[int, int]
    ) -> None:
        options: dict[str, Any] = {"num_threads": self.num_threads, "score_range": self._score_range}
        part, whole = sizes
        if self.train_sampler is None:
            self.train_sampler = Sampler(DataLoader(data, whole), guide, subbatch_size=part, **options)
        self.train_sampler.loader.dataset = data
        self.use_prev_batch = validation is None
        if validation is None:
            self.validate_sampler = self.train_sampler
        elif self.validate_sampler is None or self.validate_sampler is self.train_sampler:
            self.validate_sampler = Sampler(DataLoader(validation, whole), validate_guide, **options)
        else:
            self.validate_sampler.loader.dataset = validation

    def _tested(self, data: Any, guide: Any, frequency: int | None) -> None:
        if frequency and self.n_iters % frequency == 0 and not (self.n_iters == 0 and frequency < 0):
            self.log(self.test(data, guide), prefix="Test/")

    def _logged(self, said: dict[str, Any], sampled: dict[str, Any]) -> None:
        self.logger.log("Algo/Average train score", sampled["mean_score"], self.n_iters, color="blue")
        self.log(said, prefix="Update/")
        self.log(sampled, prefix="Sample/")
        self.logger.log("Algo/Number of training samples", self.n_samples, self.n_iters, color="blue")
        for one in self.agent.parameters():
            self.logger.log(f"Parameter/{one.name}", one.data, self.n_iters, color="red")

    def update(self, samples: Samples | None = None, verbose: Any = False, **kwargs: Any) -> Any:
        """New values by parameter, modules to be asked next, and what is to be logged."""
        raise NotImplementedError(f"{type(self).__name__} needs a method `update`")

    def sample(self, agents: list[Any], verbose: Any = False, **kwargs: Any) -> tuple[Samples, dict[str, Any]]:
        """What modules answer to the next batch, and what is to be logged."""
        samples = Samples(*self.train_sampler.sample(agents))
        scores = [score for one in samples for score in one.get_scores() if score is not None]
        mean = safe_mean(scores, 0)
        return samples, {"mean_score": mean, "num_samples": len(scores), "self.n_epochs": self.train_sampler.n_epochs}

    def log(self, info_log: dict[str, Any], prefix: str = "") -> None:
        """Log what is known."""
        for name, value in info_log.items():
            if value is not None:
                self.logger.log(f"{prefix}{name}", value, self.n_iters)

    def test(self, test_dataset: dict[str, Any], guide: Any) -> dict[str, Any]:
        """The score of the module as it is now."""
        inputs, infos = test_dataset["inputs"], test_dataset["infos"]
        options = {"min_score": self.min_score, "num_samples": self.num_test_samples, "num_threads": self.num_threads}
        return {"test_score": self.evaluate(self.agent, guide, inputs, infos, **options)}

    def evaluate(self, agent: Any, guide: Any, xs: Any, infos: Any, **options: Any) -> Any:
        """The mean score of a module."""
        return safe_mean(evaluate(agent, guide, xs, infos, **options))

    def save(self, save_path: str) -> None:
        """Write the state of the training into a folder."""
        os.makedirs(save_path, exist_ok=True)
        with open(os.path.join(save_path, FILE), "wb") as file:
            pickle.dump(copy.copy(self), file)

    @classmethod
    def load(cls, load_path: str) -> Any:
        """Read that; load only what you wrote yourself."""
        with open(os.path.join(load_path, FILE), "rb") as file:
            found = pickle.load(file)
        if not isinstance(found, cls):
            raise TypeError(f"{load_path} holds a {type(found).__name__}, not a {cls.__name__}")
        return found

    def resume(self, *, model: Any, train_dataset: Any, **kwargs: Any) -> Any:
        """Go on with the training, of a module that takes over what was learned."""
        model.__setstate__(self.agent.__getstate__())
        self.agent = model
        for one in self._optimizers:
            one.parameters = model.parameters()
        known = getattr(self, "_train_last_kwargs", {})
        data = {"validate_dataset": None, "test_dataset": None, "train_dataset": train_dataset}
        return self.train(**{**known, **data, **kwargs})
