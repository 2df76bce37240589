"""Where to look next for the least value of a function that nobody knows."""

import random


def propose(history, bounds, seed):  # tracec: trainable the least value in as few points as possible
    """The next point [x, y]; `history` has ([x, y], value) of all before, `bounds` (low, high) of each variable."""
    draw = random.Random(seed)
    spread = 0.3 * 0.9 ** len(history)
    if not history:
        return [(low + high) / 2 for low, high in bounds]
    point, _ = min(history, key=lambda row: row[1])
    return [min(max(x + draw.gauss(0, spread * (high - low)), low), high) for x, (low, high) in zip(point, bounds)]
