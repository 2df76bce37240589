"""Why-tree -> text for people and for models, and the object of `--format json`."""

from __future__ import annotations

from collections.abc import Iterator

from tracec.passes.graph.why import BECAUSE, CHANGED, WALKED, Why
from tracec.passes.nouns.trace import Node, Trace, show

VALUE = 60  # characters of a value; chosen
TEXT = 50  # characters of a source text; chosen
NAME = 40  # characters of what stands before a value; chosen
HOPS = 4  # places that a value passed, which are told; chosen


def as_text(trace: Trace, tree: Why) -> Iterator[str]:
    """A line a value, what it came from below it."""
    node = trace.nodes[tree.node]
    function = trace.frames[node.frame].function
    yield f"{head(trace, tree)}  in {function}" if function != "<module>" else head(trace, tree)
    yield from below(trace, tree, "")


def below(trace: Trace, tree: Why, indent: str) -> Iterator[str]:
    """The lines of what a value came from."""
    for part in tree.parts:
        last = part is tree.parts[-1] and not tree.hidden
        yield f"{indent}{'└─' if last else '├─'} {head(trace, part, tree)}"
        yield from below(trace, part, indent + ("   " if last else "│  "))
    if tree.hidden and tree.parts:
        yield f"{indent}└─ … {tree.hidden} more"


def head(trace: Trace, tree: Why, parent: Why | None = None) -> str:
    """One value: what it is, the value, where it was passed on, its place and its number."""
    node = trace.nodes[tree.node]
    words = [spoken(trace, tree, node)]
    if parent is None or not is_told(trace, node, parent):
        words.append(placed(trace, node, line=tree.role != BECAUSE and node.site.kind != "param"))
    words += passed(trace, tree)
    number = f"%{tree.node}"
    if tree.above >= 0:
        number += f", as above at %{tree.above}" if tree.above != tree.node else ", see above"
    elif tree.hidden and not tree.parts:
        number += ", …"
    return "  ".join([*words, number])


def spoken(trace: Trace, tree: Why, node: Node) -> str:
    """`total = 3`, `because total > 2 is True`, `changed by xs.append(3)`."""
    count = f"more than {tree.turns:,}" if tree.turns == WALKED else f"{tree.turns:,}"
    before = f"… {count} more, first " if tree.turns else ""
    value = show(node.value, VALUE, changed=trace.may_have_changed(node.id))
    if tree.role == BECAUSE:
        is_raised = node.site.kind in ("exception", "caught", "except")
        return f"{before}because {named(node)} {'raised' if is_raised else 'is'} {value}"
    if tree.role == CHANGED:
        return f"{before}changed by {named(node)}" + (f" = {value}" if node.value is not None else "")
    return f"{before}{named(node)} = {value}"


def named(node: Node) -> str:
    """What a person calls a value: the variable, the attribute, else its source text."""
    site = node.site
    text = ", ".join(site.binds) or " ".join(site.text.split())
    if site.returns or site.kind == "return":
        text = f"return {text.removeprefix('return').lstrip()}"
    if site.kind == "store":
        text = text.partition(" = ")[0]
    return text if len(text) <= NAME else text[: NAME - 1] + "…"


def is_told(trace: Trace, node: Node, parent: Why) -> bool:
    """Tell whether a value belongs to the source line that was told with the one above it."""
    above = trace.nodes[parent.way[-1] if parent.way else parent.node]
    there, here = above.site.span, node.site.span
    return above.frame == node.frame and (there.path, there.line) == (here.path, here.line)


def passed(trace: Trace, tree: Why) -> Iterator[str]:
    """The places that a value passed, the nearest first: the first, the last, and where its name changed."""
    nodes = [trace.nodes[number] for number in (tree.node, *tree.way)]
    places = [f"{node.site.span.path}:{node.site.span.line}" for node in nodes]
    kept = [n for n in range(1, len(nodes)) if n + 1 == len(nodes) or named(nodes[n]) != named(nodes[n - 1])]
    kept = [n for n in kept if places[n] != places[n - 1] or n + 1 == len(nodes)]
    for n in kept[: HOPS - 1]:
        yield f"← {named(nodes[n])} {places[n]}"
    if len(kept) > HOPS:
        yield f"← … {len(kept) - HOPS} more"
    for n in kept[HOPS - 1 :][-1:]:
        yield f"← {named(nodes[n])} {places[n]}"


def placed(trace: Trace, node: Node, *, line: bool = True) -> str:
    """`shop.py:24: total += item.cost`."""
    place = f"{node.site.span.path}:{node.site.span.line}"
    return f"{place}: {line_at(trace, node)}" if line else place


def line_at(trace: Trace, node: Node) -> str:
    """The source line at which a node begins."""
    span = node.site.span
    lines = trace.source_lines(span.path)
    text = lines[span.line - 1].strip() if span.line <= len(lines) else " ".join(node.site.text.split())
    return text if len(text) <= TEXT else text[: TEXT - 1] + "…"


def as_dict(trace: Trace, tree: Why) -> dict[str, object]:
    """The same for scripts; values are texts."""
    node = trace.nodes[tree.node]
    return {
        "node": tree.node, "role": tree.role, "name": named(node), "kind": node.site.kind,
        "value": show(node.value, changed=trace.may_have_changed(node.id)),
        "path": node.site.span.path, "line": node.site.span.line, "text": node.site.text,
        "source": line_at(trace, node),
        "function": trace.frames[node.frame].function, "way": list(tree.way), "turns": tree.turns,
        "above": tree.above, "hidden": tree.hidden, "parts": [as_dict(trace, part) for part in tree.parts],
    }  # fmt: skip
