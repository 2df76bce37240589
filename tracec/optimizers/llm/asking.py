"""A program that is to be changed -> a question to the model; its reply -> candidates, or why there are none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from tracec.config import Config
from tracec.evaluate.panel import Parent
from tracec.models.reply import Failure, Kind, Outcome
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.errors import Unplaceable
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.answer import Answer, Why
from tracec.passes.propose.llm.answers.read import read
from tracec.passes.propose.llm.holes.fill import OPERATOR, Program, filled
from tracec.passes.propose.llm.sees.blame import words
from tracec.passes.propose.llm.sees.history_part import tried
from tracec.passes.propose.llm.sees.prompt import changeable, prompt
from tracec.passes.propose.llm.sees.requests import answered, requests
from tracec.passes.propose.llm.sees.situation import Level, Prompt, Situation, Tried, View
from tracec.passes.propose.llm.told.brief import PLAIN, Brief
from tracec.passes.propose.llm.told.told import lowered, told
from tracec.runtime.outcome import Ended
from tracec.work.clues import clues_of
from tracec.work.failing_sources import text_of
from tracec.work.work import Work

ROLE = "proposer"
Only = frozenset[str] | None  # ids of targets that a question is about; None: of all
Writer = Callable[[Situation, View], Prompt]
WHY = "a model's reply"
FILLED = 60  # candidates of one reply with holes; chosen
SAME = "it makes a program that was tried before"
TURNS = 3  # replies in which a model may ask to see more, before it must answer; chosen
NOTHING = Prompt((), ())  # of a question that was not sent yet
LEAST = 1_500  # characters of a prompt that is asked once more as it was too long for the model; chosen


@dataclass(slots=True)
class Known:
    """What is known of one program beside its runs: what was tried from it.

    `refusals` say why the last reply was not used, which was `refused`, by the targets that were asked about.
    """

    tried: list[Tried] = field(default_factory=list)
    refusals: dict[Only, tuple[str, ...]] = field(default_factory=dict)
    refused: dict[Only, str] = field(default_factory=dict)


@dataclass(slots=True)
class Asked:
    """A question under way: the `ticket` at the desk, and all that the reply is to be read with."""

    ticket: int
    situation: Situation
    view: View
    shown: Prompt
    sample: int
    brief: Brief = PLAIN
    only: Only = None


class Asker:
    """Asks about programs, of one run. What it is told of them comes back in the next prompt, which `write` makes."""

    def __init__(self, work: Work, write: Writer = prompt) -> None:
        assert work.desk is not None
        self._work, self._desk, self._write = work, work.desk, write
        self._known: dict[Parent, Known] = {}
        self._samples = 0
        self.spent = False  # nothing more may be asked
        self.said = ""  # the last reply that was read

    def ask(
        self,
        parent: Parent,
        credit: Mapping[str, Credit],
        *,
        remember: bool,
        brief: Brief = PLAIN,
        only: Only = None,
    ) -> Asked:
        """Send a question; with `remember` it tells what was tried from this program and from those beside it.

        `brief` is what a strategy tells besides. With `only` it is about these targets, and the others are not shown as
        what may change.
        """
        view = view_of(self._work.job.config)
        self._samples += 1
        situation = self.situation(parent, credit, remember=remember, only=only)
        return self._sent(Asked(0, situation, lowered(view, brief), NOTHING, self._samples, brief, only))

    def candidates(self, parent: Parent, asked: Asked, credit: Mapping[str, Credit]) -> list[Candidate]:
        """What the reply proposes, waited for; none where nothing of it can be used, which the next prompt says."""
        for turn in range(TURNS):
            outcome = self._desk.result(asked.ticket)
            if isinstance(outcome, Failure) and outcome.kind == Kind.OVERFLOW and asked.view.characters > LEAST:
                asked = self._sent(replace(asked, view=replace(asked.view, characters=LEAST)))
                continue
            wanted = requests(_text(outcome)) if asked.view.level == Level.QUERY and turn + 1 < TURNS else ()
            if not wanted:
                return self._read(parent, asked, outcome, credit)
            answers = answered(wanted, asked.situation)
            exchanges = (*asked.situation.exchanges, (_text(outcome), answers))
            asked = self._sent(replace(asked, situation=replace(asked.situation, exchanges=exchanges)))
        return self._read(parent, asked, self._desk.result(asked.ticket), credit)

    def note(self, parent: Parent, attempts: Sequence[Attempt], cases: Collection[str] = ()) -> None:
        """Keep what came of candidates, for the next prompt; of `cases` where not all were run."""
        known, targets = self._of(parent), parent.program.targets
        before = [o for o in parent.panel.judging() if not cases or o.id in cases]
        told = [tried(attempt, targets, before) for attempt in attempts if attempt.ended != Ended.KNOWN]
        again = {one.change for one in told}  # more is known of it now
        known.tried = [one for one in known.tried if one.change not in again] + told
        if any(attempt.ended == Ended.KNOWN for attempt in attempts):
            self.refuse(parent, SAME)

    def refuse(self, parent: Parent, why: str, only: Only = None) -> None:
        """The next prompt says why nothing came of the last reply."""
        refusals = self._of(parent).refusals
        refusals[only] = tuple(dict.fromkeys((*refusals.get(only, ()), why)))

    def situation(
        self, parent: Parent, credit: Mapping[str, Credit], *, remember: bool, only: Only = None
    ) -> Situation:
        """All that may be shown of a program; nothing of tests that are held out."""
        config, panel, known = self._work.job.config, parent.panel, self._of(parent)
        remember = remember and "memory" not in config.without
        judging = panel.judging()
        return Situation(
            targets=[target for target in parent.program.targets if only is None or target.id in only],
            sources={path: source.text for path, source in parent.program.sources.items()},
            credits=credit,
            runs=[run for run in parent.runs if run.case not in panel.held_out],
            outcomes=judging,
            tests=self._work.metric.data() if self._work.metric else _texts(panel.files, [o.id for o in judging]),
            metric=config.metric,
            tried=known.tried if remember else (),
            siblings=self._beside(parent) if remember else (),
            refusals=known.refusals.get(only, ()),
            refused=known.refused.get(only, ""),
        )

    def _beside(self, parent: Parent) -> Sequence[Tried]:
        """What was tried from the program that one came from, less what led to it."""
        if parent.origin is None or parent.made_by is None:
            return ()
        own = tried(parent.made_by, parent.origin.program.targets, ()).change
        return [one for one in self._of(parent.origin).tried if one.change != own]

    def _sent(self, asked: Asked) -> Asked:
        """Send what is to be asked."""
        plain, situation, view = asked.brief == PLAIN, asked.situation, asked.view
        shown = self._write(situation, view) if plain else told(situation, view, asked.brief)
        return replace(asked, ticket=self._desk.submit(ROLE, shown.as_dicts(), asked.sample), shown=shown)

    def _read(self, parent: Parent, asked: Asked, outcome: Outcome, credit: Mapping[str, Credit]) -> list[Candidate]:
        known = self._of(parent)
        self.said = _text(outcome)
        cut = isinstance(outcome, Failure) and outcome.kind == Kind.CUT
        self.spent = isinstance(outcome, Failure) and outcome.kind == Kind.BUDGET
        if isinstance(outcome, Failure) and not cut:
            known.refusals.pop(asked.only, None)
            return []
        known.refused[asked.only] = self.said
        answer = _understood(asked, outcome, parent.program.targets)
        known.refusals[asked.only] = tuple(map(str, answer.refusals))
        if not answer.edits:
            return []
        try:
            program = parent.program.advanced(Candidate(answer.edits))
        except Unplaceable as error:
            self.refuse(parent, str(error), asked.only)
            return []
        if "holes" in self._work.job.config.without:
            return [Candidate(answer.edits, OPERATOR, WHY, 0.0)]
        texts = {path: source.text for path, source in program.sources.items()}
        holed = Program(program.targets, texts, credit, clues_of(parent.panel))
        return list(filled(answer.edits, answer.tunes, holed, FILLED, WHY))

    def _of(self, parent: Parent) -> Known:
        return self._known.setdefault(parent, Known())


def _understood(asked: Asked, outcome: Outcome, targets: Sequence[Target]) -> Answer:
    """What a reply stands for. A function that was not shown or asked about may change too, where it is a target."""
    situation, shown = asked.situation, asked.shown
    cut = isinstance(outcome, Failure) and outcome.kind == Kind.CUT
    wanted = words("\n".join(one.message for one in situation.failing))
    reader = partial(read, _text(outcome), sources=situation.sources, partly=shown.partly, wanted=wanted, cut=cut)
    free = changeable(situation, shown.shown)
    answer = reader(free)
    if not _reaches_out(answer):
        return answer
    paths = {target.span.path for target in free}
    others = [t for t in targets if t.kind == "code" and t.span.path in paths and t not in free]
    again = reader([*free, *others])
    return again if again.edits and not _reaches_out(again) else answer


def _reaches_out(answer: Answer) -> bool:
    """True where a reply changes more than what it was shown."""
    return any(refusal.why == Why.OUTSIDE for refusal in answer.refusals)


def view_of(config: Config) -> View:
    """How much a model is shown, as the settings say."""
    return View(Level(config.evidence), config.prompt_characters, holes="holes" not in config.without)


def _text(outcome: Outcome) -> str:
    reply = outcome.reply if isinstance(outcome, Failure) else outcome
    return reply.text if reply else ""


def _texts(files: Mapping[str, str], cases: Sequence[str]) -> dict[str, str]:
    """The text of the file of each case, of those that can be read."""
    paths = {case: files[case] for case in cases if case in files}
    known = {path: text_of(path) for path in {*paths.values()}}
    return {case: known[path] for case, path in paths.items() if known[path]}
