"""A file -> where its trace and an independent recorder of the plain run disagree."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.fuzz.places import Place, Places
from tests.fuzz.recorder import Look, Table, look
from tracec.passes.nouns.trace import Picture, Site, Trace
from tracec.passes.verify.verification import verify
from tracec.project.paths import read
from tracec.recording.trace_store import load

# What the trace calls a value that no event tells; and what `sys.settrace` shows in place of a value given away.
UNKNOWN = frozenset({"?", "async_generator_wrapped_value"})
# From 3.13 on a generator that has no `try` is closed without being run; instrumented it has one.
CLOSED_UNSEEN = sys.version_info >= (3, 13)
KINDS = ("bound", "parameters", "returned", "yielded", "raised")


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was compared: places and values, those left alone because nothing is recorded there, and what differs.

    `disturbed` where the recorder itself changed what the program printed: then nothing is said.
    """

    places: int = 0
    values: int = 0
    alone: int = 0
    unknown: int = 0  # the trace says of itself that it does not know the value
    verified: int = 0  # nodes that are the same when they are computed again
    differing: tuple[str, ...] = ()
    disturbed: bool = False


def compare(path: Path, folder: Path) -> Agreement:
    """Run a file plain, plain under the recorder, and instrumented: three processes."""
    seen, log = folder / "seen.pickle", folder / "fidelity.trace"
    plain = _run(folder, str(path))
    watched = _run(folder, "-m", "tests.fuzz.watching", str(path), str(seen))
    if plain != watched or not seen.exists():
        return Agreement(disturbed=True)
    failures, observed = pickle.loads(seen.read_bytes())
    if any("RecursionError" in failure for failure in failures):  # it needs some of the stack itself
        return Agreement(disturbed=True)
    if failures:
        return Agreement(differing=(f"the recorder failed: {failures[:3]}",))
    _run(folder, "-m", "tracec", "run", "--scope", str(path), "--record", str(log), str(path))
    (trace,) = load(log)
    found, said = agreement(observed, trace, Places(read(str(path)).text)), verify(trace)
    wrong = [f"{w.kind} {w.text} at line {w.line} was {w.recorded}, and is {w.computed}" for w in said.wrong]
    return replace(found, verified=sum(said.agree.values()), differing=(*found.differing, *wrong))


def _run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    root = Path(__file__).resolve().parent.parent.parent
    env = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(root)])}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, errors="replace")
    return done.returncode, done.stdout, done.stderr


def agreement(observed: dict[str, Table], trace: Trace, places: Places) -> Agreement:
    """Place by place: the same values, in the same order."""
    tables, known = recorded(trace, places), static(trace, places)
    threads = len({frame.thread for frame in trace.frames}) > 1
    differing, count, values, alone, unknown = [], 0, 0, 0, 0
    for kind in KINDS:
        for place, want in observed[kind].items():
            if (kind, place) not in known:
                alone += 1
                continue
            have = tables[kind][place]
            count, values = count + 1, values + len(want)
            unknown += sum(type_ in UNKNOWN for type_, _ in have)
            if not alike(want, have, threads):
                differing.append(f"{kind} {place}: {first_difference(want, have)}")
    return Agreement(count, values, alone, unknown, differing=tuple(differing))


def alike(want: list[Look], have: list[Look], threads: bool) -> bool:
    """Equal, but for what one side cannot know; in any order where threads took turns."""
    if CLOSED_UNSEEN:
        want, have = ([look for look in looks if look[0] != "GeneratorExit"] for looks in (want, have))
    if threads and not any(kind in UNKNOWN for kind, _ in want + have):
        return sorted(want) == sorted(have)
    return len(want) == len(have) and all(a == b or UNKNOWN & {a[0], b[0]} for a, b in zip(want, have))


def first_difference(want: list[Look], have: list[Look]) -> str:
    """The first place at which two sequences part, and their lengths."""
    at = next((n for n, (a, b) in enumerate(zip(want, have)) if a != b), min(len(want), len(have)))
    return f"at {at}: {want[at : at + 1]} was recorded as {have[at : at + 1]} ({len(want)} and {len(have)} values)"


def looked(value: object) -> Look:
    """The look of a recorded value, picture or plain."""
    if not isinstance(value, Picture):
        return look(value)
    return value.type, {"str": "long", "bytes": "long", "int": "big"}.get(value.type, "")


def recorded(trace: Trace, places: Places) -> dict[str, Table]:
    """The recorder's tables, made from a trace."""
    tables: dict[str, Table] = {kind: defaultdict(list) for kind in KINDS}
    for node in trace.nodes:
        if node.site.kind == "exception" and trace.frames[node.frame].function.endswith("comp>"):
            continue  # it leaves the function around as well
        value = looked(node.value)
        for kind, place in keys(node.site, places):
            tables[kind][place].append((value[0], "") if kind == "raised" else value)
    return tables


def static(trace: Trace, places: Places) -> set[tuple[str, Place]]:
    """The places at which the trace would have something, whether or not the program came there."""
    sites = [site for of_file in trace.sites.values() for site in of_file]
    found = {key for site in sites for key in keys(site, places)}
    inside = {places.function((site.span.line, site.span.column)) for site in sites if site.kind == "param"}
    return found | {("raised", (line,)) for anonymous, line in inside if not anonymous}


def keys(site: Site, places: Places) -> Iterator[tuple[str, Place]]:
    """What the values of a site are compared with."""
    start = (site.span.line, site.span.column)
    for name in site.binds:
        if site.kind == "param":
            yield "parameters", (name, *places.function(start))
        elif site.kind == "loop" and places.in_element(start):
            continue  # a comprehension's loop that stands where its element does: of which variable, no place tells
        elif (at := places.binder(start)) is not None:
            yield "bound", (name, *at)
    region = places.leaving(start) if site.returns or site.kind == "return" else None
    if region is not None:
        yield "returned", region
    if site.kind == "out" or (start, (site.span.end_line, site.span.end_column)) in places.given:
        yield "yielded", start
    if site.kind == "exception":
        yield "raised", (places.function(start)[1],)
