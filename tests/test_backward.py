"""Feedback that flows backward: exact through arithmetic, in words through calls of a model, passed on by others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.test_trace import traced as recorded
from tracec.passes.find import find, functions
from tracec.passes.graph.gradient import gradient
from tracec.passes.nouns.critique import StepInput, StepQuestion
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.target import Target
from tracec.passes.nouns.trace import Trace
from tracec.passes.propagate.backward.flow import ALONE, BY_EDGE, BY_STEP, CODE, NO_WORDS, Grouping, flow
from tracec.passes.propagate.backward.steps import MODEL
from tracec.passes.propose.llm.critic.answer import answer_of
from tracec.passes.propose.llm.critic.graph_prompt import graph_prompt
from tracec.passes.propose.llm.critic.question import messages_of
from tracec.passes.propose.llm.sees.prompt import prompt
from tracec.passes.propose.llm.sees.situation import Level, Situation, View
from tracec.runtime.outcome import Outcome, Status

Found = Mapping[str, Sequence[tuple[int, str]]]
ALL_THREE = """\
import tracec
PROMPT = tracec.param("How many?")
RATE = tracec.param(0.25)
def model(prompt):
    return "2 pieces" if "exactly" not in prompt else "3 pieces"
def count(text):
    return int(text.split()[0])
def total(question):
    number = count(model(PROMPT + " " + question))
    return number * (1 + RATE)
assert total("apples") == 3.75
"""
HINTS = """\
import tracec
FIRST = tracec.param("Name the colour.")
SECOND = tracec.param("Name the shape.")
LAST = tracec.param("Join.")
def llm(prompt):
    return {"F": "red", "S": "a ball", "J": "red a ball"}[{"c": "F", "s": "S"}.get(prompt[9:10], "J")]
def describe():
    one = llm(FIRST)
    two = llm(SECOND)
    return llm(f"{LAST} {one} {two}")
assert describe() == "red ball"
"""


KNOWN: dict[tuple[str, ...], Trace] = {}


def traced(folder: Path, text: str, *more: str, code: int = 0) -> Trace:
    """A program's trace: it is run once."""
    key = (text, *more)
    if key not in KNOWN:
        KNOWN[key] = recorded(folder, text, *more, code=code)
    return KNOWN[key]


def run_of(trace: Trace, message: str = "it is wrong", score: float | None = None) -> TracedRun:
    status = Status.FAILED if score is None else Status.PASSED
    return TracedRun("case", Outcome("case", status, message, score=score), trace, True)


def targets(text: str, *names: str) -> list[Target]:
    source = Source.decode("p.py", text.encode())
    known = {t.qualname: t for t in (*functions(source), *find(source))}
    return [known[name] for name in names]


def words(question: StepQuestion) -> Mapping[str, str] | None:
    return {one.id: f"mend {one.name}" for one in question.inputs}


def driven(
    run: TracedRun,
    own: Sequence[Target],
    grouping: Grouping,
    answer: Callable[[StepQuestion], Mapping[str, str] | None] = words,
) -> tuple[Found, list[StepQuestion]]:
    """The feedback by the name of its target, and the questions in their order."""
    asked: list[StepQuestion] = []
    passing = flow(run, own, grouping)
    answers: list[Mapping[str, str] | None] | None = None
    while True:
        try:
            questions = passing.send(answers)
        except StopIteration as done:
            return {name.partition(":")[2]: texts for name, texts in done.value.items()}, asked
        asked += questions
        answers = [answer(question) for question in questions]


def texts(found: Found, name: str) -> list[str]:
    return [text for _, text in found.get(name, ())]


# --- one program with all three kinds of edges ------------------------------------------------------------------------


def test_exact_words_and_passed_on_in_one_program(tmp_path: Path) -> None:
    run = run_of(traced(tmp_path, ALL_THREE, code=1), "assert 2.5 == 3.75")
    found, asked = driven(run, targets(ALL_THREE, "PROMPT", "RATE"), BY_STEP)
    # Arithmetic: the exact derivative, which a model is never asked for.
    goal = 'total("apples") was 2.5 and should be 3.75; d(total("apples"))/d'
    assert f"{goal}(RATE) = 2 at 0.25, so to first order it should be 0.875" in texts(found, "RATE")
    # Plain code: what arithmetic says goes on from where it ends, with the values on the way.
    (question,) = asked
    exact = f"{goal}(int(text.split()[0])) = 1.25 at 2, so to first order it should be 3"
    passed = [said for said in question.said if said.startswith(exact)]
    assert len(passed) == 1
    assert "[by way of text.split()[0] = '2'; text.split() = ['2', 'pieces']" in passed[0]
    # The call of the program's own model: words, about all that went into it.
    assert (question.kind, question.name) == ("model", 'model(PROMPT + " " + question)')
    assert question.given == ("PROMPT + \" \" + question = 'How many? apples'",) or "apples" in question.given[0]
    assert question.result == "'2 pieces'"
    assert [(one.name, one.what) for one in question.inputs] == [("PROMPT", "a text that may change")]
    assert texts(found, "PROMPT") == ["mend PROMPT"]


