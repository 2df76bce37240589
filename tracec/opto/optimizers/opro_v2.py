"""OPROv2: the same with values in tags, and as many past ones as its memory holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tracec.opto.optimizers.optoprime_v2 import OptoPrimeV2, Sections
from tracec.opto.optimizers.problem import text_of
from tracec.opto.optimizers.symbols import OptimizerPromptSymbolSet

ROLE = """\
You improve a solution. You see it, what was said of it, and what was tried before.
{context}: what the solution is for
{variables}: the solution as it is
{feedback}: what was said of it
"""


class OPROPromptSymbolSet(OptimizerPromptSymbolSet):
    """What may change is called a solution."""

    problem_context_section_title = "# Problem Context"
    variable_section_title = variables_section_title = "# Solution"
    variable_tag = improved_variable_tag = "solution"

    @property
    def default_prompt_symbols(self) -> dict[str, str]:
        """The titles."""
        return {
            "variables": self.variables_section_title, "feedback": self.feedback_section_title,
            "problem_context": self.problem_context_section_title,
        }  # fmt: skip


class OPROv2(OptoPrimeV2):
    """Shows the parameters and what was said of the output, not the graph."""

    default_objective: ClassVar[str] = "Propose a better solution, by what was said of this one and those before."

    def __init__(self, *args: Any, memory_size: int = 5, **kwargs: Any) -> None:
        super().__init__(*args, memory_size=memory_size, **kwargs)

    def _symbols(self) -> OptimizerPromptSymbolSet:
        return OPROPromptSymbolSet()

    @property
    def system_prompt(self) -> str:
        """How to read the problem, and how to answer."""
        titles = {"context": "#ProblemContext", **self._titles}
        form = "Answer in this form; if nothing should change, answer TERMINATE.\n"
        return f"{ROLE.format(**titles)}\n{form}{self.optimizer_prompt_symbol_set.output_format}"

    def problem_instance(self, summary: Any, mask: Sequence[str] | None = None) -> Any:
        """The parameters, and what was said."""
        symbols = self.optimizer_prompt_symbol_set
        values = self.repr_node_value_compact(summary.variables, symbols.variable_tag, self.initial_var_char_limit)
        texts = {
            getattr(symbols, "problem_context_section_title", "# Problem Context"): self.objective,
            symbols.variables_section_title: "\n".join(values),
            symbols.feedback_section_title: text_of(summary.user_feedback),
        }
        return Sections(texts)


__all__ = ["OPROPromptSymbolSet", "OPROv2"]
