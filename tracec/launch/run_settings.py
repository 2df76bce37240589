"""What a recorded run needs of the configuration."""

from __future__ import annotations

from typing import NamedTuple

from tracec.limits import GRAIN, TRACE_MB, TRACES_MB


class RunSettings(NamedTuple):
    """The settings of the same names, and their defaults."""

    grain: str = GRAIN
    scope: tuple[str, ...] = ()
    trace_mb: int = TRACE_MB
    traces_mb: int = TRACES_MB
