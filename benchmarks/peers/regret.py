"""How soon a policy finds the least value of a function that it does not know. Metrics of tasks judge by this."""

import math

POINTS = 32  # values that a policy may see


def judged(propose, value, bounds, seed, scale):
    """(1 less the mean of the best values so far, as shares of `scale`; words on it). A share is 1 at most.

    `value` says what a point is worth, `scale` what counts as 1. Raises ValueError for a point beyond the bounds.
    """
    history, best, regrets = [], math.inf, []
    for number in range(POINTS):
        point = [float(x) for x in propose(list(history), list(bounds), seed + number)]
        if len(point) != 2 or not all(low <= x <= high for x, (low, high) in zip(point, bounds)):
            raise ValueError(f"the point {point} is not within the bounds")
        history.append((point, value(point)))
        best = min(best, history[-1][1])
        regrets.append(min(1.0, best / scale))
    mean = sum(regrets) / POINTS
    return 1 - mean, f"mean regret {mean:.4f}, last {regrets[-1]:.4f}; best points after 1, 8, 32: " + ", ".join(
        f"{min(v for _, v in history[:count]):.4g}" for count in (1, 8, POINTS)
    )