def test_without_words_the_same_is_passed_on(tmp_path: Path) -> None:
    run = run_of(traced(tmp_path, ALL_THREE, code=1), "assert 2.5 == 3.75")
    found, asked = driven(run, targets(ALL_THREE, "PROMPT", "RATE"), NO_WORDS)
    assert asked == []
    assert any("so to first order it should be 3 [by way of" in text for text in texts(found, "PROMPT"))
    assert any("should be 0.875" in text for text in texts(found, "RATE"))


def test_nothing_is_asked_where_only_numbers_can_change(tmp_path: Path) -> None:
    run = run_of(traced(tmp_path, ALL_THREE, code=1))
    found, asked = driven(run, targets(ALL_THREE, "RATE"), BY_STEP)
    assert (asked, list(found)) == ([], ["RATE"])


# --- groupings --------------------------------------------------------------------------------------------------------


def test_one_question_a_step_with_all_siblings(tmp_path: Path) -> None:
    run = run_of(traced(tmp_path, HINTS, code=1))
    found, asked = driven(run, targets(HINTS, "FIRST", "SECOND", "LAST"), BY_STEP)
    assert [sorted(one.name for one in q.inputs) for q in asked] == [
        ["LAST", "llm(FIRST)", "llm(SECOND)"],
        ["SECOND"],
        ["FIRST"],
    ]
    assert asked[1].said == ("mend llm(SECOND)",)
    assert {name: texts(found, name) for name in found} == {n: [f"mend {n}"] for n in ("LAST", "SECOND", "FIRST")}


def test_one_question_an_edge_and_siblings_told_or_not(tmp_path: Path) -> None:
    run, own = run_of(traced(tmp_path, HINTS, code=1)), targets(HINTS, "FIRST", "SECOND", "LAST")
    for grouping, beside in ((BY_EDGE, 2), (ALONE, 0)):
        found, asked = driven(run, own, grouping)
        assert [len(q.inputs) for q in asked] == [1] * 5
        assert [len(q.beside) for q in asked] == [beside] * 3 + [0] * 2
        assert sorted(one.name for q in asked[:3] for one in q.inputs) == ["LAST", "llm(FIRST)", "llm(SECOND)"]
        assert [len(found[name]) for name in ("FIRST", "SECOND", "LAST")] == [1, 1, 1]  # to each input, once


def test_what_is_not_to_blame_hears_nothing_and_asks_nothing_further(tmp_path: Path) -> None:
    def only_second(question: StepQuestion) -> Mapping[str, str]:
        return {one.id: "leave out the article" if "SECOND" in one.name else "" for one in question.inputs}

    run = run_of(traced(tmp_path, HINTS, code=1))
    found, asked = driven(run, targets(HINTS, "FIRST", "SECOND", "LAST"), BY_STEP, only_second)
    assert len(asked) == 2
    assert {name: texts(found, name) for name in found if found[name]} == {"SECOND": ["leave out the article"]}


def test_an_answer_of_no_use_loses_nothing(tmp_path: Path) -> None:
    run = run_of(traced(tmp_path, HINTS, code=1), "it has an article")
    found, _ = driven(run, targets(HINTS, "FIRST", "SECOND", "LAST"), BY_STEP, lambda question: None)
    assert all("it has an article" in texts(found, name)[0] for name in ("FIRST", "SECOND", "LAST"))


CALLS = """\
def half(x):
    return str(x / 2)
def double(text):
    return text * 2
def both(x):
    return double(half(x))
assert both(4) == "4.0"
"""


