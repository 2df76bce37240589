"""A change that passes all tests -> reasons to doubt it, each with its price in bits."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracec.passes.accept.naturalness import dead_blocks, lost_changes
from tracec.passes.nouns.clues import FailureClues
from tracec.passes.syntax.ast_diff import Edit, differences
from tracec.passes.syntax.nodes import asks_none, last_name
from tracec.passes.syntax.parsing import NO_PROGRAM

# In bits; from 59 real fixes and 13 wrong changes that passed the tests, docs/real-bugs.md.
NEGATED_NONE = 5.0  # 3 of the wrong ones, none of the fixes
NEW_DEFAULT = 2.0  # what a parameter is where it is not given, None in the place of another nothing
DROPPED_COPY = 3.0  # what was apart is shared from now on
DROPPED_CALL = 1.0  # each call beyond one that is gone: with it goes what it was for
ACCIDENT = 4.0  # an exception of this kind is expected, and comes from a call or a name that does not fit
COMPARES = 4.0  # the method with which the test itself compares
ORDERED_TEXTS = 3.0  # an order of texts where membership was asked
FAILURE = 1.5  # it raises or hangs on an input on which the program returned
PASSING = 2.5  # a call that a passing test makes does another thing
OUTSIDE = 3.0  # it changes what a call does that does not run what was changed
UNLOOKED = 1.5  # nothing was there to look at what else it changes
UNJUDGED = 4.0  # tests that refused another change had no time to judge this one
OPPOSITE = 4.0  # a number was moved, and moved the other way it passes too: nothing tells what it must be
NOTHING = 4.0  # what a failing test calls gives nothing where it gave something, and no test asks for nothing
UNPROVEN = 4.0  # the clock ended the run of all tests in a fresh process
LOST = 0.6  # a statement that passing tests ran and that no test runs any more
SKIPPED = 0.5  # a statement beyond a few that the failing tests ran and that an exit put in leaves out
OTHER_KIND = 4.0  # an expression has values of another kind than on passing runs
DEAD = 4.0  # code that is there and that nothing can reach any more
ADDRESS = 4.0  # a text that says nothing but where an object lies in memory
RIVAL = 0.3  # another change that passes too, does otherwise as far as is known, and is nearly as likely
FEW_SKIPPED = 8  # statements
MOST_LOST = 6.0  # all such statements together
STANDS = 3.5  # bits of doubt up to which a change stands; chosen

LIES_AT = " object at 0x"  # in the text of an object that has none of its own
COPIES = frozenset(("copy", "deepcopy", "list", "dict", "set", "tuple", "sorted"))
ACCIDENTS = frozenset(("TypeError", "AttributeError", "NameError", "UnboundLocalError"))
COMPARISONS = frozenset(
    ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__bool__", "__contains__")
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to doubt a change: a clause, in which "it" is the change."""

    bits: float
    why: str


def doubts_of_text(before: str, after: str, clues: FailureClues) -> tuple[Doubt, ...]:
    """What the change of one definition says against itself; none where a text is no program."""
    try:
        edits = differences(before, after)
        old, new = ast.parse(before), ast.parse(after)
        name = getattr(old.body[0], "name", "")
    except NO_PROGRAM:
        return ()
    found = [doubt for edit in edits for doubt in _of_edit(edit)]
    if any(edit.header and _new_default(edit) for edit in edits):
        found.append(Doubt(NEW_DEFAULT, "it changes what a parameter is where it is not given"))
    if dead_blocks(new) > dead_blocks(old):
        found.append(Doubt(DEAD, "it leaves code that nothing reaches any more"))
    if lost_changes(new) > lost_changes(old):
        found.append(Doubt(DEAD, "it changes an object that nothing keeps"))
    if name in COMPARISONS:
        found.append(Doubt(COMPARES, f"it changes {name}, with which the test itself may compare"))
    expected = {kind for kind, _ in clues.expected_errors}
    parts = [part for edit in edits for root in edit.new for part in ast.walk(root)]
    raises = any(isinstance(part, ast.Raise) for part in parts) or _leads_to(new, edits, expected)
    rewords = all(isinstance(root, (ast.JoinedStr, ast.Constant)) for edit in edits for root in edit.new)
    if expected & ACCIDENTS and not raises and not rewords:
        found.append(Doubt(ACCIDENT, f"it may raise the expected {min(expected & ACCIDENTS)} by accident"))
    return tuple(found)


def _leads_to(new: ast.Module, edits: Sequence[Edit], expected: Collection[str]) -> bool:
    """Whether a condition is changed under which one of the `expected` exceptions is raised by a `raise`."""
    made = {ast.dump(root) for edit in edits for root in edit.new}
    for node in ast.walk(new):
        if isinstance(node, ast.If) and made & {ast.dump(part) for part in ast.walk(node.test)}:
            raised = [n.exc for part in node.body for n in ast.walk(part) if isinstance(n, ast.Raise) and n.exc]
            if any(last_name(exc.func if isinstance(exc, ast.Call) else exc) in expected for exc in raised):
                return True
    return False


