"""Trace + targets -> Steps: the places of a run at which feedback is said, changes its form, or reaches a target."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tracec.passes.graph.query import calls, calls_in
from tracec.passes.nouns.target import Target
from tracec.passes.nouns.trace import CALLEE, Picture, Trace
from tracec.passes.syntax.parsing import expression_of

Kind = Literal["output", "number", "model", "code", "value"]
# What a program's own model is called, the services' clients and what people name their wrappers; chosen.
MODEL = re.compile(
    r"(^|\.|ask_|call_|query_|run_|prompt_|_)(llm|lm|gpt)$|(^|\.|ask_|call_|query_|run_|prompt_)(language_)?model$"
    r"|(^|[._])a?(chat_)?completion$|(completions|messages|responses)\.a?create$|(^|\.)generate_(content|text)(_async)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One of them. `node` has its value; what it came from is looked for from `starts` on; `given` are its arguments.

    `target` is what may change there: the function that was called, or the value. A step of kind `output` is where
    feedback was said, one of kind `number` where plain code made what arithmetic goes on with.
    """

    node: int
    kind: Kind
    starts: tuple[int, ...]
    target: Target | None = None
    given: tuple[int, ...] = ()


class Steps:
    """All steps of a trace by their nodes. Those of values are made when they are asked for: there may be many."""

    def __init__(self, trace: Trace, targets: Sequence[Target]) -> None:
        table, self._site = trace.columns.table, trace.columns.site
        self._calls = calls_of(trace, targets)
        values = [target for target in targets if target.kind != "code"]
        numbers = {number: table[number].span for number in set(self._site)} if values else {}
        self._values = {number: t for t in reversed(values) for number, span in numbers.items() if t.span.holds(span)}

    def __contains__(self, node: object) -> bool:
        return isinstance(node, int) and (self._site[node] in self._values or node in self._calls)

    def __getitem__(self, node: int) -> Step:
        target = self._values.get(self._site[node])
        return Step(node, "value", (), target) if target else self._calls[node]

    def add(self, step: Step) -> None:
        """One more, where there is none yet."""
        if step.node not in self:
            self._calls[step.node] = step


def calls_of(trace: Trace, targets: Sequence[Target]) -> dict[int, Step]:
    """All calls of targets and of the program's own model."""
    found: dict[int, Step] = {}
    for target in targets:
        if target.kind == "code":
            for use in calls(trace, target):
                node = use.call if use.call >= 0 else use.result
                if node >= 0:
                    found.setdefault(node, Step(node, "code", sources(trace, node), target, use.arguments))
    for step in model_calls(trace, targets):
        found.setdefault(step.node, step)
    return found


def model_calls(trace: Trace, targets: Sequence[Target]) -> Iterator[Step]:
    """The calls of a model, known by name: what is within its function is none of the program's business."""
    code = [t.span for t in targets if t.kind == "code"]
    inside = [
        bool(MODEL.search(f.function)) and not any(s.path == f.path and s.line <= f.line <= s.end_line for s in code)
        for f in trace.frames
    ]
    given: dict[int, tuple[int, ...]] = {}
    for use in calls_in(trace, inside):
        if use.call >= 0:
            given[use.call] = given.get(use.call, ()) + use.arguments
    for node, arguments in given.items():
        yield Step(node, "model", arguments or sources(trace, node), None, arguments)
    for call, node in unseen_calls(trace):
        yield Step(node, "model", sources(trace, call), None, sources(trace, call))


def unseen_calls(trace: Trace) -> Iterator[tuple[int, int]]:
    """Calls by a model's name without a frame in the trace, that were given texts or objects: (call, its result)."""
    columns, nodes = trace.columns, trace.nodes
    table = columns.table
    named = {n for n in set(columns.site) if table[n].kind == "call" and MODEL.search(callee(table[n].text))}
    awaits = {n: m for m, site in enumerate(columns.site) if table[site].kind == "await" for n in sources(trace, m)[:1]}
    for call in [node for node, site in enumerate(columns.site) if site in named]:
        node = awaits.get(call, call)
        value, first = nodes[node].value, [nodes[source].value for source in sources(trace, call)[:1]]
        slept = isinstance(value, Picture) and value.type == "coroutine"
        seen = "return" in (*nodes[call].labels, *nodes[node].labels)
        if not (slept or seen) and all(isinstance(v, str | Picture) for v in (value, *first)):
            yield call, node


def sources(trace: Trace, node: int) -> tuple[int, ...]:
    """The inputs of a node, less what it calls."""
    made = trace.nodes[node]
    return tuple(source for source, label in zip(made.inputs, made.labels) if label != CALLEE)


@lru_cache(maxsize=10_000)
def callee(text: str) -> str:
    """What a call's text calls: `client.messages.create`; "" where that is no name."""
    whole = expression_of(f"({text})")
    return ast.unparse(whole.func) if isinstance(whole, ast.Call) else ""
