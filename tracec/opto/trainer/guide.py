"""Guides: an answer -> a score, and words on it."""

from __future__ import annotations

import copy
import os
import pickle
from typing import Any, ClassVar

from tracec.opto.utils.llm import LLM


def exact_match_metric(question: Any, student_answer: Any, info: Any) -> float:
    """1.0 where the answer is the expected one."""
    return float(student_answer == info)


class Guide:
    """Write `get_feedback`: it returns a score and words."""

    def __call__(self, task: Any, response: Any, info: Any, **kwargs: Any) -> Any:
        return self.forward(task, response, info, **kwargs)

    def forward(self, task: Any, response: Any, info: Any, **kwargs: Any) -> Any:
        """A score and words on an answer."""
        return self.get_feedback(task, response, info, **kwargs)

    def get_feedback(self, query: Any, response: Any, reference: Any = None, **kwargs: Any) -> Any:
        """A score and words on an answer."""
        raise NotImplementedError(f"{type(self).__name__} needs a method `get_feedback`")

    def metric(self, query: Any, response: Any, reference: Any = None, **kwargs: Any) -> Any:
        """The score alone."""
        return self.get_feedback(query, response, reference, **kwargs)[0]

    def get_score_dict(self, query: Any, response: Any, reference: Any = None, **kwargs: Any) -> dict[str, float]:
        """Scores by metric; one score is the metric "score"."""
        score = self.get_feedback(query, response, reference, **kwargs)[0]
        found = score if isinstance(score, dict) else {"score": score}
        return {name: float(value) for name, value in found.items()}

    def copy(self) -> Any:
        """A copy that shares nothing."""
        return copy.deepcopy(self)

    def save(self, path: str) -> None:
        """Write it into a file."""
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "wb") as file:
            pickle.dump(self.__getstate__(), file)

    def load(self, path: str) -> None:
        """Read it from a file that `save` wrote; load only what you wrote yourself."""
        with open(path, "rb") as file:
            self.__setstate__(pickle.load(file))

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.__dict__)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


AutoGuide = Guide


class LLMJudge(Guide):
    """Asks a model whether an answer agrees with the expected one."""

    DEFAULT_CORRECTNESS_TEMPLATE: ClassVar[str] = "Correct [TERMINATE]"  # what programs look for
    DEFAULT_INCORRECTNESS_TEMPLATE: ClassVar[str] = "Incorrect"
    DEFAULT_PROMPT_TEMPLATE: ClassVar[str] = (
        "The task: {query}\n\nThe answer that was given: {response}\n\nThe expected answer: {reference}\n\n"
        "If the answer that was given is right, write {correctness_template}. If not, write {incorrectness_template}, "
        "and say in a few sentences what has to be different."
    )
    DEFAULT_SYSTEM_PROMPT: ClassVar[str] = "You judge answers, fairly and briefly."

    def __init__(
        self,
        model: str | None = None,
        llm: Any = None,
        prompt_template: str | None = None,
        system_prompt: str | None = None,
        correctness_template: str | None = None,
        use_formatted_response: bool = False,
    ) -> None:
        self.model, self.llm = model, llm or LLM(model=model)
        self.prompt_template = prompt_template or self.DEFAULT_PROMPT_TEMPLATE
        self.system_prompt = system_prompt or self.DEFAULT_SYSTEM_PROMPT
        self.correctness_template = correctness_template or self.DEFAULT_CORRECTNESS_TEMPLATE
        self.use_formatted_response = use_formatted_response

    def get_feedback(self, query: Any, response: Any, reference: Any = None, **kwargs: Any) -> tuple[float, str]:
        """1.0 or 0.0, and what the model says."""
        if reference is None:
            raise ValueError("a judge needs the expected answer: give it as `reference`")
        prompt = self.prompt_template.format(
            query=query, response=response, reference=reference, correctness_template=self.correctness_template,
            incorrectness_template=self.DEFAULT_INCORRECTNESS_TEMPLATE,
        )  # fmt: skip
        messages = [{"role": "system", "content": self.system_prompt}, {"role": "user", "content": prompt}]
        said = self.llm(messages=messages).choices[0].message.content or ""
        score = float(self.correctness_template in said)
        whole = f"The task: {query}\nThe answer: {response}\nThe expected answer: {reference}\nThe judge says: {said}"
        return score, whole if self.use_formatted_response else said


VerbalJudgeGuide = LLMJudge
