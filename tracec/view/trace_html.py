"""Trace -> one HTML page that needs nothing else: its source with the values in it, why a value is what it is, a graph.

`assets/show.*` are the page; cytoscape draws in it and dagre lays out (see assets/LICENSES.txt). What is said of each
place, and each value that is the same, is in it once: 100,000 nodes make some megabytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from string import Template
from typing import Any

from tracec.passes.graph.differences import Comparison, Difference
from tracec.passes.graph.query import last_failure, with_callers
from tracec.passes.nouns.trace import Frame, Node, Site, Trace, show

VALUE = 300  # characters of a value; chosen
LONGEST = (
    6_000  # lines of a file that is shown whole; of a longer one, those from the first to the last that ran; chosen
)
MOST_APART = 2_000  # differences of two runs; chosen


def as_html(trace: Trace, nodes: Iterable[Node]) -> Iterable[str]:
    """The page's text. Guest values are data in it, never markup or script."""
    yield filled(trace.name, run_of(trace, list(nodes)))


def as_html_of_two(one: Trace, other: Trace) -> str:
    """The page of two runs side by side."""
    seen = Paired(one, other)
    apart = list(seen.found())
    data = run_of(one, list(one.nodes)) | {
        "other": run_of(other, list(other.nodes)),
        "pairs": [*seen.pairs_met.items()],
    }
    first = next((d.one for d in apart if not d.follows and d.one >= 0), data["start"])
    data |= {"start": first, "differences": [told(d) for d in ranked(apart)[:MOST_APART]]}
    return filled(f"{one.name} beside {other.name}", data)


class Paired(Comparison):
    """A comparison that notes which steps are the same."""

    def __init__(self, one: Trace, other: Trace) -> None:
        super().__init__(one, other)
        self.pairs_met: dict[int, int] = {}

    def compared(self, one: int, other: int) -> Difference | None:
        """Compare a pair, and note it."""
        self.pairs_met[one] = other
        return super().compared(one, other)


def ranked(found: Sequence[Difference]) -> list[Difference]:
    """Differences: those that follow from no other ones first."""
    return sorted(found, key=lambda difference: difference.follows)


def told(one: Difference) -> dict[str, Any]:
    """A difference as the page reads it."""
    return {"kind": one.kind, "one": one.one, "other": one.other, "follows": one.follows}


def filled(title: str, data: dict[str, Any]) -> str:
    """The page with its parts in it."""
    assets = files("tracec.view") / "assets"
    names = {"cytoscape": "cytoscape.min.js", "dagre": "dagre.min.js", "script": "show.js", "style": "show.css"}
    parts = {name: (assets / file).read_text(encoding="utf-8") for name, file in names.items()}
    scripts = {name: text.replace("</script", "<\\/script") for name, text in parts.items()}
    heading = title.replace("&", "&amp;").replace("<", "&lt;")
    page = Template((assets / "show.html").read_text(encoding="utf-8"))
    return page.substitute(
        title=heading, data=json.dumps(data, separators=(",", ":")).replace("<", "\\u003c"), **scripts
    )


def run_of(trace: Trace, nodes: Sequence[Node]) -> dict[str, Any]:
    """One run as the page reads it: places, values and files once, nodes as columns."""
    paths = Numbered()
    sites = Numbered()
    for node in nodes:
        paths.of(node.site.span.path)
        sites.of(node.site)
    frames = [trace.frames[number] for number in sorted(with_callers(trace, {node.frame for node in nodes}))]
    rows = columns(trace, nodes, sites)
    failed, inside = last_failure(trace), {node.id for node in nodes}
    return {
        "name": trace.name, **rows, "start": failed if failed in inside else nodes[-1].id if nodes else -1,
        "frames": [frame_of(frame) for frame in frames],
        "sites": [site_of(site, paths) for site in sites.items],
        "files": [file_of(trace, path, [n.site for n in nodes if n.site.span.path == path]) for path in paths.items],
    }  # fmt: skip


class Numbered:
    """Things that are numbered as they come, each once."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def of(self, thing: Any) -> int:
        """The number of a thing."""
        return self.numbers.setdefault(thing, len(self.numbers))

    @property
    def items(self) -> list[Any]:
        """All of them, in their order."""
        return [*self.numbers]


def columns(trace: Trace, nodes: Sequence[Node], sites: Numbered) -> dict[str, Any]:
    """The nodes, a column for each of what is known of them."""
    values, words = Numbered(), Numbered()
    rows: dict[str, list[int]] = {name: [] for name in ("id", "site", "frame", "value", "control", "changed")}
    first, inputs, labels = [0], list[int](), list[int]()
    for node in nodes:
        value = show(node.value, VALUE, changed=trace.may_have_changed(node.id))
        row = node.id, sites.of(node.site), node.frame, values.of(value), node.control, trace.changed_since(node.id)
        for column, cell in zip(rows.values(), row):
            column.append(cell)
        inputs += node.inputs
        labels += map(words.of, node.labels)
        first.append(len(inputs))
    made = rows | {"first": first, "inputs": inputs, "labels": labels}
    return {"nodes": made, "values": values.items, "words": words.items}


def frame_of(frame: Frame) -> dict[str, Any]:
    """A call as the page reads it."""
    return {"id": frame.id, "name": frame.function, "parent": frame.parent, "path": frame.path, "line": frame.line}


def site_of(site: Site, paths: Numbered) -> list[Any]:
    """A place as the page reads it."""
    span, text = site.span, " ".join(site.text.split())[:VALUE]
    place = paths.of(span.path), span.line, span.column, span.end_line, span.end_column
    return [site.kind, text, *place, ", ".join(site.binds)]


def file_of(trace: Trace, path: str, sites: Sequence[Site]) -> dict[str, Any]:
    """The lines of a file, and the number of the first of them."""
    lines = [line.rstrip("\r\n") for line in trace.source_lines(path)]
    first, last = 1, len(lines)
    if last > LONGEST:
        first, last = min(site.span.line for site in sites), max(site.span.end_line for site in sites)
        last = min(last, first + LONGEST)
    return {"path": path, "first": first, "lines": lines[first - 1 : last]}
