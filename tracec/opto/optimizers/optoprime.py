"""OptoPrime: one question for all parameters, with the graph between them and the output."""

from __future__ import annotations

import copy
import json
import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

from tracec.opto.flow.feedback import TraceGraph
from tracec.opto.optimizers.answers import declines, in_blocks, in_tags, suggestion_in
from tracec.opto.optimizers.buffers import FIFOBuffer
from tracec.opto.optimizers.optimizer import Optimizer
from tracec.opto.optimizers.problem import ProblemInstance, constraint_lines, problem, value_lines
from tracec.opto.optimizers.summary import (
    FunctionFeedback,
    get_fun_name,
    node_to_function_feedback,
    repr_function_call,
    summary_of,
)
from tracec.opto.optimizers.values import Unfit, fit, fit_code
from tracec.opto.utils.llm import LLM
from tracec.passes.nouns.errors import TracecError

REFUSED = 5  # what was refused last time, of which a model is told; chosen
ROLE = """\
You improve a program through its variables. You see what it computed and what was said of its output.
#Instruction: what is asked of you
#Code: the calls that were made, an output and its inputs by name in each line
#Documentation: what these calls do
#Variables: what you may change, as (type) name=value; (code) is a function's source
#Constraints: what has to hold for a variable
#Inputs: values that stay as they are
#Others: values between
#Outputs: what came out
#Feedback: what was said of it
"""
FORM = """\
Answer with one JSON object and nothing else:
{{
{keys}
"{suggestion}": {{"<name of a variable>": <its new value>, ...}}
}}
Suggest values for #Variables alone, each of the same type. Of (code) give the whole function, under the
same name and with the same parameters. If nothing should change, answer TERMINATE.
"""
REASONING = '"{name}": "<why the output is as it is, and what the change does to it>",'
ANSWERED = '"{name}": "<the answer, where #Instruction asks for one>",'
PAST = "## Tried before: variables, and what was said of the output"
AGAIN = "## Not taken from your last answer"
EXAMPLE = """\
## An example
#Code
add0 = add(x=a, y=b)

#Variables
(int) a=5

#Inputs
(int) b=1

#Outputs
(int) add0=6

#Feedback
The result should be 10.

Its answer:
{"reasoning": "a + b has to be 10, and b is 1", "suggestion": {"a": 9}}
"""


