"""OptoPrimeV2: the same question, with values in tags, long ones cut off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from tracec.opto.optimizers.answers import in_blocks, in_tags, suggestion_in
from tracec.opto.optimizers.optoprime import OptoPrime
from tracec.opto.optimizers.problem import CODE, VALUES, bounded, text_of
from tracec.opto.optimizers.symbols import (
    OptimizerPromptSymbolSet,
    OptimizerPromptSymbolSet2,
    OptimizerPromptSymbolSetJSON,
)
from tracec.opto.optimizers.utils import extract_xml_like_data, shown, truncate_expression
from tracec.passes.nouns.errors import TracecError

ROLE = """\
You improve a program through its variables. You see what it computed and what was said of its output.
{instruction}: what is asked of you
{code}: the calls that were made, an output and its inputs by name in each line
{documentation}: what these calls do
{variables}: what you may change
{inputs}: values that stay as they are
{others}: values between
{outputs}: what came out
{feedback}: what was said of it

A value is written as
<{tag} name="variable_name" type="data_type">
<{value}>
value
</{value}>
<{constraint}>
what has to hold for it
</{constraint}>
</{tag}>
Of the type code, it is a function's source.
"""
FORM = """\
Answer in this form, and suggest values for {variables} alone, each of the same type. Of code give the whole function,
under the same name and with the same parameters. If nothing should change, answer TERMINATE.
{form}
"""
PAST = "## Tried before: variables, and what was said of the output"


class OptoPrimeV2(OptoPrime):
    """As OptoPrime. `optimizer_prompt_symbol_set` has titles and tags; `initial_var_char_limit` bounds each value."""

    default_objective: ClassVar[str] = "Change the variables so that the output becomes what the feedback asks for."

    def __init__(
        self,
        parameters: list[Any],
        llm: Any = None,
        *args: Any,
        memory_size: int = 0,
        initial_var_char_limit: int = 2000,
        optimizer_prompt_symbol_set: OptimizerPromptSymbolSet | None = None,
        use_json_object_format: bool = True,
        truncate_expression: Any = truncate_expression,
        problem_context: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.optimizer_prompt_symbol_set = optimizer_prompt_symbol_set or self._symbols()
        super().__init__(parameters, llm, *args, memory_size=memory_size, **kwargs)
        self.initial_var_char_limit, self.truncate_expression = initial_var_char_limit, truncate_expression
        self.problem_context = problem_context
        self.use_json_object_format = use_json_object_format and self.optimizer_prompt_symbol_set.expect_json
        self.prompt_symbols = {**self.optimizer_prompt_symbol_set.default_prompt_symbols}

    def _symbols(self) -> OptimizerPromptSymbolSet:
        return OptimizerPromptSymbolSet()

    @property
    def _titles(self) -> dict[str, str]:
        return {
            k: title.replace(" ", "") for k, title in self.optimizer_prompt_symbol_set.default_prompt_symbols.items()
        }

    def replace_symbols(self, text: str, symbols: dict[str, str]) -> str:
        """The titles are there already."""
        return text

    @property
    def system_prompt(self) -> str:
        """How to read the problem, and how to answer."""
        symbols = self.optimizer_prompt_symbol_set
        tags = {"tag": symbols.variable_tag, "value": symbols.value_tag, "constraint": symbols.constraint_tag}
        role = ROLE.format(**self._titles, **tags)
        return f"{role}\n{FORM.format(variables=self._titles['variables'], form=symbols.output_format)}"

    def repr_node_value_compact(self, node_dict: Any, node_tag: str, limit: int | None = None) -> list[str]:
        """Values in tags."""
        symbols, made = self.optimizer_prompt_symbol_set, []
        for name, (value, said) in node_dict.items():
            is_code = "__code" in name
            text = self.truncate_expression(value, limit) if limit is not None and not is_code else shown(value)
            inner = [f"<{symbols.value_tag}>", text, f"</{symbols.value_tag}>"]
            if said is not None and node_tag == symbols.variable_tag:
                inner += [f"<{symbols.constraint_tag}>", said, f"</{symbols.constraint_tag}>"]
            kind = "code" if is_code else type(value).__name__
            made.append("\n".join([f'<{node_tag} name="{name}" type="{kind}">', *inner, f"</{node_tag}>"]))
        return made

    def problem_instance(self, summary: Any, mask: Sequence[str] | None = None) -> Any:
        """A summary in sections; `mask` leaves some out."""
        symbols, limit = self.optimizer_prompt_symbol_set, self.initial_var_char_limit
        lines = [line for _, line in sorted(summary.graph, key=lambda pair: pair[0])]
        texts = {
            "instruction": self.objective,
            "code": bounded(lines, CODE, last=True),
            "documentation": bounded([f"[{k}] {v}" for k, v in summary.documentation.items()], VALUES),
            "variables": "\n".join(self.repr_node_value_compact(summary.variables, symbols.variable_tag, limit)),
            "inputs": bounded(self.repr_node_value_compact(summary.inputs, symbols.node_tag, limit), VALUES),
            "others": bounded(self.repr_node_value_compact(summary.others, symbols.node_tag, limit), VALUES, last=True),
            "outputs": "\n".join(self.repr_node_value_compact(summary.output, symbols.node_tag, limit)),
            "feedback": text_of(summary.user_feedback),
        }
        hidden = {one.lstrip("# ").lower() for one in mask or ()}
        titles = symbols.default_prompt_symbols
        return Sections({titles[k]: text for k, text in texts.items() if k not in hidden and k in titles})

    def construct_prompt(
        self, summary: Any, mask: Sequence[str] | None = None, *args: Any, **kwargs: Any
    ) -> tuple[str, str]:
        """The words for the system, and those of the user."""
        symbols = self.optimizer_prompt_symbol_set
        parts = [self.problem_context] if self.problem_context else []
        if self.include_example:
            parts += [f"## An example of an answer\n{symbols.example_output('a has to be larger', {'a': 9})}"]
        parts += [str(self.problem_instance(summary, mask=mask))]
        if len(self.memory):
            parts += [PAST, *(self.remembered(*one) for one in self.memory)]
        if self.refused:
            parts += ["## Not taken from your last answer", *(f"- {line}" for line in self.refused)]
        self.memory.add((summary.variables, summary.user_feedback))
        parts += [f"What do you suggest for {', '.join(summary.variables)}?\n\nYour answer:"]
        return self.system_prompt, "\n\n".join(parts)

    def suggested(self, answer: str) -> dict[str, Any]:
        """The new values in an answer, by name."""
        found: dict[str, Any] = self.extract_llm_suggestion(answer)["variables"]
        return found

    def extract_llm_suggestion(self, response: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """{"reasoning": ..., "variables": {...}} of an answer in its tags; else in JSON, others, or code."""
        found = self.optimizer_prompt_symbol_set.output_response_extractor(response)
        if not found["variables"]:
            others = suggestion_in(response, "suggestion", "reasoning")[0] or in_tags(response)
            found["variables"] = others or in_blocks(response, self._codes())
        if not found["variables"] and not self.ignore_extraction_error:
            raise TracecError("the model's answer suggests nothing that can be read", f"it says: {response[:200]!r}")
        return found


class Sections:
    """Texts by their titles; `str` writes those that have something to say."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def __getattr__(self, name: str) -> str:
        for title, text in self.__dict__.get("texts", {}).items():
            if title.lstrip("# ").lower() == name:
                return str(text)
        raise AttributeError(name)

    def __str__(self) -> str:
        return "\n\n".join(f"{title}\n{text}" for title, text in self.texts.items() if text)

    __repr__ = __str__


__all__ = [
    "OptimizerPromptSymbolSet", "OptimizerPromptSymbolSet2", "OptimizerPromptSymbolSetJSON", "OptoPrimeV2",
    "extract_xml_like_data",
]  # fmt: skip
