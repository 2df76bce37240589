"""Loggers: names, values and steps -> the terminal, TensorBoard or Weights & Biases."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from tracec.passes.nouns.errors import TracecError

COLOURS = {"green": "\033[92m", "red": "\033[91m", "blue": "\033[94m"}


class BaseLogger:
    """Write `log`."""

    def __init__(self, log_dir: str = "./logs", **kwargs: Any) -> None:
        self.log_dir = log_dir

    def log(self, name: str, data: Any, step: int, **kwargs: Any) -> None:
        """Take in a value."""
        raise NotImplementedError(f"{type(self).__name__} needs a method `log`")


class ConsoleLogger(BaseLogger):
    """Prints a line for each value."""

    def log(self, name: str, data: Any, step: int, **kwargs: Any) -> None:
        """Print it."""
        colour = COLOURS.get(kwargs.get("color", ""), "")
        print(f"[Step {step}] {colour}{name}: {data}" + "\033[0m" * bool(colour))


DefaultLogger = ConsoleLogger


class TensorboardLogger(ConsoleLogger):
    """Writes what TensorBoard reads; tensorboardX or torch has to be installed."""

    def __init__(self, log_dir: str = "./logs", verbose: bool = True, **kwargs: Any) -> None:
        super().__init__(log_dir, **kwargs)
        self.verbose = verbose
        found = next((n for n in ("tensorboardX", "torch") if importlib.util.find_spec(n)), None)
        if found is None:
            raise TracecError("TensorboardLogger needs tensorboardX", "pip install tensorboardX")
        module = importlib.import_module("tensorboardX" if found == "tensorboardX" else "torch.utils.tensorboard")
        self.writer = module.SummaryWriter(log_dir)

    def log(self, name: str, data: Any, step: int, **kwargs: Any) -> None:
        """Write it."""
        if self.verbose:
            super().log(name, data, step, **kwargs)
        (self.writer.add_text if isinstance(data, str) else self.writer.add_scalar)(name, data, step)


class WandbLogger(ConsoleLogger):
    """Sends values to Weights & Biases; wandb has to be installed."""

    def __init__(
        self, log_dir: str = "./logs", verbose: bool = True, project: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(log_dir)
        self.verbose = verbose
        if importlib.util.find_spec("wandb") is None:
            raise TracecError("WandbLogger needs wandb", "pip install wandb")
        self.wandb = importlib.import_module("wandb")
        if not self.wandb.run:
            self.wandb.init(project=project, dir=log_dir, **kwargs)

    def log(self, name: str, data: Any, step: int, **kwargs: Any) -> None:
        """Send it."""
        if self.verbose:
            super().log(name, data, step, **kwargs)
        self.wandb.log({f"{name}_text" if isinstance(data, str) else name: data}, step=step)