def test_functions_are_told_apart_only_where_several_may_be_to_blame(tmp_path: Path) -> None:
    run = run_of(traced(tmp_path, CALLS, code=1))
    _, asked = driven(run, targets(CALLS, "half"), BY_STEP)
    assert asked == []
    found, asked = driven(run, targets(CALLS, "half", "double"), BY_STEP)
    assert [(q.kind, q.name, [one.id == CODE for one in q.inputs]) for q in asked] == [
        ("code", "double(half(x))", [True, False])
    ]
    assert asked[0].inputs[0].value.startswith("def double")
    assert texts(found, "double") == ["double(half(x)) gave '2.02.0' for text = '2.0': mend double"]
    assert texts(found, "half") == ["half(x) gave '2.0' for x = 4: mend half(x)"]


def test_a_run_that_raises_has_feedback(tmp_path: Path) -> None:
    text = "def pick(xs, n):\n    return xs[n]\ndef place():\n    return 3\npick([1], place())\n"
    run = run_of(traced(tmp_path, text, code=1), "IndexError: list index out of range")
    found, asked = driven(run, targets(text, "pick", "place"), BY_STEP)
    assert [sorted(one.name for one in q.inputs) for q in asked] == [["pick", "place()"]]
    assert texts(found, "place") == ["place() gave 3: mend place()"]
    assert "IndexError" in asked[0].said[0]


def test_a_loop_asks_a_bounded_number_of_questions(tmp_path: Path) -> None:
    text = (
        "import tracec\nP = tracec.param('say')\ndef llm(p):\n    return p + '!'\nout = ''\n"
        "for k in range(60):\n    out = llm(P + out[:3])\nassert out == ''\n"
    )
    found, asked = driven(run_of(traced(tmp_path, text, code=1)), targets(text, "P"), BY_STEP)
    assert 1 <= len(asked) <= 6
    assert texts(found, "P")


# --- arithmetic -------------------------------------------------------------------------------------------------------

MANY_WAYS = """\
import math, tracec
A = tracec.param(0.5)
B = tracec.param(1.5)
def inner(x):
    return x * A + math.sin(x) * B
def outer(x):
    y = inner(x)
    return y * y + inner(A) / (1 + B)
score = outer(2.0) + A
"""


def test_the_chain_rule_over_steps_is_the_derivative_of_the_whole(tmp_path: Path) -> None:
    trace = traced(tmp_path, MANY_WAYS)
    output = len(trace) - 1
    run = run_of(trace, "", score=trace.columns.values[output])
    exact = gradient(trace, output).by_node
    for names in (("A", "B"), ("A", "B", "inner"), ("A", "B", "inner", "outer")):
        found, asked = driven(run, targets(MANY_WAYS, *names), BY_STEP)
        for name in ("A", "B"):
            (node,) = {node for node, _ in found[name]}
            assert f"d(score)/d({name}) = {exact[node]:.4g} at" in texts(found, name)[-1], names
            assert texts(found, name)[-1].endswith("it should rise" if exact[node] > 0 else "it should fall")
        assert asked == []


@pytest.mark.parametrize(
    "check", ["assert f(2) == 10", "assert 10 == f(2)", "g = 10\nassert f(2) == g", "assert f(2) == approx(10)"]
)
def test_what_a_number_should_be_is_read_off_the_comparison(tmp_path: Path, check: str) -> None:
    text = f"class approx:\n    def __init__(self, x): pass\ndef f(x):\n    return x * 3\n{check}\n"
    found, _ = driven(run_of(traced(tmp_path, text, code=1)), targets(text, "f"), BY_STEP)
    assert "f(2) gave 6 for x = 2: f(2) was 6 and should be 10" in texts(found, "f")


def test_what_the_program_says_of_a_value_flows_from_there(tmp_path: Path) -> None:
    text = (
        "import tracec\nP = tracec.param('say')\ndef llm(p):\n    return p + '!'\n"
        "a = tracec.feedback(llm(P), 'too loud')\nassert len(a) == 3\n"
    )
    _, asked = driven(run_of(traced(tmp_path, text, code=1)), targets(text, "P"), BY_STEP)
    assert any(said.startswith("too loud") for said in asked[0].said)


# --- the calls of a model ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [
    "llm", "self.llm", "model", "ask_llm", "call_model", "litellm.completion", "litellm.acompletion", "my_llm",
    "client.chat.completions.create", "anthropic.messages.create", "openai.responses.create", "m.generate_content",
])  # fmt: skip
def test_names_of_models(name: str) -> None:
    assert MODEL.search(name)


