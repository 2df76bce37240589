"""How soon a policy finds the least value of a function: 1 less its mean best-so-far regret, as a share."""

import math

from policy import propose

BOUNDS = [(-5.0, 5.0), (-5.0, 5.0)]
POINTS = 32  # values that a policy may see


def value(point, case):
    """The squared distance from a point that is shifted."""
    return sum((x - shift) ** 2 for x, shift in zip(point, case["shift"]))


def score(case):
    """The regret of a random point in the mean is 1; what is worse than that counts as 1."""
    middle = sum((low + high) ** 2 / 4 + (high - low) ** 2 / 12 for low, high in BOUNDS)
    scale = middle + sum(shift**2 for shift in case["shift"])
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
