"""Patches that were kept -> each is shown and asked about, one at a time; what is not answered stays as it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from tracec.passes.nouns.errors import TracecError
from tracec.project import patch_store
from tracec.view.printable import print_diff, printable

ASK = "a accept, r reject, s skip, v why, q leave [s] "


def review(root: str, records: Sequence[patch_store.PatchRecord], ask: Callable[[str], str]) -> int:
    """Ask about each patch; returns how many were accepted. Accepted ones are written at once, as a whole.

    An empty answer, and the end of the input, leave a patch as it is.
    """
    accepted = 0
    for number, record in enumerate(records, 1):
        show(root, record, f"[{number}/{len(records)}]")
        answer = answered(record, ask)
        if answer == "a":
            accepted += accept(root, record)
        elif answer == "r":
            patch_store.reject(root, record.id)
            print(f"{record.id} is rejected")
        elif answer == "q":
            break
    return accepted


def answered(record: patch_store.PatchRecord, ask: Callable[[str], str]) -> str:
    """One of `a`, `r`, `s`, `q`."""
    while True:
        try:
            said = ask(ASK).strip().lower()[:1] or "s"
        except EOFError:
            print()
            return "q"
        if said == "v":
            print(printable(record.message or "nothing more is known of it"))
        elif said in "arsq":
            return said


def show(root: str, record: patch_store.PatchRecord, place: str) -> None:
    """Print a patch: what it changes, and how many tests pass before and after."""
    passed = " -> ".join(
        f"{tests.get('passed', 0)}/{tests.get('passed', 0) + tests.get('failed', 0)}"
        for tests in (record.tests_before, record.tests_after)
    )
    print(printable(f"{place} patch {record.id}: {record.target}, tests that pass: {passed}"))
    print_diff(printable(patch_store.diff(root, record).decode("utf-8", "replace")))
    sys.stdout.flush()


def accept(root: str, record: patch_store.PatchRecord) -> bool:
    """Write a patch; where its file is no longer the one it was made for, that is said."""
    try:
        patch_store.apply(root, record.id, outside=True)
    except TracecError as error:
        print(printable(f"not written: {error}"))
        return False
    names = ", ".join(file.path for file in record.files)
    print(printable(f"written: {names}; `tracec patch undo {record.number}` takes it back"))
    return True
