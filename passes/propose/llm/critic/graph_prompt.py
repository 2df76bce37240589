"""Situation + View -> the prompt of OptoPrime: the minimal subgraph of a failure, whole, one answer for all targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracec.passes.graph.fold import view as subgraph
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.sees import instructions
from tracec.passes.propose.llm.sees.cases_part import cases_part
from tracec.passes.propose.llm.sees.code_part import code_part
from tracec.passes.propose.llm.sees.history_part import feedback_part, refusals_part, siblings_part, tried_part
from tracec.passes.propose.llm.sees.parts import Chosen, Form, Item, Part, chosen
from tracec.passes.propose.llm.sees.prompt import prompt, shown_targets
from tracec.passes.propose.llm.sees.situation import Level, Message, Prompt, Situation, View
from tracec.passes.propose.llm.sees.slices_part import failing_runs, start_of

SHARE = 0.3  # of the room; chosen
RUNS = 2  # failing runs whose graph is shown; chosen
FORMS = (2_400, 1_200, 600)  # characters of a graph, in the fullest and in shorter forms; chosen
LEAST = 400  # characters of room, however small the limit is; chosen
TITLE = """\
## The graph: all that lies between what may change and the failure
`%7 = kind text (%3, %5) if %2 # value place`: node 7 was computed from nodes 3 and 5, as test 2 came out so."""
ORDER = ("code", "cases", "graph", "feedback", "tried", "siblings", "refusals")  # in which parts are shown
GIVEN = ("refusals", "code", "cases", "graph", "feedback", "tried", "siblings")  # in which they are given room


def graph_prompt(situation: Situation, view: View = View()) -> Prompt:  # noqa: B008
    """As `prompt`, with the graph of values in place of slices; the same where no values may be shown, or none are."""
    targets = shown_targets(situation, view)
    graph = graph_part(situation, targets)
    if view.level not in (Level.SLICE, Level.QUERY) or not graph.items or situation.exchanges:
        return prompt(situation, view)
    parts = parts_of(situation, targets, graph)
    role, goal = instructions.role(situation), instructions.goal(situation)
    longest = max(len(instructions.answer(targets, cut, view, 1)) for cut in ((), [t.id for t in targets]))
    found = chosen(list(parts.values()), max(LEAST, view.characters - len(role) - len(goal) - longest - 8))
    picked = [([*parts.values()][part].items[at], form) for (part, at), form in sorted(found.forms.items())]
    shown = tuple(item.target for item, _ in picked if item.target)
    partly = frozenset(item.forms[form].partly for item, form in picked if item.forms[form].partly)
    ending = instructions.answer([t for t in targets if t.id in shown], partly, view, 1)
    texts = {name: text_of(part, found, number) for number, (name, part) in enumerate(parts.items())}
    body = "\n\n".join([goal, *(texts[name] for name in ORDER if texts[name]), ending])
    counts = [("instructions", len(role) + len(goal) + len(ending))]
    counts += [(name, len(texts[name])) for name in ORDER if texts[name]]
    return Prompt((Message("system", role), Message("user", body)), tuple(counts), shown, partly)


def parts_of(situation: Situation, targets: Sequence[Target], graph: Part) -> dict[str, Part]:
    """The parts by name, in the order in which they are given room."""
    credits: Mapping[str, Credit] = situation.credits
    made = {
        "refusals": refusals_part(situation),
        "code": code_part(situation, targets),
        "cases": cases_part(situation, Level.SLICE),
        "graph": graph,
        "feedback": feedback_part(targets, credits),
        "tried": tried_part(situation),
        "siblings": siblings_part(situation),
    }
    return {name: made[name] for name in GIVEN}


def graph_part(situation: Situation, targets: Sequence[Target]) -> Part:
    """The graphs of the failing runs, those that are told first."""
    items = []
    for run in failing_runs(situation)[:RUNS]:
        start = start_of(run.trace)
        texts = [f"### {run.case}\n{subgraph(run.trace, start, targets, characters=most)}" for most in FORMS]
        items.append(Item(tuple(Form(text) for text in dict.fromkeys(texts))))
    return Part("graph", TITLE, tuple(items), SHARE)


def text_of(part: Part, found: Chosen, number: int) -> str:
    """A part as it is shown; "" where there is no room for it."""
    picked = [i.forms[found.forms[number, at]].text for at, i in enumerate(part.items) if (number, at) in found.forms]
    return "\n".join([part.title, *picked]) if picked else ""