@pytest.mark.parametrize("name", ["load_model", "fit_model", "film", "remodel", "User.create", "complete", "helm"])
def test_names_of_other_things(name: str) -> None:
    assert not MODEL.search(name)


def test_a_client_that_is_not_traced_and_one_that_is_awaited(tmp_path: Path) -> None:
    (tmp_path / "service.py").write_text(
        "class Completions:\n    def create(self, **given): return given['messages'][0]['content'] + '!'\n"
        "class Client:\n    completions = Completions()\n"
        "async def acompletion(prompt):\n    return prompt + '?'\n"
    )
    text = (
        "import asyncio, service, tracec\nP = tracec.param('say')\nQ = tracec.param('ask')\nc = service.Client()\n"
        "async def main():\n    one = c.completions.create(messages=[{'role': 'user', 'content': P}])\n"
        "    return one + await service.acompletion(Q)\nassert asyncio.run(main()) == ''\n"
    )
    trace = traced(tmp_path, text, "--scope", "p.py", code=1)
    found, asked = driven(run_of(trace), targets(text, "P", "Q"), BY_STEP)
    assert sorted(q.result for q in asked) == ["'ask?'", "'say!'"]
    assert (texts(found, "P"), texts(found, "Q")) == (["mend P"], ["mend Q"])


# --- what a critic sees and says --------------------------------------------------------------------------------------

BOTH = ("v1", "code")
ANSWERS: dict[str, tuple[str, Mapping[str, str] | None]] = {
    "tags": ('<input id="v1">be brief</input>\n<input id="code">nothing</input>', {"v1": "be brief", "code": ""}),
    "other names within": (
        '<input id="v1">agree with code, a < b & c, see <b>v1</b></input><input id="code">Nothing.</input>',
        {"v1": "agree with code, a < b & c, see <b>v1</b>", "code": ""},
    ),
    "an end tag within": ('<input id="v1">write </input> at its end</input>', {"v1": "write </input> at its end"}),
    "twice": ('<input id="v1">a</input> <input id="v1">b</input>', {"v1": "a b"}),
    "cut off": ('<input id="v1">be brief</input><input id="code">return the', {"v1": "be brief", "code": "return the"}),
    "unknown ids": ('<input id="v9">a</input><input id="code">b</input>', {"code": "b"}),
    "json": ('Here: {"v1": "be brief", "code": "none"}', {"v1": "be brief", "code": ""}),
    "thought first": ('<think><input id="v1">x</input></think><input id=v1>y</input>', {"v1": "y"}),
    "prose": ("The prompt is fine.", None),
    "empty": ("", None),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read_by_ids(name: str) -> None:
    reply, told = ANSWERS[name]
    assert answer_of(reply, BOTH) == told


def test_prose_is_about_the_only_input() -> None:
    assert answer_of("It should be shorter.", ["v1"]) == {"v1": "It should be shorter."}
    assert answer_of("No change needed.", ["v1"]) == {"v1": ""}
    assert answer_of(" ", ["v1"]) is None


def test_a_question_shows_a_long_text_whole_and_stays_within_bounds() -> None:
    long = "word " * 1_000
    one = StepInput("v1", "PROMPT", "a text that may change", repr(long))
    question = StepQuestion("model", "llm(PROMPT)", ("PROMPT = 'word word …'",), "'x'", ("it is wrong",), (one,))
    assert long.strip() in messages_of(question, "", 8_000)[1].content
    few = messages_of(question, "be right", 2_000)
    assert sum(len(message.content) for message in few) <= 2_000
    assert "The goal of the whole program: be right" in few[1].content


def test_the_graph_is_shown_where_values_may_be(tmp_path: Path) -> None:
    trace = traced(tmp_path, ALL_THREE, code=1)
    own = targets(ALL_THREE, "PROMPT", "RATE")
    run = run_of(trace, "assert 2.5 == 3.75")
    situation = Situation(own, {"p.py": ALL_THREE}, {}, [run], [run.outcome])
    told = graph_prompt(situation, View())
    text = told.messages[-1].content
    assert "## The graph" in text
    assert "int(text.split()[0])" in text
    assert (told.shown, told.characters <= 6_000) == (("p.py:PROMPT",), True)
    few = graph_prompt(situation, View(characters=2_500))
    assert few.characters <= 2_500
    for level in (Level.NONE, Level.OUTCOME):
        assert graph_prompt(situation, View(level)) == prompt(situation, View(level))
