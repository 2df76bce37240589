"""Shared costs of a trip."""


def settle(paid):
    """Who gives whom how many cents so that all have paid the same: [(from, to, cents), ...]."""
    if not paid:
        return []
    share, odd = divmod(sum(paid.values()), len(paid))
    names = sorted(paid)
    left = {name: paid[name] - share - (at < odd) for at, name in enumerate(names)}
    found = []
    while any(left.values()):
        giver = min(names, key=lambda name: left[name])
        taker = max(names, key=lambda name: left[name])
        cents = min(-left[giver], left[taker])
        found.append((giver, taker, cents))
        left[giver] += cents
        left[taker] -= cents
    return found
