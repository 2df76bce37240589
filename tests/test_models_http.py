"""Real HTTP through litellm, against a service that misbehaves on purpose: a clear line for each, and nothing lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bad_service import Service, serving
from tests.full import FULL
from tracec.models.adapters.litellm_model import LitellmModel
from tracec.models.desk import ROW, Desk, ModelsGone
from tracec.models.exchanges import exchanges
from tracec.models.patience import Patience, Terms
from tracec.models.price import Price
from tracec.models.reply import Failure, Kind, Reply
from tracec.passes.nouns.errors import TracecError
from tracec.run.budget import Budget
from tracec.run.history import begin
from tracec.run.job import Silence
from tracec.run.ledger import Ledger

pytest.importorskip("litellm")
KEY = "sk-test-0123456789"
NO_LIMIT = Budget()
QUICK = Patience(first=0.01, longest=0.05)
Open = Callable[..., Desk]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with serving() as found:
        monkeypatch.setenv("OPENAI_API_BASE", found.base)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield found


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Open]:
    """Makes desks that are closed in the end."""
    made: list[Desk] = []

    def make(
        budget: Budget = NO_LIMIT, name: str = "openai/tiny-1", price: Price | None = None, **terms: object
    ) -> Desk:
        ledger = Ledger(budget, begin(tmp_path, {}))
        said = {"width": 4, "seconds": 5.0, "patience": QUICK, **terms}
        desk = Desk({"": LitellmModel(name, price)}, ledger, warnings.append, Silence(), Terms(**said))  # type: ignore[arg-type]
        made.append(desk.__enter__())
        return desk

    warnings: list[str] = []
    vars(make)["warnings"] = warnings
    yield make
    for desk in made:
        desk.close()


def messages(word: str) -> list[dict[str, str]]:
    return [{"role": "system", "content": "be brief"}, {"role": "user", "content": f"say {word}"}]


def files(folder: Path) -> str:
    """All that was written of prompts and answers."""
    return "".join(path.read_text() for path in sorted(folder.rglob("prompts/*")))


def test_a_reply(service: Service, open_desk: Open, tmp_path: Path) -> None:
    desk = open_desk(price=Price(1.0, 10.0))
    said = desk.ask("writer", messages("hello"), temperature=0.5, most=77)
    assert said == Reply("you said hello", "tiny-1", "stop", 100, 50, 0, True, 0.0006)
    (asked,) = service.asked
    assert asked == {
        "model": "tiny-1", "messages": messages("hello"), "temperature": 0.5, "max_tokens": 77,
    }  # fmt: skip
    spent = desk._ledger.purse.spent
    assert (spent.calls, spent.tokens, spent.usd, spent.priced) == (1, 150, 0.0006, True)
    assert "you said hello" in files(tmp_path)


# word: (kind, requests, calls that count as paid, what the line says)
FAILURES: dict[str, tuple[Kind, int, int, str]] = {
    "429": (Kind.RATE, 6, 0, "openai/tiny-1 is asked more often than its service allows (slow down)"),
    "429-ms": (Kind.RATE, 6, 0, "slow down"),
    "429-tomorrow": (Kind.RATE, 1, 0, "slow down"),
    "500": (Kind.SERVER, 6, 0, "the service of openai/tiny-1 has a fault, status 500 (it broke)"),
    "502": (Kind.SERVER, 6, 0, "status 502"),
    "503": (Kind.SERVER, 6, 0, "status 503 (overloaded)"),
    "400": (Kind.REJECTED, 1, 0, "did not take the request, status 400 (messages: wrong role)"),
    "overflow": (Kind.OVERFLOW, 1, 0, "the prompt is longer than openai/tiny-1 reads"),
    "overflow-local": (Kind.OVERFLOW, 1, 0, "the prompt is longer than openai/tiny-1 reads"),
    "json": (Kind.UNREADABLE, 2, 2, "what came from openai/tiny-1 is no answer"),
    "shape": (Kind.UNREADABLE, 2, 2, "what came from openai/tiny-1 is no answer"),
    "no-choices": (Kind.UNREADABLE, 2, 2, "what came from openai/tiny-1 is no answer"),
    "reset": (Kind.CONNECTION, 2, 2, "the connection to openai/tiny-1 was lost or could not be made"),
    "refusal": (Kind.REFUSED, 1, 1, "the model refused to answer: I cannot help with that"),
    "filter": (Kind.REFUSED, 1, 1, "the model refused to answer"),
    "empty": (Kind.EMPTY, 1, 1, "the model gave an empty answer"),
    "cut": (Kind.CUT, 1, 1, "the answer was cut off at 50 tokens"),
}


@pytest.mark.parametrize("word", FAILURES if FULL else [*FAILURES][::3])
def test_a_failure_has_a_line(word: str, service: Service, open_desk: Open, tmp_path: Path) -> None:
    kind, requests, calls, line = FAILURES[word]
    desk = open_desk()
    said = desk.ask("writer", messages(word))
    assert isinstance(said, Failure)
    assert (said.kind, len(service.asked), desk._ledger.purse.spent.calls) == (kind, requests, calls)
    assert line in said.line
    assert "\n" not in said.line
    assert "itellm" not in said.line
    assert line in files(tmp_path)


def test_what_was_cut_off_is_kept(service: Service, open_desk: Open) -> None:
    said = open_desk().ask("writer", messages("cut"))
    assert isinstance(said, Failure)
    assert said.reply == Reply("half of", "tiny-1", "length", 100, 50)


@pytest.mark.parametrize("word", ["drip", "hang"])
def test_a_deadline_is_one_of_the_clock(word: str, service: Service, open_desk: Open) -> None:
    desk = open_desk(seconds=0.4)
    began = time.monotonic()
    said = desk.ask("writer", messages(word))
    assert isinstance(said, Failure)
    assert (said.kind, len(service.asked), desk._ledger.purse.spent.calls) == (Kind.TIMEOUT, 2, 2)
    assert said.line == "openai/tiny-1 gave no whole answer within 0.4 s"
    assert time.monotonic() - began < 5
    if word == "drip":
        assert service.dropped.wait(5), "the connection is still open"


@pytest.mark.parametrize("word", ["401", "404", "quota"])
def test_what_no_other_call_would_mend_ends_the_run(
    word: str, service: Service, open_desk: Open, tmp_path: Path
) -> None:
    desk = open_desk(width=2)
    tickets = [desk.submit("writer", messages(word), number) for number in range(20)]
    with pytest.raises(TracecError) as caught:
        desk.result(tickets[0])
    with pytest.raises(TracecError):
        desk.result(tickets[19])
    desk.close()
    assert 1 <= len(service.asked) <= 2
    expected = {"401": "the key for openai/tiny-1 is missing or not taken", "404": "no model openai/tiny-1"}
    assert expected.get(word, "has no credit left") in str(caught.value)
    assert KEY not in str(caught.value) + files(tmp_path)


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch, open_desk: Open) -> None:
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    desk = open_desk()
    said = desk.ask("writer", messages("hello"))
    assert isinstance(said, Failure)
    assert (said.kind, desk._ledger.purse.spent.calls) == (Kind.CONNECTION, 0)


def test_a_missing_key_ends_the_run(monkeypatch: pytest.MonkeyPatch, open_desk: Open) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(TracecError, match="the key for openai/tiny-1 is missing or not taken"):
        open_desk().ask("writer", messages("hello"))


def test_a_name_that_nobody_knows(open_desk: Open) -> None:
    with pytest.raises(TracecError, match="there is no model nobody-9"):
        open_desk(name="nobody-9").ask("writer", messages("hello"))


@pytest.mark.parametrize(("word", "least"), [("429-soon", 1.0), ("date", 0.9)])
def test_it_waits_as_long_as_it_is_asked_to(word: str, least: float, service: Service, open_desk: Open) -> None:
    service.script = [word]
    began = time.monotonic()
    said = open_desk().ask("writer", messages("hello"))
    assert isinstance(said, Reply)
    assert len(service.asked) == 2
    assert least <= time.monotonic() - began < 4


def test_after_faults_comes_an_answer(service: Service, open_desk: Open) -> None:
    service.script = ["429", "500", "503"]
    desk = open_desk()
    assert desk.ask("writer", messages("hello")) == Reply("you said hello", "tiny-1", "stop", 100, 50)
    assert (len(service.asked), desk._ledger.purse.spent.calls) == (4, 1)


def test_another_model_than_asked_is_told(service: Service, open_desk: Open) -> None:
    desk = open_desk()
    for number in range(3):
        said = desk.ask("writer", messages("other"), number)
        assert isinstance(said, Reply)
        assert said.model == "another-model-9"
    assert vars(open_desk)["warnings"] == ["openai/tiny-1 was asked, and another-model-9 answered"]


def test_a_large_answer_and_odd_characters(service: Service, open_desk: Open, tmp_path: Path) -> None:
    desk = open_desk()
    large = desk.ask("writer", messages("megabyte"))
    assert isinstance(large, Reply)
    assert large.text == "é" * 500_000
    odd = desk.ask("writer", messages("unicode"))
    assert isinstance(odd, Reply)
    assert odd.text == "😀 ? \0 é"
    assert not odd.counted
    again = [one.reply for one in exchanges(desk._ledger.folder())]
    assert again == [large, odd]


def test_a_key_reaches_neither_a_prompt_nor_a_file(service: Service, open_desk: Open, tmp_path: Path) -> None:
    said = open_desk().ask("writer", [{"role": "user", "content": f"os.environ is {KEY}\ud800 say key"}])
    assert isinstance(said, Reply)
    assert said.text == "your key is [key], is it not"
    assert service.asked[0]["messages"][0]["content"] == "os.environ is [key]? say key"
    assert KEY not in files(tmp_path)
    assert KEY.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("prompts/*")} == {0o600}


def test_what_a_service_does_not_take_is_left_out_from_then_on(service: Service, open_desk: Open) -> None:
    desk = open_desk()
    for number in range(2):
        assert isinstance(desk.ask("writer", messages("strict"), number, temperature=1.0), Reply)
    assert [sorted({*body} - {"model", "messages"}) for body in service.asked] == [
        ["max_tokens", "temperature"], ["max_completion_tokens"], ["max_completion_tokens"],
    ]  # fmt: skip


def test_a_model_that_thinks_gets_neither_temperature_nor_max_tokens(service: Service, open_desk: Open) -> None:
    desk = open_desk(name="openai/gpt-5-mini")
    desk.ask("writer", messages("hello"), temperature=0.3)
    assert {*service.asked[0]} == {"model", "messages", "max_completion_tokens"}


def test_prices_are_known_or_not() -> None:
    assert LitellmModel("openai/gpt-5-mini", None).price() == Price(0.25, 2.0, pytest.approx(0.025))  # type: ignore[arg-type]
    assert LitellmModel("openai/tiny-1", None).price() is None
    assert LitellmModel("other/gpt-5-mini", None).price() is None
    assert Price(1.0, 10.0, 0.1).of(1_000_000, 100_000, 500_000) == pytest.approx(0.5 + 0.05 + 1.0)


@pytest.mark.parametrize(
    ("budget", "calls"),
    [
        (Budget(calls=13), 13),
        (Budget(tokens=150 * 12 + 4096 + 200), 13),
        (Budget(usd=1e-6 * (150 * 9 + 4096 + 200)), 10),
    ],
)
@pytest.mark.parametrize("width", [1, 8])
def test_limits_hold_at_any_width(budget: Budget, calls: int, width: int, service: Service, open_desk: Open) -> None:
    """As many calls are paid for as fit, the last with all that it could cost: the same number at every width."""
    service.slow = 0.01
    desk = open_desk(budget, price=Price(1.0, 1.0), width=width)
    tickets = [desk.submit("writer", messages("hello"), number) for number in range(30)]
    said = [desk.result(ticket) for ticket in tickets]
    assert [isinstance(one, Reply) for one in said] == [True] * calls + [False] * (30 - calls)
    assert all(one.kind == Kind.BUDGET for one in said if isinstance(one, Failure))
    assert len(service.asked) == calls
    assert service.most <= width
    assert desk._ledger.purse.spent.tokens == 150 * calls


def test_eight_failures_in_a_row_end_the_run(service: Service, open_desk: Open) -> None:
    desk = open_desk(patience=Patience(tries=1, lost_tries=1))
    assert isinstance(desk.ask("writer", messages("500"), 99), Failure)
    assert isinstance(desk.ask("writer", messages("hello")), Reply)
    for number in range(ROW - 1):
        assert isinstance(desk.ask("writer", messages("500"), number), Failure)
    with pytest.raises(ModelsGone, match="8 calls in a row failed, the last: the service of openai/tiny-1 has a fault"):
        desk.ask("writer", messages("503"))
    assert len(service.asked) == ROW + 2
