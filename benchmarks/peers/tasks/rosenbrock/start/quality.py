"""How soon a policy finds the least value of a function: 1 less its mean best-so-far regret, as a share."""

from policy import propose
from regret import judged

BOUNDS = [(-2.0, 2.0), (-2.0, 2.0)]


def score(case):
    """A curved valley whose end is shifted; the regret of a random point in the mean is 1."""

    def value(point):
        x, y = (x - shift for x, shift in zip(point, case["shift"]))
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    side = [-2 + 4 * at / 20 for at in range(21)]
    scale = sum(value((x, y)) for x in side for y in side) / 21**2
    return judged(propose, value, BOUNDS, case["seed"], scale)
