"""Where to look next for the least value of a function that nobody knows."""


def propose(history, bounds, seed):  # tracec: trainable the least value in as few points as possible
    """The next point [x, y]; `history` has ([x, y], value) of all before, `bounds` (low, high) of each variable."""
    centre = [(low + high) / 2 for low, high in bounds]
    if len(history) <= len(bounds):
        return [x + (at == len(history) - 1) for at, x in enumerate(centre)]
    # A parabola with the curvature 1 in each variable, through the first points.
    values = [value for _, value in history]
    found = [x + (1 - (values[at + 1] - values[0])) / 2 for at, x in enumerate(centre)]
    return [min(max(x, low), high) for x, (low, high) in zip(found, bounds)]
