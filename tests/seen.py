"""A project in a folder -> its Situation, as a strategy would make it: traced by the project's own recorder."""

from __future__ import annotations

from pathlib import Path

from tests.command import project
from tests.working import working
from tracec.evaluate.evaluator import Question
from tracec.optimizers.search.strategy import SEARCH
from tracec.passes.find import functions
from tracec.passes.nouns.candidate import NO_CHANGE
from tracec.passes.nouns.edits import Edit
from tracec.passes.nouns.source import Source
from tracec.passes.patch.apply import apply
from tracec.passes.propagate.transfer import transfer_credit
from tracec.passes.propose.llm.holes.fill import Program
from tracec.passes.propose.llm.sees.situation import Situation
from tracec.recording.trace_cases import sample
from tracec.work.crediting import credit_of


def situation(folder: Path, text: str, tests: str) -> Situation:
    """What is known of `subject.py` by `test_subject.py`."""
    with working(project(folder, subject=text, test_subject=tests), jobs=1) as work:
        credit = credit_of(work, work.root, SEARCH)
        cases = sample(work.root.panel, 0)
        runs = work.evaluator.evaluate(work.root, Question(NO_CHANGE, cases, trace=True)).runs
        program, panel = work.root.program, work.root.panel
        files = {o.id: Path(panel.files[o.id]).read_text() for o in panel.before}
        sources = {path: source.text for path, source in program.sources.items()}
        return Situation(program.targets, sources, credit, runs, panel.judging(), files)


def with_edits(seen: Situation, edits: tuple[Edit, ...]) -> Program:
    """The program with edits made, and the credit carried over."""
    sources = {path: Source.decode(path, text.encode()) for path, text in seen.sources.items()}
    made = apply(sources, seen.targets, edits)
    assert isinstance(made, dict), made
    texts = {**seen.sources, **made}
    targets = [t for path, text in texts.items() for t in functions(Source.decode(path, text.encode()))]
    now = {target.id: target for target in targets}
    return Program(targets, texts, transfer_credit(seen.credits, now, seen.sources, texts))
