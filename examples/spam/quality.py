"""The metric: the share of messages that are told right."""

import random

from spam import is_spam


def score(case):
    """One message."""
    right = is_spam(case["links"], case["capitals"], case["known"]) == case["spam"]
    return float(right), "right" if right else "wrong"


def messages(seed, count):
    """Messages as they come: spam has three links or more, or shouts; who is known sends none."""
    draw = random.Random(seed)
    for _ in range(count):
        links, capitals, known = draw.randrange(9), round(draw.random(), 2), draw.random() < 0.3
        spam = not known and (links >= 3 or capitals > 0.55)
        yield {"links": links, "capitals": capitals, "known": known, "spam": spam}


TRAIN = list(messages(1, 80))
HELD = list(messages(2, 80))
