"""Failing cases -> the part of a prompt with their tests' text and messages, or with scores and what was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracec.passes.messages.test_sources import text_of_test, used_by_test
from tracec.passes.propose.llm.sees.parts import Form, Item, Part, shortened
from tracec.passes.propose.llm.sees.situation import Level, Situation
from tracec.runtime.outcome import Outcome

SHARE = 0.25  # of the room; chosen
WHOLE = 3  # failing tests that are shown with their text; chosen
NAMED = 8  # further ones that are named, or shown with their text where there is room left; chosen
DIFF = " (in messages `+` is of the left side of a comparison, `-` of the right)"
MESSAGE = (1_200, 400, 160)  # characters of a message, in the fullest and in shorter forms; chosen
BESIDES = 700  # characters of what a failure shows beside its message; chosen
DATUM = 300  # characters of what a case of a metric is; chosen
TEST = (1_600, 700)  # characters of a test's text; chosen


def cases_part(situation: Situation, level: Level) -> Part:
    """Failing tests, those that say most first; of a metric, the cases with the lowest scores."""
    failing = situation.failing
    if situation.metric:
        title = f"## Cases, the lowest scores of {situation.metric} first"
        rows = (_scored(o, level, situation.tests.get(o.id, "")) for o in failing[: WHOLE + NAMED])
        return Part("cases", title, tuple(rows), SHARE)
    ordered = representatives(failing)
    texts = _texts(situation, ordered[: WHOLE + NAMED])
    told = [_test(outcome, level, text) for outcome, text in zip(ordered, texts)]
    items = [Item(forms) for forms in told[:WHOLE]]
    for outcome, forms in zip(ordered[WHOLE:], told[WHOLE:]):
        fuller = forms[:-1][:2][-1:]  # with the text, and not all of a long message
        items.append(Item((*fuller, Form(_named(outcome, level))), first=len(fuller)))
    more = len(ordered) - WHOLE - NAMED
    items += [Item((Form(f"- and {more} more"),))] * (more > 0)
    signs = DIFF if any(re.search(r"^\s*[-+] ", outcome.message, re.MULTILINE) for outcome in failing) else ""
    title = f"## Failing tests: {len(failing)} of {len(situation.outcomes)}{signs}"
    return Part("cases", title, tuple(items), SHARE)


def most_telling(situation: Situation) -> list[Outcome]:
    """The failing tests that are shown with their text."""
    return representatives(situation.failing)[:WHOLE]


def representatives(failing: Sequence[Outcome]) -> list[Outcome]:
    """Failing tests so that those which come first differ: of each function and kind of message one, then the rest."""
    seen: dict[tuple[str, str], int] = {}
    ranks: list[tuple[int, bool, int]] = []
    for at, outcome in enumerate(failing):
        key = outcome.id.partition("[")[0], outcome.message.partition(":")[0][:40]
        kind = outcome.message.partition(":")[0][:40]
        rank = seen.get(key, 0) + seen.get(("", kind), 0)
        seen[key] = seen.get(key, 0) + 1
        seen["", kind] = seen.get(("", kind), 0) + 1
        ranks.append((rank, not outcome.raised, at))
    return [failing[at] for _, _, at in sorted(ranks)]


def _texts(situation: Situation, some: Sequence[Outcome]) -> Iterator[str]:
    """The text of each test, once for each function; what tests use of their files comes with the first of them."""
    told, functions = set[str](), set[str]()
    for outcome in some:
        text, function = situation.tests.get(outcome.id, ""), outcome.id.partition("[")[0]
        yield "" if function in functions else text_of_test(text, outcome.id, told)
        functions.add(function)
        told.update(used_by_test(text, outcome.id))


def _test(outcome: Outcome, level: Level, source: str) -> tuple[Form, ...]:
    """The forms of a test with its text."""
    forms = []
    for most, said in ((TEST[0], MESSAGE[0]), (TEST[0], MESSAGE[1]), (TEST[1], MESSAGE[1]), (0, MESSAGE[2])):
        text = f"### {outcome.id}"
        if source and most:
            text += f"\n```python\n{source if len(source) <= most else _ends(source, most)}\n```"
        text += f"\n{message(outcome, said)}" if level != Level.NONE else ""
        text += f"\n{printed(outcome)}" if level != Level.NONE and said > MESSAGE[2] and outcome.besides else ""
        forms.append(Form(text))
    return tuple(dict.fromkeys(forms))


def _ends(source: str, most: int) -> str:
    """The end of a test, where its checks are, and its first line."""
    lines, kept, left = source.split("\n"), list[str](), most - 60
    first = lines[0]
    left -= len(first)
    for line in reversed(lines[1:]):
        left -= len(line) + 1
        if left < 0:
            break
        kept.insert(0, line)
    return "\n".join([first, f"    # [{len(lines) - 1 - len(kept)} lines are not shown]", *kept])


def message(outcome: Outcome, most: int) -> str:
    """What a case said and where, in at most so many characters."""
    said = "\n".join(line.rstrip() for line in outcome.message.splitlines() if line.strip())
    hints = ("Use -v to get more diff", "Use -vv to get more diff", "Full diff:")
    said = "\n".join(line for line in said.split("\n") if line.strip() not in hints)
    if outcome.endless:
        return "it was stopped after many steps: it has no end, or is only slow"
    inside = outcome.path and outcome.line and not outcome.path.startswith("/")
    where = f"at {outcome.path}:{outcome.line}: " if inside else ""
    return f"{where}{shortened(said or str(outcome.status), most)}"


def printed(outcome: Outcome) -> str:
    """What a failure shows beside its message, in at most BESIDES characters."""
    lines = (line.rstrip() for line in outcome.besides.splitlines() if line.strip())
    return shortened("\n".join(lines), BESIDES)


def _named(outcome: Outcome, level: Level) -> str:
    said = f": {message(outcome, 100).splitlines()[0]}" if level != Level.NONE else ""
    return f"- {outcome.id}{said}"


def _scored(outcome: Outcome, level: Level, datum: str) -> Item:
    """A case of a metric, with what it is where there is room for that."""
    given = f" {shortened(datum, DATUM)}" if datum else ""
    if level == Level.NONE:
        return Item(tuple(dict.fromkeys((Form(f"- {outcome.id}{given}"), Form(f"- {outcome.id}")))))
    score = "failed" if outcome.failed or outcome.score is None else f"score {outcome.score:g}"
    said = [f": {message(outcome, most)}" if outcome.message else "" for most in MESSAGE]
    forms = [f"- {outcome.id}{case}: {score}{words}" for case in (given, "") for words in said]
    return Item(tuple(Form(form) for form in dict.fromkeys(forms)))
