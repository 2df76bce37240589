"""What ended a module's own code, of which no exception is recorded: the variables that the last line read."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tracec.passes.explain.head import raised_as
from tracec.passes.explain.road import VALUE, Failure, Step
from tracec.passes.explain.tell import OPERAND_WIDTH, cut, is_fresh, unknown
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.trace import Trace, show

NO_VALUES = frozenset(["def", "class", "import"])


def names_read(trace: Trace, failure: Failure) -> dict[str, int]:
    """Map the variables that the module's failing line reads to the nodes of their last values; none of other code."""
    if not failure.places:
        return {}
    path, line = failure.places[-1]
    frames = {frame.id for frame in trace.frames if frame.path == path and frame.function == "<module>"}
    names = names_in(text_at(trace, path, line))
    columns = trace.columns
    found: dict[str, int] = {}
    for node, site in enumerate(columns.site):
        if columns.frame[node] in frames and columns.table[site].kind not in NO_VALUES:
            found.update((name, node) for name in columns.table[site].binds if name in names)
    return found


def names_in(text: str) -> frozenset[str]:
    """The names in a line, as far as it can be read alone."""
    for whole in (text, f"{text.rstrip(':')}: pass"):
        try:
            return frozenset(part.id for part in ast.walk(ast.parse(whole)) if isinstance(part, ast.Name))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return frozenset()


def text_at(trace: Trace, path: str, line: int) -> str:
    """A line of the source, without its indent."""
    lines = trace.source_lines(path)
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""


def module_head(trace: Trace, failure: Failure, names: Mapping[str, int]) -> Step:
    """The first line of such a road."""
    path, line = failure.places[-1]
    text = text_at(trace, path, line)
    last = trace.nodes[len(trace) - 1]
    values = [(name, trace.nodes[node]) for name, node in names.items()]
    told = tuple(
        (name, show(node.value, OPERAND_WIDTH))
        for name, node in values
        if not unknown(node.value) and is_fresh(trace, node, last)
    )
    return Step(len(trace), VALUE, Span(path, line, 0, line, len(text)), raised_as(cut(text), failure), "", told)
