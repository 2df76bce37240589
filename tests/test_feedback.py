"""What a program says of its values."""

from __future__ import annotations

from pathlib import Path

import tracec
from tests.command import tracec as command
from tests.test_trace import traced
from tracec.passes.graph.feedback_sources import feedback

TEXT = """\
import tracec
from tracec import feedback as say
def answer(question):
    return question.upper()
a = tracec.feedback(answer("why"), "too loud", score=0.25)
b = len(a)
tracec.feedback(b, score=1 + 1)
def feedback(x, text):
    return x
"""


def test_the_mark_is_the_identity() -> None:
    thing = object()
    assert tracec.feedback(thing, "good", score=1.0) is thing


def test_feedback_is_found_with_the_node_it_is_about(tmp_path: Path) -> None:
    trace = traced(tmp_path, TEXT)
    said = [(trace.nodes[f.node].site.text, f.text, f.score) for f in feedback(trace)]
    assert said == [('answer("why")', "too loud", 0.25), ("len(a)", "", 2.0)]


def test_a_failure_is_feedback(tmp_path: Path) -> None:
    trace = traced(tmp_path, "import sys\ndef f(x):\n    return 1 / x\nf(0)\n", code=1)
    (said,) = feedback(trace)
    assert (said.text, said.score) == ("ZeroDivisionError('division by zero')", None)


def test_others_may_call_a_function_so(tmp_path: Path) -> None:
    assert feedback(traced(tmp_path, "def feedback(x, text):\n    return x\nfeedback(1, 'no')\n")) == []


def test_show_goes_backward_from_it(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text(TEXT)
    assert command(tmp_path, "run", "--scope", "p.py", "--record", "p.trace", "p.py").code == 0
    told = command(tmp_path, "show", "p.trace", "--slice", "feedback", "--chars", "2000").out
    assert "too loud" in told.splitlines()[0]
    assert "question.upper()" in told
    assert "question.upper()" in command(tmp_path, "show", "p.trace", "--slice", "feedback").out
    (tmp_path / "q.py").write_text("x = 1\n")
    assert command(tmp_path, "run", "--scope", "q.py", "--record", "q.trace", "q.py").code == 0
    assert "tracec.feedback" in command(tmp_path, "show", "q.trace", "--slice", "feedback").err
