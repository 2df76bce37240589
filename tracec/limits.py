"""Bounds that settings begin with, for those who need no other setting."""

from typing import Final

GRAIN: Final = "values"
GRAINS = ("calls", "values")
TRACE_MB = 4096  # MiB of what one run writes: half a minute of values at full speed; chosen
MODEL_WIDTH = 4  # calls of models at once; chosen
PROMPT_CHARACTERS = 6_000  # of all messages of one question; chosen, docs/models.md
MODEL_SECONDS = 120.0  # wall time of one call of a model; chosen
TRACES_MB = 16384  # MiB of all traces that are kept; chosen
