"""Minibatch: a batch, what was said of it, a step. And BasicSearch: several steps tried, the best one kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracec.opto.trainer.algorithms.algorithm import Trainer
from tracec.opto.trainer.evaluators import evaluate
from tracec.opto.trainer.loader import DataLoader
from tracec.opto.trainer.plan import Plan
from tracec.opto.trainer.sampler import standard_forward
from tracec.opto.trainer.utils import async_run, batchify, safe_mean


class Minibatch(Trainer):
    """One step for each batch. Write `forward` and `update` for another way."""

    def __init__(
        self, agent: Any, optimizer: Any, num_threads: int | None = None, logger: Any = None, *args: Any, **kw: Any
    ) -> None:
        super().__init__(agent, num_threads, logger, *args, **kw)
        self.optimizer, self.n_iters = optimizer, 0

    def train(
        self, guide: Any, train_dataset: dict[str, Any], *, verbose: Any = False, **options: Any
    ) -> tuple[list[Any], Any]:
        """Train by the plan among the options; the scores on the training data, and the last one on the test data."""
        plan, kwargs = Plan.split(options)
        self.num_threads, self.guide, self.min_score = plan.num_threads or self.num_threads, guide, plan.min_score
        self.samples, tested = plan.num_eval_samples, plan.test_dataset or train_dataset
        loader, scores, last = DataLoader(train_dataset, plan.batch_size), list[Any](), None
        gain = plan.improvement_threshold if plan.ensure_improvement else None
        for _ in range(plan.num_epochs or 1):
            for xs, infos in loader:
                scores.append(self._turn(xs, infos, gain, verbose, kwargs))
                self.n_iters += 1
                if plan.test_frequency and self.n_iters % plan.test_frequency == 0:
                    last = self.evaluate(tested["inputs"], tested["infos"])
                    self.logger.log("Average test score", last, self.n_iters, color="green")
                if plan.log_frequency and self.n_iters % plan.log_frequency == 0:
                    self.logger.log("Average train score", safe_mean(scores), self.n_iters)
                if plan.save_frequency and self.n_iters % plan.save_frequency == 0:
                    self.save_agent(plan.save_path, self.n_iters)
        return scores, last if last is not None else self.evaluate(tested["inputs"], tested["infos"])

    def _turn(self, xs: Sequence[Any], infos: Sequence[Any], gain: float | None, verbose: Any, options: Any) -> Any:
        before = {one: one._data for one in self.optimizer.parameters}
        given = [(self.agent, x, self.guide, info, self.min_score) for x, info in zip(xs, infos)]
        outputs = async_run([self.forward] * len(given), given, max_workers=self.num_threads or 1)
        score = self.update(outputs, verbose=verbose, **options)
        if gain is not None:
            old = safe_mean([one for _, one, _ in outputs])
            if self.evaluate(xs, infos) < old + gain:
                self.optimizer.update(before)
        return score

    def forward(self, agent: Any, x: Any, guide: Any, info: Any, min_score: Any = None) -> tuple[Any, Any, Any]:
        """An answer, its score, and words."""
        return standard_forward(agent, x, guide, info, min_score)

    def update(self, outputs: Sequence[tuple[Any, Any, Any]], verbose: Any = False, **kwargs: Any) -> Any:
        """A step, by all that was said of a batch; the batch's mean score."""
        target = batchify(*[one for one, _, _ in outputs])
        said = batchify(*[words for _, _, words in outputs]).data
        self.optimizer.zero_feedback()
        self.optimizer.backward(target, said)
        self.optimizer_step(verbose=verbose, **kwargs)
        return safe_mean([score for _, score, _ in outputs])

    def optimizer_step(self, verbose: Any = False, **kwargs: Any) -> Any:
        """The step."""
        return self.optimizer.step(verbose=verbose)

    def evaluate(self, xs: Sequence[Any], infos: Sequence[Any]) -> Any:
        """The mean score of the module as it is now."""
        options = {"min_score": self.min_score, "num_samples": self.samples, "num_threads": self.num_threads}
        return safe_mean(evaluate(self.agent, self.guide, xs, infos, **options))


MinibatchAlgorithm = Minibatch


class AggregatedUpdate(Minibatch):
    """A step in which each answer of the batch has its own feedback."""

    def update(self, outputs: Sequence[tuple[Any, Any, Any]], verbose: Any = False, **kwargs: Any) -> Any:
        """Feedback on each output flows back by itself; one step for all."""
        self.optimizer.zero_feedback()
        for target, _, said in outputs:
            self.optimizer.backward(target, said)
        self.optimizer_step(verbose=verbose, **kwargs)
        return safe_mean([score for _, score, _ in outputs])


class BasicSearchAlgorithm(Minibatch):
    """Several proposals for each batch; the one with the best score on validation data is kept, or none."""

    def train(
        self,
        guide: Any,
        train_dataset: dict[str, Any],
        *,
        validate_dataset: dict[str, Any] | None = None,
        validate_guide: Any = None,
        num_proposals: int = 4,
        **options: Any,
    ) -> tuple[list[Any], Any]:
        """As Minibatch.train."""
        self.validation = validate_dataset or train_dataset
        self.validate_guide, self.num_proposals = validate_guide or guide, num_proposals
        self.current_score: Any = None
        return super().train(guide, train_dataset, **options)

    def optimizer_step(self, verbose: Any = False, **kwargs: Any) -> Any:
        """The best of several steps."""
        before = {one: one._data for one in self.optimizer.parameters}
        if self.current_score is None:
            self.current_score = self.validated()
        best, score = before, self.current_score
        for _ in range(self.num_proposals):
            found = {**before, **self.optimizer.step(verbose=verbose, bypassing=True)}
            self.optimizer.update(found)
            reached = self.validated()
            if reached > score:
                best, score = found, reached
        self.optimizer.update(best)
        self.current_score = score
        return best

    def validated(self) -> Any:
        """The score on validation data."""
        data, options = self.validation, {"min_score": self.min_score, "num_threads": self.num_threads}
        return safe_mean(evaluate(self.agent, self.validate_guide, data["inputs"], data["infos"], **options), 0.0)
