"""The base of projections."""

from __future__ import annotations

from typing import Any


class Projection:
    """Turns a proposed value into one that may be taken: write `project`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is kept."""

    def __call__(self, x: Any) -> Any:
        return self.project(x)

    def project(self, x: Any) -> Any:
        """The value to take in place of `x`."""
        raise NotImplementedError("a projection needs a method `project`")
