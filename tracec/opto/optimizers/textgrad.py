"""TextGrad: a model says of every step what its inputs should have been, and of all that is said of a parameter makes a
new value of it."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any

from tracec.opto.optimizers.optimizer import Optimizer
from tracec.opto.optimizers.summary import get_fun_name
from tracec.opto.optimizers.utils import truncate_expression
from tracec.opto.optimizers.values import Unfit, fit, fit_code
from tracec.opto.trace.utils import sum_feedback
from tracec.opto.utils.llm import LLM

ROLE = (
    "A program went wrong. You look at one step of it and say what should have been different about one value that "
    "went into it. You give no new value, only what to change and why, in a few sentences."
)
STEP = """\
The step {name} was called{about}.
What went into it:
{inputs}
It gave:
{output}

What is wrong with that:
{said}

What should have been different about {wanted}?"""
WRITE = "You improve a value by what was said of it. You answer with the new value in tags, and nothing else."
UPDATE = """\
The value ({role}):
<value>
{value}
</value>

What was said of it:
{said}
{constraint}
Answer with the new value, of the same kind, as
<improved>
the new value
</improved>"""
ANSWER = re.compile(r"<(improved|improved_variable|IMPROVED_VARIABLE)>(.*?)</\1>", re.DOTALL)
SHOWN = 1_500  # characters of a value that is shown; chosen


@dataclass
class GradientInfo:
    """What was said of a value, and of what step."""

    gradient: str
    gradient_context: Any = None

    def __len__(self) -> int:
        return 1


class TextGrad(Optimizer):
    """One call for every value on a way between a parameter and the output, and one for every parameter."""

    def __init__(
        self,
        parameters: list[Any],
        llm: Any = None,
        *args: Any,
        propagator: Any = None,
        max_tokens: int = 4096,
        log: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(parameters, *args, propagator=propagator, **kwargs)
        self.llm = llm or LLM()
        self.max_tokens = max_tokens
        self.log: list[dict[str, Any]] | None = [] if log else None

    def _step(self, verbose: bool | str = False, **kwargs: Any) -> dict[Any, Any]:
        whole = sum_feedback(self.parameters)
        rows = [node for _, node in whole.graph]
        wanted = self._wanted(rows)
        said: dict[int, list[GradientInfo]] = {}
        for node in reversed(rows):
            about = [one.gradient for one in said.get(id(node), [])]
            if not about and all(id(node) not in {id(s) for s in other._sources} for other in rows):
                about = [str(whole.user_feedback)]
            for parent in node.parents if about else ():
                if id(parent) in wanted:
                    said.setdefault(id(parent), []).append(GradientInfo(self._grad(node, parent, about, verbose), node))
        made: dict[Any, Any] = {}
        for parameter in self.parameters:
            if parameter.trainable and id(parameter) in said:
                self._updated(parameter, said[id(parameter)], made, verbose)
        return made

    def _wanted(self, rows: list[Any]) -> set[int]:
        """The nodes that depend on a parameter."""
        found = {id(one) for one in self.parameters if one.trainable}
        for node in rows:
            if any(id(source) in found for source in node._sources):
                found.add(id(node))
        return found

    def _grad(self, node: Any, parent: Any, said: list[str], verbose: bool | str) -> str:
        inputs = "\n".join(f"- {k}: {truncate_expression(one._data, SHOWN)}" for k, one in node.inputs.items())
        name = next(label for label, one in node.inputs.items() if one is parent)
        about = f", which is: {node.description}" if node.description else ""
        step = STEP.format(
            name=get_fun_name(node), about=about, inputs=inputs, output=truncate_expression(node._data, SHOWN),
            said="\n".join(f"- {one}" for one in dict.fromkeys(said)), wanted=name,
        )  # fmt: skip
        return self.call_llm(ROLE, step, verbose=verbose)

    def _updated(self, parameter: Any, said: list[GradientInfo], made: dict[Any, Any], verbose: bool | str) -> None:
        is_code = parameter.py_name.startswith("__code")
        words = "\n".join(f"- {one.gradient}" for one in said)
        constraint = f"It has to hold: {parameter.description}" if parameter.description else ""
        role = "the source of a function" if is_code else parameter.type.__name__
        prompt = UPDATE.format(role=role, value=parameter._data, said=words, constraint=constraint)
        answer = self.call_llm(WRITE, prompt, verbose=verbose)
        found = ANSWER.search(answer)
        text = (found[2] if found else answer).strip("\n")
        try:
            made[parameter] = fit_code(text, parameter._data) if is_code else fit(text.strip(), parameter._data)
        except Unfit as why:
            warnings.warn(f"a suggestion was not taken: {parameter.py_name}: {why}", stacklevel=4)

    def call_llm(self, system_prompt: str, user_prompt: str, verbose: bool | str = False) -> str:
        """The model's answer."""
        messages = [{"role": "system", "content": system_prompt}, {"role": "user", "content": user_prompt}]
        text = self.llm(messages=messages, max_tokens=self.max_tokens).choices[0].message.content or ""
        if self.log is not None:
            self.log.append({"system_prompt": system_prompt, "user_prompt": user_prompt, "response": text})
        if verbose:
            print(f"Prompt\n{user_prompt}\nAnswer\n{text}")
        return text
