"""The desk, without a network: order, limits, failures, interrupts, and what is written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from msgspec import structs

from tracec.config import Config
from tracec.models.adapters.command_model import CommandModel
from tracec.models.adapters.litellm_errors import failure, pause_of
from tracec.models.adapters.python_model import PythonModel
from tracec.models.bill import DryRun, bill
from tracec.models.desk import CRITIC, Desk, ModelsGone, same
from tracec.models.exchanges import exchanges
from tracec.models.model import Model, model_of
from tracec.models.opening import models_of
from tracec.models.patience import Patience, Terms
from tracec.models.price import Messages, Price, most_tokens
from tracec.models.reply import Failure, Kind, Outcome, Reply, judged
from tracec.models.scrubbing import Scrubber
from tracec.passes.nouns.errors import TracecError
from tracec.run.budget import Budget
from tracec.run.history import begin, latest
from tracec.run.job import Job, Silence
from tracec.run.ledger import Ledger
from tracec.run.purse import Purse, Spend

ONE = Price(1.0, 1.0)
NO_LIMIT = Budget()


class Scripted:
    """A model whose answers a function makes; it notes what it was asked."""

    def __init__(self, answer: Callable[[str], Outcome], name: str = "scripted", price: Price | None = None) -> None:
        self.name, self._answer, self._price = name, answer, price
        self.asked: list[str] = []
        self.closed = False

    def ready(self) -> None: ...

    def price(self) -> Price | None:
        return self._price

    def most(self, wanted: int | None) -> int:
        return wanted or 100

    def ask(self, messages: Messages, temperature: float | None, most: int, seconds: float) -> Outcome:
        self.asked.append(messages[-1]["content"])
        return self._answer(messages[-1]["content"])

    def close(self) -> None:
        self.closed = True


def echo(text: str) -> Outcome:
    return Reply(f"you said {text}", "scripted", read=10, written=5)


def user(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def desk(ledger: Ledger, model: Model, *, warnings: list[str] | None = None, **more: object) -> Desk:
    said = {"width": 4, "seconds": 5.0, "patience": Patience(first=0.001), **more}
    warn = (warnings if warnings is not None else []).append
    return Desk({"": model}, ledger, warn, Silence(), Terms(**said))  # type: ignore[arg-type]


# --- order and keys ---------------------------------------------------------------------------------------------------


def test_results_come_in_the_order_in_which_they_are_taken(tmp_path: Path) -> None:
    def slow_first(text: str) -> Outcome:
        time.sleep(0.1 if text == "0" else 0.0)
        return echo(text)

    history = begin(tmp_path, {})
    with desk(Ledger(NO_LIMIT, history), Scripted(slow_first)) as here:
        tickets = [here.submit("writer", user(str(number))) for number in range(6)]
        for number in (3, 0, 5, 1, 2, 4):
            said = here.result(tickets[number])
            assert isinstance(said, Reply)
            assert said.text == f"you said {number}"
    texts = [event.data["outcome"]["text"][-1] for event in history.events()]
    assert texts == ["3", "0", "5", "1", "2", "4"]


def test_the_same_is_asked_once_and_another_sample_again() -> None:
    model, ledger = Scripted(echo), Ledger(NO_LIMIT)
    with desk(ledger, model) as here:
        first, second = here.submit("writer", user("a")), here.submit("writer", user("a"))
        assert here.result(second) is here.result(first)
        here.ask("writer", user("a"))
        assert model.asked == ["a"]
        here.ask("writer", user("a"), 1)
        here.ask("writer", user("a"), temperature=0.5)
        assert model.asked == ["a"] * 3
    assert ledger.purse.spent.calls == 3


def test_a_failure_is_asked_again() -> None:
    answers = [Failure(Kind.EMPTY, "nothing", Reply("", "m", read=1, written=1)), Failure(Kind.REJECTED, "no")]
    model = Scripted(lambda text: answers.pop(0) if answers else echo(text))
    with desk(Ledger(NO_LIMIT), model) as here:
        kinds = [type(here.ask("writer", user("a"))).__name__ for _ in range(4)]
    assert (kinds, len(model.asked)) == (["Failure", "Failure", "Reply", "Reply"], 3)


def test_the_critic_is_another_model() -> None:
    writer, critic = Scripted(echo), Scripted(echo, "critic")
    models = {"": writer, CRITIC: critic}
    with Desk(models, Ledger(NO_LIMIT), print, Silence(), Terms(2, 5.0)) as here:
        here.ask("writer", user("a"))
        here.ask(CRITIC, user("b"))
        here.ask("merge", user("c"))
    assert (writer.asked, critic.asked) == (["a", "c"], ["b"])
    assert writer.closed
    assert critic.closed


def test_no_more_than_width_are_under_way() -> None:
    lock, counts = threading.Lock(), [0, 0]

    def counting(text: str) -> Outcome:
        with lock:
            counts[0] += 1
            counts[1] = max(counts)
        time.sleep(0.01)
        with lock:
            counts[0] -= 1
        return echo(text)

    with desk(Ledger(NO_LIMIT), Scripted(counting), width=3) as here:
        tickets = [here.submit("writer", user(str(n))) for n in range(20)]
        assert all(isinstance(here.result(ticket), Reply) for ticket in tickets)
    assert counts == [0, 3]


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_purse_holds_before_it_books() -> None:
    purse = Purse(Budget(calls=2, tokens=100, usd=1.0))
    assert purse.hold(Spend(1, 60, 0.6)) == ""
    assert purse.hold(Spend(1, 60, 0.1)) == "budget-tokens"
    assert purse.hold(Spend(1, 10, 0.6)) == "budget-usd"
    purse.book(Spend(1, 20, 0.1), Spend(1, 60, 0.6))
    assert purse.hold(Spend(1, 60, 0.6)) == ""
    assert purse.hold(Spend(1, 1, 0.0)) == "budget-calls"


def test_no_prompt_has_more_tokens_than_is_reserved() -> None:
    assert most_tokens(user("é" * 100)) == 200 + 32 + 64


@pytest.mark.parametrize("width", [1, 2, 8])
def test_limits_end_a_run_at_the_same_call_at_any_width(width: int) -> None:
    """The price of each call is known only once it is over, and is a tenth of what it could be."""
    prices = {str(n): 40 + n % 7 for n in range(60)}

    def varied(text: str) -> Outcome:
        time.sleep(0.001 * (int(text) % 3))
        return Reply("x", "scripted", read=prices[text], written=0)

    model, ledger = Scripted(varied, price=ONE), Ledger(Budget(usd=1000e-6))
    with desk(ledger, model, width=width) as here:
        tickets = [here.submit("writer", user(str(n))) for n in range(60)]
        said = [isinstance(here.result(ticket), Reply) for ticket in tickets]
    spent, expected = 0, list[bool]()
    for n in range(60):  # what it costs in full must fit on top of what those before it cost
        expected.append(spent + most_tokens(user(str(n))) + 100 <= 1000)
        spent += prices[str(n)] * expected[-1]
    assert said == expected
    assert 800 < round(ledger.purse.spent.usd * 1e6) == spent <= 1000


def test_what_may_have_been_billed_counts_in_full() -> None:
    model = Scripted(lambda text: Failure(Kind.TIMEOUT, "late", lost=True), price=ONE)
    ledger = Ledger(Budget(calls=3))
    with desk(ledger, model) as here:
        assert here.ask("writer", user("a")) == Failure(Kind.TIMEOUT, "late", lost=True)
        assert ledger.purse.spent.calls == 2
        here.ask("writer", user("b"))
        said = here.ask("writer", user("c"))
    assert isinstance(said, Failure)
    assert (said.kind, model.asked) == (Kind.BUDGET, ["a", "a", "b"])
    assert ledger.purse.spent.tokens == 3 * (1 + 32 + 64 + 100)


def test_a_cap_on_usd_needs_a_price(tmp_path: Path) -> None:
    (tmp_path / "priced.py").write_text("def answer(messages): return 'x'\n")
    name = "python:priced:answer"
    with pytest.raises(TracecError, match="the price of python:priced:answer is not known; give its USD per million"):
        models_of(job(tmp_path, model=name, budget_usd=1.0))
    models = models_of(job(tmp_path, model=name, budget_usd=1.0, prices={name: ONE}))
    assert models[""].price() == ONE


def job(root: Path, **config: object) -> Job:
    return Job(root, (), (), (), Config(**config), Silence())  # type: ignore[arg-type]


def test_a_model_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(TracecError, match="asks a model, and none is named; name one with --model"):
        models_of(job(tmp_path))


# --- failures ---------------------------------------------------------------------------------------------------------


def test_failures_in_a_row_are_asked_again_when_the_run_goes_on(tmp_path: Path) -> None:
    broken = [True]
    model = Scripted(lambda text: Failure(Kind.REJECTED, "no") if broken[0] and text != "0" else echo(text))
    with desk(Ledger(NO_LIMIT, begin(tmp_path, {})), model) as here:
        for number in range(8):
            here.ask("writer", user(str(number)))
        with pytest.raises(ModelsGone, match=r"^8 calls in a row failed, the last: no; mend that, then use --resume$"):
            here.ask("writer", user("8"))
    broken[0] = False
    here._ledger.close("running")
    with desk(Ledger(NO_LIMIT, latest(tmp_path, {})), model) as again:
        assert all(isinstance(again.ask("writer", user(str(number))), Reply) for number in range(20))
    assert model.asked == [*map(str, range(9)), *map(str, range(1, 20))]


def test_empty_answers_in_a_row_are_asked_again_too(tmp_path: Path) -> None:
    """They were paid for, and are on disk; but the run ended with them, so they are no answers."""
    model = Scripted(lambda text: judged(Reply("", "scripted", read=1)))
    ledger = Ledger(NO_LIMIT, begin(tmp_path, {}))
    with desk(ledger, model) as here:
        tickets = [here.submit("writer", user(str(n))) for n in range(8)]
        for ticket in tickets[:-1]:
            here.result(ticket)
        with pytest.raises(ModelsGone, match="the model gave an empty answer"):
            here.result(tickets[-1])
        ledger.event("more", "of the run", lambda: 1)  # the best so far is proven
    ledger.close("unchanged")
    model._answer = echo
    again = Ledger(NO_LIMIT, latest(tmp_path, {}))
    with desk(again, model) as here:
        assert all(isinstance(here.ask("writer", user(str(n))), Reply) for n in range(8))
    assert (len(model.asked), again.purse.spent.calls) == (16, 16)


def test_a_try_that_was_given_up_is_no_answer(tmp_path: Path) -> None:
    """One call waits to be tried again while another learns that the key is wrong."""

    def answer(text: str) -> Outcome:
        if text == "busy":
            return Failure(Kind.RATE, "slow down", pause=30.0)
        time.sleep(0.05)
        return Failure(Kind.KEY, "the key is wrong")

    history = begin(tmp_path, {})
    with desk(Ledger(NO_LIMIT, history), Scripted(answer), seconds=60.0) as here:
        tickets = [here.submit("writer", user("busy")), here.submit("writer", user("wrong"))]
        with pytest.raises(TracecError, match="the key is wrong"):
            here.result(tickets[0])
    assert [*history.events()] == []


def test_old_runs_go_with_their_prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracec.run import history

    for number in range(history.KEPT + 2):
        monkeypatch.setattr("time.strftime", lambda form, number=number: f"20261130-00000{number}")
        ledger = Ledger(NO_LIMIT, begin(tmp_path, {}))
        with desk(ledger, Scripted(echo)) as here:
            here.ask("writer", user("a"))
        ledger.close("unchanged")
    assert len([*tmp_path.iterdir()]) == history.KEPT


def test_an_overflow_does_not_count_against_the_service() -> None:
    with desk(Ledger(NO_LIMIT), Scripted(lambda text: Failure(Kind.OVERFLOW, "long"))) as here:
        assert all(isinstance(here.ask("writer", user(str(n))), Failure) for n in range(20))


def test_pauses_grow_and_are_the_same_for_a_seed() -> None:
    patience = Patience()
    rate, lost = Failure(Kind.RATE, ""), Failure(Kind.TIMEOUT, "", lost=True)
    pauses = [patience.pause(rate, attempt, "seed") for attempt in range(1, 7)]
    assert pauses == [patience.pause(rate, attempt, "seed") for attempt in range(1, 7)]
    assert pauses[-1] is None
    assert all(2.0**n / 2 <= pause <= 2.0**n for n, pause in enumerate(p for p in pauses if p is not None))
    assert patience.pause(rate, 1, "another") != pauses[0]
    assert (patience.pause(lost, 1, "") is None, patience.pause(lost, 2, "") is None) == (False, True)
    assert patience.pause(echo("a"), 1, "") is None
    asked = patience.pause(Failure(Kind.RATE, "", pause=20.0), 1, "")
    assert asked is not None
    assert 20.0 <= asked <= 20.1
    assert patience.pause(Failure(Kind.RATE, "", pause=3600.0), 1, "") is None


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"Retry-After": "0.5"}, 0.5),
        ({"retry-after": "Mon, 30 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Mon, 30 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: Mapping[str, str], pause: float | None) -> None:
    noon = 1796040000.0  # 2026-11-30 12:00 UTC
    assert pause_of(headers, lambda: noon) == pause


class Odd(Exception):
    """An error as services make litellm raise it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status_code = status


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (400, "prompt is too long: 210000 tokens > 200000 maximum", Kind.OVERFLOW),
        (429, "Too many tokens, please wait before trying again", Kind.RATE),
        (400, "Your credit balance is too low to access the API", Kind.CREDIT),
        (429, "You exceeded your current quota. Please retry in 26.4s.", Kind.RATE),
        (400, "The response was filtered due to Azure's content management policy", Kind.REFUSED),
        (404, "DeploymentNotFound", Kind.MODEL),
        (403, "not allowed", Kind.KEY),
        (422, "unprocessable", Kind.REJECTED),
    ],
)
def test_what_services_say_is_understood(status: int, text: str, kind: Kind) -> None:
    assert failure("m", Odd(status, text)).kind == kind


