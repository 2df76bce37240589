"""Where to look next for the least value of a function that nobody knows."""

import random


def propose(history, bounds, seed):  # tracec: trainable the least value in as few points as possible
    """The next point [x, y]; `history` has ([x, y], value) of all before, `bounds` (low, high) of each variable."""
    draw = random.Random(seed)
    if not history:
        return [low for low, _ in bounds]
    point, _ = history[-1]
    return [min(max(x + draw.uniform(-0.5, 0.5), low), high) for x, (low, high) in zip(point, bounds)]
