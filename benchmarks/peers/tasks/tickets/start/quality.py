"""How well tickets are sorted."""

from tickets import desk


def score(case):
    """1.0 for the right code."""
    said = desk(case["ticket"])
    good = said == case["code"]
    return float(good), f"The ticket {case['ticket']!r} got {said!r}" + (
        ", which is right" if good else f", and should get {case['code']!r}"
    )
