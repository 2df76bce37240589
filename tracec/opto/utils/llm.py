"""Models behind the old names: `LLM()` gives one, and `llm(messages=[...]).choices[0].message.content` is its answer.

`LiteLLM` asks through `tracec.models`: any name of litellm's, `python:MODULE:FUNCTION`, or `command:PROGRAM ARGS`.
"""

from __future__ import annotations

import copy
import importlib
import importlib.util
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from tracec.passes.nouns.errors import TracecError

USUAL = "gpt-4o"  # the model where none is named, as released programs expect it
SECONDS = 600.0  # of wall time, for one answer; chosen, as the longest that was seen took 437 s
BACKEND, MODEL, USUAL_MODEL = "TRACE_DEFAULT_LLM_BACKEND", "TRACE_LITELLM_MODEL", "DEFAULT_LITELLM_MODEL"
CUSTOM_MODEL, CUSTOM_URL, CUSTOM_KEY = "TRACE_CUSTOMLLM_MODEL", "TRACE_CUSTOMLLM_URL", "TRACE_CUSTOMLLM_API_KEY"
CONFIG = "OAI_CONFIG_LIST"  # a list of models in JSON, or the path of a file that has one


def response(texts: Sequence[str], model: str = "", usage: Any = None) -> Any:
    """Answers in the form that programs read: `response.choices[0].message.content`."""
    choices = [SimpleNamespace(message=SimpleNamespace(content=text, role="assistant")) for text in texts]
    return SimpleNamespace(choices=choices, model=model, usage=usage)


class AbstractModel:
    """A model. `factory` makes what is called, now and every `reset_freq` seconds."""

    def __init__(self, factory: Callable[[], Any], reset_freq: float | None = None) -> None:
        self.factory, self.reset_freq = factory, reset_freq
        self._model = factory()
        self._init_time = time.time()

    @property
    def model(self) -> Any:
        """What is called."""
        return self._model

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.reset_freq is not None and time.time() - self._init_time > self.reset_freq:
            self._model, self._init_time = self.factory(), time.time()
        return self.model(*args, **kwargs)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_model": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._model = self.factory()

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        made = copy.copy(self)
        memo[id(self)] = made
        return made


class Asked:
    """One model of `tracec.models`; it is loaded when it is first called."""

    def __init__(self, name: str, tries: int) -> None:
        self.name, self.tries = name, tries
        self._model: Any = None

    def __call__(self, messages: Any = None, *, n: int = 1, **options: Any) -> Any:
        from tracec.models.model import model_of
        from tracec.models.patience import Patience

        if self._model is None:
            self._model = model_of(self.name, Path.cwd(), {})
            self._model.ready()
        most = options.get("max_tokens") or options.get("max_completion_tokens")
        temperature, seconds = options.get("temperature"), options.get("timeout") or SECONDS
        replies = []
        for _ in range(n or 1):
            ask = lambda: self._model.ask(messages, temperature, self._model.most(most), seconds)  # noqa: E731
            replies.append(answered(ask, Patience(tries=self.tries), self.name))
        usage = SimpleNamespace(
            prompt_tokens=sum(reply.read for reply in replies), completion_tokens=sum(r.written for r in replies)
        )
        return response([reply.text for reply in replies], replies[-1].model, usage)


def answered(ask: Callable[[], Any], patience: Any, name: str) -> Any:
    """The reply, after as many tries as there is patience for; TracecError where none comes."""
    from tracec.models.reply import Failure, Kind

    for attempt in range(1, patience.tries + 1):
        outcome = ask()
        if not isinstance(outcome, Failure):
            return outcome
        if outcome.kind == Kind.CUT and outcome.reply is not None:
            return outcome.reply
        pause = patience.pause(outcome, attempt, name)
        if pause is None:
            break
        time.sleep(pause)
    raise TracecError(f"{name} gave no answer: {outcome.line}", "see docs/models.md for what services need")


class LiteLLM(AbstractModel):
    """A model by litellm's name; from TRACE_LITELLM_MODEL or DEFAULT_LITELLM_MODEL where none is given."""

    def __init__(
        self,
        model: str | None = None,
        reset_freq: float | None = None,
        cache: bool = True,
        max_retries: int = 10,
        base_delay: float = 1.0,
    ) -> None:
        self.model_name = model or os.environ.get(MODEL) or os.environ.get(USUAL_MODEL) or USUAL
        self.cache = cache
        self.max_retries = max_retries
        super().__init__(self._asked, reset_freq)

    def _asked(self) -> Asked:
        return Asked(self.model_name, self.max_retries)


