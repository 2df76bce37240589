"""The program that was found, without what its changes left in it for nothing."""

from __future__ import annotations

from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.passes.nouns.candidate import Candidate
from tracec.passes.nouns.edits import ReplaceDefinition
from tracec.passes.syntax.needless_arithmetic import folded
from tracec.runtime.outcome import Ended
from tracec.work.work import Work


def tidied(work: Work, found: Parent) -> Parent:
    """The same with needless arithmetic folded away, where every case ends as well as before.

    `e - 1 + 1` and `0 + e` are `e`, unless the user wrote them.
    """
    program = found.program
    now = {t.id: t.value for t in program.targets if t.id in program.changed and t.kind == "code"}
    new = {name: folded(text, program.origins[name].value) for name, text in now.items()}
    edits = tuple(ReplaceDefinition(name, text) for name, text in new.items() if text != now[name])
    if not edits or not work.ledger.reserve():
        return found
    attempt = work.evaluator.evaluate(found, Question(Candidate(edits, "fold", "fold what was added", prior=0.0)))
    before = {o.id: o.worth for o in found.panel.before}
    alike = attempt.ended == Ended.DONE and all(o.worth >= before[o.id] for o in attempt.outcomes)
    return found.child(attempt) if alike else found
