"""The graphs of the conformance programs, as text, beside them: `programs/NAME.trace`.

A line a node: its kind, its source, its inputs, what let it run, its line. Values are not told (test_fidelity.py holds
them against another recorder), nor what changed an object (test_trace.py and test_changes.py): where an address is used
again, that differs from run to run. Of a long trace there are the first nodes.

`NAME.trace` is the graph of the oldest Python that runs the program; where the graph of a later one differs,
`NAME.3.12.trace` holds it for 3.12 and for those after it, up to the next such file. After a change of the graph write
them anew with each Python that you have, the oldest first, and look at what git says:

    for python in python3.11 python3.12 python3.13; do TRACEC_GOLDEN=write $python -m pytest tests/test_golden.py; done
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_programs import PROGRAMS, PYTHON, supported, traced
from tracec.passes.nouns.trace import Node, Trace
from tracec.recording.trace_store import load

SHOWN = 120  # nodes
WRITING = os.environ.get("TRACEC_GOLDEN") == "write"
VERSIONS = ("3.11", "3.12", "3.13")  # those that have golden traces
HERE = "{}.{}".format(*sys.version_info[:2])
# Programs whose graph is not the same in each run, and why.
CHANGING = {
    "signals_and_forks": "a signal comes between any two steps of the program",
    "traceback_thread": "how far the others are when one thread fails is another each time",
}
MOST_CHANGING = 2
STABLE = [p for p in PROGRAMS if supported(p) and p.stem not in CHANGING]


def kept(program: Path, version: str) -> Path | None:
    """The file that holds the graph for a version: that of the newest Python which is not newer."""
    known = VERSIONS[: VERSIONS.index(version) + 1] if version in VERSIONS else VERSIONS
    names = [*(program.with_suffix(f".{known_version}.trace") for known_version in known[::-1])]
    return next((path for path in (*names, program.with_suffix(".trace")) if path.exists()), None)


def write(program: Path, found: str) -> None:
    """Keep the graph for this version, in a file of its own where those before it have another."""
    own, first = program.with_suffix(f".{HERE}.trace"), program.with_suffix(".trace")
    if oldest(program) == HERE:
        first.write_text(found, "utf-8", errors="surrogatepass")
        return
    own.unlink(missing_ok=True)
    inherited = kept(program, HERE)
    if inherited is None or inherited.read_text("utf-8", errors="surrogatepass") != found:
        own.write_text(found, "utf-8", errors="surrogatepass")


def oldest(program: Path) -> str:
    """The first version that runs the program."""
    needs = PYTHON.match(program.read_bytes())
    return "{}.{}".format(*(int(part) for part in needs.groups())) if needs else VERSIONS[0]


def line(node: Node) -> str:
    """`kind text (inputs) if control :line`."""
    text = " ".join(node.site.text.split())
    pairs = [(label, i) for label, i in zip(node.labels, node.inputs) if label != "changed"]
    inputs = " ".join(f"{label}={i}" if label else str(i) for label, i in pairs)
    control = f" if {node.control}" if node.control >= 0 else ""
    return f"{node.id} {node.site.kind} {text[:60]} ({inputs}){control} :{node.site.span.line}"


def golden(trace: Trace) -> Iterator[str]:
    """The first nodes, and how many there are where there are more."""
    yield from map(line, trace.nodes[:SHOWN])
    if len(trace) > SHOWN:
        yield f"... {len(trace)} nodes"


@pytest.mark.filterwarnings("ignore:.*invalid escape sequence")  # in what is parsed here
@pytest.mark.parametrize("program", STABLE, ids=lambda p: p.stem)
def test_golden_trace(program: Path, tmp_path: Path) -> None:
    _, log, _ = traced(tmp_path, program, "values", tmp_path)
    trace = next(iter(load(log)))
    found = "\n".join([*golden(trace), ""])
    if WRITING:
        write(program, found)
    path = kept(program, HERE)
    assert path is not None, "no golden trace yet: write it as the head of this file says"
    assert found == path.read_text("utf-8", errors="surrogatepass")


def test_few_programs_have_no_golden_trace() -> None:
    """Each is there, and its graph is that of no file."""
    assert len(CHANGING) <= MOST_CHANGING
    stems = {program.stem for program in PROGRAMS}
    assert CHANGING.keys() <= stems
    kept_for = {path.name.partition(".")[0] for path in PROGRAMS[0].parent.glob("*.trace")}
    assert kept_for == stems - CHANGING.keys()


def test_a_version_has_the_graph_of_the_newest_that_is_not_newer(tmp_path: Path) -> None:
    program = tmp_path / "p.py"
    for name in ("p.trace", "p.3.12.trace"):
        (tmp_path / name).touch()
    found = [kept(program, version) for version in ("3.11", "3.12", "3.13", "3.14")]
    assert [path and path.name for path in found] == ["p.trace", "p.3.12.trace", "p.3.12.trace", "p.3.12.trace"]
    assert kept(tmp_path / "q.py", "3.11") is None


def test_this_python_has_golden_traces() -> None:
    """One that is newer than all of them is held against the newest."""
    assert HERE in VERSIONS or sys.version_info >= (3, 14)
