"""How soon a policy finds the least value of a function: 1 less its mean best-so-far regret, as a share."""

from policy import propose
from regret import judged

BOUNDS = [(-5.0, 5.0), (-5.0, 5.0)]


def score(case):
    """The squared distance from a point; the regret of a random point in the mean is 1."""
    shift = case["shift"]
    middle = sum((low + high) ** 2 / 4 + (high - low) ** 2 / 12 for low, high in BOUNDS)
    scale = middle + sum(part**2 for part in shift)
    return judged(
        propose, lambda point: sum((x - part) ** 2 for x, part in zip(point, shift)), BOUNDS, case["seed"], scale
    )
