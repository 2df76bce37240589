"""`train`: a module, data and names -> training."""

from __future__ import annotations

import importlib
from typing import Any

from tracec.opto.optimizers.optimizer import Optimizer
from tracec.opto.trace import Module, ParameterNode, model
from tracec.opto.trainer.algorithms.algorithm import Trainer
from tracec.opto.trainer.guide import Guide
from tracec.opto.trainer.loggers import BaseLogger

PLACES = {
    "optimizer": "tracec.opto.optimizers", "guide": "tracec.opto.trainer.guide",
    "logger": "tracec.opto.trainer.loggers", "algorithm": "tracec.opto.trainer.algorithms",
}  # fmt: skip


@model
class SingleNodeModel:
    """A parameter as a module, whose answer is its value."""

    def __init__(self, param: Any) -> None:
        self.param = param

    def forward(self, x: Any) -> Any:
        """The parameter."""
        return self.param


def dataset_check(dataset: Any) -> None:
    """ValueError for what is no dataset."""
    if not isinstance(dataset, dict) or not {"inputs", "infos"} <= dataset.keys():
        raise ValueError('a dataset is a dictionary with lists "inputs" and "infos"')
    if len(dataset["inputs"]) != len(dataset["infos"]):
        raise ValueError("there have to be as many infos as inputs")


def train(
    *,
    model: Any,
    train_dataset: dict[str, Any],
    algorithm: Any = "MinibatchAlgorithm",
    optimizer: Any = None,
    guide: Any = "LLMJudge",
    logger: Any = "ConsoleLogger",
    optimizer_kwargs: Any = None,
    guide_kwargs: dict[str, Any] | None = None,
    logger_kwargs: dict[str, Any] | None = None,
    **trainer_kwargs: Any,
) -> Any:
    """Train a module, or one parameter, on a dataset. What is given by name is looked up; all else goes to the trainer.

    A list of `optimizer_kwargs` makes an optimizer of each.
    """
    dataset_check(train_dataset)
    if optimizer is None:
        optimizer = "OPROv2" if isinstance(model, ParameterNode) else "OptoPrimeV2"
    agent = agent_of(model)
    given = optimizer_kwargs if isinstance(optimizer_kwargs, list) else [optimizer_kwargs or {}]
    made = [found("optimizer", optimizer, Optimizer, agent.parameters(), **one) for one in given]
    kind = algorithm if isinstance(algorithm, type) else named("algorithm", algorithm)
    log = found("logger", logger, BaseLogger, **(logger_kwargs or {}))
    trainer: Trainer = kind(agent, made if len(made) > 1 else made[0], logger=log)
    judge = found("guide", guide, Guide, **(guide_kwargs or {}))
    return trainer.train(guide=judge, train_dataset=train_dataset, **trainer_kwargs)


def agent_of(model: Any) -> Any:
    """What is trained as a module; ValueError for what has no parameters."""
    agent = SingleNodeModel(model) if isinstance(model, ParameterNode) else model
    if not isinstance(agent, Module) or not agent.parameters():
        raise ValueError("what is trained is a Module with parameters, or a trainable node")
    return agent


def named(what: str, name: str) -> Any:
    """A class by its name; ValueError where there is none."""
    module = importlib.import_module(PLACES[what])
    kind = getattr(module, name, None)
    if kind is None:
        raise ValueError(f"there is no {what} {name!r} in {PLACES[what]}")
    return kind


def found(what: str, given: Any, kind: type, *args: Any, **kwargs: Any) -> Any:
    """An object as it is, or made of its class or its class's name."""
    if isinstance(given, kind):
        return given
    return (given if isinstance(given, type) else named(what, given))(*args, **kwargs)
