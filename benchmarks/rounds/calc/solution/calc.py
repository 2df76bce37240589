"""A calculator: a text becomes tokens, these a tree, and that a number."""

import math
import re

OPERATORS = {"+": 1, "-": 1, "*": 2, "/": 2, "": 3, "^": 5}  # how strongly each binds; a sign before a number: 4
FUNCTIONS = {"sqrt": math.sqrt, "abs": abs, "max": max, "min": min}


def tokens(text):
    """Split a text into numbers, names and signs, each with its place."""
    found = re.finditer(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[^\W\d]\w*|\S", text)
    return [(match[0], match.start()) for match in found]


def next_of(items):
    """The next token, which stays; "" at the end."""
    return items[0][0] if items else ""


def taken(items, *wanted):
    """Take the next token off; ValueError where it is none of those wanted."""
    if not items:
        raise ValueError("something is missing at the end")
    item, place = items.pop(0)
    if wanted and item not in wanted:
        raise ValueError(f"{item} is not understood at {place}")
    return item


def begins(item):
    """Tell whether a name or a group begins with a token, which then is multiplied."""
    return item == "(" or item[:1].isalpha() or item[:1] == "_"


def tree(items, least=1):
    """Take the tokens of an expression off a list: a number, a name, or (sign, left, right)."""
    if next_of(items) == "-":
        taken(items)
        left = "negative", tree(items, 4)
    else:
        left = atom(items)
    while items:
        item = next_of(items)
        sign = "" if begins(item) else item
        if OPERATORS.get(sign, 0) < least:
            break
        if sign:
            taken(items)
        left = sign, left, tree(items, OPERATORS[sign] + (sign != "^"))
    return left


def atom(items):
    """Take a number, a name, a call or a group off a list, with what stands behind it."""
    place = items[0][1] if items else 0
    item = taken(items)
    if item == "(":
        found = tree(items)
        taken(items, ")")
    elif item in FUNCTIONS:
        found = called(item, items)
    elif item[0].isdigit() or (item[0] == "." and len(item) > 1):
        found = float(item) if re.search(r"[.eE]", item) else int(item)
    elif begins(item):
        found = item
    else:
        raise ValueError(f"{item} is not understood at {place}")
    while next_of(items) in ("!", "%"):
        found = taken(items), found
    return found


def called(name, items):
    """Take the arguments of a call off a list."""
    taken(items, "(")
    given = [tree(items)]
    while taken(items, ",", ")") == ",":
        given.append(tree(items))
    return "call", name, given


def worth(node, names):
    """Find the value of a tree."""
    if isinstance(node, str):
        if node not in names:
            raise ValueError(f"{node} is not known")
        return names[node]
    if not isinstance(node, tuple):
        return node
    sign, *parts = node
    if sign == "call":
        return FUNCTIONS[parts[0]](*(worth(part, names) for part in parts[1]))
    if sign in "+-" and parts[1:] and isinstance(parts[1], tuple) and parts[1][0] == "%":
        left = worth(parts[0], names)
        share = left * worth(parts[1], names)
        return left + share if sign == "+" else left - share
    return WORTH[sign](*(worth(part, names) for part in parts))


WORTH = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    "!": math.factorial,
    "%": lambda a: a / 100,
    "negative": lambda a: -a,
}


def calc(text, **names):
    """Work a text out."""
    found = None
    for part in text.split(";"):
        name, is_set, rest = part.partition("=")
        items = tokens(rest if is_set else part)
        found = worth(tree(items), names)
        if items:
            raise ValueError(f"{items[0][0]} is not understood at {items[0][1]}")
        if is_set:
            names = {**names, name.strip(): found}
    return found
