"""Traced runs of a program -> what flowed back to each of its targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tracec.evaluate.evaluator import Question
from tracec.evaluate.panel import Parent
from tracec.guests.startup_errors import withheld
from tracec.passes.nouns.candidate import NO_CHANGE
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.errors import TracecError
from tracec.passes.propagate.transfer import transfer_credit
from tracec.work.checks import change_is_seen, failing_tests_run_targets
from tracec.work.opening import hold_out
from tracec.work.work import Work

if TYPE_CHECKING:
    from tracec.strategy import Strategy


def credit_of(work: Work, parent: Parent, strategy: Strategy) -> Mapping[str, Credit]:
    """The credit of each target: from the program's own traced runs, or taken over from the one that it came from."""
    if parent.credit is None:
        parent.credit = _transferred(parent) or _traced(work, parent, strategy)
    return parent.credit


def _traced(work: Work, parent: Parent, strategy: Strategy) -> Mapping[str, Credit]:
    """Run the sampled cases with every value recorded and let their feedback flow back.

    Of the user's program it is proven that the tests see changes, and some tests are held out from here on.
    """
    targets, cases = parent.program.targets, strategy.sampler(parent.panel, work.job.config.seed)
    if cases:
        work.job.tell(f"tracing {len(cases)} tests")
    runs = work.evaluator.evaluate(parent, Question(NO_CHANGE, cases, trace=True)).runs if cases else ()
    if parent is work.root:
        ran = work.result.impact.ran
        runs = tuple(replace(run, ran=ran.get(run.case, run.ran)) for run in runs)
    if strategy.needs_model:
        parent.runs = runs
    credit = strategy.propagator(targets, runs)
    if cases and not parent.panel.scored:
        try:
            failing_tests_run_targets(work, parent, cases, runs)
        except TracecError as fault:
            raise withheld(fault, work.job.config.environment) from None
    if parent is work.root and not parent.panel.scored:
        if work.suite.may_change:
            change_is_seen(work, credit)
        if strategy.holdout:
            hold_out(work)
    return credit


def _transferred(parent: Parent) -> Mapping[str, Credit]:
    """What is known of the program that this one came from; nothing where it had better be traced."""
    old = parent.origin
    if old is None or parent.retrace or not old.credit:
        return {}
    beyond = {o.id for o in old.panel.before if o.failed} - {*old.panel.failing_tests}
    parent.panel.hold_to(name for name in parent.panel.failing_tests if name not in beyond)
    now = {target.id: target for target in parent.program.targets}
    before, after = ({p: s.text for p, s in one.program.sources.items()} for one in (old, parent))
    passed = {*old.panel.failing_tests} - {*parent.panel.failing_tests}
    return transfer_credit(old.credit, now, before, after, passed)
