"""Two texts, or a unified diff -> the changed lines as HTML, in the colours of their language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from tracec.view.run_page.highlight import highlighted
from tracec.view.run_page.markup import Html, h, joined, text

AROUND = 3  # lines before and after a change; as `git diff` has it
MOST = 600  # lines of one diff; chosen
MOST_PART = 60  # lines of the diff of one definition among many; chosen
LONGEST_PART = 4_000  # characters of such a definition; chosen
SIGNS = {"-": "del", "+": "add", " ": None, "@": "gap"}


def changed(path: str, before: str, after: str, *, first: int = 1) -> Html:
    """What differs between two texts of a file, of which the first line has the number `first`."""
    rows = list(rows_of(path, before, after, first))
    return h("div", h("div", path, class_="path"), table(rows, MOST), class_="diff")


def changed_part(path: str, name: str, before: str, after: str, first: int) -> Html:
    """The same of one definition, of which there are many on a page."""
    if max(len(before), len(after)) > LONGEST_PART:
        before, after = "", "… it is too long to be shown here"
    rows = list(rows_of(path, before, after, first))
    return h("div", h("div", name, class_="path"), table(rows, MOST_PART), class_="diff")


Row = tuple[str, int, int, Html]  # sign, number before, number after (0: none), the line


def rows_of(path: str, before: str, after: str, first: int) -> Iterator[Row]:
    """The lines of a diff, hunk by hunk."""
    old, new = before.split("\n"), after.split("\n")
    shown = highlighted(before, path), highlighted(after, path)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(AROUND)):
        if number:
            yield "@", 0, 0, text("…")
        for kind, a, b, c, d in group:
            if kind == "equal":
                yield from ((" ", first + i, first + i - a + c, shown[0][i]) for i in range(a, b))
                continue
            yield from (("-", first + i, 0, shown[0][i]) for i in range(a, b))
            yield from (("+", 0, first + i, shown[1][i]) for i in range(c, d))


def unified(diff: str) -> Html:
    """A unified diff as it is, where the files are not known."""
    rows: list[Row] = []
    for line in diff.split("\n"):
        sign = line[:1] if line[:1] in ("+", "-") and line[:3] not in ("+++", "---") else " "
        rows.append((sign, 0, 0, text(line)))
    return h("div", table(rows, MOST), class_="diff")


def table(rows: Sequence[Row], most: int) -> Html:
    """The lines below each other, so many at most."""
    told = [line(*row) for row in rows[:most]]
    if len(rows) > most:
        told.append(line("@", 0, 0, text(f"… {len(rows) - most:,} more lines")))
    return h("div", joined(told), class_="rows")


def line(sign: str, before: int, after: int, code: Html) -> Html:
    """One line; the sign is read aloud as well."""
    numbers = h("span", before or "", class_="n") + h("span", after or "", class_="n")
    mark = "" if sign == "@" else sign
    return h("div", Html(numbers), h("span", mark, class_="sign"), h("code", code or " "), class_=SIGNS[sign])