def doubts_of_behaviour(
    inputs: int,
    failures: int,
    outside: int,
    passing: int = 0,
    texts: Iterable[tuple[str, str]] = (),
    emptied: str = "",
    *,
    clues: FailureClues,
) -> tuple[Doubt, ...]:
    """What differential testing says against a change.

    `texts` are results before and after, `emptied` is what a call that a test made gives now, where that is empty and
    was not.
    """
    found = []
    if failures and not clues.expected_errors:
        found.append(Doubt(FAILURE, "it raises or hangs where the program returned"))
    if outside:
        found.append(Doubt(OUTSIDE, "it changes what calls do that run nothing of it"))
    if passing:
        found.append(Doubt(PASSING, "it changes what calls do that passing tests make"))
    if any(LIES_AT in after and LIES_AT not in before for before, after in texts):
        found.append(Doubt(ADDRESS, "it makes a text of where an object lies in memory"))
    if emptied and not clues.nothing:
        found.append(Doubt(NOTHING, f"a call that tests make gives {emptied} where it gave something"))
    if not inputs:
        found.append(Doubt(UNLOOKED, "it could not be tried on other inputs"))
    return tuple(found)


def doubts_of_runs(before: Collection[str], after: Collection[str]) -> tuple[Doubt, ...]:
    """Statements that passing tests ran `before` and that no test runs `after`, each known by its text.

    One that others took the place of is not lost.
    """
    lost = [text for text in before if text not in after]
    new = sum(text not in before for text in after)
    if len(lost) <= new:
        return ()
    more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    why = f"no test runs `{lost[0]}`{more} any more"
    return (Doubt(min(MOST_LOST, LOST * (len(lost) - new)), why),)


def doubts_of_exits(before: Collection[str], after: Collection[str]) -> tuple[Doubt, ...]:
    """Statements that failing tests ran before and do not run after a change that leaves earlier than it did."""
    skipped = sum(text not in after for text in before)
    if skipped <= FEW_SKIPPED:
        return ()
    why = f"it leaves {skipped} statements out that the failing tests ran"
    return (Doubt(min(MOST_LOST, SKIPPED * (skipped - FEW_SKIPPED)), why),)


def doubts_of_rivals(count: int) -> tuple[Doubt, ...]:
    """What it says against a change that so many others would do, and nothing tells which is right."""
    if not count:
        return ()
    why = f"{count} other changes pass all tests, and are as likely"
    return (Doubt(RIVAL * count, why if count > 1 else "another change passes all tests, and is as likely"),)


def doubt_of_kind(text: str, old: str, new: str) -> Doubt:
    """What it says against a change that an expression has values of another kind than before."""
    return Doubt(OTHER_KIND, f"`{text}` is {new} where it was {old}")


def leaves(before: str, after: str) -> bool:
    """Whether a change puts in a `return`, `continue` or `break`."""
    exits = (ast.Return, ast.Continue, ast.Break)
    try:
        counts = [sum(isinstance(node, exits) for node in ast.walk(ast.parse(text))) for text in (before, after)]
    except NO_PROGRAM:
        return False
    return counts[1] > counts[0]


def total(doubts: Sequence[Doubt]) -> float:
    """The bits of all of them."""
    return sum(doubt.bits for doubt in doubts)


def _of_edit(edit: Edit) -> Iterator[Doubt]:
    olds = [n for root in edit.old for n in ast.walk(root)]
    news = [n for root in edit.new for n in ast.walk(root)]
    more, less = (
        sum(asks_none(n, kind) for n in news) - sum(asks_none(n, kind) for n in olds) for kind in (ast.Is, ast.IsNot)
    )
    if more * less < 0:
        yield Doubt(NEGATED_NONE, "it turns a test for None into its opposite")
    dropped = _calls(olds) - _calls(news)
    if dropped > 1:
        yield Doubt(DROPPED_CALL * (dropped - 1), f"it drops {dropped} calls")
    if len(edit.old) == len(edit.new) == 1 and isinstance(edit.old[0], ast.Call):
        call, new = edit.old[0], ast.dump(edit.new[0])
        if last_name(call.func) in COPIES and call.args and ast.dump(call.args[0]) == new:
            yield Doubt(DROPPED_COPY, f"it shares what {last_name(call.func)}() kept apart")
    if _ordered_texts(news) > _ordered_texts(olds) and _memberships(olds) > _memberships(news):
        yield Doubt(ORDERED_TEXTS, "it asks for an order of texts")


def _new_default(edit: Edit) -> bool:
    """Whether a constant that was a default is another one now. A container is shared by all calls: that is a fault."""
    old, new = (next((n for n in side if isinstance(n, ast.arguments)), None) for side in (edit.old, edit.new))
    pairs = zip([*old.defaults, *old.kw_defaults], [*new.defaults, *new.kw_defaults]) if old and new else ()
    return any(isinstance(a, ast.Constant) and b is not None and ast.dump(a) != ast.dump(b) for a, b in pairs)


def _calls(nodes: Iterable[ast.AST]) -> int:
    return sum(isinstance(node, ast.Call) for node in nodes)


def _ordered_texts(nodes: Iterable[ast.AST]) -> int:
    orders = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    sides = [(n.left, n.comparators[0]) for n in nodes if isinstance(n, ast.Compare) and isinstance(n.ops[0], orders)]
    return sum(any(isinstance(s, ast.Constant) and isinstance(s.value, str) for s in pair) for pair in sides)


def _memberships(nodes: Iterable[ast.AST]) -> int:
    return sum(isinstance(n, ast.Compare) and isinstance(n.ops[0], (ast.In, ast.NotIn, ast.Eq)) for n in nodes)