def test_how_a_reply_ends() -> None:
    assert judged(Reply("x", "m", "stop")) == Reply("x", "m", "stop")
    kinds = [judged(Reply(text, "m", ended)) for text, ended in ((" ", "stop"), ("x", "length"), ("x", "SAFETY"))]
    assert [said.kind for said in kinds if isinstance(said, Failure)] == [Kind.EMPTY, Kind.CUT, Kind.REFUSED]


@pytest.mark.parametrize(
    ("asked", "answered", "alike"),
    [
        ("openai/gpt-5-mini", "gpt-5-mini-2025-08-07", True),
        ("openai/gpt-5", "gpt-5-mini", False),
        ("anthropic/claude-x-latest", "claude-x-20260101", True),
        ("python:m:f", "whatever", True),
        ("openai/tiny", "other", False),
    ],
)
def test_another_model_is_noticed(asked: str, answered: str, alike: bool) -> None:
    assert same(asked, answered) == alike


# --- interrupts and resuming ------------------------------------------------------------------------------------------


def test_ctrl_c_starts_nothing_more_and_waits_for_what_is_paid(tmp_path: Path) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored where the tests run in the background
    go_on = threading.Event()

    def waiting(text: str) -> Outcome:
        go_on.wait(5)
        return echo(text)

    model, ledger = Scripted(waiting), Ledger(NO_LIMIT, begin(tmp_path, {}))
    here = desk(ledger, model, width=2)
    with here:
        tickets = [here.submit("writer", user(str(n))) for n in range(6)]
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            here.result(tickets[0])
        with pytest.raises(KeyboardInterrupt):
            here.result(tickets[5])
        threading.Timer(0.1, go_on.set).start()
    assert sorted(model.asked) == ["0", "1"]
    assert ledger.purse.spent.calls == 2
    assert [one.ended for one in exchanges(ledger.folder())] == ["stop", "stop"]


