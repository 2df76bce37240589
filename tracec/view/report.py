"""Result + ledger -> what people read and what `--json` prints."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tracec.passes.nouns.candidate import counts
from tracec.run.job import Job
from tracec.run.ledger import Ledger
from tracec.view import alternatives
from tracec.work.result import Result


def summary(job: Job, result: Result, ledger: Ledger) -> dict[str, object]:
    """The object of `--json`."""
    changed = [name for candidate in result.changes for name in candidate.values] if result.texts else []
    return {
        "status": result.status,
        "target": changed[0] if changed else ", ".join(job.names),
        "targets": changed,
        "optimizer": job.config.with_,
        "seed": job.config.seed,
        "tests_before": counts(result.before),
        "tests_after": counts(result.after),
        "failing_before": [o.id for o in result.before if o.failed],
        "failing_after": [o.id for o in result.after if o.failed],
        "tests_not_run": len(result.left_out),
        "candidates": ledger.candidates,
        "evaluations": ledger.evaluations,
        "seconds": round(ledger.seconds(), 2),
        "tests_run": result.impact.run,
        "tests_left_out": result.impact.left_out,
        "audited": {"tests": result.impact.audited, "wrong": len(result.impact.wrong)},
        "candidates_known": ledger.known,
        **spent_on_models(ledger),
        **result.scores,
        "diff": alternatives.diff(result, result.texts),
        "why": [candidate.why for candidate in result.changes],
        **alternatives.summary(result),
        "warnings": result.warnings,
    }


def spent_on_models(ledger: Ledger) -> dict[str, object]:
    """The part of it on models; no USD where some of it has no price."""
    spent = ledger.purse.spent
    return {"llm_calls": spent.calls, "llm_tokens": spent.tokens, "cost_usd": spent.usd if spent.priced else None}


def in_words(said: Mapping[str, object]) -> str:
    """The summary in one line."""
    before, after = said["tests_before"], said["tests_after"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    work = f"{said['candidates']} candidates, {said['seconds']} s"
    if "score_before" in said:
        return scores_in_words(said, work)
    if said["status"] == "unchanged" and not before["failed"]:
        return f"nothing to do: all {before['passed']} tests pass"
    if said["status"] == "unchanged":
        silent = f"; {said['tests_not_run']:,} tests were not run" if said["tests_not_run"] else ""
        return f"no change found that makes a failing test pass ({work}{silent})"
    doubts = said["doubts"]
    assert isinstance(doubts, list)
    against = f"; but {'; '.join(doubts)}" if said["status"] == "plausible" else ""
    return f"{said['status']}: {before['failed']} failing tests before, {after['failed']} after ({work}){against}"


def scores_in_words(said: Mapping[str, object], work: str) -> str:
    """The same where a metric decides."""
    pairs = [("score", "score"), ("validation", "on validation cases")]
    known = [(words, said[f"{key}_before"], said[f"{key}_after"]) for key, words in pairs if f"{key}_before" in said]
    told = ", ".join(f"{words} {before:.6g} before, {after:.6g} after" for words, before, after in known)
    failing = said["failing_cases_before"], said["failing_cases_after"]
    told += f", {failing[0]} failing cases before, {failing[1]} after" if any(failing) else ""
    if said["status"] == "unchanged":
        return f"no better values found: {told} ({work})"
    return f"{said['status']}: {told} ({work})"


def as_json(said: Mapping[str, object]) -> str:
    """One line of JSON."""
    return json.dumps(said)
