"""Progress on stderr: a line for each step; on a terminal, below them, what is going on just now."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tracec.run.progress import Progress
from tracec.view.printable import printable

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.live import Live

EVERY = 10.0  # wall seconds between two lines on how far a search is, where there is no terminal; chosen
OFTEN = 2.0  # the same where more is to be told; chosen
A_SECOND = 5  # pictures on a terminal; chosen
BAR = 24  # columns of the bar that shows how much of the time is spent; chosen


class Teller:
    """Tells steps and progress; nothing where it is to be `quiet`. With `verbose` each line has its seconds, and every
    candidate that is better than those before has one.

    As a context manager it shows, on a terminal, what is going on; behind it steps are lines only. `limit` are the
    seconds that all may take.
    """

    def __init__(self, quiet: bool, verbose: bool = False, limit: float | None = None) -> None:
        self.quiet, self.verbose, self.limit = quiet, verbose, limit
        self.began = self.told = time.monotonic()
        self.best = 0
        self.seen: Progress | None = None
        self.screen: Screen | None = None

    def __enter__(self) -> Teller:
        terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        if terminal and not self.quiet:
            self.screen = Screen(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, where: TracebackType | None
    ) -> None:
        if self.screen:
            self.screen.close()
        self.screen = None

    def __call__(self, text: str) -> None:
        """A step."""
        if self.quiet:
            return
        line = f"tracec: {self.when()}{printable(text)}"
        if self.screen:
            self.screen.line(line)
        else:
            print(line, file=sys.stderr, flush=True)

    def live(self, seen: Progress) -> None:
        """How far the search is just now."""
        if self.quiet:
            return
        self.seen = seen
        better, self.best = seen.best > self.best, max(seen.best, self.best)
        now = time.monotonic()
        due = not self.screen and now - self.told >= (OFTEN if self.verbose else EVERY)
        if due or (better and self.verbose):
            self.told = now
            self(str(seen))

    def when(self) -> str:
        """The seconds since it began, where they are wanted."""
        return f"[{self.seconds():6.1f} s] " if self.verbose else ""

    def seconds(self) -> float:
        """The seconds since it began."""
        return time.monotonic() - self.began


class Screen:
    """The lower end of a terminal: a picture of what is going on, drawn anew some times a second."""

    def __init__(self, teller: Teller) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner

        self.teller = teller
        self.console: Console = Console(stderr=True, highlight=False)
        self.spinner = Spinner("dots", style="cyan")
        self.live: Live = Live(
            self, console=self.console, refresh_per_second=A_SECOND, transient=True, redirect_stdout=False,
            redirect_stderr=False,
        )  # fmt: skip
        self.live.start()

    def line(self, text: str) -> None:
        """A line that stays."""
        from rich.text import Text

        self.console.print(Text(text), soft_wrap=True)

    def close(self) -> None:
        """Take the picture away."""
        self.live.stop()

    def __rich__(self) -> Group:
        """The picture: how much of the time is spent, how far the search is, and the last candidate."""
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        seen, grid = self.teller.seen, Table.grid(padding=(0, 1))
        row: list[Any] = [self.spinner, Text(self.clock())]
        row += [bar(self.teller.seconds(), self.teller.limit)] * bool(self.teller.limit)
        row += [Text(" · ".join(seen.parts()[:-1]), no_wrap=True, overflow="ellipsis")] if seen else []
        grid.add_row(*row)
        why = [Text(f"  {printable(seen.why)}", style="dim", no_wrap=True, overflow="ellipsis")] if seen else []
        return Group(grid, *why)

    def clock(self) -> str:
        """`12 s of 300 s`."""
        limit = self.teller.limit
        return f"{self.teller.seconds():.0f} s" + (f" of {limit:g} s" if limit else "")


def bar(spent: float, limit: float | None) -> Any:
    """How much of the time is spent."""
    from rich.progress_bar import ProgressBar

    return ProgressBar(total=limit, completed=min(spent, limit or spent), width=BAR)