def test_what_was_paid_for_and_not_taken_is_not_paid_for_again(tmp_path: Path) -> None:
    under_way = threading.Barrier(6)

    def all_at_once(text: str) -> Outcome:
        under_way.wait(30)
        return echo(text)

    model, first = Scripted(all_at_once, price=ONE), Ledger(NO_LIMIT, begin(tmp_path, {}))
    with desk(first, model, width=6, seconds=60.0) as here:
        tickets = [here.submit("writer", user(str(n))) for n in range(6)]
        here.result(tickets[0])
    first.close("running")
    spent = first.purse.spent
    assert spent.calls == 6
    again = Ledger(NO_LIMIT, latest(tmp_path, {}))
    with desk(again, model) as here:
        tickets = [here.submit("writer", user(str(n))) for n in range(6)]
        assert [here.result(ticket) for ticket in tickets] == [
            structs.replace(echo(str(n)), usd=15e-6) for n in range(6)
        ]
    assert (len(model.asked), again.purse.spent) == (6, spent)


def test_a_larger_budget_goes_on_where_the_smaller_one_ended(tmp_path: Path) -> None:
    from tracec.run.ledger import LATE

    model, told = Scripted(echo), list[str]()
    ledger = Ledger(Budget(calls=2), begin(tmp_path, {}))
    with desk(ledger, model, warnings=told) as here:
        said = [here.ask("writer", user(str(n))) for n in range(4)]
    assert [type(one).__name__ for one in said] == ["Reply", "Reply", "Failure", "Failure"]
    assert set(told) == {"the budget for models is spent: a larger one goes on from here, with --resume"}
    ledger.close("running")
    same_again = Ledger(Budget(calls=2), latest(tmp_path, {}))
    with desk(same_again, model) as here:
        assert [here.ask("writer", user(str(n))) for n in range(4)] == said
    same_again.close("running")
    history = latest(tmp_path, {})
    history.cut(LATE)
    with desk(Ledger(Budget(calls=4), history), model) as here:
        assert all(isinstance(here.ask("writer", user(str(n))), Reply) for n in range(4))
    assert model.asked == ["0", "1", "2", "3"]


