"""What a model sees: golden prompts of traced programs, bounded whatever the run, and the same in every process."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.full import slow
from tests.seen import situation
from tracec.passes.find import find, functions
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit, Evidence
from tracec.passes.nouns.edits import AddImport, ReplaceDefinition
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.span import Span
from tracec.passes.propose.llm.answers.answer import Why
from tracec.passes.propose.llm.answers.read import read
from tracec.passes.propose.llm.sees.history_part import tried
from tracec.passes.propose.llm.sees.prompt import prompt
from tracec.passes.propose.llm.sees.requests import Request, answered, requests
from tracec.passes.propose.llm.sees.situation import Level, Prompt, Situation, Tried, View
from tracec.runtime.outcome import Ended, Outcome, Status

DATA = Path(__file__).parent / "data" / "prompts"
PROGRAMS = {
    "cart": (
        """\
LIMIT = 2


class Cart:
    def __init__(self, rate):
        self.items = []
        self.rate = rate

    def add(self, cost, count=1):
        self.items.append((cost, count))

    def total(self):
        total = 0
        for cost, count in self.items:
            if count > LIMIT:
                total += half(cost) * count
            else:
                total = cost * count
        return total * (1 + self.rate)


def half(cost):
    return cost / 2
""",
        """\
import pytest
from subject import Cart

RATE = 0.5


@pytest.fixture
def cart():
    return Cart(RATE)


class TestTotal:
    def test_one(self, cart):
        cart.add(4)
        assert cart.total() == 6

    def test_two(self, cart):
        cart.add(4)
        cart.add(6)
        assert cart.total() == 15

    @pytest.mark.parametrize("count", [3, 4])
    def test_many(self, cart, count):
        cart.add(2, count)
        cart.add(2)
        assert cart.total() == (count + 2) * 1.5
""",
    ),
    "road": (
        """\
def parsed(text):
    return [number(word) for word in text.split(",")]


def number(word):
    if word.startswith("-"):
        return -number(word[1:])
    return int(word)
""",
        """\
from subject import parsed


def test_plain():
    assert parsed("1,-2") == [1, -2]


def test_blank():
    assert parsed("1,,3") == [1, 0, 3]
""",
    ),
    "endless": (
        """\
def bitcount(n):
    count = 0
    while n:
        n ^= n - 1
        count += 1
    return count
