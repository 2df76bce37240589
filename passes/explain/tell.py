"""Stops on the way back -> Steps: what a person calls each value, what it was, and what it was made of."""

from __future__ import annotations

from collections.abc import Iterator

from tracec.passes.explain.contents import changes_within
from tracec.passes.explain.road import CHANGE, TEST, UNDONE, Step
from tracec.passes.explain.walk import Stop
from tracec.passes.graph.why import CHANGED, OPERATORS, Tree
from tracec.passes.nouns.trace import Node, Picture, Trace, show

VALUE_WIDTH = 60  # characters of a value; chosen
OPERAND_WIDTH = 36  # characters of an operand's value; chosen
TEXT_WIDTH = 64  # characters of a source text; chosen
OPERANDS_WIDTH = 90  # characters of all operands of a step; chosen
MOST_OPERANDS = 4  # that are told; chosen
UNKNOWN = "?"
OWN = ("", "self", "cls")


def step_of(trace: Trace, tree: Tree, stop: Stop) -> Step:
    """Tell one stop."""
    node = trace.nodes[stop.node]
    told = trace.nodes[stop.store] if stop.store >= 0 else node
    text = text_of(told, stop.role)
    if told.site.kind == "store" and "=" not in text:  # the target of an assignment to several
        text = cut(f"{text} = {text_of(node, stop.role)}" if told.id != node.id else line_of(trace, told) or text)
    value = valued(trace, node, stop)
    made = maker_of(trace, node)
    if node.site.kind in ("exception", "caught"):
        line = text if value else cut(line_of(trace, node) or text)  # of an unpacking the text is its first name
        text, value = text if made is not node else f"{line} raised {value or 'an exception'}", ""
    return Step(
        node.id,
        stop.role,
        told.site.span,
        text,
        "" if text.endswith((f"= {value}", f"={value}", f"return {value}")) else value,
        tuple(operands(trace, tree, made)),
        trace.frames[node.frame].function,
    )


def maker_of(trace: Trace, node: Node) -> Node:
    """Of `raise Wrong(n)` the call that made the exception, which has the values; else the node itself."""
    inner = [trace.nodes[source] for source in node.inputs]
    calls = [made for made in inner if made.site.kind == "call" and made.frame == node.frame]
    return calls[0] if node.site.kind == "exception" and node.site.text.lstrip().startswith("raise") and calls else node


def line_of(trace: Trace, node: Node) -> str:
    """The source line of a node, without its indent."""
    lines, line = trace.source_lines(node.site.span.path), node.site.span.line
    return " ".join(lines[line - 1].split()) if line <= len(lines) else ""


def valued(trace: Trace, node: Node, stop: Stop) -> str:
    """The value at a stop; that of the node which read it where its own is not known; "" where it says nothing."""
    if stop.role == CHANGE:
        return ""
    known = node.value
    if unknown(known) and node.site.kind == "store" and stop.reader >= 0:
        known = trace.nodes[stop.reader].value
    return "" if unknown(known) else show(known, VALUE_WIDTH)


def unknown(value: object) -> bool:
    """Tell whether a value is one that the trace does not know."""
    return isinstance(value, Picture) and value.text.startswith(UNKNOWN)


def text_of(node: Node, role: str) -> str:
    """What stands in the source there: the whole change or store, of a value its name and what it was made by."""
    site = node.site
    text = " ".join(site.text.split())
    if role in (TEST, UNDONE) or role == CHANGE or site.kind in ("store", "exception"):
        return cut(text)
    if site.kind == "return":
        return cut(text if text.startswith("return") else f"return {text}")
    if site.returns:
        return cut(f"return {text}")
    if site.kind == "aug":
        return cut(text)
    if site.kind in ("loop", "with", "except", "param") or not site.binds or ", ".join(site.binds) == text:
        return cut(", ".join(site.binds) or text)
    return cut(f"{', '.join(site.binds)} = {text}")


def cut(text: str) -> str:
    """A text of bounded length."""
    return text if len(text) <= TEXT_WIDTH else text[: TEXT_WIDTH - 1] + "…"


def operands(trace: Trace, tree: Tree, node: Node) -> Iterator[tuple[str, str]]:
    """The names and values that a node was made of: constants that are written there say nothing new."""
    told: dict[str, str] = {}
    for number, word in direct(tree, node.id):
        source = trace.nodes[number]
        name = " ".join(read_as(node, source).split())
        if is_told(node, source, word, name) and is_fresh(trace, source, node):
            told.setdefault(name, show(source.value, OPERAND_WIDTH))
    own = " ".join(node.site.text.split())
    told = {name: value for name, value in told.items() if name != own and not says_itself(name, value)}
    room = OPERANDS_WIDTH
    for name, value in [*told.items()][:MOST_OPERANDS]:
        room -= len(name) + len(value)
        if room < 0:
            return
        yield name, value


def is_told(node: Node, source: Node, word: str, name: str) -> bool:
    """Tell whether an operand says something: not `self`, nor a definition, nor what is not known."""
    if word == CHANGED or name in OWN or source.site.kind in ("def", "class", "import", "comp"):
        return False
    return not unknown(source.value) and (word != "of" or node.site.kind == "store")  # else the class's own attribute


def is_fresh(trace: Trace, source: Node, node: Node) -> bool:
    """Tell whether an operand's value was still the same when it was read: an object may have been changed since."""
    if not isinstance(source.value, Picture) or source.value.lasting:
        return True
    if trace.may_have_changed(source.id) and trace.changed_since(source.id) < node.id:
        return False
    return not changes_within(trace, source.id, node.id)


def direct(tree: Tree, number: int) -> Iterator[tuple[int, str]]:
    """Yield the operands of a node: operators of its own expression are looked through, what it unpacks as well."""
    made = tree.trace.nodes[number]
    for source, word in zip(made.inputs, made.labels):
        if word in ("return", "()", "stored", "on", "decorator", "base", "from"):
            continue
        inner = tree.site(source).kind in OPERATORS and tree.is_within(source, number)
        if not inner:
            yield source, word
        if inner or (made.site.kind in ("bind", "loop") and is_unpacked(tree, source, made)):
            yield from direct(tree, source)


def is_unpacked(tree: Tree, source: int, made: Node) -> bool:
    """Tell whether a value was computed in the line that unpacks it, or loops over it."""
    site = tree.site(source)
    return tree.trace.columns.frame[source] == made.frame and site.span.line == made.site.span.line and not site.binds


def read_as(node: Node, source: Node) -> str:
    """What an operand is called where it is read: the name of a variable that is among what the node reads."""
    names = {ref for ref in node.site.operands if isinstance(ref, str)}
    bound = next((name for name in source.site.binds if name in names), "")
    return bound or (source.site.binds[0] if source.site.binds else source.site.text)


def says_itself(name: str, value: str) -> bool:
    """Tell whether a text is its own value, as a literal's is."""
    return name.replace('"', "'") == value.replace('"', "'")