# --- the kinds of models ----------------------------------------------------------------------------------------------

ANSWERS = """
import time
def text(messages): return messages[-1]["content"] + "!"
def usage(messages): return "x", {"prompt_tokens": 7, "completion_tokens": 2, "cost": 0.5, "model": "big"}
def broken(messages): return 1 / 0
def none(messages): return None
def late(messages): time.sleep(3)
"""


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "answers_of_tests", raising=False)
    (tmp_path / "answers_of_tests.py").write_text(ANSWERS)
    return tmp_path


def called(folder: Path, function: str) -> Outcome:
    return PythonModel(f"python:answers_of_tests:{function}", None, folder).ask(user("hello"), None, 9, 0.3)


def test_a_function_is_a_model(answers: Path) -> None:
    said = called(answers, "text")
    assert said == Reply("hello!", "python:answers_of_tests:text", "stop", 2, 2, counted=False)
    assert called(answers, "usage") == Reply("x", "big", "stop", 7, 2, usd=0.5)
    for function, line in {
        "broken": "raised ZeroDivisionError: division by zero (answers_of_tests.py:5)",
        "none": "returned NoneType, not a text or a text and its usage",
        "late": "did not return within 0.3 s",
    }.items():
        failed = called(answers, function)
        assert isinstance(failed, Failure)
        assert failed.line == f"python:answers_of_tests:{function} {line}"


