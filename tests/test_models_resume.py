"""A run that asks models is killed anywhere and goes on: nothing is paid for twice, and the history is the same."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bad_service import Service, serving
from tracec.models.exchanges import exchanges
from tracec.run.history import History, past

# Two rounds of questions, the second about the answers to the first. It kills itself before or after a step of its own:
# argv is the folder, the service, the width, the step (`event`, `file` or `taken`), and how many of these come before.
PROGRAM = """
import json, os, signal, sys, urllib.request
from pathlib import Path
from tracec.models import exchanges
from tracec.models.desk import Desk
from tracec.models.patience import Patience, Terms
from tracec.models.price import Price
from tracec.models.reply import Reply
from tracec.run import history
from tracec.run.budget import Budget
from tracec.run.job import Silence
from tracec.run.ledger import Ledger

folder, base, width, step, left = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5])

def killing(function):
    def counted(*args):
        global left
        left -= 1
        if left == -1:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args)
    return counted

if step == "event":
    history.History.add = killing(history.History.add)
if step == "file":
    exchanges.Exchanges.write = killing(exchanges.Exchanges.write)

class Http:
    name = "tiny-1"
    def ready(self): pass
    def price(self): return Price(1.0, 1.0)
    def most(self, wanted): return 100
    def close(self): pass
    def ask(self, messages, temperature, most, seconds):
        data = json.dumps({"messages": messages}).encode()
        with urllib.request.urlopen(urllib.request.Request(base + "/chat/completions", data)) as response:
            said = json.load(response)
        usage = said["usage"]
        text = said["choices"][0]["message"]["content"]
        return Reply(text, said["model"], "stop", usage["prompt_tokens"], usage["completion_tokens"])

def user(text):
    return [{"role": "user", "content": text}]

made = history.past(folder)
kept = history.opened(made[-1]) if made else history.begin(folder, {})
ledger, told = Ledger(Budget(), kept), []
with Desk({"": Http()}, ledger, told.append, Silence(), Terms(width, 5.0)) as desk:
    first = [desk.submit("writer", user(f"first {n}")) for n in range(9)]
    texts = [desk.result(ticket).text for ticket in first]
    second = [desk.submit("writer", user(f"about {text} second{n}")) for n, text in enumerate(texts)]
    texts = [desk.result(ticket).text for ticket in reversed(second)]
ledger.close("done")
print(json.dumps([texts, ledger.purse.spent.calls, told]))
"""


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as found:
        yield found


def ran(folder: Path, service: Service, width: int, step: str = "", left: int = 0) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", PROGRAM, folder, service.base, width, step, left]
    return subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=60)


def history(folder: Path) -> list[tuple[int, str, str, Any]]:
    (run,) = past(folder)
    opened = History(run, new=False)
    try:
        return [(event.number, event.kind, event.key, event.data) for event in opened.events()]
    finally:
        opened.close()


def asked(service: Service) -> Counter[str]:
    return Counter(body["messages"][-1]["content"] for body in service.asked)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[tuple[int, str, str, Any]]]:
    """The texts and the history of a run that nothing cuts off."""
    folder = tmp_path_factory.mktemp("whole")
    with serving() as service:
        done = ran(folder, service, 4)
        assert done.returncode == 0, done.stderr
        texts, calls, told = json.loads(done.stdout)
        assert (calls, told, len(service.asked)) == (18, [], 18)
    return texts, history(folder)


@pytest.mark.parametrize(
    ("width", "step", "left"),
    [
        *((width, "event", left) for width in (1, 4) for left in (0, 1, 9, 17)),
        *((width, "file", left) for width in (1, 4) for left in (0, 1, 7, 27)),
    ],
)
def test_killed_anywhere(
    width: int, step: str, left: int, service: Service, tmp_path: Path, whole: tuple[list[str], list[Any]]
) -> None:
    cut = ran(tmp_path, service, width, step, left)
    assert cut.returncode == -signal.SIGKILL, cut.stderr
    under_way = [one.messages[-1]["content"] for one in exchanges(past(tmp_path)[0]) if one.outcome is None]
    before = len(history(tmp_path))
    done = ran(tmp_path, service, width)
    assert done.returncode == 0, done.stderr
    texts, calls, told = json.loads(done.stdout)
    assert (texts, history(tmp_path)) == whole
    twice = {prompt for prompt, times in asked(service).items() if times > 1}
    assert twice <= {*under_way}, "a prompt whose answer was there was asked again"
    assert len(asked(service)) == 18
    assert len(service.asked) <= calls == 18 + len(under_way), "what may have been paid for counts"
    assert len(told) == bool(under_way)
    if step == "event":
        assert before == left
        assert len(under_way) <= width


def test_a_run_that_is_over_asks_nothing(service: Service, tmp_path: Path, whole: tuple[list[str], list[Any]]) -> None:
    ran(tmp_path, service, 4)
    again = ran(tmp_path, service, 2)
    assert json.loads(again.stdout) == [whole[0], 18, []]
    assert len(service.asked) == 18


def test_where_the_files_are_gone_the_history_is_enough(
    service: Service, tmp_path: Path, whole: tuple[list[str], list[Any]]
) -> None:
    ran(tmp_path, service, 4)
    for path in tmp_path.rglob("prompts/*"):
        path.unlink()
    again = ran(tmp_path, service, 4)
    assert json.loads(again.stdout) == [whole[0], 18, []]
    assert len(service.asked) == 18
