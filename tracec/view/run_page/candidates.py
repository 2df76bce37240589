"""The candidates: over time, as a tree of programs, and as a list to filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from tracec.view.run_page.chart import chart
from tracec.view.run_page.diffs import changed_part
from tracec.view.run_page.markup import NOTHING, Html, cut, folded, h, joined, plural

if TYPE_CHECKING:
    from tracec.run.story import Kept, Story, Tried

LISTED = 1_000  # candidates in the list; chosen
NEAR = 8  # candidates of a program that were not kept and are shown below it; chosen
PROGRAMS = 80  # of the tree that are shown with their edits; chosen
WHY = 240  # characters of what a candidate is; chosen
WORDS = {
    "solved": "reaches the goal", "better": "comes nearer", "refused": "held-out tests refuse it",
    "memorises": "only memorises a test", "breaks": "breaks another test",
}  # fmt: skip
HEADS = ("no.", "after", "engine", "kind", "bits", "pass", "fail", "ended", "what")


def candidates(story: Story) -> Html:
    """The section."""
    if not story.tried:
        return h("p", "No candidate was tried.", class_="dim")
    engines = Counter(one.engine or "search" for one in story.tried)
    told = ", ".join(f"{count:,} by {name}" for name, count in engines.most_common())
    words = f"{plural(len(story.tried), 'candidate')} in {story.seconds:.1f} s ({told}); {len(story.kept):,} were kept."
    return joined([h("p", words), chart(story), h("h3", "The tree of programs"), tree(story), listing(story)])


def tree(story: Story) -> Html:
    """The user's program, below it what was made of it and kept, and so on."""
    root = story.before.get("program", story.tried[0].base)
    grown = Grown(story)
    return h("ul", h("li", grown.node(root, None)), class_="tree")


class Grown:
    """A tree as it grows: each program is shown once, so many at most."""

    def __init__(self, story: Story) -> None:
        self.children: dict[str, list[Kept]] = {}
        for one in story.kept:
            self.children.setdefault(one.base, []).append(one)
        self.tried: dict[str, list[Tried]] = {}
        for tried in story.tried:
            self.tried.setdefault(tried.base, []).append(tried)
        self.by_id = {(one.base, one.candidate): one for one in story.tried}
        self.seen: set[str] = set()
        self.shown = 0

    def node(self, program: str, kept: Kept | None) -> Html:
        """A program, and what came of it."""
        self.seen.add(program)
        below = [self.child(one) for one in self.children.get(program, ())]
        rest = self.rest(program)
        parts = h("ul", *below, rest) if below or rest else NOTHING
        return joined([self.head(kept), parts])

    def child(self, kept: Kept) -> Html:
        """A program that was kept; those beyond the first few are only counted."""
        self.shown += 1
        if self.shown > PROGRAMS:
            return NOTHING
        inside = self.head(kept) if not kept.program or kept.program in self.seen else self.node(kept.program, kept)
        return h("li", inside, class_=kept.verdict)

    def head(self, kept: Kept | None) -> Html:
        """What a program is."""
        if kept is None:
            return h("b", "your program")
        tried = self.by_id.get((kept.base, kept.candidate))
        what = cut(tried.why, WHY) if tried else kept.candidate
        numbers = f"no. {tried.number + 1:,}, " if tried else ""
        score = "" if kept.worth is None else f", score {kept.worth:.4g}"
        repaired = f", repairs {kept.passes}" if kept.passes else ""
        dim = h("span", f" {numbers}after {kept.seconds:.1f} s{repaired}{score}", class_="dim")
        title = joined([h("span", WORDS[kept.verdict], class_=f"badge {kept.verdict}"), " ", h("code", what), dim])
        return folded(title, *edits(kept))

    def rest(self, program: str) -> Html:
        """The candidates of a program that were not kept: counted, and those that came nearest."""
        kept = {one.candidate for one in self.children.get(program, ())}
        rest = [one for one in self.tried.get(program, ()) if one.candidate not in kept]
        if not rest:
            return NOTHING
        kinds = ", ".join(
            f"{count:,} {name or 'other'}" for name, count in Counter(o.operator for o in rest).most_common(5)
        )
        near = sorted(rest, key=lambda one: (-one.passed, one.failed, one.number))[:NEAR]
        rows = [h("li", h("code", cut(one.why, WHY)), h("span", f" {score_of(one)}", class_="dim")) for one in near]
        return h("li", folded(f"not gone on from: {len(rest):,} more ({kinds})", h("ul", *rows)), class_="rest")


def edits(kept: Kept) -> Iterator[Html]:
    """The definitions that a candidate replaces, as diffs."""
    for edit in kept.edits:
        name = f"{edit['path']} · {edit['name']}" if edit["name"] else f"added to {edit['path']}"
        yield changed_part(edit["path"], name, edit["before"], edit["after"], edit["line"] or 1)


def score_of(one: Tried) -> str:
    """How a candidate did."""
    return f"{one.passed} pass, {one.failed} fail, {one.ended}"


def listing(story: Story) -> Html:
    """The list, with a box to filter it by."""
    kept = {(one.base, one.candidate): one.verdict for one in story.kept}
    shown = chosen(story.tried, kept)
    left = len(story.tried) - len(shown)
    words = (
        f"All {len(shown):,}."
        if not left
        else (
            f"{len(shown):,} of {len(story.tried):,}: those kept, those that passed most, an even spread of the others."
        )
    )
    box = h("input", type="search", id="filter", placeholder="filter: kind, file, code", aria_label="filter the list")
    head = h("tr", *(h("th", name) for name in HEADS))
    rows = [row(one, kept.get((one.base, one.candidate))) for one in shown]
    table = h("table", h("thead", head), h("tbody", *rows), id="list", class_="cells list")
    return folded(joined([h("b", "The list"), h("span", f" {words}", class_="dim")]), box, table, class_="card")


def chosen(tried: Sequence[Tried], kept: Mapping[tuple[str, str], str]) -> list[Tried]:
    """At most so many candidates, in their order."""
    if len(tried) <= LISTED:
        return list(tried)
    first = [one for one in tried if (one.base, one.candidate) in kept][: LISTED // 2]
    best = sorted(tried, key=lambda one: (-one.passed, one.failed))[: LISTED // 4]
    found = {one.number: one for one in (*first, *best)}
    others, room = [one for one in tried if one.number not in found], LISTED - len(found)
    spread = [others[place * len(others) // room] for place in range(room)]
    return sorted([*found.values(), *spread], key=lambda one: one.number)


def row(one: Tried, verdict: str | None) -> Html:
    """One line of the list."""
    after = "" if one.seconds < 0 else f"{one.seconds:.1f} s"
    ended = WORDS[verdict] if verdict else one.ended
    cells: Iterable[object] = (
        f"{one.number + 1:,}", after, one.engine, one.operator, f"{one.bits:.1f}", one.passed, one.failed, ended,
        h("code", cut(one.why, WHY)),
    )  # fmt: skip
    return h("tr", *(h("td", cell, data_name=name) for name, cell in zip(HEADS, cells)), class_=verdict)
