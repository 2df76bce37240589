"""OPRO: no graph, but all that was tried, with what was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tracec.opto.optimizers.optoprime import OptoPrime


class OPRO(OptoPrime):
    """Shows all past values of the parameters, the newest last."""

    default_objective: ClassVar[str] = "Find better values for the variables, by what was said of those before."
    representation_prompt: ClassVar[str] = "You see values that were tried for variables, and what was said of each.\n"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.buffer: list[tuple[Any, Any]] = []

    def construct_prompt(
        self, summary: Any, mask: Sequence[str] | None = None, *args: Any, **kwargs: Any
    ) -> tuple[str, str]:
        """The words for the system, and those of the user."""
        self.buffer.append((summary.variables, summary.user_feedback))
        tried = [self.remembered(*one) for one in self.buffer]
        user = "\n\n".join(["## Tried so far", *tried, f"#Instruction\n{self.objective}", "Your answer:"])
        return f"{self.representation_prompt}\n{self.output_format_prompt}", user
