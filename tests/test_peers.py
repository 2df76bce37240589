"""benchmarks/peers.py: calls are counted and cut, every case is scored, intervals are those of known numbers."""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.bad_service import answer, serving

FOLDER = Path(__file__).parent.parent / "benchmarks"
sys.path[:0] = [str(FOLDER / "peers"), str(FOLDER)]

arms: Any = importlib.import_module("arms")
paired: Any = importlib.import_module("paired")
peer_work: Any = importlib.import_module("peer_work")
proxies: Any = importlib.import_module("proxy")
scripts: Any = importlib.import_module("scripted")
tasks: Any = importlib.import_module("tasks")
TASKS = tasks.tasks()
WORDS = [{"role": "user", "content": "say fine"}]


def asked(address: str, **more: Any) -> tuple[int, Any]:
    """The status and the body of what is answered."""
    body = json.dumps({"model": "m", "messages": WORDS, **more}).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{address}/chat/completions", body)) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


# --- the proxy --------------------------------------------------------------------------------------------------------


@contextmanager
def between() -> Iterator[tuple[Any, Any]]:
    """A service and a proxy before it."""
    with serving() as service, proxies.counting(service.base, "key") as proxy:
        yield service, proxy


def test_calls_are_counted_and_cut() -> None:
    with between() as (service, proxy):
        account, other = proxy.opened("a", 2), proxy.opened("b", 1)
        statuses = [asked(proxy.address("a", "optimizer"))[0] for _ in range(4)]
        assert statuses == [200, 200, 401, 401]
        assert asked(proxy.address("b", "optimizer"))[1]["choices"] == answer("you said fine")["choices"]
        assert (account.calls, account.refused, account.read, account.written) == (2, 2, 200, 100)
        assert (other.calls, other.refused) == (1, 0)
        assert len(service.asked) == 3


def test_a_call_that_the_service_turns_down_does_not_count_but_not_for_ever() -> None:
    with between() as (service, proxy):
        account = proxy.opened("a", 1)
        service.script += ["500", "429"]
        assert [asked(proxy.address("a", "optimizer"))[0] for _ in range(3)] == [500, 429, 200]
        assert (account.calls, account.failed) == (1, 2)
        account = proxy.opened("c", 1)
        service.script += ["500"] * 20
        statuses = [asked(proxy.address("c", "optimizer"))[0] for _ in range(proxies.FAULTS + 1)]
        assert statuses == [500] * proxies.FAULTS + [401]


def test_no_more_calls_at_once_than_are_left() -> None:
    with between() as (service, proxy):
        account = proxy.opened("a", 3)
        service.slow = 0.2
        with ThreadPoolExecutor(8) as pool:
            statuses = sorted(pool.map(lambda _: asked(proxy.address("a", "optimizer"))[0], range(8)))
        assert statuses == [200] * 3 + [401] * 5
        assert (len(service.asked), account.calls, account.refused) == (3, 3, 5)


def test_calls_of_the_program_are_counted_apart_and_asked_once() -> None:
    with between() as (service, proxy):
        account = proxy.opened("a", 0)
        address = proxy.address("a", "program")
        service.script.append("500")
        statuses = [asked(address)[0] for _ in range(3)] + [asked(address, max_tokens=5)[0]]
        assert statuses == [500, 200, 200, 200]
        assert (account.program_calls, account.program_fresh, account.program_failed) == (4, 3, 1)
        assert (account.program_read, account.calls, account.read) == (200, 0, 0)


def test_other_addresses_are_not_known() -> None:
    with between() as (service, proxy):
        proxy.opened("a", 5)
        assert asked(proxy.address("b", "optimizer"))[0] == 404
        assert asked(proxy.address("a", "else"))[0] == 404
        assert service.asked == []


def test_a_service_that_is_not_there() -> None:
    with proxies.counting("http://127.0.0.1:9/v1") as proxy:
        account = proxy.opened("a", 1)
        status, said = asked(proxy.address("a", "optimizer"))
        assert (status, account.calls, account.failed) == (502, 0, 1)
        assert "does not answer" in said["error"]["message"]


# --- scores -----------------------------------------------------------------------------------------------------------


def test_what_is_missing_counts() -> None:
    lines = [json.dumps({"case": case, "score": 1.0, "text": ""}) for case in (0, 2)]
    assert tasks.counted(lines, 4).cases == (1.0, 0.0, 1.0, 0.0)
    assert tasks.counted(lines, 4).mean == 0.5
    assert tasks.counted([], 3).mean == 0.0


PROGRAM = """\
import os

def free_times(bookings, opens, closes, least=1):
    if len(bookings) == 1:
        raise KeyError("one")
    if len(bookings) == {ends}:
        os._exit(0)
    print("noise")
    return []
"""


def test_a_case_that_raises_fails_and_one_that_ends_the_process_fails_all_that_follow() -> None:
    task = tasks.task("free")
    rows = [json.loads(line) for line in (task.folder / "held.jsonl").read_text().splitlines()]
    empty = [row["want"] == "[]" and "([(" in row["call"] and row["call"].count("(") != 2 for row in rows]
    kept = tasks.judged(task, PROGRAM.format(ends=99), {}).cases
    good = [case for case, score in enumerate(kept) if score]
    assert good
    assert all(empty[case] or "[]," in rows[case]["call"] for case in good)
    assert len(kept) == 16
    assert sum(tasks.judged(task, PROGRAM.format(ends=2), {}).cases[2:]) == 0  # the third case has two bookings
    assert tasks.judged(task, "def free_times(:\n", {}).mean == 0.0


