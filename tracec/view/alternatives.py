"""Result -> how a change was chosen, and what else it changes, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tracec.passes.syntax.unified_diff import unified
from tracec.work.result import Result
from tracec.work.selection import Apart, Example, Guarded


def diff(result: Result, texts: Mapping[str, str]) -> str:
    """New texts by path -> one unified diff against the files on disk, file by file."""
    disk = result.program.on_disk
    return "".join(unified(path, disk[path].text, text) for path, text in sorted(texts.items()))


def summary(result: Result) -> dict[str, object]:
    """What `--json` says of it: `guard`, `alternatives`, `alike`, `memorising` and `held_out`."""
    chosen = result.chosen
    return {
        "guard": guard(chosen.guarded if result.texts else Guarded(why_not="nothing was changed")),
        "cost": chosen.cost if result.texts else 0.0,
        "doubts": [doubt.why for doubt in chosen.doubts if result.texts],
        "alternatives": [
            {
                "diff": diff(result, other.texts),
                "why": list(other.why),
                "cost": other.cost,
                "differs": differs(other.differs),
                "guard": guard(other.guarded),
            }
            for other in chosen.alternatives
            if result.texts
        ],
        "alike": chosen.alike,
        "memorising": chosen.memorising,
        "held_out": {
            "tests": len(chosen.held_out),
            "passed": sum(o.passed for o in result.after if o.id in chosen.held_out),
            "refused": chosen.refused,
        },
    }


def guard(seen: Guarded) -> dict[str, object]:
    """What a guard saw of one change."""
    return {
        "inputs": seen.inputs,
        "changed": seen.changed,
        "failures": seen.failures,
        "outside": seen.outside,
        "passing": seen.passing,
        "example": dict(seen.examples[0]) if seen.examples else {},
        "examples": [dict(example) for example in seen.examples],
        "why_not": seen.why_not,
    }


def differs(apart: Apart | None) -> dict[str, object]:
    """`{"call": "f(3)", "chosen": "9", "this": "6"}`; empty where no input was found that tells."""
    return {"call": apart[0], "chosen": apart[1][0], "this": apart[1][1]} if apart else {}


def warnings(seen: Guarded) -> Iterator[str]:
    """What the user should look at before a change is taken."""
    for example in seen.examples:
        if example["failure"]:
            yield f"on {example['call']} the changed program {fails(example)}; before, it returned {example['before']}"
            break
    for example in seen.examples:
        if example["outside"]:
            yield (
                f"{example['call']} runs nothing that was changed and yet gives {example['after']} instead of "
                f"{example['before']}: something may be left behind by one call for the next"
            )
            break


def fails(example: Example) -> str:
    """`raises KeyError(3)`, `does not end`."""
    return str(example["after"])


def in_words(result: Result) -> Iterator[str]:
    """What a change does beyond the tests, a sentence a line."""
    chosen = result.chosen
    if chosen.memorising:
        yield f"{chosen.memorising} changes pass that only memorise a test: refused"
    if not result.texts:
        return
    seen = chosen.guarded
    if seen.inputs:
        what = f"of {seen.inputs} inputs that tests gave or that are like them, {seen.changed} behave otherwise"
        first = f", as {told(seen.examples[0])}" if seen.examples else ""
        yield what + first
    elif seen.why_not:
        yield f"what else it changes was not looked at: {seen.why_not}"
    if chosen.alternatives:
        count = len(chosen.alternatives)
        tests = "the tests that touch it" if chosen.unasked else "all tests"
        words = f"{count} other change{'s pass' if count > 1 else ' passes'} {tests}"
        told_apart = [other.differs for other in chosen.alternatives if other.differs]
        yield f"{words}; {apart(told_apart[0]) if told_apart else 'no input was found that tells them apart'}"


def told(example: Example) -> str:
    """`f(3): 9, before 6`."""
    return f"{example['call']}: {example['after']}, before {example['before']}"


def apart(found: Apart) -> str:
    """A sentence on what tells two changes apart, which the tests do not say."""
    return f"they differ for {found[0]}: {', '.join(found[1])}; the tests do not say which is right"
