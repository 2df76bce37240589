"""Model: whoever can be asked. A name -> the model; what it is asked with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from tracec.models.adapters.command_model import CommandModel
from tracec.models.adapters.litellm_model import LitellmModel
from tracec.models.adapters.python_model import PythonModel
from tracec.models.price import Messages, Price
from tracec.models.reply import Outcome


class Model(Protocol):
    """Answers messages. `name` is what the user wrote. Called from several threads at once."""

    name: str

    def ready(self) -> None:
        """Load what it takes, before the first call and outside its deadline. TracecError where that cannot be."""

    def price(self) -> Price | None:
        """What it takes for tokens; None where that is not known."""

    def most(self, wanted: int | None) -> int:
        """The tokens that an answer may have: as many as are wanted, or as is usual."""

    def ask(self, messages: Messages, temperature: float | None, most: int, seconds: float) -> Outcome:
        """One request, without another try, over after `seconds`. Raises nothing that is not a fault of ours."""

    def close(self) -> None:
        """Leave nothing running."""


def model_of(name: str, root: Path, prices: Mapping[str, Price]) -> Model:
    """`python:MODULE:FUNCTION`, `command:PROGRAM ARGS`, else a name of litellm's. `root` is the project's folder."""
    price = prices.get(name)
    if name.startswith("python:"):
        return PythonModel(name, price, root)
    if name.startswith("command:"):
        return CommandModel(name, price, root)
    return LitellmModel(name, price)