""",
        "from subject import bitcount\n\n\ndef test_zero():\n    assert bitcount(0) == 0\n\n\n"
        "def test_some():\n    assert bitcount(6) == 2\n",
    ),
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Situation]:
    return {name: situation(tmp_path_factory.mktemp(name), *texts) for name, texts in PROGRAMS.items()}


def as_text(made: Prompt) -> str:
    counts = ", ".join(f"{name} {count}" for name, count in made.counts)
    return "\n".join(f"[{m.role}]\n{m.content}" for m in made.messages) + f"\n[{made.characters}: {counts}]\n"


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_prompt(seen: dict[str, Situation], name: str) -> None:
    assert as_text(prompt(seen[name])) == (DATA / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", PROGRAMS)
def test_levels_say_more_and_more_and_no_path_of_this_machine(seen: dict[str, Situation], name: str) -> None:
    made = [prompt(seen[name], View(level)) for level in Level]
    sizes = [one.characters for one in made]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == 4
    assert not re.search(r"(?<![\w.<])/[a-z]+/", "\n".join(map(as_text, made)))
    parts = [[part for part, _ in one.counts] for one in made]
    assert parts[0] == ["instructions", "code", "cases"]
    assert "slice" not in parts[1]
    assert "slice" in parts[2]
    assert "RecursionError" not in as_text(made[0])


@pytest.mark.parametrize("characters", [2_000, 3_000, 6_000, 30_000])
def test_it_is_bounded(seen: dict[str, Situation], characters: int) -> None:
    long = [Tried("\n".join(f"+line {n} of {k}" for n in range(400)), "nothing passes " * 90) for k in range(30)]
    said = {name: replace(c, feedback=("do better " * 300,) * 9) for name, c in seen["cart"].credits.items()}
    full = replace(
        seen["cart"], tried=long, siblings=long, refusals=["elided: x " * 99] * 9, credits=said, goal="g" * 99
    )
    for level in Level:
        made = prompt(full, View(level, characters))
        assert made.characters <= characters
        assert sum(count for _, count in made.counts) <= made.characters
        assert "code" in dict(made.counts)


LOOP = "def total(n):\n    s = 0\n    for i in range(n):\n        if i % 3:\n            s += i * 2\n    return s - 1\n"
LOOPED = "from subject import total\n\n\ndef test_total():\n    assert total(12000) == 95992000\n"


def test_a_run_of_40000_events(tmp_path: Path) -> None:
    found = situation(tmp_path, LOOP, LOOPED)
    assert max(len(run.trace) for run in found.runs) > 30_000
    begin = time.process_time()
    made = prompt(found)
    assert time.process_time() - begin < 5
    assert made.characters <= 3_000
    assert "more" in as_text(made)
    assert as_text(prompt(found)) == as_text(made)
    told = answered(requests("value s\nslice s@5\ncalls total\nsource total"), found)
    assert len(told) < 4 * 1_300


SCRIPT = """
import sys, hashlib
from pathlib import Path
from tests.seen import situation
from tests.test_seen import PROGRAMS, as_text
from tracec.passes.propose.llm.sees.prompt import prompt
print(hashlib.sha256(as_text(prompt(situation(Path(sys.argv[1]), *PROGRAMS["cart"]))).encode()).hexdigest())
"""


@slow
def test_it_is_the_same_in_every_process(tmp_path: Path) -> None:
    text = (DATA / "cart.txt").read_text("utf-8")
    for seed in ("1", "77"):
        folder = tmp_path / seed
        folder.mkdir()
        env = {**os.environ, "PYTHONHASHSEED": seed}
        root = Path(__file__).parent.parent
        done = subprocess.run([sys.executable, "-c", SCRIPT, folder], cwd=root, env=env, capture_output=True, text=True)
        assert done.stdout.strip() == hashlib.sha256(text.encode()).hexdigest(), done.stderr


def test_a_long_function_is_cut_around_its_suspect_lines() -> None:
    body = "\n".join(f"    x{n} = n + {n}" for n in range(400))
    text = f"def long(n):\n{body}\n    return n\n"
    (target,) = functions(Source.decode("subject.py", text.encode()))
    credit = Credit(target.id, 1.0, (Evidence(Span("subject.py", 202, 4, 202, 16), 1.0, (), True, 3),))
    made = prompt(Situation([target], {"subject.py": text}, {target.id: credit}, outcomes=[failed("t.py::t")]))
    words = made.messages[-1].content
    assert made.partly == {target.id}
    assert made.characters < 3_500
    assert "x200 = n + 200" in words
    assert "x30 = n" not in words
    assert "lines are not shown]" in words
    assert "<<<<<<< SEARCH" in words
    shown = words.partition("```python\n")[2].partition("```")[0]
    answer = read(f"```python\n{shown}```", [target], {"subject.py": text}, partly=made.partly)
    assert answer.edits == ()
    assert answer.refusals[0].why in (Why.PART, Why.ELIDED)
    part = "<<<<<<< SEARCH\n    x200 = n + 200\n=======\n    x200 = n - 200\n>>>>>>> REPLACE"
    assert read(part, [target], {"subject.py": text}, partly=made.partly).edits


def failed(name: str, message: str = "AssertionError: assert 1 == 2") -> Outcome:
    return Outcome(name, Status.FAILED, message)


PROMPTS = """\
from tracec import choice, param, trainable

ASK = param("Answer {question}\\nin one word.", goal="be brief")
RATE = param(0.5, low=0, high=1)
MODE = choice("a", options=["a", "b"])


@trainable
def answer(question, ask):
    return ask(ASK.format(question=question))
