"""Figures of a report."""


def short(amount):
    """An amount as it is printed in a narrow column."""
    return f"{amount:.1f}"
