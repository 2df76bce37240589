"""What was tried, what was said of targets, and why the last reply was not used -> parts of a prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracec.passes.nouns.candidate import Attempt
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.texts import value_of
from tracec.passes.propose.llm.sees.parts import Form, Item, Part, middle_cut, shortened
from tracec.passes.propose.llm.sees.situation import Situation, Tried
from tracec.passes.syntax.unified_diff import unified
from tracec.runtime.outcome import Ended, Outcome

TRIED, SAID, REFUSED = 0.12, 0.15, 0.08  # shares of the room; chosen
REPLY = (800, 300)  # characters of a reply that could not be used, in its longer and its shorter form; chosen
LEFT_OUT = "lines are left out"
CHANGE = (900, 300, 120)  # characters of a change that was tried, in the fullest and in shorter forms; chosen
OUTCOME = 160  # characters of what came of it; chosen
FEEDBACK = 500  # characters of one feedback text; chosen
MOST = 6  # changes, or feedback texts of one target; chosen


def tried_part(situation: Situation) -> Part:
    """What was tried from this program, the latest first."""
    return Part("tried", "## What was tried before, and what came of it", _items(situation.tried), TRIED)


def siblings_part(situation: Situation) -> Part:
    """What was tried from programs beside this one."""
    return Part("siblings", "## What was tried elsewhere", _items(situation.siblings), TRIED)


def _items(tried: Sequence[Tried]) -> tuple[Item, ...]:
    return tuple(
        Item(tuple(dict.fromkeys(Form(_told(one, most)) for most in CHANGE))) for one in list(reversed(tried))[:MOST]
    )


def _told(one: Tried, most: int) -> str:
    return f"```diff\n{middle_cut(one.change, most, 'lines are not shown')}\n```\n-> {shortened(one.outcome, OUTCOME)}"


def feedback_part(targets: Sequence[Target], credits: Mapping[str, Credit]) -> Part:
    """The texts that flowed back to each target."""
    said = [(t, text) for t in targets if t.id in credits for text in credits[t.id].feedback[:MOST]]
    items = [Item((Form(f"- {target.qualname}: {shortened(text, FEEDBACK)}"),)) for target, text in said]
    return Part("feedback", "## What was said of it", tuple(items), SAID)


def refusals_part(situation: Situation) -> Part:
    """Why nothing came of the last reply, and what it was."""
    items = [Item((Form(f"- {shortened(text, 300)}"),)) for text in situation.refusals]
    if items and situation.refused:
        forms = [Form(f"It was:\n{middle_cut(situation.refused.strip(), most, LEFT_OUT)}") for most in REPLY]
        items.append(Item(tuple(dict.fromkeys(forms))))
    return Part("refusals", "## Your last reply could not be used", tuple(items), REFUSED)


def tried(attempt: Attempt, targets: Sequence[Target], before: Sequence[Outcome]) -> Tried:
    """An attempt in words: its changed lines, and what became of the cases. `targets` are as they were."""
    known = {target.id: target for target in targets}
    changes = [_changed(known[name], new) for name, new in attempt.candidate.values.items() if name in known]
    changes += [f"+{line}" for edit in attempt.candidate.additions for line in edit_lines(edit)]
    return Tried("\n".join(changes), outcome_of(attempt, before))


def edit_lines(edit: object) -> list[str]:
    """The lines that an edit adds."""
    return str(getattr(edit, "source", "")).split("\n")


def _changed(target: Target, new: str) -> str:
    """The changed lines of a target, without the heads of a diff."""
    texts = (value_of(target.value), value_of(new)) if target.kind == "text" else (target.value, new)
    old, fresh = (str(text).rstrip("\n") + "\n" for text in texts)
    lines = unified(target.span.path, old, fresh).split("\n")
    kept = [line for line in lines if line[:1] in ("-", "+") and line[:3] not in ("---", "+++")]
    return "\n".join([f"@@ {target.qualname}", *kept])


def outcome_of(attempt: Attempt, before: Sequence[Outcome]) -> str:
    """What came of an attempt: how many of the failing cases pass, the first that does not and what it says."""
    if attempt.ended in (Ended.INVALID, Ended.ERROR, Ended.DIED):
        return f"{attempt.ended}: {attempt.detail or 'the program could not be run'}"
    if attempt.ended in (Ended.TIMEOUT, Ended.MEMORY) and not attempt.outcomes:
        return f"it ran out of {'time' if attempt.ended == Ended.TIMEOUT else 'memory'}"
    scores = [o.score for o in attempt.outcomes if o.score is not None]
    if scores:
        old = [o.score for o in before if o.score is not None]
        was = f" instead of {sum(old) / len(old):.4g}" if old else ""
        return f"mean score {sum(scores) / len(scores):.4g}{was}"
    wanted = {o.id for o in before if o.failed}
    passed, failed = attempt.passed(), [o for o in attempt.outcomes if o.failed]
    broken = [o for o in failed if o.id not in wanted]
    words = [f"{len(passed & wanted)} of {len(wanted)} failing tests pass"]
    first = (broken or failed)[:1]
    words += [f"{'it breaks ' if broken else ''}{o.id}: {' '.join(o.message.split())}" for o in first]
    return "; ".join(words)
