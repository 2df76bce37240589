"""How soon a policy finds the least value of a function: 1 less its mean best-so-far regret, as a share."""

import math

from policy import propose

BOUNDS = [(-2.0, 2.0), (-2.0, 2.0)]
POINTS = 32  # values that a policy may see


def value(point, case):
    """A curved valley, whose end is shifted."""
    x, y = (x - shift for x, shift in zip(point, case["shift"]))
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def score(case):
    """The regret of a random point in the mean is 1; what is worse than that counts as 1."""
    side = [-2 + 4 * at / 20 for at in range(21)]
    scale = sum(value((x, y), case) for x in side for y in side) / 21**2
    history, best, regrets = [], math.inf, []
    for number in range(POINTS):
        point = [float(x) for x in propose(list(history), list(BOUNDS), case["seed"] + number)]
        if len(point) != 2 or not all(low <= x <= high for x, (low, high) in zip(point, BOUNDS)):
            raise ValueError(f"the point {point} is not within the bounds")
        history.append((point, value(point, case)))
        best = min(best, history[-1][1])
        regrets.append(min(1.0, best / scale))
    mean = sum(regrets) / POINTS
    return 1 - mean, f"mean regret {mean:.4f}, last {regrets[-1]:.4f}; best points after 1, 8, 32: " + ", ".join(
        f"{min(v for _, v in history[:count]):.4g}" for count in (1, 8, POINTS)
    )