class OptoPrime(Optimizer):
    """Asks a model for new values of all parameters at once.

    `memory_size` past values are shown, with what was said of them. What a model suggests is taken only if it is of the
    right type, and code only if it is valid and defines the same function with the same parameters; with
    `ignore_extraction_error` the rest is warned of and told in the next prompt, else an error.
    """

    default_objective: ClassVar[str] = "Change the variables so that the output becomes what #Feedback asks for."
    representation_prompt: ClassVar[str] = ROLE
    default_prompt_symbols: ClassVar[dict[str, str]] = {
        name: f"#{name.title()}"
        for name in (
            "variables", "constraints", "inputs", "outputs", "others", "feedback", "instruction", "code",
            "documentation",
        )
    }  # fmt: skip
    default_json_keys: ClassVar[dict[str, str | None]] = {
        "reasoning": "reasoning", "answer": "answer", "suggestion": "suggestion",
    }  # fmt: skip
    _asks_for_json = True

    def __init__(
        self,
        parameters: list[Any],
        llm: Any = None,
        *args: Any,
        propagator: Any = None,
        objective: str | None = None,
        ignore_extraction_error: bool = True,
        include_example: bool = False,
        memory_size: int = 0,
        max_tokens: int = 4096,
        log: bool = True,
        prompt_symbols: dict[str, str] | None = None,
        json_keys: dict[str, Any] | None = None,
        use_json_object_format: bool = True,
        highlight_variables: bool = False,
        config_list: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(parameters, *args, propagator=propagator, **kwargs)
        self.llm = llm or (LLM(backend="AutoGen", config_list=config_list) if config_list else LLM())
        self.objective, self.memory = objective or self.default_objective, FIFOBuffer(memory_size)
        self.ignore_extraction_error, self.include_example = ignore_extraction_error, include_example
        self.max_tokens, self.highlight_variables = max_tokens, highlight_variables
        self._begin(log, prompt_symbols or {}, json_keys or {}, use_json_object_format)

    def _begin(self, log: bool, symbols: dict[str, str], keys: dict[str, Any], use_json: bool) -> None:
        self.use_json_object_format = use_json
        self.log: list[dict[str, Any]] | None = [] if log else None
        self.summary_log: list[dict[str, Any]] | None = [] if log else None
        self.prompt_symbols = {**self.default_prompt_symbols, **symbols}
        self.json_keys = {**self.default_json_keys, **keys}
        self.refused: list[str] = []

    # The prompt

    def summarize(self) -> Any:
        """What came back to the parameters, by name."""
        given = [self.propagator.aggregate(one.feedback) for one in self.parameters if one.trainable]
        return summary_of(self.parameters, sum(given[1:], given[0]) if given else TraceGraph())

    def problem_instance(self, summary: FunctionFeedback, mask: Sequence[str] | None = None) -> Any:
        """A summary in sections; `mask` leaves some out, as `["#Code"]`."""
        return problem(summary, self.objective, mask or ())

    @staticmethod
    def repr_node_value(node_dict: Any) -> str:
        """Values as lines."""
        return "\n".join(value_lines(node_dict))

    @staticmethod
    def repr_node_constraint(node_dict: Any) -> str:
        """What has to hold of them, as lines."""
        return "\n".join(constraint_lines(node_dict))

    @property
    def output_format_prompt(self) -> str:
        """How to answer."""
        keys = [REASONING.format(name=self.json_keys["reasoning"] or "reasoning")]
        keys += [ANSWERED.format(name=self.json_keys["answer"])] * bool(self.json_keys.get("answer"))
        return FORM.format(keys="\n".join(keys), suggestion=self.json_keys["suggestion"])

    def construct_prompt(
        self, summary: Any, mask: Sequence[str] | None = None, *args: Any, **kwargs: Any
    ) -> tuple[str, str]:
        """The words for the system, and those of the user."""
        parts = [EXAMPLE] * self.include_example + [str(self.problem_instance(summary, mask=mask))]
        if len(self.memory):
            parts += [PAST, *(self.remembered(*one) for one in self.memory)]
        if self.refused:
            parts += [AGAIN, *(f"- {line}" for line in self.refused[-REFUSED:])]
        if self.highlight_variables:
            parts += [f"What do you suggest for {', '.join(summary.variables)}?"]
        self.memory.add((summary.variables, summary.user_feedback))
        return f"{self.representation_prompt}\n{self.output_format_prompt}", "\n\n".join([*parts, "Your answer:"])

    def remembered(self, variables: Any, feedback: Any) -> str:
        """Past values, and what was said of the output."""
        known = {"variables": {name: value for name, (value, _) in variables.items()}, "feedback": feedback}
        return json.dumps(known, indent=2, default=str)

    def replace_symbols(self, text: str, symbols: dict[str, str]) -> str:
        """The prompt with other titles."""
        for name, title in symbols.items():
            text = text.replace(self.default_prompt_symbols[name], title)
        return text

    # The step

    def _step(
        self, verbose: bool | str = False, mask: Sequence[str] | None = None, *args: Any, **kwargs: Any
    ) -> dict[Any, Any]:
        summary = self.summarize()
        system, user = (
            self.replace_symbols(text, self.prompt_symbols) for text in self.construct_prompt(summary, mask=mask)
        )
        answer = self.call_llm(system, user, verbose=verbose, max_tokens=self.max_tokens)
        self._note(system, user, answer, summary)
        if declines(answer):
            return {}
        return self.construct_update_dict(self.suggested(answer))

    def _note(self, system: str, user: str, answer: Any, summary: Any) -> None:
        if self.log is not None and self.summary_log is not None:
            self.log.append({"system_prompt": system, "user_prompt": user, "response": answer})
            self.summary_log.append({"problem_instance": self.problem_instance(summary), "summary": summary})

    def suggested(self, answer: str) -> dict[str, Any]:
        """The new values in an answer, by name."""
        found: dict[str, Any] = self.extract_llm_suggestion(answer)
        return found

    def extract_llm_suggestion(
        self,
        response: str,
        suggestion_tag: str | None = None,
        reasoning_tag: str | None = None,
        return_only_suggestion: bool = True,
        ignore_extraction_error: bool | None = None,
    ) -> dict[str, Any]:
        """The new values in an answer, in JSON, in tags or as blocks of code; with its reasoning if that is asked."""
        keys = self.json_keys
        key, why = suggestion_tag or str(keys["suggestion"]), reasoning_tag or str(keys["reasoning"])
        found, reasoning = suggestion_in(response, key, why)
        found = found or in_tags(response) or in_blocks(response, self._codes())
        if not found and not (self.ignore_extraction_error or ignore_extraction_error):
            raise TracecError("the model's answer suggests nothing that can be read", f"it says: {response[:200]!r}")
        empty = [name for name, value in found.items() if "__code" in name and not str(value).strip()]
        for name in empty:
            del found[name]
        return found if return_only_suggestion else {"reasoning": reasoning, "variables": found}

    def _codes(self) -> list[tuple[str, str]]:
        return [(one.py_name, one._data) for one in self.parameters if one.py_name.startswith("__code")]

    def construct_update_dict(self, suggestion: dict[str, Any]) -> dict[Any, Any]:
        """New values by parameter, each of the type of the old one."""
        self.refused = []
        given = {name.replace(":", ""): value for name, value in suggestion.items()}
        made = {}
        for parameter in self.parameters:
            name = parameter.py_name
            if parameter.trainable and name in given:
                try:
                    value, old = given.pop(name), parameter._data
                    made[parameter] = fit_code(value, old) if name.startswith("__code") else fit(value, old)
                except Unfit as why:
                    self._refuse(f"{name}: {why}")
        for name in given:
            self._refuse(f"{name}: there is no such variable")
        return made

    def _refuse(self, line: str) -> None:
        if not self.ignore_extraction_error:
            raise TracecError(f"the model's suggestion cannot be taken: {line}")
        self.refused.append(line)
        warnings.warn(f"a suggestion was not taken: {line}", stacklevel=4)

    def call_llm(
        self, system_prompt: str, user_prompt: str, verbose: bool | str = False, max_tokens: int = 4096, **options: Any
    ) -> Any:
        """The model's answer; `verbose` prints the prompt and it, "output" it alone."""
        if verbose not in (False, "output"):
            print(f"Prompt\n{system_prompt}\n{user_prompt}")
        messages = [{"role": "system", "content": system_prompt}, {"role": "user", "content": user_prompt}]
        form = (
            {"response_format": {"type": "json_object"}} if self._asks_for_json and self.use_json_object_format else {}
        )
        try:
            answer = self.llm(messages=messages, max_tokens=max_tokens, **form, **options)
        except TypeError:  # a model of the user's own that does not know this option
            if not form:
                raise
            answer = self.llm(messages=messages, max_tokens=max_tokens, **options)
        text = answer.choices[0].message.content or ""
        if verbose:
            print(f"Answer\n{text}")
        return text

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        made = super().__deepcopy__(memo)
        made.log, made.summary_log = copy.copy(self.log), copy.copy(self.summary_log)
        return made


__all__ = [
    "FunctionFeedback", "OptoPrime", "ProblemInstance", "get_fun_name", "node_to_function_feedback",
    "repr_function_call",
]  # fmt: skip
