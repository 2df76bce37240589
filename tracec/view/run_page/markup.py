"""Texts -> HTML. Whatever is no Html is escaped, so that nothing of a run is ever markup or script."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tracec.view.printable import printable

VOID = frozenset(["input", "br", "meta"])  # tags that have no end


class Html(str):
    """A piece of a page: text in it is escaped already."""

    __slots__ = ()


NOTHING = Html("")


def h(name: str, /, *inside: object, **attributes: object) -> Html:
    """`h("p", "1 < 2", id="x")` -> `<p id="x">1 &lt; 2</p>`; an attribute that is None or False is left out."""
    said = "".join(
        attribute(key, value) for key, value in attributes.items() if value is not None and value is not False
    )
    if name in VOID:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{joined(inside)}</{name}>")


def attribute(key: str, value: object) -> str:
    """One attribute; True is one without a value."""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(printable(str(value)))}"'


def joined(parts: Iterable[object]) -> Html:
    """Pieces one after the other."""
    return Html("".join(part if isinstance(part, Html) else text(str(part)) for part in parts))


def text(said: str) -> Html:
    """A text as it is read; what is not printable is written as Python writes it."""
    return Html(escape(printable(said), quote=False))


def cut(said: str, most: int) -> str:
    """A text of so many characters at most."""
    return said if len(said) <= most else said[: most - 1] + "…"


def folded(title: object, *inside: object, open: bool = False, class_: str | None = None) -> Html:
    """What is shown once its title is clicked."""
    return h("details", h("summary", title), *inside, open=open, class_=class_)


def plural(count: int, word: str) -> str:
    """`1 test`, `2,000 tests`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"
