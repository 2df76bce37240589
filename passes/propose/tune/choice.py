"""REINFORCE over choices: a categorical policy for each, moved by how much better than usual a draw did.

After Williams, "Simple statistical gradient-following algorithms" (1992): the gradient of log p, times the score above
a baseline. The scores' own scale is divided out, so that one rate does for all metrics.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

# All chosen.
RATE = 0.6  # of a step, in units of log odds
FORGET = 0.1  # share by which baseline and scale follow a new score
START = 0.5  # log odds of the option that is there at first
MOST_GAIN = 3.0  # scales by which a score counts as above or below the baseline


class Policy:
    """One categorical distribution for each choice; `sizes` are the numbers of their options."""

    def __init__(self, sizes: Sequence[int], start: Sequence[int], seed: int) -> None:
        self._weights = [[0.0] * size for size in sizes]
        for weights, option in zip(self._weights, start):
            weights[option] = START
        self._draw = random.Random(seed)
        self._mean: float | None = None
        self._scale = 0.0

    def probabilities(self, number: int) -> list[float]:
        """Return the probabilities of the options of one choice."""
        weights = self._weights[number]
        top = max(weights)
        raised = [math.exp(weight - top) for weight in weights]
        return [value / sum(raised) for value in raised]

    def draw(self) -> tuple[int, ...]:
        """Draw an option for each choice."""
        return tuple(
            self._draw.choices(range(len(weights)), self.probabilities(number))[0]
            for number, weights in enumerate(self._weights)
        )

    def learn(self, options: Sequence[int], score: float) -> None:
        """Move towards a draw that scored above the baseline, away from one below."""
        if self._mean is None:
            self._mean = score
            return
        gain = score - self._mean
        self._scale = (1 - FORGET) * self._scale + FORGET * abs(gain) if self._scale else abs(gain)
        self._mean += FORGET * gain
        if not self._scale:
            return
        step = RATE * max(-MOST_GAIN, min(MOST_GAIN, gain / self._scale))
        for number, option in enumerate(options):
            for other, chance in enumerate(self.probabilities(number)):
                self._weights[number][other] += step * ((other == option) - chance)