@pytest.mark.parametrize(
    "name", ["python:nowhere:f", "python:answers_of_tests:g", "python:answers_of_tests", "python:"]
)
def test_a_function_that_is_not_there(name: str, answers: Path) -> None:
    with pytest.raises(TracecError, match=f"the model {name} cannot be imported"):
        PythonModel(name, None, answers)


def command(folder: Path, code: str, seconds: float = 5.0, text: str = "hello") -> Outcome:
    (folder / "program.py").write_text(code)
    model = CommandModel(f"command:{sys.executable} program.py 'one word'", None, folder)
    return model.ask([{"role": "system", "content": "be brief"}, *user(text)], None, 9, seconds)


def test_a_program_is_a_model(tmp_path: Path) -> None:
    said = command(tmp_path, "import sys; print(sys.argv[1:], sys.stdin.read().upper())")
    assert isinstance(said, Reply)
    assert said.text == "['one word'] BE BRIEF\n\nHELLO\n"


def test_both_pipes_are_drained(tmp_path: Path) -> None:
    code = "import sys\nfor _ in range(20000): print('x' * 50, file=sys.stderr); print('y' * 50)\nsys.stdin.read()"
    said = command(tmp_path, code, 20.0, "z" * 1_000_000)
    assert isinstance(said, Reply)
    assert len(said.text) == 20000 * 51


