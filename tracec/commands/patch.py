"""`tracec patch ls|show|apply|undo|review [ID]` lists, shows, applies, takes back and asks about patches kept."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable

import msgspec

from tracec.passes.nouns.errors import TracecError
from tracec.project import patch_store
from tracec.project.paths import project_root
from tracec.view.printable import print_diff


def run(args: argparse.Namespace) -> int:
    """`args` has action, id (None: the newest), outside, json; returns 0. TracecError where there is no such patch."""
    root = str(project_root("."))
    return ACTIONS[args.action](root, args.id, args.json, args.outside)


def _ls(root: str, id: str | None, json: bool, outside: bool) -> int:
    records = [patch_store.load(root, id)] if id is not None else patch_store.ls(root)
    if json:
        _print_json({"patches": records})
    elif not records:
        print("no patches are kept here; `tracec optimize` keeps what it finds", file=sys.stderr)
    else:
        rows = [(r.id, r.state, r.target, _tests(r), ", ".join(f.path for f in r.files)) for r in records]
        print(_table([("id", "state", "target", "passed", "files"), *(map(_plain, row) for row in rows)]))
    return 0


def _show(root: str, id: str | None, json: bool, outside: bool) -> int:
    record = patch_store.load(root, id)
    diff = patch_store.diff(root, record)
    if json:
        _print_json(msgspec.to_builtins(record) | {"diff": diff.decode("utf-8", "replace")})
    else:
        write_diff(diff)
    return 0


def write_diff(diff: bytes) -> None:
    """Bytes, as `git apply` wants those of the file, whatever its encoding; a terminal gets what it can show."""
    if sys.stdout.isatty():
        print_diff(diff.decode("utf-8", "replace"))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(diff)
    sys.stdout.buffer.flush()


def _apply(root: str, id: str | None, json: bool, outside: bool) -> int:
    return _turn(root, id, json, outside, "applied", patch_store.apply)


def _undo(root: str, id: str | None, json: bool, outside: bool) -> int:
    if id is None:
        applied = [r for r in patch_store.ls(root) if r.state == "applied"]
        if not applied:
            raise TracecError("no patch is applied", "`tracec patch ls` shows the patches")
        id = applied[-1].id
    return _turn(root, id, json, outside, "undone", patch_store.undo)


def _review(root: str, id: str | None, json: bool, outside: bool) -> int:
    """Ask about one patch, or about all that were kept and neither applied nor rejected, the oldest first."""
    from tracec.view.reviewing import review

    records = [patch_store.load(root, id)] if id is not None else patch_store.ls(root)
    waiting = [record for record in records if record.state == "kept" or id is not None]
    if not waiting:
        print("no patch waits for a review", file=sys.stderr)
        return 0
    accepted = review(root, waiting, input)
    print(f"{accepted} of {len(waiting)} patches accepted", file=sys.stderr)
    return 0


def _turn(
    root: str, id: str | None, json: bool, outside: bool, state: str, turn: Callable[..., patch_store.PatchRecord]
) -> int:
    before = patch_store.load(root, id)
    record = turn(root, before.id, outside=outside)
    if json:
        _print_json(record)
    names = _plain(", ".join(f.path for f in record.files))
    already = before.state == state
    print(f"{record.id} {'was' if already else 'is'} {state}{' already' * already}: {names}", file=sys.stderr)
    return 0


def _tests(record: patch_store.PatchRecord) -> str:
    """`3/5 -> 5/5`: of how many tests passed before and after; "" where that was not counted."""
    if not record.tests_before and not record.tests_after:
        return ""
    return " -> ".join(
        f"{tests.get('passed', 0)}/{tests.get('passed', 0) + tests.get('failed', 0)}"
        for tests in (record.tests_before, record.tests_after)
    )


def _plain(text: str) -> str:
    """A text of a record, without what a terminal takes for a command."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _table(rows: Iterable[Iterable[str]]) -> str:
    rows = [[*row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows)


def _print_json(data: object) -> None:
    print(msgspec.json.encode(data).decode())


ACTIONS: dict[str, Callable[[str, str | None, bool, bool], int]] = {
    "ls": _ls,
    "show": _show,
    "apply": _apply,
    "undo": _undo,
    "review": _review,
}
