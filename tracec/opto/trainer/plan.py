"""Plan: how long is trained, on how much at once, and how often is tested, logged and saved."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """The keywords of `train` that all trainers share. `num_steps` counts batches; whichever is more ends it.

    With `ensure_improvement` a step is taken back where the batch's score does not rise by `improvement_threshold`.
    """

    batch_size: int = 1
    num_batches: int = 1
    num_epochs: int | None = 1
    num_steps: int | None = None
    num_threads: int | None = None
    score_range: tuple[float, float] | None = None
    min_score: Any = None
    test_dataset: dict[str, Any] | None = None
    test_guide: Any = None
    test_frequency: int | None = 1
    num_test_samples: int = 1
    num_eval_samples: int = 1
    log_frequency: int | None = None
    save_frequency: int | None = None
    save_path: str = "checkpoints/agent.pkl"
    ensure_improvement: bool = False
    improvement_threshold: float = 0.0

    @staticmethod
    def split(options: dict[str, Any]) -> tuple[Plan, dict[str, Any]]:
        """The plan among keywords, and the rest of them."""
        names = {one.name for one in fields(Plan)}
        own = {name: value for name, value in options.items() if name in names}
        return Plan(**own), {name: value for name, value in options.items() if name not in names}
