"""A calculator: a text becomes tokens, these a tree, and that a number."""

import math
import re

OPERATORS = {"+": 1, "-": 1, "*": 2, "/": 2}  # how strongly each binds
FUNCTIONS = {"sqrt": math.sqrt, "abs": abs}


def tokens(text):
    """Split a text into numbers, names and signs."""
    return re.findall(r"\d+|\w+|[+*/()-]", text)


def tree(items, least=1):
    """Take the tokens of an expression off a list: a number, a name, or (sign, left, right)."""
    left = atom(items)
    while items and items[0] in OPERATORS and OPERATORS[items[0]] > least:
        sign = items.pop(0)
        left = sign, left, tree(items, OPERATORS[sign])
    return left


def atom(items):
    """Take a number, a name, a call or a group off a list."""
    item = items.pop(0)
    if item == "(":
        inner = tree(items)
        items.pop(0)
        return inner
    if items and items[0] == "(":
        items.pop(0)
        inner = tree(items)
        items.pop(0)
        return "call", item, inner
    return int(item) if item.isdigit() else item


def worth(node, names):
    """Find the value of a tree."""
    if not isinstance(node, tuple):
        return names[node] if isinstance(node, str) else node
    if node[0] == "call":
        return FUNCTIONS[node[1]](worth(node[2], names))
    left, right = worth(node[1], names), worth(node[2], names)
    return {"+": left + right, "-": left - right, "*": left * right, "/": left / right}[node[0]]


def calc(text, **names):
    """Work a text out."""
    return worth(tree(tokens(text)), names)
