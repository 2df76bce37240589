"""Patterns with braces, as shells have them."""


def expand(pattern):
    """All texts that a pattern stands for."""
    if "{" not in pattern:
        return [pattern]
    before, rest = pattern.split("{", 1)
    inside, after = rest.split("}", 1)
    return [before + choice + after for choice in inside.split(",")]
