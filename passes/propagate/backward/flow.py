"""A failing run + targets -> what is wrong with each target, by one pass over the run's steps, the latest first.

Reverse-mode derivatives, TextGrad and semantic backpropagation are this pass with other rules and groupings:

    arithmetic                      -> the exact derivative                             no question
    call of the program's own model -> words of a critic                                a question
    call of a function that may change, where several things may be to blame -> words   a question
    other code                      -> passed on, with the values on the way            no question

TextGrad (Yuksekgonul et al. 2024, textgrad 0.1.8) asks once for each edge, semantic backpropagation (Wang et al. 2024,
arXiv 2412.03624) once for each step, all its inputs together. Not copied of these releases: feedback that reaches only
the last input, or some of it twice; sets, whose order differs; a value that was asked about once and never again; a run
that raised and has no feedback at all.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from tracec.passes.graph.gradient import gradient
from tracec.passes.nouns.critique import StepInput, StepQuestion
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.target import Target
from tracec.passes.propagate.backward.edges import MOST, Edge, control, data, edges_of, exactly
from tracec.passes.propagate.backward.sources import Wrong, said_of, wrong_numbers
from tracec.passes.propagate.backward.steps import Kind, Step, Steps
from tracec.passes.propagate.backward.texts import Said, at_call, given_to, name_of, on_the_way, told, value_of

ASKS = 6  # questions about one run; of further steps the feedback is passed on; chosen
STEPS = 300  # that feedback may reach in one run, the latest; chosen
OWN = -1  # stands for the code of the function that was called
CODE = "code"  # how a question names it; other inputs are `v` and the number of their node
TEXTS = ("code", "text")  # kinds of targets that a model writes

Answer = Mapping[str, str] | None  # by the id of an input, "" for nothing to be changed; None: no use
Asking = Generator[tuple[StepQuestion, ...], Sequence[Answer] | None, dict[str, list[tuple[int, str]]]]


@dataclass(frozen=True, slots=True)
class Grouping:
    """How inputs are grouped into questions. Without `words` none is asked; `together`: all inputs of a step in one.

    Without `siblings` a question says nothing of the inputs that it does not ask about.
    """

    words: bool = True
    together: bool = True
    siblings: bool = True


NO_WORDS = Grouping(words=False)
BY_EDGE = Grouping(together=False)
BY_STEP = Grouping()
ALONE = Grouping(together=False, siblings=False)  # the ablation of semantic backpropagation


def flow(run: TracedRun, targets: Sequence[Target], grouping: Grouping, asks: int = ASKS) -> Asking:
    """Go backward through a failing run. Yields questions, is sent an answer for each; returns (node, text) by target.

    Whoever drives it asks. No answer loses anything: what could not be divided is passed on as it is.
    """
    whole = Backward(run, targets, grouping)
    for number in whole.order:
        step = whole.steps[number]
        said = told(run.trace, step, whole.said.get(number, ()), whole.wrong, whole.sloped(number))
        if not said:
            continue
        exact = whole.exact(step)
        questions = whole.questions(step, said, exact)
        if len(questions) > asks:
            questions = ()
        asks -= len(questions)
        answers = (yield questions) if questions else None
        whole.passed_on(step, said, exact, words_of(questions, answers or ()))
    return whole.found


def words_of(questions: Sequence[StepQuestion], answers: Sequence[Answer]) -> dict[int, str]:
    """Input -> words, of the inputs that were asked about with use: "" where an answer says nothing of one."""
    return {
        OWN if one.id == CODE else int(one.id[1:]): answer.get(one.id, "").strip()
        for question, answer in zip(questions, answers)
        if answer is not None
        for one in question.inputs
    }


@dataclass(slots=True)
class Backward:
    """A pass under way: what has reached each step so far, and what was found for each target."""

    run: TracedRun
    targets: Sequence[Target]
    grouping: Grouping
    steps: Steps = field(init=False)
    order: list[int] = field(default_factory=list)  # the steps that feedback may reach, the latest first
    edges: dict[int, list[Edge]] = field(default_factory=dict)
    useful: set[int] = field(default_factory=set)  # steps from which feedback reaches what a model writes
    said: dict[int, list[Said]] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)
    slopes: list[dict[int, float]] = field(default_factory=list)  # d(number)/d(node), for each number that is wrong
    found: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        trace = self.run.trace
        self.steps = Steps(trace, self.targets)
        self.said = {node: [Said(text) for text in texts] for node, texts in said_of(self.run).items()}
        self.wrong = wrong_numbers(self.run)
        found = [gradient(trace, one.node) for one in self.wrong]
        self.slopes = [one.by_node for one in found]
        stopped = [node for one in found for node in one.stopped[:MOST]]
        for node in dict.fromkeys((*self.said, *stopped)):
            kind: Kind = "output" if node in self.said else "number"
            self.steps.add(Step(node, kind, (*data(trace, node), *control(trace, node))))
        self.look({*self.said, *stopped})
        for number in reversed(self.order):
            target = self.steps[number].target
            own = target is not None and target.kind in TEXTS
            if own or any(edge.earlier in self.useful for edge in self.edges[number]):
                self.useful.add(number)

    def look(self, starts: Collection[int]) -> None:
        """Find the steps that feedback may reach, the latest first, and their edges."""
        todo = [-node for node in starts]
        heapify(todo)
        while todo and len(self.order) < STEPS:
            number = -heappop(todo)
            if number not in self.edges:
                self.order.append(number)
                self.edges[number] = edges_of(self.run.trace, self.steps[number], self.steps)
                for edge in self.edges[number]:
                    heappush(todo, -edge.earlier)

    def sloped(self, node: int) -> dict[int, float]:
        """Number that is wrong -> its derivative by a node, where that is known and not 0."""
        pairs = enumerate(by_node.get(node, 0.0) for by_node in self.slopes)
        return {seed: slope for seed, slope in pairs if slope != 0 and math.isfinite(slope)}

    def exact(self, step: Step) -> set[int]:
        """The earlier steps that derivatives tell all of, so that nothing is to be asked or passed on."""
        known = self.sloped(step.node) and step.kind != "model"
        reached = exactly(self.run.trace, step.node, self.steps) if known else ()
        return {node for node in reached if self.sloped(node)}

    def questions(self, step: Step, said: Sequence[Said], exact: Collection[int]) -> tuple[StepQuestion, ...]:
        """What is to be asked about a step: nothing where arithmetic or plain code says it all."""
        inputs = [n for n in self.inputs(step) if n == OWN or (n in self.useful and n not in exact)]
        worth = (step.kind == "model" and inputs) or (step.kind == "code" and len(inputs) > 1)
        if not (self.grouping.words and worth):
            return ()
        every = {number: self.input(step, number) for number in self.inputs(step)}
        groups = [inputs] if self.grouping.together else [[number] for number in inputs]
        return tuple(
            self.question(step, said, [every[n] for n in group], [one for n, one in every.items() if n not in group])
            for group in groups
        )

    def question(
        self, step: Step, said: Sequence[Said], inputs: Sequence[StepInput], beside: Sequence[StepInput]
    ) -> StepQuestion:
        """One question."""
        trace = self.run.trace
        return StepQuestion(
            "model" if step.kind == "model" else "code",
            name_of(trace, step),
            tuple(given_to(trace, step)),
            value_of(trace, step.node),
            tuple(map(str, said)),
            tuple(inputs),
            tuple(beside) if self.grouping.siblings else (),
        )

    def inputs(self, step: Step) -> list[int]:
        """What a step's result comes from: the function's own code, and earlier steps."""
        own = [OWN] if step.kind == "code" else []
        return own + [edge.earlier for edge in self.edges[step.node]]

    def input(self, step: Step, number: int) -> StepInput:
        """One of them, as it is told."""
        if number == OWN:
            assert step.target is not None
            return StepInput(CODE, step.target.qualname, "the code of the function", step.target.value)
        earlier = self.steps[number]
        name, value = name_of(self.run.trace, earlier), value_of(self.run.trace, number)
        if earlier.kind == "value" and earlier.target:
            return StepInput(f"v{number}", name, f"a {earlier.target.kind} that may change", earlier.target.value)
        return StepInput(f"v{number}", name, "the result of an earlier call", value)

    def passed_on(self, step: Step, said: Sequence[Said], exact: Collection[int], words: Mapping[int, str]) -> None:
        """Give each input what is wrong with it: derivatives, words where this step has any, else the same."""
        trace = self.run.trace
        if step.target is not None:
            own = said if step.kind == "value" or OWN not in words else [Said(words[OWN])] * bool(words[OWN])
            texts = [str(one) if step.kind == "value" else at_call(trace, step, one) for one in own]
            self.found.setdefault(step.target.id, []).extend((step.node, text) for text in texts)
        for edge in self.edges[step.node]:
            if edge.earlier in exact:
                continue
            if edge.earlier in words:
                new = [Said(words[edge.earlier])] if words[edge.earlier] else []
                self.reach(edge.earlier, new)
            else:
                way = on_the_way(trace, edge.way)
                self.reach(edge.earlier, [Said(one.text, way or one.way) for one in said])

    def reach(self, node: int, said: Sequence[Said]) -> None:
        """Feedback arrives at an earlier step."""
        self.said.setdefault(node, []).extend(one for one in said if one not in self.said.get(node, ()))