def test_a_program_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    start = (
        "import subprocess, time\nchild = subprocess.Popen(['sleep', '60'])\nopen('pid', 'w').write(str(child.pid))\n"
    )
    began = time.monotonic()
    said = command(tmp_path, start + "time.sleep(60)", 1.5)
    assert isinstance(said, Failure)
    assert (said.kind, said.lost, time.monotonic() - began < 5) == (Kind.TIMEOUT, True, True)
    child = (tmp_path / "pid").read_text().strip()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True).stdout.strip()
    assert not state or state.startswith("Z"), state


def test_a_program_that_fails(tmp_path: Path) -> None:
    said = command(tmp_path, "import sys; print('no\\nkey', file=sys.stderr); sys.exit(3)")
    assert isinstance(said, Failure)
    assert (said.kind, said.line.endswith("ended with code 3: key")) == (Kind.REJECTED, True)
    with pytest.raises(TracecError, match="there is no program 'nowhere-at-all'"):
        model_of("command:nowhere-at-all -x", tmp_path, {})


# --- what is written and told -----------------------------------------------------------------------------------------


def test_keys_are_scrubbed() -> None:
    known = {"MY_API_KEY": "abcdefgh1234", "SHORT_KEY": "abc", "PATH": "/usr/bin:/bin", "DB_TOKEN": "abcdefgh"}
    assert Scrubber(known).clean("abcdefgh1234 abcdefgh abc /usr/bin:/bin \ud83d") == "[key] [key] abc /usr/bin:/bin ?"


def test_a_dry_run_asks_nothing() -> None:
    model = Scripted(echo, price=Price(1.0, 10.0))
    ledger = Ledger(Budget(calls=20, usd=0.5))
    here = Desk({"": model}, ledger, print, Silence(), Terms(4, 5.0), dry=True)
    with here, pytest.raises(DryRun) as said:
        here.submit("writer", user("how are you"))
    assert model.asked == []
    assert str(said.value) == (
        "[user]\nhow are you\n\n"
        "This is the first prompt, for scripted as writer. Nothing was asked.\n"
        "prompt: 11 characters, about 4 tokens; answer: at most 100 tokens\n"
        "price: 1 USD per million tokens in, 10 out\n"
        "a call like this costs about 0.0000 USD, at most 0.0011 USD\n"
        "20 calls like this cost at most 0.0221 USD\n"
        "limits: 20 calls, 0.5 USD"
    )
    unpriced = bill("writer", Scripted(echo), user("x"), None, NO_LIMIT)
    assert "price: not known; [tool.tracec.prices] can say it" in unpriced
    assert "limits: none on calls, tokens and USD" in unpriced


def test_a_folder_that_cannot_be_written_loses_no_reply(tmp_path: Path) -> None:
    told = list[str]()
    ledger = Ledger(NO_LIMIT, begin(tmp_path, {}))
    with desk(ledger, Scripted(echo), warnings=told) as here:
        here._calls._exchanges.folder = tmp_path / "gone"
        assert isinstance(here.ask("writer", user("a")), Reply)
    assert told == ["some prompts and answers could not be kept (No such file or directory)"]


def test_a_fault_of_ours_is_raised_where_it_is_seen() -> None:
    def wrong(text: str) -> Outcome:
        raise ZeroDivisionError

    with desk(Ledger(NO_LIMIT), Scripted(wrong)) as here, pytest.raises(ZeroDivisionError):
        here.ask("writer", user("a"))


def test_the_layer_itself_is_cheap(tmp_path: Path) -> None:
    """Far more than it takes (2 ms, with two files written twice), so that a slow machine does not fail it."""
    with desk(Ledger(NO_LIMIT, begin(tmp_path, {})), Scripted(echo)) as here:
        began = time.perf_counter()
        for number in range(100):
            here.ask("writer", user("x" * 6000), number)
        assert time.perf_counter() - began < 100 * 0.05
