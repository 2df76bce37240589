"""Which page a path asks for: patterns with fields, the most special one first, and paths made of names."""

import datetime
import re
from urllib.parse import quote, unquote

FIELDS = {
    "int": (r"\d+", int),
    "date": (r"\d{4}-\d\d-\d\d", datetime.date.fromisoformat),
    "str": (r"[^/]+", str),
    "path": (r".+", str),
}  # what a field matches, and what is made of it; the most special one first
FIELD = re.compile(r"<(?:(\w+):)?(\w+)>")


def compiled(pattern):
    """Make an expression of `/users/<int:number>`, and say what is made of each field."""
    makers, text, end = {}, "", 0
    for found in FIELD.finditer(pattern):
        kind, name = found[1] or "str", found[2]
        text += re.escape(pattern[end : found.start()]) + f"(?P<{name}>{FIELDS[kind][0]})"
        makers[name] = FIELDS[kind][1]
        end = found.end()
    return re.compile(text + re.escape(pattern[end:])), makers


def rank(pattern):
    """Say how special each part of a pattern is; of two that begin alike the longer one is."""
    kinds = list(FIELDS)
    found = (FIELD.search(part) for part in pattern.split("/"))
    return [*(kinds.index(field[1] or "str") + 1 if field else 0 for field in found), len(kinds) + 1]


class Router:
    """Patterns by the names of their pages."""

    def __init__(self):
        self.routes = []

    def add(self, pattern, page, /, **fixed):
        """Add a pattern; `fixed` are fields that it does not have."""
        self.routes.append((pattern, page, fixed))

    def ranked(self):
        """Put the patterns in the order in which they are tried."""
        return sorted(self.routes, key=lambda route: rank(route[0]))

    def match(self, path):
        """Find the page of a path and its fields; None where there is none."""
        for pattern, name, fixed in self.ranked():
            expression, makers = compiled(pattern)
            found = expression.fullmatch(path)
            if found:
                try:
                    return name, {**fixed, **{key: makers[key](unquote(t)) for key, t in found.groupdict().items()}}
                except ValueError:
                    continue
        if path.endswith("/") and path != "/" and self.match(path[:-1]):
            return "moved", {"to": path[:-1]}
        return None

    def path(self, page, /, **fields):
        """Make the path of a page."""
        for pattern, other, _ in self.routes:
            if other == page:
                return self.filled(pattern, page, fields)
        raise ValueError(f"there is no page {page}")

    def filled(self, pattern, name, fields):
        """Put fields into a pattern; those that it does not have become a question."""
        rest = dict(fields)

        def text_of(found):
            kind, key = found[1] or "str", found[2]
            if key not in fields:
                raise ValueError(f"{name} needs {key}")
            text = quote(str(rest.pop(key)), safe="/" if kind == "path" else "")
            if not re.fullmatch(FIELDS[kind][0], text):
                raise ValueError(f"{key} of {name} cannot be {fields[key]!r}")
            return text

        made = FIELD.sub(text_of, pattern)
        asked = "&".join(f"{key}={quote(str(rest[key]), safe='')}" for key in sorted(rest))
        return f"{made}?{asked}" if asked else made
