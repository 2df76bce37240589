"""A program and its tests -> the road of each test that fails, as text: what `tracec why` prints under its name."""

from __future__ import annotations

from pathlib import Path

from tracec.guests.protocol import Request
from tracec.guests.suite import Suite
from tracec.passes.explain.explain import road
from tracec.passes.explain.parting import Passing
from tracec.passes.explain.road import Failure, Road
from tracec.passes.explain.texts import text_of
from tracec.passes.nouns.trace import Trace
from tracec.recording.artifacts import build
from tracec.recording.trace_store import loaded
from tracec.runtime.guest.sandbox import FILE_BYTES
from tracec.runtime.outcome import Outcome


def roads(folder: Path, code: str, tests: str) -> dict[str, Road]:
    """The roads by the names of tests, of `code.py` and `test_code.py` in a folder; each test runs alone."""
    (folder / "code_.py").write_text(code)
    (folder / "test_code.py").write_text(tests)
    ran: list[tuple[Outcome, Trace]] = []
    built = build(folder, ["code_.py", "test_code.py"], "values", folder)
    with Suite(folder, ["test_code.py"], mode="record", artifacts=built.artifacts, unconfined=True) as suite:
        for test in suite.ids:
            reply = suite.run(Request((test,), record=FILE_BYTES, free=True))
            (folder / "log.trace").write_bytes(reply.log)
            ran += [(reply.outcomes[0], trace) for trace in loaded(folder / "log.trace")]
    passing = Passing([trace for outcome, trace in ran if outcome.passed])
    failed = [(outcome, trace) for outcome, trace in ran if outcome.failed]
    return {
        outcome.id.rpartition("::")[2]: road(trace, failure_of(outcome), passing, ["test_code.py"])
        for outcome, trace in failed
    }


def failure_of(outcome: Outcome) -> Failure:
    """What the plugin would have gathered, as far as the outcome says it."""
    name, _, message = outcome.message.partition(":")
    places = ((outcome.path, outcome.line),) if outcome.path and not outcome.path.startswith("/") else ()
    return Failure(outcome.id, name.strip(), message.strip(), places)


def told(found: Road) -> str:
    """The text of a road, without its indent."""
    return "\n".join(line[2:] for line in text_of(found))