class CustomLLM(AbstractModel):
    """A server that speaks as OpenAI's does, at TRACE_CUSTOMLLM_URL; `openai` has to be installed."""

    def __init__(
        self,
        model: str | None = None,
        reset_freq: float | None = None,
        cache: bool = True,
        base_url: str | None = None,
        api_key: str | None = None,
    ) -> None:
        self.model_name = model or os.environ.get(CUSTOM_MODEL) or USUAL
        self.cache, self.base_url, self.api_key = cache, base_url, api_key
        super().__init__(self._client, reset_freq)

    def _client(self) -> Any:
        return self.create

    def create(self, **options: Any) -> Any:
        """One call of its chat completions."""
        url = self.base_url or os.environ.get(CUSTOM_URL)
        if not url:
            raise TracecError("CustomLLM knows no server", f"set {CUSTOM_URL} to its address")
        if importlib.util.find_spec("openai") is None:
            raise TracecError("CustomLLM asks through the package openai", "pip install openai")
        key = self.api_key or os.environ.get(CUSTOM_KEY) or "none"
        client = importlib.import_module("openai").OpenAI(base_url=url, api_key=key)
        wanted = {name: value for name, value in {"model": self.model_name, **options}.items() if value is not None}
        return client.chat.completions.create(**wanted)


class AutoGenLLM(CustomLLM):
    """The first model of a list as autogen reads it, from OAI_CONFIG_LIST where none is given."""

    def __init__(
        self,
        config_list: Sequence[Mapping[str, Any]] | None = None,
        filter_dict: Mapping[str, Sequence[Any]] | None = None,
        reset_freq: float | None = None,
    ) -> None:
        chosen = [
            one
            for one in (config_list if config_list is not None else configured())
            if all(one.get(key) in values for key, values in (filter_dict or {}).items())
        ]
        if not chosen:
            raise TracecError("no model is configured", f"set {CONFIG}, or use LLM(backend='LiteLLM')")
        first = chosen[0]
        url = first.get("base_url") or "https://api.openai.com/v1"
        super().__init__(first.get("model"), reset_freq, base_url=url, api_key=first.get("api_key"))


def configured() -> list[dict[str, Any]]:
    """The models of OAI_CONFIG_LIST: of the variable, of the file that it names, or of a file of that name."""
    said = os.environ.get(CONFIG, CONFIG)
    text = said if said.lstrip().startswith("[") else Path(said).read_text() if Path(said).is_file() else "[]"
    found = json.loads(text)
    return found if isinstance(found, list) else [found]


class DummyLLM(AbstractModel):
    """A function of your own in a model's place: it takes the arguments of a call and returns the text."""

    def __init__(self, callable: Callable[..., str], reset_freq: float | None = None) -> None:
        self.callable = callable
        super().__init__(self._function, reset_freq)

    def _function(self) -> Any:
        return self._answer

    def _answer(self, *args: Any, **kwargs: Any) -> Any:
        said = self.callable(*args, **kwargs)
        return response([said] * (kwargs.get("n") or 1))


BACKENDS: dict[str, type[AbstractModel]] = {
    "LiteLLM": LiteLLM, "AutoGen": AutoGenLLM, "CustomLLM": CustomLLM,
}  # fmt: skip


class LLMFactory:
    """Models by the names of profiles, which programs may register."""

    _profiles: ClassVar[dict[str, dict[str, Any]]] = {
        "default": {"backend": "LiteLLM", "params": {"model": "gpt-4o-mini"}},
        "premium": {"backend": "LiteLLM", "params": {"model": "gpt-4o"}},
        "cheap": {"backend": "LiteLLM", "params": {"model": "gpt-4o-mini"}},
        "fast": {"backend": "LiteLLM", "params": {"model": "gpt-4o-mini"}},
        "reasoning": {"backend": "LiteLLM", "params": {"model": "o3-mini"}},
    }

    @classmethod
    def get_llm(cls, profile: str = "default") -> Any:
        """The model of a profile; ValueError where there is none."""
        if profile not in cls._profiles:
            raise ValueError(f"no profile {profile!r}: there are {', '.join(cls._profiles)}")
        found = cls._profiles[profile]
        return BACKENDS[found["backend"]](**found["params"])

    @classmethod
    def register_profile(cls, name: str, backend: str, **params: Any) -> None:
        """Name a model."""
        cls._profiles[name] = {"backend": backend, "params": params}

    @classmethod
    def list_profiles(cls) -> list[str]:
        """The names."""
        return [*cls._profiles]

    @classmethod
    def get_profile_info(cls, profile: str | None = None) -> Any:
        """What is registered under a name, or all of it."""
        return cls._profiles.get(profile) if profile else cls._profiles


class LLM:
    """`LLM()`: the model of a profile, of a back end, or of TRACE_DEFAULT_LLM_BACKEND."""

    def __new__(cls, *args: Any, profile: str | None = None, backend: str | None = None, **kwargs: Any) -> Any:
        if profile:
            return LLMFactory.get_llm(profile)
        name = backend or os.environ.get(BACKEND, "LiteLLM")
        if name not in BACKENDS:
            raise ValueError(f"no back end {name!r}: there are {', '.join(BACKENDS)}")
        return BACKENDS[name](*args, **kwargs)
