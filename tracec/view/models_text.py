"""The exchanges of a run -> a table, and what `--json` prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tracec.models.exchanges import FOLDER, Exchange
from tracec.models.reply import Failure
from tracec.run.purse import NOTHING, Spend

HEAD = ("no", "role", "model", "in", "out", "USD", "seconds", "ended")
RIGHT = ("in", "out", "USD", "seconds")


def table(folder: Path, found: Sequence[Exchange]) -> str:
    """A line for each call, one for each failure of why it failed, and the totals; the prompts are in `folder`."""
    rows = [HEAD, *(row(one) for one in found)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join(cells(line, widths)).rstrip() for line in rows]
    failures = [f"{one.number:04}: {one.outcome.line}" for one in found if isinstance(one.outcome, Failure)]
    where = f"prompts and answers: {folder / FOLDER}/NNNN.md"
    return "\n".join([*lines, "", *failures, *[""][: len(failures)], in_words(total(found)), where])


def row(one: Exchange) -> tuple[str, ...]:
    """The cells of one call; tokens that nobody counted have a `~` before them."""
    reply = one.reply
    mark = "~" if reply and not reply.counted else ""
    read, written = (f"{mark}{reply.read:,}", f"{mark}{reply.written:,}") if reply else ("-", "-")
    model = one.model if not reply or reply.model in one.model else f"{one.model} ({reply.model})"
    return f"{one.number:04}", one.role, model, read, written, money(one.usd), f"{one.seconds:.1f}", one.ended


def cells(line: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    """Cells of one width a column, numbers to the right."""
    for name, cell, width in zip(HEAD, line, widths):
        yield cell.rjust(width) if name in RIGHT else cell.ljust(width)


def money(usd: float | None) -> str:
    """USD, or that there is no price."""
    return "unpriced" if usd is None else f"{usd:.6f}"


def total(found: Iterable[Exchange]) -> Spend:
    """What all of them cost."""
    return sum((one.spend for one in found), NOTHING)


def in_words(spend: Spend) -> str:
    """A sum in one line."""
    cost = f"{spend.usd:.6f} USD" if spend.priced else f"{spend.usd:.6f} USD and what has no price"
    return f"{spend.calls:,} calls that were answered or may be billed, {spend.tokens:,} tokens, {cost}"


def as_data(folder: Path, found: Sequence[Exchange]) -> dict[str, object]:
    """The object of `--json`."""
    spend = total(found)
    totals = {"calls": spend.calls, "tokens": spend.tokens, "usd": spend.usd if spend.priced else None}
    return {"run": folder.name, "calls": [data_of(folder, one) for one in found], "totals": totals}


def data_of(folder: Path, one: Exchange) -> dict[str, object]:
    """One call."""
    reply = one.reply
    return {
        "number": one.number,
        "role": one.role,
        "model": one.model,
        "answered": reply.model if reply else None,
        "tokens_in": reply.read if reply else None,
        "tokens_out": reply.written if reply else None,
        "counted": reply.counted if reply else None,
        "usd": one.usd,
        "seconds": one.seconds,
        "tries": one.tries,
        "ended": one.ended,
        "failure": one.outcome.line if isinstance(one.outcome, Failure) else None,
        "file": str(folder / FOLDER / f"{one.number:04}.md"),
    }
