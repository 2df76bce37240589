"""A trace that is opened a piece at a time, with its columns on disk, is the trace that is linked as a whole."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.command import tracec
from tests.full import FULL
from tests.fuzz.program import SMALL, program
from tests.fuzz.shared_names import SharedNames
from tests.fuzz.switching import switching
from tracec.passes.graph import builder, node_values
from tracec.passes.graph.slice import Slice, backward
from tracec.passes.link import frame_rows, link
from tracec.passes.link.doubts import UNFIT
from tracec.passes.nouns import mutations
from tracec.passes.nouns.structure import Structure
from tracec.passes.nouns.trace import Trace
from tracec.recording import trace_index
from tracec.recording.trace_store import load, structure
from tracec.runtime.record import chunks
from tracec.runtime.record.log import chapters, read
from tracec.runtime.record.rows import Place

THREADS = """
import threading
def work(n, into):
    for i in range(n):
        into.append({"i": i, "text": "long " * 50, "pair": (i, [i])})
    return sum(each["i"] for each in into)
def later(n):
    for i in range(n):
        try:
            yield {1: [i, work]}[i]
        except KeyError as error:
            yield error
lists = [[] for _ in range(4)]
threads = [threading.Thread(target=work, args=(40, own)) for own in lists]
for thread in threads: thread.start()
for thread in threads: thread.join()
kept = [*later(30)]
lists[0].sort(key=lambda each: -each["i"])
print(len(kept), lists[0][0]["i"])
"""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """All that is chosen for millions of nodes is chosen for a few; the folder of the indexes."""
    for module, name, value in (
        (chunks, "PIECE", 16), (chunks, "GROUP", 48), (chunks, "KEPT", 2), (node_values, "WINDOW", 32),
        (node_values, "FAR", 8), (builder, "FAR", 8), (builder, "BLOCK", 16), (frame_rows, "BLOCK", 4),
        (mutations, "STRIDE", 8), (trace_index, "LARGE", 0),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "tracec" / "indexes"


def recorded(folder: Path, text: str, pure: str = "") -> Path:
    (folder / "p.py").write_text(text, encoding="utf-8")
    tracec(folder, "run", "--record", "t.trace", "p.py", TRACEC_PURE=pure)
    return folder / "t.trace"


def whole(log: Path) -> Trace:
    """The trace of a log whose events are all decoded before they are linked, and whose values are all kept."""
    modules: list[Structure | None] = []
    for kind, data in read(str(log)):
        if kind == "modules":
            modules = [structure(key, text) for key, text in data]
        else:
            found = link(data[0], modules, data[1], cut=data[2])
    return found


def rows(trace: Trace) -> list[str]:
    """All that is told of a trace: its nodes with their values and changes, and the frames."""
    nodes = [f"{node} {trace.changed_since(node.id)} {trace.may_have_changed(node.id)}" for node in trace.nodes]
    return [*nodes, *map(str, trace.frames), f"{trace.name} {trace.lost} {trace.imported}"]


def check_one_trace(log: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> Trace:
    """Linked as a whole, a piece at a time, with columns on disk, and from its index."""
    (first,) = load(log)
    assert isinstance(first.columns.values, node_values.NodeValues)
    assert len([*index.iterdir()]) == 1
    (again,) = load(log)
    monkeypatch.setattr(trace_index, "LARGE", 1 << 40)
    (pieces,) = load(log)
    monkeypatch.setattr(node_values, "WINDOW", 1 << 30)
    kept = whole(log)
    assert isinstance(kept.columns.values, list)
    assert rows(first) == rows(again) == rows(pieces) == rows(kept)
    last = len(kept) - 1
    assert set(backward(again, [last])) == set(backward(kept, [last]))
    return kept


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_random_program_has_one_trace(
    small: Path, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_one_trace(recorded(tmp_path, program(seed, SMALL)), small, monkeypatch)


@pytest.mark.parametrize("pure", ["", "1"], ids=["c", "python"])
@pytest.mark.parametrize("seed", [1, 12] if FULL else [1])
def test_frames_that_sleep_and_values_in_doubt(
    small: Path, tmp_path: Path, seed: int, pure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = check_one_trace(recorded(tmp_path, switching(seed), pure), small, monkeypatch)
    assert pure == "" or UNFIT in trace.columns.values


@pytest.mark.parametrize("pure", ["", "1"], ids=["c", "python"])
@pytest.mark.parametrize("seed", [1, 14])
def test_shared_variables_and_values_from_outside(
    small: Path, tmp_path: Path, seed: int, pure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = check_one_trace(recorded(tmp_path, SharedNames(seed).text(), pure), small, monkeypatch)
    assert "outside" in {trace.columns.table[number].kind for number in trace.columns.site}


@pytest.mark.parametrize("road", ["c", "python"])
def test_threads_and_generators(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, road: str) -> None:
    log = recorded(tmp_path, THREADS, "1" if road == "python" else "")
    (first,), (again,) = load(log), load(log)
    assert first.lost == 0
    monkeypatch.setattr(node_values, "WINDOW", 1 << 30)
    kept = whole(log)
    assert rows(first) == rows(again) == rows(kept)
    assert len({frame.thread for frame in again.frames}) == 5


def test_values_are_read_in_any_order(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = recorded(tmp_path, THREADS)
    [*load(log)]
    (trace,) = load(log)
    monkeypatch.setattr(node_values, "WINDOW", 1 << 30)
    values = [*whole(log).columns.values]
    numbers = [*range(len(values))]
    random.Random(5).shuffle(numbers)
    assert [trace.columns.values[number] for number in numbers] == [values[number] for number in numbers]
    assert trace.columns.values[-1] == values[-1]
    assert [*trace.columns.values] == values
    with pytest.raises(IndexError):
        trace.columns.values[len(values)]


def test_an_index_is_of_one_state_of_the_log(small: Path, tmp_path: Path) -> None:
    log = recorded(tmp_path, "x = 1\n" + "x = x + 1\n" * 100)
    before = rows(*load(log))
    recorded(tmp_path, "x = 2\n" + "x = x + 3\n" * 100)
    (after,) = load(log)
    assert rows(after) != before
    assert rows(after) == rows(whole(log))
    assert len([*small.iterdir()]) == 2


@pytest.mark.parametrize("name", ["rest.json", "site", "first", "inputs", "number"])
def test_an_index_that_is_damaged_is_made_again(small: Path, tmp_path: Path, name: str) -> None:
    log = recorded(tmp_path, THREADS)
    found = rows(*load(log))
    (index,) = small.iterdir()
    for damage in (b"", (index / name).read_bytes()[:-8]):
        (index / name).unlink()  # what is mapped stays as it is
        (index / name).write_bytes(damage)
        assert rows(*load(log)) == found
        assert (index / name).stat().st_size > len(damage)


def test_old_indexes_make_room(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = recorded(tmp_path, THREADS)
    [*load(log)]
    (old,) = small.iterdir()
    os.utime(old, (1, 1))
    monkeypatch.setattr(trace_index, "MOST", 0)
    log = recorded(tmp_path, "x = 2\n" + "x = x + 3\n" * 100)
    [*load(log)]
    assert not old.exists()
    assert len([*small.iterdir()]) == 1


def test_without_room_there_is_no_index(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = recorded(tmp_path, THREADS)
    monkeypatch.setattr(trace_index, "SPACE", 1 << 60)
    (found,) = load(log)
    assert rows(found) == rows(whole(log))
    assert not [*small.iterdir()]


def test_the_last_ones_of_a_slice() -> None:
    found = Slice(bytearray([1, 0, 1, 1, 0, 1, 0]))
    assert [[*found.last(count)] for count in (0, 1, 3, 4, 9)] == [[], [5], [2, 3, 5], [0, 2, 3, 5], [0, 2, 3, 5]]


def test_show_limits_to_the_last_nodes(tmp_path: Path) -> None:
    (trace,) = load(recorded(tmp_path, THREADS))
    for asked in ((), ("--flat", "--slice", f"%{len(trace) - 1}")):
        all_of_it = tracec(tmp_path, "show", "t.trace", *asked).out.splitlines()
        assert len(all_of_it) > 7
        last = tracec(tmp_path, "show", "t.trace", *asked, "--limit", "7")
        assert last.out.splitlines() == all_of_it[-7:]
        assert last.err == f"tracec: the last 7 of {len(all_of_it)} nodes\n"


def test_changes_are_found_from_the_end(small: Path, tmp_path: Path) -> None:
    """Those of the last nodes are known without the others, and the same."""
    log = recorded(tmp_path, THREADS)
    (trace,), (other,) = load(log), load(log)
    changed = [other.may_have_changed(node) for node in range(len(other))]
    first = len(changed) - 1 - changed[::-1].index(True)
    assert 0 < first < len(trace) - 1
    assert [trace.may_have_changed(node) for node in range(first, len(trace))] == changed[first:]
    assert len(trace.columns.changed.changed) < len(trace)


def test_a_log_that_was_removed_can_still_be_read(small: Path, tmp_path: Path) -> None:
    log = recorded(tmp_path, THREADS)
    (trace,) = load(log)
    values = [*trace.columns.values]
    (again,) = load(log)
    log.unlink()
    assert [*again.columns.values] == values


def test_a_log_that_became_shorter_is_told(small: Path, tmp_path: Path) -> None:
    log = recorded(tmp_path, THREADS)
    found = [data for kind, data in chapters(str(log)) if kind == "chapter"]
    ((_, streams, _),) = found
    (place,) = [chunk for _, row in streams for chunk in row if isinstance(chunk, Place)][:1]
    os.truncate(log, place.start + place.size - 1)
    with pytest.raises(ValueError, match="became shorter"):
        chunks.decoded(place)
