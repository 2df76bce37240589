"""Situation + View -> the prompt of OptoPrime: the minimal subgraph of a failure, whole, one answer for all targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracec.passes.graph.fold import view as subgraph
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.sees.cases_part import cases_part
from tracec.passes.propose.llm.sees.code_part import code_part
from tracec.passes.propose.llm.sees.history_part import feedback_part, refusals_part, siblings_part, tried_part
from tracec.passes.propose.llm.sees.parts import Form, Item, Part
from tracec.passes.propose.llm.sees.prompt import assembled, prompt, shown_targets
from tracec.passes.propose.llm.sees.situation import Level, Prompt, Situation, View
from tracec.passes.propose.llm.sees.slices_part import failing_runs, start_of

SHARE = 0.3  # of the room; chosen
RUNS = 2  # failing runs whose graph is shown; chosen
FORMS = (2_400, 1_200, 600)  # characters of a graph, in the fullest and in shorter forms; chosen
TITLE = """\
## The graph: all that lies between what may change and the failure
`%7 = kind text (%3, %5) if %2 # value place`: node 7 was computed from nodes 3 and 5, as test 2 came out so."""
ORDER = ("code", "cases", "graph", "feedback", "tried", "siblings", "refusals")  # in which parts are shown


def graph_prompt(situation: Situation, view: View = View()) -> Prompt:  # noqa: B008
    """As `prompt`, with the graph of values in place of slices; the same where no values may be shown, or none are."""
    targets = shown_targets(situation, view)
    graph = graph_part(situation, targets)
    if view.level not in (Level.SLICE, Level.QUERY) or not graph.items or situation.exchanges:
        return prompt(situation, view)
    parts = {
        "refusals": refusals_part(situation),
        "cases": cases_part(situation, Level.SLICE),
        "code": code_part(situation, targets),
        "graph": graph,
        "feedback": feedback_part(targets, situation.credits),
        "tried": tried_part(situation),
        "siblings": siblings_part(situation),
    }
    # nothing can be asked about a graph
    return assembled(situation, replace(view, level=Level.SLICE), targets, [*parts.values()], ORDER)


def graph_part(situation: Situation, targets: Sequence[Target]) -> Part:
    """The graphs of the failing runs, those that are told first."""
    items = []
    for run in failing_runs(situation)[:RUNS]:
        start = start_of(run.trace)
        texts = [f"### {run.case}\n{subgraph(run.trace, start, targets, characters=most)}" for most in FORMS]
        items.append(Item(tuple(Form(text) for text in dict.fromkeys(texts))))
    return Part("graph", TITLE, tuple(items), SHARE)
