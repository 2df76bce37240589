"""PrioritySearch with other settings: what is known under names of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from tracec.opto.trainer.algorithms.priority_search import PrioritySearch
from tracec.opto.trainer.objectives import ObjectiveConfig


class Preset(PrioritySearch):
    """`settings` are those of the search, where none are given."""

    settings: ClassVar[dict[str, Any]] = {}

    def train(self, **options: Any) -> None:
        """As PrioritySearch.train."""
        super().train(**{**self.settings, **options})


class SequentialUpdate(Preset):
    """One candidate, whose newest values are always gone on from."""

    settings: ClassVar[dict[str, Any]] = {
        "num_candidates": 1, "num_proposals": 1, "memory_update_frequency": None, "score_function": "time",
        "use_best_candidate_to_explore": False, "validate_exploration_candidates": False, "short_term_memory_size": 1,
    }  # fmt: skip


class SequentialSearch(Preset):
    """Several proposals in each turn, of which the best is gone on from."""

    settings: ClassVar[dict[str, Any]] = {"num_candidates": 1, "num_proposals": 4, "memory_update_frequency": None}


class BeamSearch(Preset):
    """The `beam_width` best of each turn are gone on from."""

    settings: ClassVar[dict[str, Any]] = {"memory_update_frequency": None, "use_best_candidate_to_explore": False}

    def train(self, *, beam_width: int = 3, max_depth: int | None = None, **options: Any) -> None:
        """As PrioritySearch.train, for at most `max_depth` turns."""
        depth = {} if max_depth is None else {"num_epochs": None, "num_steps": max_depth}
        super().train(**{"num_candidates": beam_width, "short_term_memory_size": beam_width, **depth, **options})


BeamsearchAlgorithm = BeamSearch


class ParetobasedPS(Preset):
    """Candidates are gone on from that no other one dominates."""

    settings: ClassVar[dict[str, Any]] = {"objective_config": ObjectiveConfig(mode="pareto")}
