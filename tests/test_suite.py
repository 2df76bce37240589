"""Suites in real guest processes: what is collected, what a candidate can do to us, and what is left behind."""

import dataclasses
import json
import os
import signal
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.full import slow
from tracec.guests.protocol import as_reply
from tracec.guests.replaying import as_json
from tracec.guests.suite import Reply, Request, Suite, Swap, confirm
from tracec.passes.nouns.errors import TracecError
from tracec.runtime.guest import sandbox
from tracec.runtime.guest.meters import LOG, recorded
from tracec.runtime.outcome import Ended, Outcome, Status
from tracec.runtime.project_paths import ProjectPaths
from tracec.runtime.record.log import START

CALC = """
import os, signal, subprocess, sys, time

def work(x):
    return x + 1

def table():
    return [1, 2]

TABLE = table()
"""
TESTS = """
import pytest
from calc import work, TABLE

def test_first() -> None:
    assert work(1) == 2

def test_second() -> None:
    assert work(2) == 3

def test_table() -> None:
    assert TABLE == [1, 2]
"""
FIRST, SECOND, TABLE = "test_calc.py::test_first", "test_calc.py::test_second", "test_calc.py::test_table"


def tree(folder: Path, **files: str) -> str:
    for name, text in files.items():
        path = Path(folder, name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return str(folder)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of the small project most tests use."""
    return tree(tmp_path_factory.mktemp("calc"), calc=CALC, test_calc=TESTS)


@pytest.fixture(scope="module")
def suite(root: str) -> Iterator[Suite]:
    """One guest for most tests; a candidate that harms it harms those after it."""
    with Suite(root, [], mode="fuel", scope=["calc.py"]) as found:
        yield found


def body(text: str) -> tuple[Swap, ...]:
    source = "def work(x):\n" + textwrap.indent(textwrap.dedent(text), "    ")
    return (Swap("calc.py", "work", CALC.splitlines().index("def work(x):") + 1, source),)


def statuses(reply: Reply) -> list[str]:
    return [outcome.status for outcome in reply.outcomes]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def soon(true: Callable[[], bool]) -> bool:
    """True as soon as it is, for five seconds: it may take the kernel a moment."""
    deadline = time.monotonic() + 5
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def ends(pid: int) -> bool:
    return soon(lambda: not alive(pid))


def killed(pid: int) -> None:
    """Kill a process, and wait until it is no more than an entry in the table of processes."""
    os.kill(pid, signal.SIGKILL)
    assert soon(lambda: not alive(pid) or _defunct(pid))


def guest_of(suite: Suite) -> int:
    """The process of a guest that runs."""
    assert suite._process is not None
    return suite._process.pid


def descendants(pid: int) -> list[int]:
    from tracec.runtime.guest.process_tree import children

    return [child for each in children(pid) for child in (each, *descendants(each))]


# What is collected and how it comes out.


def test_ids_and_files_are_pytests_own(suite: Suite) -> None:
    assert suite.ids == (FIRST, SECOND, TABLE)
    assert suite.files[FIRST] == "test_calc.py"


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A project with a src layout and every kind of test."""
    folder = tmp_path_factory.mktemp("zoo")
    (folder / "src/zoo").mkdir(parents=True)
    (folder / "src/zoo/__init__.py").touch()
    (folder / "pytest.ini").write_text("[pytest]\npythonpath = src\naddopts = --doctest-modules --lf -x\n")
    return tree(
        folder,
        conftest="import pytest\n@pytest.fixture(scope='session')\ndef ten(): return 10\n",
        src__zoo__food='def eat(x):\n    """\n    >>> eat(1)\n    2\n    """\n    return x + 1\n',
        tests__test_zoo="""
        import subprocess, unittest, pytest
        from zoo.food import eat
        def test_fixture(ten, tmp_path): assert (tmp_path / "x").write_text("x") and eat(ten) == 11
        class TestClass:
            @pytest.mark.parametrize("x", [1, "a b", "[1]"])
            def test_param(self, x): assert x
            def test_fails(self): assert eat(1) == 3
        @pytest.mark.parametrize("x", [1, 1])
        def test_twice(x): pass
        class Old(unittest.TestCase):
            def setUp(self): self.n = 3
            def test_old(self): self.assertEqual(self.n, 3)
            def test_old_fails(self): self.assertEqual(self.n, 4)
            @unittest.skip("no")
            def test_skip(self): pass
            @unittest.expectedFailure
            def test_expected(self): self.fail()
            def test_parts(self):
                for n in range(3):
                    with self.subTest(n=n): self.assertNotEqual(n, 1)
        @pytest.mark.xfail(reason="known")
        def test_xfail(): assert 0
        @pytest.mark.xfail
        def test_xpass(): pass
        @pytest.mark.xfail(strict=True)
        def test_strict(): pass
        def test_skipped(): pytest.skip("because")
        @pytest.fixture
        def broken(): raise RuntimeError("fixture")
        def test_error(broken): pass
        @pytest.fixture
        def late():
            yield
            raise RuntimeError("late")
        def test_late(late): pass
        def test_leaves(): raise SystemExit(3)
        def test_interrupts(): raise KeyboardInterrupt
        def test_exits(): pytest.exit("enough")
        def test_captures(capsys, capfd):
            pass
        def test_prints(capfd):
            subprocess.run(["echo", "hello"])
            assert capfd.readouterr().out == "hello\\n"
        """,
    )


EXPECTED = {
    "src/zoo/food.py::zoo.food.eat": "passed",
    "test_fixture": "passed",
    "TestClass::test_param[1]": "passed",
    "TestClass::test_param[a b]": "passed",
    "TestClass::test_param[[1]]": "passed",
    "TestClass::test_fails": "failed",
    "test_twice[1_0]": "passed",
    "test_twice[1_1]": "passed",
    "Old::test_old": "passed",
    "Old::test_old_fails": "failed",
    "Old::test_skip": "skipped",
    "Old::test_expected": "xfailed",
    "Old::test_parts": "failed",
    "test_xfail": "xfailed",
    "test_xpass": "xpassed",
    "test_strict": "failed",
    "test_skipped": "skipped",
    "test_error": "error",
    "test_late": "error",
    "test_leaves": "failed",
    "test_interrupts": "failed",
    "test_exits": "failed",
    "test_captures": "error",
    "test_prints": "passed",
}


def short(outcomes: Iterable[Outcome]) -> dict[str, str]:
    return {outcome.id.removeprefix("tests/test_zoo.py::"): outcome.status for outcome in outcomes}


def test_every_kind_of_test_warm_and_cold(zoo: str) -> None:
    with Suite(zoo, [], mode="fuel", scope=[f"{zoo}/src/zoo/food.py"]) as suite:
        warm = suite.run(Request(suite.ids))
        text = Path(zoo, "src/zoo/food.py").read_text()
        cold = suite.run(Request(suite.ids, overlay={f"{zoo}/src/zoo/food.py": text}))
        backwards = suite.run(Request(suite.ids[::-1]))
        fixed = suite.run(Request(suite.ids, overlay={f"{zoo}/src/zoo/food.py": text.replace("x + 1", "x + 2")}))
    assert warm.ended == cold.ended == "done"
    assert short(warm.outcomes) == short(cold.outcomes) == EXPECTED
    assert short(backwards.outcomes) == EXPECTED
    assert [outcome.id for outcome in backwards.outcomes] == list(suite.ids[::-1])
    assert short(fixed.outcomes)["TestClass::test_fails"] == "passed"
    assert short(fixed.outcomes)["src/zoo/food.py::zoo.food.eat"] == "failed"


def test_confirm_says_the_same(zoo: str) -> None:
    stops = ("test_interrupts", "test_exits")  # these end pytest's own run
    with Suite(zoo, [], mode="plain") as suite:
        ids = tuple(test for test in suite.ids if not test.endswith(stops))
        warm = suite.run(Request(ids)).outcomes
    args = [argument for test in stops for argument in ("--deselect", f"tests/test_zoo.py::{test}")]
    plain = confirm(zoo, args, sys.executable, 60)
    assert [(o.id, o.status, o.message, o.path, o.line) for o in plain if o.status != "failed"] == [
        (o.id, o.status, o.message, o.path, o.line) for o in warm if o.status != "failed"
    ]
    assert short(plain) == short(warm)
    assert not list(Path(zoo).rglob("__pycache__")) + list(Path(zoo).rglob(".pytest_cache"))


def test_a_failure_says_what_and_where(suite: Suite) -> None:
    reply = suite.run(Request((FIRST,), body("raise ValueError('no')")))
    outcome = reply.outcomes[0]
    assert (outcome.message, outcome.path) == ("ValueError: no", "calc.py")
    assert CALC.splitlines()[outcome.line - 1] == "    return x + 1"
    assert suite.run(Request((FIRST,), body("return 3"))).outcomes[0].message.startswith("assert 3 == 2")


def test_named_twice_runs_twice_and_unknown_is_an_error(suite: Suite) -> None:
    reply = suite.run(Request((FIRST, "test_calc.py::gone", FIRST)))
    assert statuses(reply) == ["passed", "error", "passed"]
    assert reply.outcomes[1].message == "not collected"


def test_steps_are_the_same_each_time(suite: Suite) -> None:
    swaps = body("for i in range(10): pass\nreturn x + 1")
    assert {suite.run(Request((SECOND, FIRST), swaps)).outcomes[1].steps for _ in range(3)} == {11}


# Swapped or collected anew.


def test_a_swap_fails_and_the_next_request_does_not_know_of_it(suite: Suite) -> None:
    assert statuses(suite.run(Request((FIRST, SECOND), body("return 2")))) == ["passed", "failed"]
    assert statuses(suite.run(Request((FIRST, SECOND)))) == ["passed", "passed"]


def test_a_new_signature_is_cold_and_goes_cold_where_it_can(suite: Suite, root: str) -> None:
    path = f"{root}/calc.py"
    swap = Swap(path, "work", CALC.splitlines().index("def work(x):") + 1, "def work(x, y=5):\n    return x + y\n")
    assert suite.run(Request((FIRST,), (swap,))).ended == "cold"
    text = CALC.replace("def work(x):\n    return x + 1", "def work(x, y=5):\n    return x + y")
    reply = suite.run(Request((FIRST,), (swap,), {path: text}))
    assert (reply.ended, reply.outcomes[0].message.splitlines()[0]) == ("done", "assert 6 == 2")


def test_what_ran_at_import_is_cold(suite: Suite, root: str) -> None:
    line = CALC.splitlines().index("def table():") + 1
    swap = Swap(f"{root}/calc.py", "table", line, "def table():\n    return []\n")
    reply = suite.run(Request((TABLE,), (swap,)))
    assert (reply.ended, "imported" in reply.detail) == ("cold", True)
    text = CALC.replace("[1, 2]", "[]")
    assert statuses(suite.run(Request((TABLE,), (swap,), {f"{root}/calc.py": text}))) == ["failed"]


def test_a_file_imported_late_takes_the_overlay(tmp_path: Path) -> None:
    root = tree(
        tmp_path, lazy="def f(): return 1\n", test_lazy="def test_f():\n    import lazy\n    assert lazy.f() == 2\n"
    )
    swap = Swap(f"{root}/lazy.py", "f", 1, "def f(): return 2")
    with Suite(root, [], mode="fuel", scope=[f"{root}/lazy.py"]) as suite:
        assert suite.run(Request(suite.ids, (swap,))).ended == "cold"
        assert statuses(suite.run(Request(suite.ids, (swap,), {f"{root}/lazy.py": "def f(): return 2\n"}))) == [
            "passed"
        ]


def test_a_candidate_that_cannot_be_read_fails_every_test(suite: Suite, root: str) -> None:
    for request in (
        Request((FIRST, SECOND), body("return (")),
        Request((FIRST, SECOND), overlay={f"{root}/calc.py": "def work(x:\n"}),
        Request((FIRST, SECOND), overlay={f"{root}/calc.py": "import nowhere_to_be_found\n"}),
        Request((FIRST, SECOND), overlay={f"{root}/calc.py": "raise SystemExit\n"}),
    ):
        reply = suite.run(request)
        assert (reply.ended, statuses(reply)) == ("error", ["error", "error"]), request
        assert reply.detail


def test_stop_ends_at_the_first_surprise_and_tears_down(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    root = tree(
        tmp_path,
        test_stop=f"""
        import pytest
        @pytest.fixture(scope="session", autouse=True)
        def log():
            yield
            open({str(out / "torn")!r}, "a").write("x")
        def test_a(): assert 0
        def test_b(): assert 0
        def test_c(): pass
        """,
    )
    with Suite(root, [], writable=[str(out)]) as suite:
        a, b, c = suite.ids
        reply = suite.run(Request((a, b, c), expect={a: (Status.FAILED,)}, stop=True))
        assert (reply.ended, statuses(reply)) == ("stopped", ["failed", "failed"])
        assert (out / "torn").read_text() == "x"
        assert suite.run(Request((c, a), stop=True, expect={a: (Status.PASSED, Status.FAILED)})).ended == "done"


RECORDED = """
from tracec.runtime.record import attach
attach("key", "__at_key__", 1)
def work(x):
    __rec__(x)
    return x + 1
def table():
    return [1, 2]
TABLE = table()
def forever():
    while True: __rec__(1)
"""


def test_record_mode_saves_a_chapter_for_each_test_and_stops_a_runaway(tmp_path: Path) -> None:
    from tracec.runtime import record
    from tracec.runtime.record import log as logs

    tests = TESTS + "\ndef test_runaway():\n    from calc import forever\n    forever()\n"
    root = tree(tmp_path / "project", calc=CALC, test_calc=tests)
    (tmp_path / "calc.bin").write_bytes(
        record.artifact("key", "__at_key__", 1, "{}", compile(RECORDED, f"{root}/calc.py", "exec"))
    )
    artifacts, log = {f"{root}/calc.py": str(tmp_path / "calc.bin")}, tmp_path / "log"
    with Suite(root, [], mode="record", artifacts=artifacts, limit_events=1000) as suite:
        ids = (*suite.ids[:2], suite.ids[3], FIRST)
        reply = suite.run(Request(ids, record=1 << 20, seconds=60))
        cut = suite.run(Request(ids, record=len(reply.log) // 2, seconds=60))
        silent = suite.run(Request((FIRST,), seconds=60))
    assert (reply.ended, statuses(reply)) == ("done", ["passed", "passed", "steps", "passed"])
    assert (cut.log, statuses(cut), silent.log) == (reply.log[: len(reply.log) // 2], statuses(reply), b"")
    log.write_bytes(reply.log)
    chapters = [found for kind, found in logs.read(str(log)) if kind == "chapter"]
    assert [name for name, _, _ in chapters] == ["", FIRST, SECOND, "test_calc.py::test_runaway", FIRST]
    assert [events for _, ((_, events),), _ in (chapters[1], chapters[2])] == [[1], [2]]


@pytest.mark.skipif(not sandbox.abi(), reason="this kernel has no Landlock")
def test_a_test_that_is_recorded_writes_nowhere_else(tmp_path: Path) -> None:
    """What the run knows is read again when it is resumed."""
    (tmp_path / "run").mkdir()
    known = tmp_path / "run" / "ledger.sqlite"
    known.write_text("known")
    tests = f"def test_a():\n    open({str(known)!r}, 'w')\ndef test_b():\n    open({str(known) + '2'!r}, 'w')\n"
    with Suite(tree(tmp_path / "p", test_a=tests), [], mode="record") as suite:
        reply = suite.run(Request(suite.ids, record=1 << 20, seconds=60))
        assert not [name for name in os.listdir(suite._folder) if name.startswith("job")]
    assert ["Permission denied" in o.message for o in reply.outcomes] == [True, True]
    assert (known.read_text(), os.listdir(tmp_path / "run")) == ("known", ["ledger.sqlite"])
    assert reply.log.startswith(START)


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "nothing"])
def test_what_is_no_file_is_not_sent(tmp_path: Path, kind: str) -> None:
    """Opening a pipe would wait for ever, and a link leads to what the test may not read."""
    (tmp_path / "secret").write_text("secret")
    place = tmp_path / LOG
    make = {"link": lambda: place.symlink_to(tmp_path / "secret"), "pipe": lambda: os.mkfifo(place)}
    make.get(kind, place.mkdir if kind == "folder" else lambda: None)()
    assert recorded(str(tmp_path), 100) == b""


def test_of_what_was_recorded_the_first_bytes_are_sent(tmp_path: Path) -> None:
    (tmp_path / LOG).write_bytes(b"0123456789")
    assert [recorded(str(tmp_path), most) for most in (4, 10, 1 << 30)] == [b"0123", b"0123456789", b"0123456789"]


def test_the_ledger_keeps_no_log() -> None:
    reply = Reply((Outcome("t", Status.PASSED),), Ended.DONE, log=b"\0")
    assert as_reply(json.loads(json.dumps(as_json(reply)))) == dataclasses.replace(reply, log=b"")


# Names of files.


@pytest.fixture
def spread(tmp_path: Path) -> Path:
    """A project with files elsewhere: one is found by a path, one by a link, one below a link."""
    tree(
        tmp_path,
        lib__beside="def beside(): return 1\n",
        other__linked="def linked(): return 1\n",
        far__deep="def deep(): return 1\n",
        root__own="def own(): return 1\n",
        root__test_all=TEST_ALL,
    )
    (tmp_path / "root" / "linked.py").symlink_to(tmp_path / "other" / "linked.py")
    (tmp_path / "root" / "near").symlink_to(tmp_path / "far")
    return tmp_path / "root"


TEST_ALL = """
import sys
sys.path[:0] = [sys.path[0] + "/../lib", sys.path[0] + "/near"]
from beside import beside
from deep import deep
from linked import linked
from own import own
def test_sum() -> None:
    assert [beside(), linked(), deep(), own()] == []
"""
SPREAD = {"beside": "../lib/beside.py", "linked": "linked.py", "deep": "near/deep.py", "own": "own.py"}


@pytest.mark.parametrize("function", SPREAD)
@pytest.mark.parametrize("absolute", [False, True])
def test_files_have_the_names_that_were_given(spread: Path, function: str, absolute: bool) -> None:
    """They are told by these names again, and a new text takes the place of the file, warm and cold."""
    names = {one: str(spread / name) if absolute else name for one, name in SPREAD.items()}
    swap = Swap(names[function], function, 1, f"def {function}(): return 5\n")
    with Suite(spread, [], mode="fuel", scope=[*names.values()]) as suite:
        plain = suite.run(Request(suite.ids, noting=True))
        warm = suite.run(Request(suite.ids, (swap,)))
        cold = suite.run(Request(suite.ids, overlay={names[function]: f"def {function}(): raise KeyError(5)\n"}))
        assert suite.files == dict.fromkeys(suite.ids, "test_all.py")
    assert sorted(plain.functions) == sorted((name, 1) for name in names.values())
    assert warm.outcomes[0].message.startswith(f"assert {[5 if one == function else 1 for one in SPREAD]} == []")
    assert cold.outcomes[0].message == "KeyError: 5"
    assert (plain.outcomes[0].path, cold.outcomes[0].path) == ("test_all.py", names[function])


def test_names_are_as_the_root_sees_them(spread: Path) -> None:
    paths = ProjectPaths(spread, ["../lib/beside.py"])
    files = [
        spread / "own.py",
        spread / "near" / "x.py",
        spread.parent / "far" / "x.py",
        spread.parent / "lib" / "beside.py",
    ]
    assert [*map(paths.name, map(str, files))] == ["own.py", "near/x.py", str(files[2]), "../lib/beside.py"]
    assert [paths.name(odd) for odd in ("", "<string>", "x/../y.py")] == ["", "<string>", "x/../y.py"]
    assert paths.real("near/x.py") == os.path.realpath(files[2])


# What a candidate may do.


@pytest.mark.parametrize(
    "text",
    [
        "while True: pass",
        "while True:\n    try: pass\n    except: pass",
        "while True:\n    try:\n        for i in range(9): pass\n    except: pass",
        "def inner():\n    while True: yield 1\nreturn sum(inner())",
    ],
)
def test_endless_loops_end_on_steps(suite: Suite, text: str) -> None:
    reply = suite.run(Request((FIRST, TABLE), body(text), steps={FIRST: 50_000}, seconds=60))
    assert (reply.ended, statuses(reply)) == ("done", ["steps", "passed"])
    assert reply.outcomes[0].steps == 50_000


@pytest.mark.parametrize(
    ("text", "ended", "status"),
    [
        ("os._exit(0)", "died", "died"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "died", "died"),
        ("os.abort()", "died", "died"),
        ("sys.exit(0)", "done", "failed"),
        ("os.closerange(3, 99); os._exit(0)", "died", "died"),
        ("return bytearray(3 << 30)", "done", "memory"),
        ("x = []\nwhile True: x.append(bytearray(64 << 20))", "done", "memory"),
        ("while True: os.write(1, b'x' * 1000000)", "done", "failed"),
        ("open(os.environ['TMPDIR'] + '/big', 'wb').truncate(1 << 30)", "done", "failed"),
    ],
)
def test_misbehaviour_is_an_outcome(suite: Suite, text: str, ended: str, status: str) -> None:
    reply = suite.run(Request((TABLE, FIRST), body(text), seconds=60))
    assert (reply.ended, statuses(reply)) == (ended, ["passed", status]), reply
    assert statuses(suite.run(Request((FIRST,)))) == ["passed"]


@pytest.mark.parametrize("limits", [{"seconds": 1.0}, {"seconds": 60.0, "test_seconds": 0.5}])
def test_a_hang_ends_on_the_clock_with_all_its_children(tmp_path: Path, limits: dict[str, Any]) -> None:
    root = tree(tmp_path, calc=CALC, test_calc=TESTS)
    out = tmp_path / "out"
    out.mkdir()
    text = f"""
    pids = []
    for way in (dict(), dict(start_new_session=True)):
        pids.append(subprocess.Popen(["sleep", "300"], **way).pid)
    if os.fork() == 0:  # a daemon: its parent ends, its session is its own
        os.setsid()
        if os.fork() == 0:
            open({str(out / "daemon")!r}, "w").write(str(os.getpid()))
            time.sleep(300)
        os._exit(0)
    os.wait()
    while not os.path.exists({str(out / "daemon")!r}) or not open({str(out / "daemon")!r}).read(): time.sleep(0.01)
    open({str(out / "pids")!r}, "w").write(" ".join(map(str, pids)))
    time.sleep(300)
    """
    with Suite(root, [], writable=[str(out)]) as suite:
        reply = suite.run(Request((TABLE, FIRST, SECOND), body(text), **limits))
        assert (reply.ended, statuses(reply)) == ("timeout", ["passed", "timeout"])
        pids = [int(word) for name in ("pids", "daemon") for word in (out / name).read_text().split()]
        assert len(pids) == 3
        assert all(map(ends, pids))


def test_a_daemon_left_by_a_passing_test_is_ended(tmp_path: Path) -> None:
    root = tree(tmp_path, calc=CALC, test_calc=TESTS)
    out = tmp_path / "out"
    out.mkdir()
    text = f"""
    child = subprocess.Popen(["sleep", "300"], start_new_session=True)
    open({str(out / "pid")!r}, "w").write(str(child.pid))
    return x + 1
    """
    with Suite(root, [], writable=[str(out)]) as suite:
        assert statuses(suite.run(Request((FIRST,), body(text)))) == ["passed"]
        assert ends(int((out / "pid").read_text()))


def test_threads_do_not_hold_a_child_back(suite: Suite) -> None:
    text = "import threading\nthreading.Thread(target=time.sleep, args=(300,)).start()\nreturn x + 1"
    reply = suite.run(Request((FIRST,), body(text), seconds=30))
    assert (reply.ended, statuses(reply)) == ("done", ["passed"])


def test_the_guest_comes_back_when_a_test_kills_it(root: str) -> None:
    with Suite(root, []) as suite:
        if suite.confinement.startswith("landlock 6") or suite.confinement >= "landlock 7":
            # The kernel keeps signals inside the child's own domain.
            reply = suite.run(Request((FIRST,), body("os.kill(os.getppid(), signal.SIGKILL)")))
            assert statuses(reply) == ["failed"]
        (collected,) = descendants(guest_of(suite))
        killed(collected)
        reply = suite.run(Request((FIRST,)))  # which finds nobody: it has no outcome, and the next one does
        assert (reply.ended, reply.outcomes) == ("died", ())
        assert statuses(suite.run(Request((FIRST,)))) == ["passed"]
        everything = [guest_of(suite), *descendants(guest_of(suite))]
        killed(everything[0])
        assert soon(lambda: all(not alive(pid) or _defunct(pid) for pid in everything))
        reply = suite.run(Request((FIRST,)))
        assert (reply.ended, reply.outcomes) == ("died", ())
        assert statuses(suite.run(Request((FIRST,)))) == ["passed"]


def test_writes_outside_and_the_network_are_denied(suite: Suite, root: str) -> None:
    if not suite.confinement.startswith("landlock"):
        pytest.skip("this kernel has no Landlock")
    for text in (
        f"open({root + '/stray'!r}, 'w')",
        f"os.remove({root + '/calc.py'!r})",
        f"os.mkdir({root + '/stray'!r})",
    ):
        reply = suite.run(Request((FIRST,), body(text)))
        assert (reply.outcomes[0].status, "Permission denied" in reply.outcomes[0].message) == ("failed", True)
    assert sorted(os.listdir(root)) == ["calc.py", "test_calc.py"]
    text = "import tempfile\ntempfile.NamedTemporaryFile().write(b'x')\nopen('/dev/null', 'w').write('x')\nreturn x + 1"
    assert statuses(suite.run(Request((FIRST,), body(text)))) == ["passed"]
    if "TCP" in suite.confinement:
        text = "import socket\nsocket.create_connection(('127.0.0.1', 9))"
        assert "PermissionError" in suite.run(Request((FIRST,), body(text))).outcomes[0].message


NEEDS = {
    "semaphores": "import multiprocessing\nlock = multiprocessing.Lock()\nwith lock: pass",
    "a pool": (
        "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    assert pool.map(abs, [-1, 2]) == [1, 2]"
    ),
    "a queue": (
        "import multiprocessing\nqueue = multiprocessing.Queue()\n"
        "process = multiprocessing.get_context('fork').Process(target=queue.put, args=(3,))\n"
        "process.start()\nassert queue.get(timeout=20) == 3\nprocess.join()"
    ),
    "a manager": (
        "import multiprocessing\nwith multiprocessing.get_context('fork').Manager() as manager:\n"
        "    assert list(manager.list([1])) == [1]"
    ),
    "shared memory": (
        "from multiprocessing import shared_memory\nmade = shared_memory.SharedMemory(create=True, size=10)\n"
        "made.buf[0] = 7\nother = shared_memory.SharedMemory(made.name)\nassert other.buf[0] == 7\n"
        "other.close()\nmade.close()\nmade.unlink()"
    ),
    "futures": (
        "import concurrent.futures\nwith concurrent.futures.ProcessPoolExecutor(1) as pool:\n"
        "    assert pool.submit(abs, -5).result(timeout=20) == 5"
    ),
    "a terminal": (
        "import pty\nours, theirs = os.openpty()\nos.write(theirs, b'x')\nassert os.read(ours, 1) == b'x'\n"
        "open(os.ttyname(theirs), 'w').write('y')"
    ),
    "devices": "for name in ('null', 'zero', 'random', 'urandom'): open(f'/dev/{name}', 'w').write('x')",
    "a full one": (
        "try: open('/dev/full', 'wb', buffering=0).write(b'x')\n"
        "except OSError as error: assert error.errno == 28\nelse: assert False"
    ),
    "a socket pair": "import socket\na, b = socket.socketpair()\na.send(b'x')\nassert b.recv(1) == b'x'",
}


@pytest.mark.parametrize("name", NEEDS)
def test_what_usual_tests_need_is_allowed(suite: Suite, name: str) -> None:
    reply = suite.run(Request((FIRST,), body(NEEDS[name] + "\nreturn x + 1"), seconds=60))
    assert statuses(reply) == ["passed"], reply.outcomes[0].message


@pytest.mark.skipif(not sandbox.abi(), reason="this kernel has no Landlock")
@pytest.mark.parametrize(
    "text",
    [
        "open('/dev/tracec-stray', 'w')",
        "os.mkdir('/dev/tracec-stray')",
        "os.mkdir('/dev/shm/tracec-stray')",
        "os.symlink('/etc/passwd', '/dev/shm/tracec-stray')",
        "os.mkfifo('/dev/shm/tracec-stray')",
        "os.remove('/dev/null')",
        "os.rename('/dev/full', '/dev/empty')",
    ],
)
def test_nothing_else_of_dev_is(suite: Suite, text: str) -> None:
    reply = suite.run(Request((FIRST,), body(text), seconds=60))
    assert "PermissionError" in reply.outcomes[0].message
    assert [name for name in os.listdir("/dev") if "tracec" in name] == []


@pytest.mark.skipif(not sandbox.abi(), reason="this kernel has no Landlock")
def test_a_device_or_file_can_be_made_writable(tmp_path: Path) -> None:
    """As one that a test suite drives."""
    root = tree(tmp_path / "p", calc=CALC, test_calc=TESTS)
    for name in ("mine", "other"):
        (tmp_path / name).write_text("")
    with Suite(root, [], writable=[str(tmp_path / "mine")]) as suite:
        for name, status in (("mine", "passed"), ("other", "failed")):
            text = f"open({str(tmp_path / name)!r}, 'w').write('x')\nreturn x + 1"
            assert statuses(suite.run(Request((FIRST,), body(text)))) == [status]


CHANGED: dict[str, Any] = {
    "swaps": (Swap("calc.py", "work", 4, "def work(x):\n    return x + 1\n"),),
    "overlay": {"calc.py": CALC},
    "trials": ((Swap("calc.py", "work", 4, "def work(x):\n    return x + 1\n"),),),
    "differential": {"inputs": 1},
    "artifacts": {"calc.py": "calc.bin"},
}


@pytest.mark.parametrize("name", CHANGED)
def test_no_change_is_free_of_the_confinement(name: str) -> None:
    assert Request((FIRST,), **{name: CHANGED[name]}).changed
    with pytest.raises(ValueError, match="free of the confinement"):
        Request((FIRST,), free=True, **{name: CHANGED[name]})
    with pytest.raises(ValueError, match="free of the confinement"):
        dataclasses.replace(Request((FIRST,), free=True), **{name: CHANGED[name]})
    assert not Request((FIRST,), free=True).changed


@pytest.mark.parametrize("cold", [False, True])
def test_the_guest_refuses_a_change_that_says_it_is_free(tmp_path: Path, cold: bool) -> None:
    """Whoever made the request: the tests do not begin."""
    root = tree(tmp_path / "p", calc=CALC, test_calc=TESTS)
    stray = tmp_path / "stray"
    text = f"open({str(stray)!r}, 'w').close()\nreturn x + 1"
    changed: dict[str, Any] = (
        {"overlay": {f"{root}/calc.py": CALC + f"open({str(stray)!r}, 'w').close()\n"}} if cold else {}
    )
    asked = Request((FIRST,), () if cold else body(text), **changed)
    object.__setattr__(asked, "free", True)
    with Suite(root, []) as suite:
        reply = suite.run(asked)
        assert (reply.ended, statuses(reply)) == ("error", [])
        assert "free of the confinement" in reply.detail
        assert not stray.exists()
        assert statuses(suite.run(Request((FIRST,), free=True))) == ["passed"]


# Many requests, and nothing left.


def test_two_requests_at_once_and_whole_replies(suite: Suite) -> None:
    slow = suite.submit(Request((FIRST,), body("time.sleep(1)\nreturn x + 1")))
    quick = suite.submit(Request((FIRST, SECOND), body("return 2")))
    assert suite.run(Request((TABLE,))).ended == "done"
    replies = [suite.wait(30), suite.wait(30)]
    assert [(number, statuses(reply)) for number, reply in replies] == [
        (quick, ["passed", "failed"]),
        (slow, ["passed"]),
    ]
    with pytest.raises(LookupError):
        suite.wait()


def test_many_large_requests_do_not_lock_up(suite: Suite) -> None:
    swaps = body(f"x = {'x' * 100_000!r}\nraise ValueError(x)")
    numbers = {suite.submit(Request((FIRST, SECOND) * 20, swaps)) for _ in range(20)}
    assert {suite.wait(60)[0] for _ in numbers} == numbers


def test_wait_has_a_timeout(suite: Suite) -> None:
    suite.submit(Request((FIRST,), body("time.sleep(1)\nreturn x + 1")))
    with pytest.raises(TimeoutError):
        suite.wait(0.1)
    assert statuses(suite.wait()[1]) == ["passed"]


@slow
def test_two_hundred_requests_leave_nothing(root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    swaps = body("open(os.environ['TMPDIR'] + '/x', 'w').write('x')\nreturn x + 1")
    with Suite(root, []) as suite:
        folder, pid = Path(suite._folder), guest_of(suite)
        before = sorted(os.listdir(folder))
        for _ in range(200):
            assert statuses(suite.run(Request((FIRST,), swaps))) == ["passed"]
        assert sorted(os.listdir(folder)) == before
        assert len(descendants(pid)) == 1
        fds = {len(os.listdir(f"/proc/{each}/fd")) for each in (pid, *descendants(pid))}
        assert max(fds) < 20
    assert os.listdir(tmp_path) == []
    assert not alive(pid)
    assert sorted(os.listdir(root)) == ["calc.py", "test_calc.py"]


def test_a_guest_whose_parent_vanishes_goes_too(root: str, tmp_path: Path) -> None:
    code = f"""
import os, tempfile
tempfile.tempdir = {str(tmp_path)!r}
from tracec.guests.suite import Suite
suite = Suite({root!r}, []); suite.start()
print(suite._process.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    import subprocess

    pid = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout)
    assert soon(lambda: not alive(pid) or _defunct(pid))
    assert soon(lambda: not os.listdir(tmp_path))


def _defunct(pid: int) -> bool:
    # Its parent is gone, or has not asked yet: whoever adopted it may never ask.
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


# Guests that do not start.


@pytest.mark.parametrize(
    ("files", "args", "parts"),
    [
        ({"test_a": "import nope_nope\n"}, [], ["test_a.py:1: ", "No module named 'nope_nope'; "]),
        ({"lib": "\n\nx = 1 / 0\n", "test_a": "import lib\n"}, [], ["lib.py:3: ZeroDivisionError: division by zero; "]),
        ({"test_a": "def f(:\n"}, [], ["test_a.py:1: SyntaxError: "]),
        ({"conftest": "\nimport nope_nope\n", "test_a": ""}, [], ["conftest.py:2: ", "No module named 'nope_nope'"]),
        ({"test_a": "x = 1\n"}, [], ["no tests were collected by `python -m pytest`"]),
        ({"test_a": ""}, ["gone.py"], ["file or directory not found: gone.py"]),
        ({"test_a": ""}, ["--no-such-thing"], ["unrecognized arguments: --no-such-thing"]),
        ({"test_a": "import sys\nsys.exit(3)\n"}, [], ["test_a.py:2: SystemExit"]),
        ({"test_a": "import os\nos._exit(3)\n"}, [], ["the tests could not be collected"]),
        (
            {"test_a": "import pytest\n@pytest.mark.parametrize('y', [1])\ndef test(): pass\n"},
            [],
            ["test_a.py", "function uses no argument 'y'"],
        ),
    ],
)
def test_a_start_that_fails_says_where_and_what(
    tmp_path: Path, files: dict[str, str], args: list[str], parts: list[str]
) -> None:
    with pytest.raises(TracecError) as caught, Suite(tree(tmp_path, **files), args):
        pass
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)


def test_a_collection_that_hangs_ends(tmp_path: Path) -> None:
    hanging = tree(tmp_path, test_a="import time\ntime.sleep(300)\n")
    with pytest.raises(TracecError, match="took more than 1 s"):
        Suite(hanging, [], collect_seconds=1).start()


def test_a_python_without_pytest_or_none_at_all(tmp_path: Path, root: str) -> None:
    import venv

    venv.create(tmp_path / "v", with_pip=False)
    with (
        pytest.raises(TracecError, match="pytest cannot be imported"),
        Suite(root, [], python=f"{tmp_path}/v/bin/python"),
    ):
        pass
    with pytest.raises(TracecError, match="cannot start"), Suite(root, [], python=f"{tmp_path}/none"):
        pass


def confirmed(root: str, name: str, seconds: float = 30) -> list[tuple[str, str, int]]:
    return [(o.id, o.status, o.line) for o in confirm(root, [f"{name}.py"], sys.executable, seconds)]


@slow
def test_confirm_keeps_to_its_clock_and_tells_of_files_it_cannot_collect(tmp_path: Path) -> None:
    dies = "def test_a(): pass\ndef test_b():\n    import os\n    os._exit(0)\n"
    root = tree(tmp_path, test_a="import time\ndef test_b(): time.sleep(300)\n", test_b=dies, test_c="\n1 / 0\n")
    assert confirmed(root, "test_a", 6) == [("test_a.py::test_b", "timeout", 0)]
    assert confirmed(root, "test_b") == [("test_b.py::test_a", "passed", 0), ("test_b.py::test_b", "died", 0)]
    assert confirmed(root, "test_c") == [("test_c.py", "error", 2)]