@pytest.mark.parametrize("task", TASKS, ids=[task.name for task in TASKS])
def test_tasks_begin_badly_and_can_be_solved(task: Any) -> None:
    start, reference = ((task.folder / name / task.file).read_text() for name in ("start", "reference"))
    if not task.asks:
        assert tasks.judged(task, start, {}).mean < 0.5
        assert tasks.judged(task, reference, {}).mean >= (1.0 if task.tests else 0.97)
        return
    setting = arms.Setting("m", 0, 60, 60, sys.executable)
    with scripts.scripted(task) as base, proxies.counting(base) as proxy:
        account = proxy.opened("a", 0)
        scores = [tasks.judged(task, text, arms.programs(proxy, "a", setting)).mean for text in (start, reference)]
        assert scores == [0.0, 1.0]
        assert account.program_fresh == 2 * tasks.held(task)


def test_what_an_arm_gets() -> None:
    assert len(TASKS) >= 8
    assert sum(bool(task.tests) for task in TASKS) >= 5
    assert sum(task.asks for task in TASKS) == 2
    assert all(not (task.folder / "start" / "held.jsonl").exists() for task in TASKS)


# --- intervals --------------------------------------------------------------------------------------------------------


def test_intervals_of_known_numbers() -> None:
    assert paired.interval([0.25] * 7) == (0.25, 0.25)
    assert paired.interval([0.0, 1.0]) == (0.0, 1.0)
    values = [float(number % 2) for number in range(100)]
    half = 1.96 * statistics.pstdev(values) / 10
    assert paired.interval(values) == pytest.approx((0.5 - half, 0.5 + half), abs=0.01)
    assert paired.interval(values, 1) == paired.interval(values, 1)


def test_differences_are_of_what_both_ran() -> None:
    first = {("a", 0): 1.0, ("b", 0): 0.5, ("c", 0): 0.0}
    second = {("a", 0): 0.5, ("b", 0): 0.75, ("d", 0): 1.0}
    found = paired.difference(first, second)
    assert (found.mean, found.pairs, found.wins, found.losses) == (0.125, 2, 1, 1)
    assert (found.low, found.high) == (-0.25, 0.5)
    assert paired.difference(first, {("x", 0): 1.0}) is None


# --- arms -------------------------------------------------------------------------------------------------------------


def test_peers_that_are_not_there() -> None:
    assert not arms.installed("trace-opt", "/no/such/python")
    assert arms.installed("rewrite", "/no/such/python")
    assert arms.installed(arms.START, "/no/such/python")


def test_an_arm_that_hangs_is_ended_and_what_it_left_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = tasks.task("free")
    code = "import os, shutil, time; shutil.copy({}, 'booking.py'); os.system('sleep 60 &'); time.sleep(60)"
    solved = code.format(repr(str(task.folder / "reference" / task.file)))
    monkeypatch.setattr(arms, "ours", lambda *_: [sys.executable, "-c", solved])
    monkeypatch.setattr(arms, "GRACE", 0)
    setting = arms.Setting("m", 4, 1.5, 1, sys.executable, str(tmp_path))
    with proxies.counting("http://127.0.0.1:9/v1") as proxy:
        before = threading.active_count()
        start = time.monotonic()
        row = arms.row(proxy, task, "rewrite", 0, setting)
        assert threading.active_count() <= before
    assert (row["ended"], row["score"], row["calls"]) == ("time", 1.0, 0)
    assert time.monotonic() - start < 55  # of the 60 s that it sleeps


def test_what_an_arm_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "TRACEC_MODEL", "HF_TOKEN"):
        monkeypatch.setenv(name, "x")
    found = arms.environment({"OPENAI_API_KEY": "y"})
    assert [name for name in found if name.endswith(arms.KEYS)] == ["OPENAI_API_KEY"]
    assert "TRACEC_MODEL" not in found


def test_a_target_is_replaced_in_its_file() -> None:
    source = 'A = """one\ntwo"""  # mark\n\n\ndef f():\n    return 1\n\n\ndef g():\n    return 2\n'
    assert peer_work.value_of(source, "A") == "one\ntwo"
    assert peer_work.placed(source, "A", "three").splitlines()[0] == "A = 'three'"
    changed = peer_work.placed(source, "f", "def f():\n    return 3\n")
    assert changed == source.replace("return 1", "return 3")


def test_a_report_has_every_case(tmp_path: Path) -> None:
    task = tasks.task("free")
    task.put(tmp_path)
    given = peer_work.Given(
        str(tmp_path), task.file, list(task.targets), task.goal, task.tests, "", "m", 4, 60, 0, sys.executable
    )
    report = given.report(given.source)
    assert (len(report.cases), len(report.failing)) == (8, 5)
    assert "assert [] == [(8, 18)]" in report.text("")
    assert "def test_nothing_booked():" in report.text("")
    broken = given.report(given.program("```python\ndef free_times(:\n```"))
    assert broken.mean == 0
    assert given.path.read_text() == given.source
    solved = (task.folder / "reference" / task.file).read_text()
    assert given.report(given.program(solved)).failing == []
    assert given.path.read_text() == solved
