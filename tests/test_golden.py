"""The graphs of the conformance programs, as text, beside them: `programs/NAME.trace`.

A line a node: its kind, its source, its inputs, what let it run, its line. Values are not told (test_fidelity.py holds
them against another recorder), nor what changed an object (test_trace.py and test_changes.py): where an address is used
again, that differs from run to run. Of a long trace there are the first nodes. After a change of the graph write them
anew, `TRACEC_GOLDEN=write pytest tests/test_golden.py`, and look at what git says.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_programs import LIBRARY, PROGRAMS, supported, traced
from tracec.passes.nouns.trace import Node, Trace
from tracec.recording.artifacts import build
from tracec.recording.trace_store import load

SHOWN = 120  # nodes
WRITING = os.environ.get("TRACEC_GOLDEN") == "write"
# What threads and processes do at once comes in any order; nor is the order the same in other versions of Python.
CHANGING = {
    "contextvars_tasks", "evaluation_order", "multiprocessing_spawn", "signals_and_forks", "spawned_children",
    "spawned_pools", "threads", "traceback_thread", "unittest_own",
}  # fmt: skip
STABLE = [p for p in PROGRAMS if supported(p) and p.stem not in CHANGING] if sys.version_info[:2] == (3, 11) else []


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
    built = build(tmp_path, [str(path) for path in (program, *LIBRARY)], "values")
    _, log = traced(tmp_path, program, built, tmp_path)
    trace = next(iter(load(log)))
    found = "\n".join([*golden(trace), ""])
    kept = program.with_suffix(".trace")
    if WRITING:
        kept.write_text(found, "utf-8", errors="surrogatepass")
    assert found == kept.read_text("utf-8", errors="surrogatepass")
