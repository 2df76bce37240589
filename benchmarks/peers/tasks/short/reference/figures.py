"""Figures of a report."""


def short(amount):
    """An amount as it is printed in a narrow column."""
    size, mark = abs(amount), ""
    for step in ("k", "M", "G"):
        if round(size, 1 if mark else 0) < 1000:
            break
        size, mark = size / 1000, step
    text = f"{size:.1f}".removesuffix(".0") if mark else f"{size:.0f}"
    text = "-" if text == "0" else text + mark
    return f"({text})" if amount < 0 and text != "-" else text
