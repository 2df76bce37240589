"""PrioritySearch: the best candidates so far answer, optimizers propose others from that, and all are validated."""

from __future__ import annotations

import copy
from typing import Any

from tracec.opto.trainer.algorithms.candidates import (
    MARK,
    HeapMemory,
    ModuleCandidate,
    ParetoHeapMemory,
    mean_scores,
)
from tracec.opto.trainer.objectives import ObjectiveConfig, apply_minimize, to_score_dict, weighted_scalarize
from tracec.opto.trainer.sampler import BatchRollout
from tracec.opto.trainer.search_template import Samples, SearchTemplate, save_train_config
from tracec.opto.trainer.utils import async_run, batchify, remap_update_dict, safe_mean

SETTINGS: dict[str, Any] = {
    "num_candidates": 10, "num_proposals": 1, "validate_exploration_candidates": True,
    "use_best_candidate_to_explore": True, "score_function": "mean", "score_range": None,
    "ucb_exploration_constant": 1.0, "long_term_memory_size": None, "short_term_memory_size": None,
    "memory_update_frequency": 0, "decouple_optimizers": True, "objective_config": None,
}  # fmt: skip


class PrioritySearch(SearchTemplate):
    """Explores from the `num_candidates` best, with `num_proposals` for each batch of their answers.

    `score_function` is mean, ucb or time. Two memories: candidates go from the short one into the long one every
    `memory_update_frequency` turns; 0 is the long one alone, None the short one.
    """

    memory_update_frequency: int | None = 0
    num_candidates: int
    num_proposals: int
    use_best_candidate_to_explore: bool
    validate_exploration_candidates: bool
    decouple_optimizers: bool
    score_function: str
    ucb_exploration_constant: float
    objective_config: ObjectiveConfig | None

    @save_train_config
    def train(self, *, guide: Any, train_dataset: dict[str, Any], **options: Any) -> None:
        """As SearchTemplate.train, with the settings of the search."""
        own = {name: options.pop(name, value) for name, value in SETTINGS.items()}
        self._initialize_search_parameters(**own)
        super().train(guide=guide, train_dataset=train_dataset, score_range=own["score_range"], **options)

    def _initialize_search_parameters(self, **settings: Any) -> None:
        unknown = settings.keys() - SETTINGS.keys()
        if unknown:
            raise TypeError(f"PrioritySearch knows no {', '.join(sorted(unknown))}")
        settings = {**SETTINGS, **settings}
        span = settings.pop("score_range") or (0, 1)
        if settings["score_function"] == "ucb" and not span[1] - span[0] < float("inf"):
            raise ValueError("the score function ucb needs a score_range with bounds")
        sizes = settings.pop("long_term_memory_size"), settings.pop("short_term_memory_size")
        for name, value in settings.items():
            setattr(self, name, value)
        self.num_candidates = max(self.num_candidates, len(self._optimizers))
        config = self.objective_config
        kind, more = HeapMemory, dict[str, Any]()
        if config is not None and config.mode == "pareto":
            kind, more = ParetoHeapMemory, {"score_dict_fn": mean_scores, "objective_config": config}
        self.long_term_memory = kind(sizes[0], self.compress_candidate_memory, **more)
        self.short_term_memory = kind(sizes[1], **more)
        self._exploration_candidates: list[ModuleCandidate] = []
        self._best_candidate: Any = None
        self._best_candidate_priority: Any = None

    @property
    def memory(self) -> HeapMemory:
        """The memory of this turn."""
        every = self.memory_update_frequency
        if every is None:
            return self.short_term_memory
        if every == 0 or self.short_term_memory.size == 0:
            return self.long_term_memory
        if self.n_iters % every:
            return self.short_term_memory
        self.long_term_memory.append(self.short_term_memory)
        self.short_term_memory.reset()
        return self.long_term_memory

    def update(self, samples: Samples | None = None, verbose: Any = False, **kwargs: Any) -> Any:
        """Take in what the candidates answered; the best one's values, and modules of those to explore from."""
        if samples is not None:
            self.add_exploration_rollouts_to_candidates(self._exploration_candidates, samples)
            proposed = self.filter_candidates(self.propose(samples, verbose=verbose, **kwargs))
            self.update_memory(self.validate(proposed, samples, verbose=verbose, **kwargs), verbose=verbose, **kwargs)
        else:
            while len(self.memory) < min(self.memory.size, self.num_candidates):
                self.memory.push(self.max_score, ModuleCandidate(self.agent, optimizer=self.optimizer))
        said = {"long_term_memory_size": len(self.long_term_memory), "n_iters": self.n_iters}
        self._best_candidate, self._best_candidate_priority, best = self.exploit(verbose=verbose, **kwargs)
        self._exploration_candidates, _, explored = self.explore(verbose=verbose, **kwargs)
        modules = [one.get_module() for one in self._exploration_candidates]
        return self._best_candidate.update_dict, modules, {**said, **best, **explored}

    def propose(self, samples: Samples, verbose: Any = False, **kwargs: Any) -> list[ModuleCandidate]:
        """New candidates: an optimizer for each batch of answers, which proposes so often."""
        matched = self.match_candidates_and_samples(self._exploration_candidates, samples.samples)
        pairs = [(candidate, one) for candidate, batches in matched.items() for one in batches]
        backward = async_run([self._backward] * len(pairs), pairs, max_workers=self.num_threads)
        optimizers = [self._own(one) for _ in range(self.num_proposals) for one in backward]

        def step(optimizer: Any) -> Any:
            found = optimizer.step(verbose=verbose, bypassing=True)
            known = {one: one._data for one in optimizer.parameters}
            return remap_update_dict(self.agent, {**known, **found}) if found else None

        values = async_run([step] * len(optimizers), [(one,) for one in optimizers], max_workers=self.num_threads)
        for one in optimizers:
            one.zero_feedback()
            one.parameters = []
        return [ModuleCandidate(self.agent, new, one) for new, one in zip(values, optimizers) if new is not None]

    def _own(self, optimizer: Any) -> Any:
        return copy.deepcopy(optimizer) if self.decouple_optimizers else optimizer

    def _backward(self, candidate: ModuleCandidate, rollouts: BatchRollout) -> Any:
        """An optimizer that has heard what was said of the answers of one batch."""
        optimizer = self._own(candidate.optimizer or self.optimizer)
        optimizer.parameters = rollouts.module.parameters()
        target = batchify(*[one.target for one in rollouts])
        said = batchify(*[one.feedback for one in rollouts]).data
        optimizer.zero_feedback()
        optimizer.backward(target, said)
        return optimizer

    def filter_candidates(self, candidates: list[ModuleCandidate]) -> list[ModuleCandidate]:
        """Those that are worth a validation: all."""
        return candidates

    def validate(
        self, candidates: list[ModuleCandidate], samples: Samples, verbose: Any = False, **kwargs: Any
    ) -> dict[ModuleCandidate, list[dict[str, Any]]]:
        """What candidates answer to the batch, on validation data where there are some."""
        explored = self._exploration_candidates
        asked = [*candidates]
        if self.validate_exploration_candidates and not self.use_prev_batch:
            asked = [*explored, *candidates]
        batches, _ = self.validate_sampler.sample([one.get_module() for one in asked], self.use_prev_batch)
        matched = self.match_candidates_and_samples(asked, batches)
        results = {one: [row for batch in found for row in batch.to_list()] for one, found in matched.items()}
        for one in explored:
            results.setdefault(one, [])
        if self.objective_config is not None:
            for row in (row for rows in results.values() for row in rows):
                row["score_dict"] = self.validate_sampler.guide.get_score_dict(row["x"], row["target"], row["info"])
        return results

    def match_candidates_and_samples(
        self, candidates: list[ModuleCandidate], samples: list[BatchRollout]
    ) -> dict[ModuleCandidate, list[BatchRollout]]:
        """The batches of each candidate. Candidates with equal values share theirs."""
        known = {id(one): one for one in candidates}
        found: dict[ModuleCandidate, list[BatchRollout]] = {one: [] for one in candidates}
        for batch in samples:
            number = getattr(batch.module, MARK, None)
            if number not in known:
                raise ValueError("there are answers of a module that is no candidate's")
            found[known[number]].append(batch)
        return found

    def add_exploration_rollouts_to_candidates(self, candidates: list[ModuleCandidate], samples: Samples) -> None:
        """Give each candidate what it answered."""
        for one, batches in self.match_candidates_and_samples(candidates, samples.samples).items():
            one.add_rollouts([row for batch in batches for row in batch.to_list()])

    def update_memory(self, validate_results: dict[Any, Any], verbose: Any = False, **kwargs: Any) -> None:
        """Keep candidates by their priority."""
        for candidate, rollouts in validate_results.items():
            candidate.add_rollouts(rollouts)
            self.memory.push(self.compute_exploration_priority(candidate), candidate)

    def explore(self, verbose: Any = False, **kwargs: Any) -> Any:
        """The candidates to go on from, their priorities, and what is to be logged."""
        first = self.use_best_candidate_to_explore
        chosen, priorities = [self._best_candidate] * first, [self._best_candidate_priority] * first
        while len(chosen) < self.num_candidates and self.memory:
            priority, candidate = self.memory.pop()
            if candidate is not self._best_candidate or not first:
                chosen.append(candidate)
                priorities.append(-priority)
        said = {
            "num_exploration_candidates": len(chosen),
            "exploration_candidates_mean_priority": safe_mean(priorities),
        }
        return chosen, priorities, said

    def exploit(self, verbose: Any = False, **kwargs: Any) -> Any:
        """The best candidate, its priority, and what is to be logged."""
        priority, best = self.memory.best(self.compute_exploitation_priority)
        return best, -priority, {"best_candidate_priority": -priority, "best_candidate_mean_score": best.mean_score()}

    def compute_exploitation_priority(self, candidate: ModuleCandidate) -> Any:
        """How good a candidate is."""
        return candidate.mean_score()

    def compute_exploration_priority(self, candidate: ModuleCandidate) -> Any:
        """How much is to be expected from a candidate."""
        config = self.objective_config
        scores = candidate.mean_score_dict() if config is not None else None
        if config is not None and scores is not None:
            plain = apply_minimize(to_score_dict(scores), config.minimize)
            total = weighted_scalarize(plain, config.weights, config.missing_value)
            return total if config.weights else total / len(plain)
        if self.score_function == "time":
            return -candidate.created_time
        if self.score_function == "ucb":
            bounds = self.min_score, self.max_score, self.ucb_exploration_constant, self.n_iters + 1
            return candidate.compute_score_confidence(*bounds)[2]
        if self.score_function != "mean":
            raise ValueError(f"a score function is mean, ucb or time, not {self.score_function!r}")
        return candidate.mean_score()

    def compress_candidate_memory(self, candidate: ModuleCandidate) -> ModuleCandidate:
        """What the long memory keeps of a candidate: its scores."""
        return candidate.compressed()


__all__ = ["HeapMemory", "ModuleCandidate", "ParetoHeapMemory", "PrioritySearch"]
