"""Calls: those that wait and those under way, so many at once, in the order in which they came."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import NoReturn

from msgspec import structs

from tracec.models.call import Call, settled
from tracec.models.exchanges import Exchange, Exchanges, now
from tracec.models.patience import Terms
from tracec.models.reply import AGAIN, FATAL, Failure, Outcome
from tracec.models.scrubbing import Scrubber
from tracec.passes.nouns.errors import TracecError
from tracec.run.purse import NOTHING, Purse, Spend

SLACK = 10.0  # seconds beyond its deadline that a call is waited for at the end; chosen


class Calls:
    """Each call has a thread while it is under way. `left` says how many seconds the run has.

    Whether a call is paid for is decided when its turn comes: with what those before it cost, not with what they could
    have cost. So the limits that end a run end it at the same call whatever the width.
    """

    def __init__(
        self, purse: Purse, exchanges: Exchanges, left: Callable[[], float], terms: Terms, scrubber: Scrubber
    ) -> None:
        self._purse, self._exchanges, self._left = purse, exchanges, left
        self._terms, self._scrubber = terms, scrubber
        self._changed = threading.Condition(threading.RLock())
        self._queue: deque[Call] = deque()
        self._running = 0
        self._halt = threading.Event()  # no further call starts, none is tried again
        self._fatal = ""  # why, where a model said so
        self.unwritten = ""  # why exchanges could not be written

    def add(self, call: Call) -> None:
        """Take a call; it starts when there is room, and money."""
        with self._changed:
            self._queue.append(call)
            self._pump()

    def decided(self, call: Call) -> bool:
        """Wait until a call has begun, or cannot be paid for; True where it has begun."""
        with self._changed:
            self._changed.wait_for(lambda: call.begun or call.over or self._halt.is_set())
        self._may_go_on(call)
        return not call.refused

    def awaited(self, call: Call) -> Outcome:
        """Wait for what comes of a call."""
        with self._changed:
            self._changed.wait_for(lambda: call.over or (self._halt.is_set() and not call.begun))
        self._may_go_on(call)
        assert call.outcome is not None
        if self._halt.is_set() and isinstance(call.outcome, Failure) and call.outcome.kind in AGAIN | FATAL:
            self._leave()  # it might have been tried again
        return call.outcome

    def halt(self) -> int:
        """Start nothing more; how many are under way."""
        self._halt.set()
        with self._changed:
            self._changed.notify_all()
            return self._running

    def close(self) -> None:
        """Wait for what is under way, as it is paid for; each is over by its deadline."""
        self.halt()
        with self._changed:
            self._changed.wait_for(lambda: not self._running, self._terms.seconds + SLACK)

    def _may_go_on(self, call: Call) -> None:
        if call.fault is not None:
            raise call.fault
        if self._halt.is_set() and not call.begun and not call.over:
            self._leave()

    def _leave(self) -> NoReturn:
        if self._fatal:
            raise TracecError(self._fatal)
        raise KeyboardInterrupt

    def _pump(self) -> None:
        """Start those whose turn has come. One that could be too dear waits until it is known what the others cost."""
        while self._queue and self._running < self._terms.width and not self._halt.is_set():
            call = self._queue[0]
            bound = call.bound()
            short = "budget-seconds" if self._left() <= 0 else self._purse.hold(bound)
            if short and self._running:
                break
            self._queue.popleft()
            call.refused, call.begun = short, not short
            if not short:
                self._running += 1
                threading.Thread(target=self._run, args=(call, bound), daemon=True).start()
        self._changed.notify_all()

    def _run(self, call: Call, bound: Spend) -> None:
        try:
            self._ask(call, bound)
        except BaseException as error:  # it is the main thread's to tell
            call.fault = error
        finally:
            with self._changed:
                self._running -= 1
                self._pump()

    def _ask(self, call: Call, bound: Spend) -> None:
        """Ask until there is an answer, or no more patience; the answer is on disk before anybody sees it."""
        with self._changed:
            exchange = call.exchange(self._exchanges.next(), now())
        self._write(noted(exchange, bound))
        began, spent, tries = time.monotonic(), NOTHING, 0
        while True:
            tries += 1
            outcome = self._once(call, bound)
            cost = call.cost(outcome, bound)
            spent += cost
            self._purse.book(cost, bound)
            if not self._again(call, outcome, tries, bound):
                break
            self._write(noted(exchange, spent + bound))
        call.spend = spent
        took = round(time.monotonic() - began, 3)
        self._write(structs.replace(noted(exchange, spent), seconds=took, tries=tries, outcome=outcome))
        call.outcome = outcome

    def _once(self, call: Call, bound: Spend) -> Outcome:
        seconds = max(0.0, min(self._terms.seconds, self._left()))
        try:
            said = call.model.ask(call.messages, call.temperature, call.model.most(call.wanted), seconds)
        except BaseException:
            self._purse.book(bound, bound)
            raise
        outcome = settled(said, call, self._scrubber)
        if isinstance(outcome, Failure) and outcome.kind in FATAL:
            self._fatal = self._fatal or outcome.line
            self.halt()
        return outcome

    def _again(self, call: Call, outcome: Outcome, tries: int, bound: Spend) -> bool:
        """Wait, and reserve another request; False where there shall be none."""
        pause = self._terms.patience.pause(outcome, tries, f"{self._terms.seed} {call.key} {call.turn}")
        if pause is None or pause >= self._left() or self._halt.wait(pause):
            return False
        return not self._purse.hold(bound)

    def _write(self, exchange: Exchange) -> None:
        try:
            self._exchanges.write(exchange)
        except OSError as error:
            self.unwritten = self.unwritten or str(error.strerror)


def noted(exchange: Exchange, spend: Spend) -> Exchange:
    """An exchange with what it costs."""
    usd = spend.usd if spend.priced else None
    return structs.replace(exchange, calls=spend.calls, tokens=spend.tokens, usd=usd)
