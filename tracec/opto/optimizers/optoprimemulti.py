"""OptoPrimeMulti: several answers, of which one is chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from difflib import SequenceMatcher
from typing import Any

from tracec.opto.optimizers.answers import declines
from tracec.opto.optimizers.optoprime import OptoPrime
from tracec.opto.utils.llm import LLMFactory

EXPERTS = (
    "a careful programmer", "a mathematician", "an expert of the field", "somebody who doubts everything",
    "somebody who looks for the simplest change",
)  # fmt: skip
OTHER = "{prompt}\n\n## Answers so far\n{answers}\n\nGive another one that differs from these and is better."
BETTER = "{prompt}\n\n## An answer\n{answer}\n\nSay what is wrong with it, and give a better one."
EXPERT = "{prompt}\n\nAnswer as {expert} would."
CHOOSE = "Of the answers below, say the number of the best one, as a number alone."
MERGE = "Make the best answer of those below, in the same form."


class OptoPrimeMulti(OptoPrime):
    """Asks `num_responses` times: hotter each time, by turns of models, or each answer with those before in view.

    `generation_technique`: temperature_variation, self_refinement, iterative_alternatives, multi_experts, multi_llm.
    `selection_technique`: best_of_n and moa ask the model, majority takes the one most like the others, any other name
    the last.
    """

    def __init__(
        self,
        *args: Any,
        num_responses: int = 3,
        temperature_min_max: tuple[float, float] = (0.0, 1.0),
        selector: Callable[[list[Any]], Any] | None = None,
        generation_technique: str = "temperature_variation",
        selection_technique: str = "best_of_n",
        experts_list: Sequence[str] | None = None,
        llm_profiles: Sequence[str] | None = None,
        llm_weights: Sequence[float] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.num_responses, self.temperature_min_max, self.selector = num_responses, temperature_min_max, selector
        self.generation_technique, self.selection_technique = generation_technique, selection_technique
        self.experts_list = experts_list
        self.llm_profiles = llm_profiles
        self.llm_weights = llm_weights or ([1.0] * len(llm_profiles) if llm_profiles else None)
        self._llm_instances: dict[str, Any] = {}
        self.candidates: list[Any] = []
        self.selected_candidate: Any = None

    def _get_llm_for_profile(self, profile: str | None = None) -> Any:
        """The model of a profile; the optimizer's own where it cannot be made."""
        if profile is None:
            return self.llm
        if profile not in self._llm_instances:
            try:
                self._llm_instances[profile] = LLMFactory.get_llm(profile)
            except Exception:
                return self.llm
        return self._llm_instances[profile]

    def _get_llms_for_generation(self, num_responses: int) -> list[Any]:
        """A model for each answer, by turns."""
        profiles: Sequence[str | None] = self.llm_profiles or [None]
        return [self._get_llm_for_profile(profiles[at % len(profiles)]) for at in range(num_responses)]

    def call_llm(  # type: ignore[override]
        self,
        system_prompt: str,
        user_prompt: str,
        verbose: bool | str = False,
        max_tokens: int = 4096,
        num_responses: int = 1,
        temperature: float | None = None,
        llm: Any = None,
    ) -> list[str]:
        """So many answers to one prompt."""
        asked = llm or self.llm
        messages = [{"role": "system", "content": system_prompt}, {"role": "user", "content": user_prompt}]
        options = {"max_tokens": max_tokens, "response_format": {"type": "json_object"}}
        if hasattr(asked, "create"):
            found = asked.create(messages=messages, **options, n=num_responses, temperature=temperature)
        else:
            found = asked(messages=messages, **options, n=num_responses, temperature=temperature)
        texts = [choice.message.content or "" for choice in found.choices]
        if verbose:
            print("Answers", *texts, sep="\n")
        return texts

    def _parallel_call_llm(self, arg_dicts: Sequence[dict[str, Any]]) -> list[str]:
        """Answers to several prompts at once, in their order. A model of another profile that fails has ours in place.

        Of calls that fail nothing comes; the error is raised where all do.
        """
        if not arg_dicts:
            return []
        with ThreadPoolExecutor(len(arg_dicts)) as pool:
            found = [*pool.map(self._tried, arg_dicts)]
        answers = [text for texts in found if isinstance(texts, list) for text in texts]
        if not answers:
            raise next(one for one in found if isinstance(one, Exception))
        return answers

    def _tried(self, asked: dict[str, Any]) -> list[str] | Exception:
        for one in (asked, {**asked, "llm": None}) if asked.get("llm") is not None else (asked,):
            try:
                return self.call_llm(**one)
            except Exception as error:
                failure = error
        return failure

    def generate_candidates(
        self, summary: Any, system_prompt: str, user_prompt: str, verbose: bool | str = False, **options: Any
    ) -> list[str]:
        """Answers to choose from.

        `num_responses`, `generation_technique`, `temperature_min_max`, `experts_list` and `max_tokens` take the place
        of the optimizer's own.
        """
        count = options.get("num_responses") or self.num_responses
        how = options.get("generation_technique") or self.generation_technique
        most = options.get("max_tokens") or self.max_tokens
        ask: dict[str, Any] = {"system_prompt": system_prompt, "verbose": verbose, "max_tokens": most}
        if how in ("self_refinement", "iterative_alternatives"):
            answers: list[str] = []
            while len(answers) < count:
                answers += self.call_llm(user_prompt=self._next(how, user_prompt, answers), **ask)[:1] or [""]
        else:
            experts = options.get("experts_list") or self.experts_list or EXPERTS
            span = options.get("temperature_min_max") or self.temperature_min_max
            answers = self._parallel_call_llm(
                [{**ask, **one} for one in self._asked(how, user_prompt, count, experts, span)]
            )
        self._logged(system_prompt, user_prompt, answers, how)
        return answers

    def _logged(self, system: str, user: str, answers: list[str], how: str) -> None:
        known = {"system_prompt": system, "user_prompt": user, "response": answers}
        if self.log is not None:
            self.log.append({**known, "generation_technique": how, "llm_profiles": self.llm_profiles})

    def _asked(
        self, how: str, prompt: str, count: int, experts: Sequence[str], range_: tuple[float, float]
    ) -> Iterator[dict[str, Any]]:
        """What is asked for each answer."""
        low, high = range_
        for at, llm in enumerate(self._get_llms_for_generation(count)):
            expert = EXPERT.format(prompt=prompt, expert=experts[at % len(experts)])
            yield {
                "user_prompt": expert if how == "multi_experts" else prompt,
                "temperature": low + (high - low) * at / max(1, count - 1),
                "llm": llm if how == "multi_llm" else None,
            }

    def _next(self, how: str, prompt: str, answers: list[str]) -> str:
        if not answers:
            return prompt
        if how == "self_refinement":
            return BETTER.format(prompt=prompt, answer=answers[-1])
        return OTHER.format(prompt=prompt, answers="\n\n".join(answers))

    def select_candidate(
        self, candidates: list[Any], selection_technique: str | None = None, problem_summary: Any = ""
    ) -> Any:
        """One of the answers, or one made of them."""
        how = selection_technique or self.selection_technique
        if len({str(one) for one in candidates}) < 2:
            return candidates[0] if candidates else {}
        chosen = {"moa": self._select_moa, "best_of_n": self._select_bestofn, "bestofn": self._select_bestofn,
                  "majority": self._select_majority}.get(how)  # fmt: skip
        return chosen(candidates, [str(one) for one in candidates], problem_summary) if chosen else candidates[-1]

    def _listed(self, words: str, texts: list[str], summary: Any) -> str:
        """What the model says to a list of answers; "" where it fails, as the answers are there all the same."""
        try:
            said = self.call_llm(words, "\n\n".join([str(summary), *(f"{n}. {t}" for n, t in enumerate(texts, 1))]))
        except Exception:
            return ""
        return said[0] if said else ""

    def _select_moa(self, candidates: list[Any], candidate_texts: list[str], summary: Any = None) -> Any:
        return self._listed(MERGE, candidate_texts, summary) or candidates[-1]

    def _select_bestofn(self, candidates: list[Any], candidate_texts: list[str], summary: Any = None) -> Any:
        found = re.search(r"\d+", self._listed(CHOOSE, candidate_texts, summary))
        at = int(found[0]) - 1 if found else -1
        return candidates[at] if 0 <= at < len(candidates) else candidates[-1]

    def _select_majority(self, candidates: list[Any], candidate_texts: list[str], summary: Any = None) -> Any:
        alike = [sum(SequenceMatcher(None, a, b).ratio() for b in candidate_texts) for a in candidate_texts]
        return candidates[alike.index(max(alike))]

    def _step(self, verbose: bool | str = False, mask: Any = None, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        summary = self.summarize()
        system, user = (
            self.replace_symbols(text, self.prompt_symbols) for text in self.construct_prompt(summary, mask=mask)
        )
        how = {name: kwargs[name] for name in ("num_responses", "generation_technique") if name in kwargs}
        self.candidates = self.generate_candidates(summary, system, user, verbose=verbose, **how)
        kept = [one for one in self.candidates if not declines(one)]
        if not kept:
            return {}
        chosen = self.selector(kept) if self.selector else self.select_candidate(kept, problem_summary=user)
        self.selected_candidate = chosen
        return self.construct_update_dict(self.suggested(str(chosen)))