"""


def test_texts_under_a_metric() -> None:
    targets = find(Source.decode("subject.py", PROMPTS.encode()))
    outcomes = [
        Outcome("case[0]", Status.PASSED, "right, but wordy", score=0.7),
        Outcome("case[1]", Status.PASSED, "wrong: said Rome", score=0.1),
        Outcome("case[2]", Status.ERROR, "KeyError: 'x'"),
    ]
    credits = {targets[0].id: Credit(targets[0].id, 1.0, feedback=("Name the city only.",))}
    made = prompt(Situation(targets, {"subject.py": PROMPTS}, credits, (), outcomes, metric="accuracy"))
    words = made.messages[-1].content
    assert "Answer {question}\nin one word." in words
    assert "Goal: be brief" in words
    assert "accuracy" in words
    assert words.index("KeyError") < words.index("said Rome") < words.index("but wordy")
    assert "score 0.1" in words
    assert "Name the city only." in words
    assert '<edit target="ASK">' in words
    assert "RATE" not in words  # a tuner sets numbers and choices
    assert "MODE" not in words
    assert {"subject.py:ASK", "subject.py:answer"} == set(made.shown)


def test_a_text_is_shown_whole_as_long_as_there_is_room() -> None:
    text = f"ASK = param({'word ' * 1000!r})\n"
    targets = find(Source.decode("subject.py", f"from tracec import param\n{text}".encode()))
    made = prompt(
        Situation(targets, {"subject.py": text}, outcomes=[Outcome("c", Status.PASSED, score=0.5)], metric="m"),
        View(characters=7_000),
    )
    assert "word " * 1000 in made.messages[-1].content
    assert made.partly == frozenset()
    short = prompt(Situation(targets, {"subject.py": text}, metric="m"), View(characters=3_000))
    assert short.characters <= 3_000
    assert short.partly


def test_what_was_tried_and_refused() -> None:
    text = "def f(x):\n    return x\n"
    (target,) = functions(Source.decode("subject.py", text.encode()))
    before = [failed("t.py::a"), failed("t.py::b"), Outcome("t.py::c", Status.PASSED)]
    change = Candidate(
        (ReplaceDefinition(target.id, "def f(x):\n    return -x\n"), AddImport("subject.py", "import os"))
    )
    after = (Outcome("t.py::a", Status.PASSED), Outcome("t.py::c", Status.FAILED, "assert 3 == 4"))
    one = tried(Attempt(change, after, Ended.DONE), [target], before)
    assert one == Tried(
        "@@ f\n-    return x\n+    return -x\n+import os",
        "1 of 2 failing tests pass; it breaks t.py::c: assert 3 == 4",
    )
    other = tried(Attempt(change, (), Ended.INVALID, "no place"), [target], before)
    assert other.outcome == "invalid: no place"
    seen = Situation(
        [target], {"subject.py": text}, outcomes=before, tried=[one], siblings=[other], refusals=["elided: all of it"],
        goal="be exact",
    )  # fmt: skip
    words = prompt(seen).messages[-1].content
    for wanted in ("+    return -x", "it breaks t.py::c", "invalid: no place", "elided: all of it", "be exact"):
        assert wanted in words
    assert words.index("could not be used") > words.index("tried before")


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("value total", (Request("value", "total"),)),
        ("- `slice total@12`\n- calls Cart.total", (Request("slice", "total@12"), Request("calls", "Cart.total"))),
        ("I need more.\nask: diff\nask: source half", (Request("diff"), Request("source", "half"))),
        ("```\nvalue x\n```", (Request("value", "x"),)),
        ("value a\nvalue b\nvalue c\nvalue d\nvalue e", tuple(Request("value", name) for name in "abcd")),
        ("value x\n```python\ndef f():\n    pass\n```", ()),
        ("The value is wrong. I would change the function so that it\nadds.\nThen it works.\n", ()),
        ("", ()),
    ],
)
def test_requests(reply: str, found: tuple[Request, ...]) -> None:
    assert requests(reply) == found


def test_answers(seen: dict[str, Situation]) -> None:
    told = answered(requests("value total\nslice total@17\ncalls half\nsource half"), seen["cart"])
    assert "value total:\nsubject" not in told
    assert "total = 6" in told
    assert "def half(cost):\n    return cost / 2" in told
    assert "half(2) -> 1.0" in told
    many = answered([Request("calls", "Cart.add")], seen["cart"])
    assert "which fails:\nCart.add(" in many
    assert "which passes:" in many
    other = answered([Request("value", "nothing"), Request("source", "gone"), Request("diff")], seen["cart"])
    assert "no variable, function or attribute nothing" in other
    assert "no function or class gone" in other
    more = replace(seen["cart"], exchanges=[("value total", told)])
    made = prompt(more, View(Level.QUERY))
    assert [message.role for message in made.messages] == ["system", "user", "assistant", "user"]
    assert made.characters <= 6_000
    assert "source FUNCTION" not in made.messages[1].content  # it has asked
    assert "source FUNCTION" in prompt(seen["cart"], View(Level.QUERY)).messages[1].content
