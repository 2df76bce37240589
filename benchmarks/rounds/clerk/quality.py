"""A model made of plain rules, which does what its prompt says and no more; and what is said of the answers."""

import re

from clerk import SHELF, answer

TURNS = 6  # how often the model may be asked about one question


def score(case):
    """The share of what is asked of an answer that it has, and what a customer would complain of first."""
    asked = []

    def model(prompt):
        asked.append(prompt)
        return reply(prompt, case) if len(asked) <= TURNS else "I give up."

    faults = [*wrong(answer(question(case), model), case, asked)]
    return 1 - len(faults) / 6, faults[0] if faults else ""


def question(case):
    """What the customer asks."""
    pieces = f"{case['count']} pieces of {case['article']}" if case["count"] > 1 else f"a {case['article']}"
    asks = {"price": "What is the price of", "stock": "Do you have", "both": "Do you have, and what is the price of"}
    return f"{asks[case['asks']]} {pieces}?"


def reply(prompt, case):
    """What the model writes: calls where it knows of tools and how they are called, else a guess."""
    says = prompt.lower()
    needed = ["stock", "price"] if case["asks"] == "both" else [case["asks"]]
    known = dict(re.findall(r"(stock|price)[^;=\n]*=\s*([\d.]+)", prompt))
    missing = [tool for tool in needed if tool not in known]
    if not missing:
        return told(says, known, case)
    tools = [tool for tool in missing if f"{tool}(" in says]
    if not tools:
        return "It should be about 20.00, and we surely have some."
    if "call" not in says:
        return f"I would have to look up the {tools[0]} of {case['article']} first."
    given = f"{case['article']}, {case['count']}" if tools[0] == "price" and case["count"] > 1 else case["article"]
    return f"{'' if 'nothing else' in says else 'Let me see. '}CALL {tools[0]}({given})"


def told(says, known, case):
    """The answer, in the form that the prompt asks for."""
    words = []
    if "stock" in known:
        none = "It is sold out." if "sold out" in says else "0 pieces are there."
        words.append(none if known["stock"] == "0" else f"{known['stock']} pieces are there.")
    if "price" in known:
        words.append(f"That is {known['price']}{' EUR' if 'eur' in says else ''}.")
    polite = "" if "brief" in says or "short" in says else "Thank you so much for your most welcome question. "
    return polite + " ".join(words)


def wrong(text, case, asked):
    """All that is wrong with an answer, the worst first."""
    cents, pieces = SHELF[case["article"]]
    if "CALL" in text:
        yield f"the customer got {text!r}, which is for the program and not for him"
    if "surely" in text or "look up" in text or "give up" in text:
        yield f"the customer got {text!r}; nobody looked it up with price(ARTICLE, COUNT) or stock(ARTICLE)"
    if case["asks"] != "stock" and f"{cents * case['count'] / 100:.2f}" not in text:
        yield f"the price of {case['count']} is {cents * case['count'] / 100:.2f}, and that is not said"
    if case["asks"] != "stock" and "EUR" not in text:
        yield "of a price it is not said that it is in EUR"
    if case["asks"] != "price" and pieces == 0 and "sold out" not in text:
        yield "sold out is what we say of what is not there"
    if case["asks"] != "price" and pieces and f"{pieces} pieces" not in text:
        yield f"that {pieces} pieces are there is not said"
    if len(text) > 60:
        yield "people want it brief"
