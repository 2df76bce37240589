"""Shared costs of a trip."""


def settle(paid):
    """Who gives whom how many cents so that all have paid the same: [(from, to, cents), ...]."""
    share = sum(paid.values()) // len(paid)
    first = next(iter(paid))
    return [(name, first, share - cents) for name, cents in paid.items() if cents < share]
