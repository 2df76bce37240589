"""Trace -> one HTML page that needs nothing else: a graph to zoom, search, fold and slice.

`assets/graph.html` is the page; cytoscape draws in it and dagre lays out (see assets/LICENSES.txt).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from string import Template

from tracec.passes.graph.query import with_callers
from tracec.passes.nouns.trace import Node, Trace, show

VALUE = 300  # characters of a value; chosen


def as_html(trace: Trace, nodes: Iterable[Node]) -> Iterable[str]:
    """The page's text. Guest values are data in it, never markup or script."""
    listed = list(nodes)
    frames = with_callers(trace, {node.frame for node in listed})
    rows = [row(trace, node) for node in listed]
    places = {(node.site.span.path, node.site.span.line) for node in listed}
    data = {
        "nodes": rows,
        "frames": [
            {"id": f.id, "name": f.function, "parent": f.parent, "path": f.path, "line": f.line}
            for f in (trace.frames[number] for number in sorted(frames))
        ],
        "lines": {f"{path}:{line}": text for path, line, text in lines(trace, places)},
    }
    assets = files("tracec.view") / "assets"
    parts = {name: (assets / f"{name}.min.js").read_text(encoding="utf-8") for name in ("cytoscape", "dagre")}
    scripts = {name: text.replace("</script", "<\\/script") for name, text in parts.items()}
    title = trace.name.replace("&", "&amp;").replace("<", "&lt;")
    page = Template((assets / "graph.html").read_text(encoding="utf-8"))
    yield page.substitute(title=title, data=json.dumps(data).replace("<", "\\u003c"), **scripts)


def row(trace: Trace, node: Node) -> dict[str, object]:
    """One node as the page reads it."""
    return {
        "id": node.id,
        "site": node.site.id,
        "kind": node.site.kind,
        "text": " ".join(node.site.text.split())[:VALUE],
        "value": show(node.value, VALUE, changed=trace.may_have_changed(node.id)),
        "changed": trace.changed_since(node.id),
        "frame": node.frame,
        "path": node.site.span.path,
        "line": node.site.span.line,
        "inputs": list(zip(node.inputs, node.labels)),
        "control": node.control,
    }


def lines(trace: Trace, places: Iterable[tuple[str, int]]) -> Iterable[tuple[str, int, str]]:
    """The source lines of some places."""
    texts = {module.path: module.lines for module in trace.modules}
    for path, line in sorted(places):
        known = texts.get(path, ())
        if 0 < line <= len(known):
            yield path, line, known[line - 1].rstrip("\r\n")
