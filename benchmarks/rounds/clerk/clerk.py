"""A clerk of a shop: a model writes, and where it calls a tool the program looks it up and asks again."""

import re

from tracec import param

SHELF = {"lamp": (1999, 4), "chair": (8900, 0), "desk": (24900, 2), "oak table": (61000, 1)}  # cents, pieces

SYSTEM = param(
    "You are the clerk of a shop. The question is: {question}\nWhat is known: {known}",
    goal="the words that the model is given",
)


def price(article, count="1"):
    """The price of some pieces."""
    return f"{int(count) * SHELF[article][0] / 100:.2f}"


def stock(article):
    """How many pieces there are."""
    return str(SHELF[article][1])


# tracec: trainable
def call_of(reply):
    """Find the call of a tool in a reply: its name and what it is given. None where there is none."""
    found = re.match(r"CALL (\w+)\((\w+)\)", reply)
    return (found[1], [found[2]]) if found else None


# tracec: trainable
def answer(question, model):
    """Answer a question; `model` makes a reply of a text."""
    known = []
    reply = model(SYSTEM.format(question=question, known="; ".join(known)))
    call = call_of(reply)
    if call:
        tool, given = call
        known.append(f"{tool} = {TOOLS[tool](*given)}")
        reply = model(SYSTEM.format(question=question, known="; ".join(known)))
    return reply


TOOLS = {"price": price, "stock": stock}
