"""Trainer: what all training loops have."""

from __future__ import annotations

import os
from typing import Any

from tracec.opto.trace.modules import Module
from tracec.opto.trainer.loggers import DefaultLogger


class AbstractAlgorithm:
    """Holds what is trained."""

    def __init__(self, agent: Any, *args: Any, **kwargs: Any) -> None:
        self.agent = agent

    def train(self, *args: Any, **kwargs: Any) -> Any:
        """Train it."""
        raise NotImplementedError(f"{type(self).__name__} needs a method `train`")


class Trainer(AbstractAlgorithm):
    """Trains a module. Write `train`."""

    n_iters = 0

    def __init__(self, agent: Any, num_threads: int | None = None, logger: Any = None, *args: Any, **kw: Any) -> None:
        if not isinstance(agent, Module):
            raise TypeError(f"what is trained is a Module (`@model`), not {type(agent).__name__}")
        super().__init__(agent, *args, **kw)
        self.num_threads = num_threads
        self.logger = logger if logger is not None else DefaultLogger()

    def _use_asyncio(self, threads: int | None = None) -> bool:
        """Whether several runs go on at once."""
        return (threads or self.num_threads or 1) > 1

    def save_agent(self, save_path: str, iteration: int | None = None) -> str:
        """Write the module into a file, with the number of the iteration in its name; returns the path."""
        if iteration is not None:
            base, ending = os.path.splitext(save_path)
            save_path = f"{base}_iter{iteration}{'_final' * (iteration == self.n_iters)}{ending}"
        self.agent.save(save_path)
        return save_path

    def save(self, save_path: str) -> None:
        """Write the state of the training into a folder."""
        raise NotImplementedError(f"{type(self).__name__} cannot be saved")

    @classmethod
    def load(cls, load_path: str) -> Any:
        """Read that."""
        raise NotImplementedError(f"{cls.__name__} cannot be loaded")

    def resume(self, *, model: Any, train_dataset: Any, **kwargs: Any) -> Any:
        """Go on with the training of a module."""
        raise NotImplementedError(f"{type(self).__name__} cannot be resumed")
