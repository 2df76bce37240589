"""Which page a path asks for: patterns with fields, the most special one first, and paths made of names."""

import re

FIELDS = {"int": (r"\d+", int), "str": (r"[^/]+", str)}  # what a field matches, and what is made of it


def compiled(pattern):
    """Make an expression of `/users/<int:number>`, and say what is made of each field."""
    makers, text = {}, ""
    for part in re.split(r"(<\w+:\w+>)", pattern):
        if part.startswith("<"):
            kind, name = part[1:-1].split(":")
            text += f"(?P<{name}>{FIELDS[kind][0]})"
            makers[name] = FIELDS[kind][1]
        else:
            text += part
    return re.compile(text), makers


class Router:
    """Patterns by the names of their pages."""

    def __init__(self):
        self.routes = []

    def add(self, pattern, page, /, **fixed):
        """Add a pattern; `fixed` are fields that it does not have."""
        self.routes.append((pattern, page, fixed))

    def ranked(self):
        """Put the patterns in the order in which they are tried."""
        return self.routes

    def match(self, path):
        """Find the page of a path and its fields; None where there is none."""
        for pattern, name, _ in self.ranked():
            expression, makers = compiled(pattern)
            found = expression.match(path)
            if found:
                return name, {key: makers[key](text) for key, text in found.groupdict().items()}
        return None

    def path(self, page, /, **fields):
        """Make the path of a page."""
        for pattern, other, _ in self.routes:
            if other == page:
                return re.sub(r"<\w+:(\w+)>", lambda match: fields[match[1]], pattern)
        return None
