"""Programs + inputs -> in what they differ: the program as it is against changed ones, and these against each other."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from tracec.runtime.differential.captured_calls import CallInput, Watch
from tracec.runtime.differential.inputs import new_inputs
from tracec.runtime.differential.mutate_values import simpler
from tracec.runtime.differential.observe_call import Behaviour, CallEnd, behave, ran_any
from tracec.runtime.differential.versions import State, Version, prepared
from tracec.runtime.guest import pytest_session
from tracec.runtime.guest.live import hot_swap
from tracec.runtime.guest.pytest_session import Emit, Meter
from tracec.runtime.outcome import Ended

EMPTY = {"[]": "[", "()": "(", "{}": "{", "set()": "{", "''": "'", "b''": "b"}  # and what others of the kind begin with
STEPS = 50_000  # steps of one call of the program as it is; chosen
SLACK = 10  # times the steps of that call that a changed program may use; chosen
FEW = 50_000  # and steps besides; chosen
MANY_STEPS = 1_000_000  # steps of a call that ran out of them, made again: a slow program is no failure; chosen
PATIENCE = 2  # calls of one changed program that are made again so; chosen
ALL_STEPS = 500_000  # steps of one program on all inputs; chosen
ALL_LATE = 2  # calls of one program that the clock ends, before it is called no more; chosen
SHRINKS = 150  # calls to make one example smaller; chosen
EXAMPLES = 3  # that are kept of one change; chosen


def run(items: Mapping[str, Any], reports: Any, request: Mapping[str, Any], meter: Meter, emit: Emit) -> None:
    """Compare the request's trials, each a list of swaps, with the program as it is and with each other.

    `request["differential"]` has `edits` (for each trial and swap: old and new lines that differ, whether the header
    does), `inputs` (how many to try), `seed`, and the tests that are `failing`. The tests say what functions are given.
    Emits {"probe": {...}} after each stage, the last one whole, and {"ended": "done"}.
    """
    spec = request["differential"]
    pairs, why = _pairs(request["trials"], spec["edits"])
    watch = Watch({code: f for old, _ in pairs.values() for f, (code, _, _) in old.have.items() if code in old.lines})
    for test in request["tests"]:
        item = items.get(test)
        if item is not None and watch.functions:
            steps = pytest_session.steps_of(request["steps"], test)
            watch.during(
                partial(pytest_session.run_one, item, None, reports, meter, steps), passing=test not in spec["failing"]
            )
    inputs, missing = new_inputs(list(watch.functions.values()), watch, spec["inputs"], spec["seed"])
    probe = Probe(pairs, inputs, spec["seed"])
    for report in probe.reports(len(request["trials"]), {**dict.fromkeys(range(len(why)), missing), **_only(why)}):
        emit({"probe": report})
    emit({"ended": Ended.DONE, "detail": ""})


def _only(why: Sequence[str]) -> dict[int, str]:
    return {number: text for number, text in enumerate(why) if text}


def _pairs(trials: Sequence[Any], edits: Sequence[Any]) -> tuple[dict[int, tuple[Version, Version]], list[str]]:
    """(before, after) of each trial that a live process can take, and for each why not."""
    pairs: dict[int, tuple[Version, Version]] = {}
    why: list[str] = []
    for number, (changes, edit) in enumerate(zip(trials, edits, strict=True)):
        try:
            pairs[number] = prepared(changes, edit)
            why.append("")
        except (hot_swap.NeedsCold, SyntaxError) as error:
            why.append(str(error))
            hot_swap.restore()
    return pairs, why


class Probe:
    """Runs inputs through the program as it is and through each change."""

    def __init__(self, pairs: Mapping[int, tuple[Version, Version]], inputs: Sequence[CallInput], seed: int) -> None:
        self._pairs, self._inputs, self._seed = pairs, inputs, seed
        self._plain = Version()
        for old, _ in pairs.values():
            self._plain.have.update(old.have)
        self._state = State(self._plain.have)
        self._original: list[Behaviour | None] = []
        self._changed: dict[int, list[Behaviour | None]] = {}

    def reports(self, count: int, why: Mapping[int, str]) -> Iterator[dict[str, Any]]:
        """What is known after each stage: a report for each change, what tells them apart, inputs left out."""
        unknown = [None] * len(self._inputs)
        self._original, again = (self._apart_on_all(None, unknown) for _ in range(2))
        self._forget_unsteady(again)
        for number in self._pairs:
            self._changed[number] = self._apart_on_all(number, self._original)
        steady = [place for place, old in enumerate(self._original) if old is not None]
        made = {n: self._report(n, steady) for n in self._pairs}
        empty = {"inputs": 0, "changed": 0, "failures": 0, "outside": 0, "passing": 0, "examples": []}
        versions = [{**made.get(n, empty), "why_not": why.get(n, "") if not steady or n not in made else ""}
                    for n in range(count)]  # fmt: skip
        whole = {"unsteady": len(self._inputs) - len(steady), "versions": versions}
        yield {**whole, "apart": []}
        yield {**whole, "apart": [*self._apart(steady)]}

    def _apart_on_all(self, number: int | None, olds: Sequence[Behaviour | None]) -> list[Behaviour | None]:
        """The same in a process of its own, so that the next program finds nothing of it."""
        found = apart(lambda: self._on_all(number, olds))
        return found + [None] * (len(olds) - len(found))

    def _on_all(self, number: int | None, olds: Sequence[Behaviour | None]) -> list[Behaviour | None]:
        """One program on all inputs, in their order; nothing for those that come after the steps are used up."""
        left, late, patience, slow = ALL_STEPS, 0, PATIENCE, False
        found: list[Behaviour | None] = []
        for call, old in zip(self._inputs, olds):
            done = self.one(call, number, old) if left > 0 and late < ALL_LATE else None
            if number is not None and old is not None and _new_failure(old, done) and _ran_out(done):
                again = self.one(call, number, old, MANY_STEPS) if patience > 0 else done
                patience, slow = patience - 1, slow or not _ran_out(again)
                done = again if not slow or not _ran_out(again) else None  # a slow one, for all that is known
            left -= done.steps if done is not None else 0
            late += done is not None and done.ended == CallEnd.TIMEOUT
            found.append(done)
        return found

    def one(self, call: CallInput, number: int | None, old: Behaviour | None = None, most: int = 0) -> Behaviour | None:
        """One input through one program (None: as it is): `most` steps, or as many as `old` took and some more."""
        if number is not None and old is None:
            return None
        steps = STEPS if old is None else SLACK * old.steps + FEW if old.ended != CallEnd.STEPS else 2 * STEPS
        steps = most or steps
        with_ = self._pairs[number][1] if number is not None else None
        done: Behaviour | None = self._within(with_, lambda: behave(call, steps, self._seed))
        return done

    def _within(self, version: Version | None, work: Callable[[], Any]) -> Any:
        self._state.restore()
        if version is not None:
            version.put_on()
        try:
            return work()
        finally:
            self._plain.put_on()

    def _forget_unsteady(self, again: Sequence[Behaviour | None]) -> None:
        """Leave out what could not be called, did not end for want of time, or does another thing each time."""
        for place, (first, second) in enumerate(zip(self._original, again)):
            if first is None or second is None or first.ended == CallEnd.TIMEOUT or first.differs(second):
                self._original[place] = None

    def _report(self, number: int, steady: Sequence[int]) -> dict[str, Any]:
        differing = [place for place in steady if self._differs(number, place)]
        failing = [place for place in differing if self._fails_anew(number, place)]
        outside = [place for place in differing if not self._touched(number, self._inputs[place])]
        first = sorted(differing, key=lambda p: (p not in failing, p not in outside, p))
        examples = [self._example(number, place, place in outside) for place in first[:EXAMPLES]]
        return {
            "inputs": sum(self._changed[number][place] is not None for place in steady),
            "changed": len(differing),
            "failures": len(failing),
            "outside": len(outside),
            "passing": sum(self._inputs[place].passing for place in differing),
            "emptied": next(filter(None, (self._emptied(number, place) for place in differing)), ""),
            "examples": list({example["call"]: example for example in examples}.values()),
        }

    def _differs(self, number: int, place: int) -> tuple[str, ...]:
        old, new = self._original[place], self._changed[number][place]
        return old.differs(new) if old is not None and new is not None else ()

    def _emptied(self, number: int, place: int) -> str:
        """What a call that a test made gives, where that is empty, and was of the same kind and not empty; else ""."""
        old, new = self._original[place], self._changed[number][place]
        if self._inputs[place].source != "recorded" or old is None or new is None or old.ended != new.ended:
            return ""
        return new.text if new.text in EMPTY and old.text != new.text and old.text[:1] == EMPTY[new.text] else ""

    def _fails_anew(self, number: int, place: int) -> bool:
        return _new_failure(self._original[place], self._changed[number][place])

    def _touched(self, number: int, call: CallInput) -> bool:
        """True where an input runs what was changed, before or after, or leaves a changed parameter to its default."""
        old, new = self._pairs[number]
        if new.header and call.function in new.have:
            return True
        return any(
            self._within(version, lambda lines=version.lines: ran_any(call, lines, STEPS, self._seed))  # type: ignore[misc]
            for version in (old, new)
        )

    def _example(self, number: int, place: int, outside: bool) -> dict[str, Any]:
        wanted = self._differs(number, place), self._fails_anew(number, place)

        def same(call: CallInput) -> bool:
            old = self.one(call, None)
            new = self.one(call, number, old)
            if old is None or new is None or old.ended not in (CallEnd.RETURNED, self._ended(place)):
                return False
            return (old.differs(new), _new_failure(old, new)) == wanted

        call, old, new = self._inputs[place], self._original[place], self._changed[number][place]
        if same(call):  # what an earlier call left behind may be needed
            call = smallest(call, same)
            old = self.one(call, None)
            new = self.one(call, number, old)
        assert old is not None
        assert new is not None
        what = list(old.differs(new))
        told = {"before": _said(old, what), "after": _said(new, what)}
        return {"call": call.text(), **told, "what": what, "source": call.source, "outside": outside,
                "failure": wanted[1]}  # fmt: skip

    def _ended(self, place: int) -> CallEnd | None:
        old = self._original[place]
        return old.ended if old is not None else None

    def _apart(self, steady: Sequence[int]) -> Iterator[dict[str, Any]]:
        """For each two changes: an input on which they differ, the smallest found; none where they are alike."""
        for one, other in itertools.combinations(self._pairs, 2):
            found = (p for p in steady if _unlike(self._changed[one][p], self._changed[other][p]))
            place = next(found, None)
            row: dict[str, Any] = {"pair": [one, other], "call": "", "results": []}
            if place is not None:
                call = smallest(self._inputs[place], lambda g, a=one, b=other: self._tell(g, a, b))  # type: ignore[misc]
                old = self.one(call, None)
                both = [self.one(call, number, old) for number in (one, other)]
                what = list(both[0].differs(both[1])) if both[0] and both[1] else []
                row.update(call=call.text(), results=[_said(b, what) for b in both if b])
            yield row

    def _tell(self, call: CallInput, one: int, other: int) -> bool:
        old = self.one(call, None)
        return _unlike(self.one(call, one, old), self.one(call, other, old))


def apart(work: Callable[[], list[Behaviour | None]]) -> list[Behaviour | None]:
    """Work done in a process of its own: what it leaves behind is gone. Nothing where that process is ended."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reader)
            done = [found and [getattr(found, name) for name in Behaviour.__slots__] for found in work()]
            with os.fdopen(writer, "wb") as file:
                file.write(json.dumps(done).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        said = file.read()
    os.waitpid(pid, 0)
    return [found and Behaviour(CallEnd(found[0]), *found[1:]) for found in json.loads(said or "[]")]


def _unlike(one: Behaviour | None, other: Behaviour | None) -> bool:
    return one is not None and other is not None and bool(one.differs(other))


def _ran_out(behaviour: Behaviour | None) -> bool:
    return behaviour is not None and behaviour.ended == CallEnd.STEPS


def _new_failure(old: Behaviour | None, new: Behaviour | None) -> bool:
    return old is not None and new is not None and old.ended == CallEnd.RETURNED != new.ended


def _said(behaviour: Behaviour, what: Sequence[str]) -> str:
    """What a call did, in that in which it differs."""
    if what == ["arguments"]:
        return f"{behaviour.text}, and leaves {behaviour.left}"[:300]
    if what == ["output"]:
        return f"{behaviour.text}, prints {behaviour.output!r}"[:300]
    return behaviour.text


def smallest(call: CallInput, wanted: Callable[[CallInput], bool]) -> CallInput:
    """The simplest input found that is still wanted, by taking away piece after piece."""
    left = SHRINKS
    while left > 0:
        for candidate in _simpler(call):
            left -= 1
            if left < 0 or wanted(candidate):
                break
        else:
            return call
        if left < 0:
            return call
        call = candidate
    return call


def _simpler(call: CallInput) -> Iterator[CallInput]:
    for name, value in call.values.items():
        for less in simpler(value):
            yield CallInput(call.function, {**call.values, name: less}, call.source, call.passing)
