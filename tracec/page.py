"""A trace as one HTML page that needs nothing else: the text form, with search, and a click for the slice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from string import Template

from tracec.passes.trace import Node, Trace, line_of

PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<style>
body { font: 13px/1.5 monospace; margin: 0; }
header { position: sticky; top: 0; background: #f4f4f0; padding: 8px 12px; border-bottom: 1px solid #ccc; }
input { font: inherit; width: 24em; }
li { list-style: none; white-space: pre; padding: 0 12px; cursor: pointer; }
li:hover { background: #eef4ff; }
li.out { color: #bbb; }
li.start { background: #ffe9a8; }
li.hidden { display: none; }
ol { margin: 8px 0; padding: 0; overflow-x: auto; }
</style></head><body>
<header><b>$title</b> &nbsp; <input id="search" placeholder="search code, values, places" autofocus>
<span id="note">click a line for what it depends on, again for all</span></header>
<ol id="nodes"></ol>
<script>
const nodes = $nodes;
const list = document.getElementById("nodes"), note = document.getElementById("note");
const at = new Map(nodes.map((node, place) => [node.id, place]));
let start = -1;
const rows = nodes.map((node, place) => {
  const row = document.createElement("li");
  row.textContent = node.text;
  row.onclick = () => { start = start === place ? -1 : place; draw(); };
  return list.appendChild(row);
});
function slice(place) {
  const kept = new Set([place]), todo = [place];
  while (todo.length) for (const id of nodes[todo.pop()].inputs) {
    const earlier = at.get(id);
    if (earlier !== undefined && !kept.has(earlier)) { kept.add(earlier); todo.push(earlier); }
  }
  return kept;
}
function draw() {
  const words = document.getElementById("search").value.toLowerCase();
  const kept = start < 0 ? null : slice(start);
  rows.forEach((row, place) => {
    row.classList.toggle("hidden", words !== "" && !nodes[place].text.toLowerCase().includes(words));
    row.classList.toggle("out", kept !== null && !kept.has(place));
    row.classList.toggle("start", place === start);
  });
  note.textContent = kept ? kept.size + " of " + nodes.length + " nodes" : nodes.length + " nodes";
}
document.getElementById("search").oninput = draw;
draw();
</script></body></html>""")


def as_html(trace: Trace, nodes: Iterable[Node]) -> Iterable[str]:
    """The page's text. Guest values are data in it, never markup or script."""
    rows = [
        {"id": n.id, "text": line_of(n), "inputs": [*n.inputs, *([n.control] if n.control >= 0 else [])]} for n in nodes
    ]
    data = json.dumps(rows).replace("<", "\\u003c")
    title = trace.name.replace("&", "&amp;").replace("<", "&lt;")
    yield PAGE.substitute(title=title, nodes=data)
