"""How well dates are found."""

from dates import date_in


def score(case):
    """1.0 for the right date in the right form."""
    said = date_in(case["message"])
    good = said == case["date"]
    return float(good), f"The message {case['message']!r} gave {said!r}" + (
        ", which is right" if good else f", and should give {case['date']!r}"
    )
