"""What a run spent of its budgets, and on what its time went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracec.models.exchanges import Exchange
from tracec.run.purse import NOTHING as NO_SPEND
from tracec.run.purse import Spend
from tracec.view.run_page.markup import NOTHING, Html, h, joined

if TYPE_CHECKING:
    from tracec.run.story import Story

STEPS = 200  # that are shown; chosen


def spending(story: Story, asked: Sequence[Exchange]) -> Html:
    """The section."""
    limits = story.job.get("budget", {})
    spent = sum((one.spend for one in asked), NO_SPEND)
    said = story.summary
    tried = said.get("evaluations", len(story.tried))
    rows = [
        budget("wall time", said.get("seconds", story.seconds), limits.get("seconds"), " s"),
        budget("candidates evaluated", tried, limits.get("evaluations"), ""),
    ]
    if asked:
        rows += model_rows(spent, limits)
    return joined([h("table", h("tbody", *rows), class_="cells budgets"), h("h3", "Step by step"), steps(story)])


def model_rows(spent: Spend, limits: dict[str, float | None]) -> list[Html]:
    """The budgets of models."""
    usd = budget("USD", spent.usd, limits.get("usd"), "" if spent.priced else " and what has no price", 6)
    calls = budget("calls of models", spent.calls, limits.get("calls"), "")
    return [calls, budget("tokens", spent.tokens, limits.get("tokens"), ""), usd]


def budget(name: str, used: float, limit: float | None, unit: str, digits: int = 1) -> Html:
    """One budget, with a bar where there is a limit."""
    told = f"{used:,}" if isinstance(used, int) else f"{used:,.{digits}f}"
    said = f"{told}{unit}, no limit" if limit is None else f"{told} of {limit:,g}{unit}"
    part = min(1.0, used / limit) if limit else 0.0
    bar = h("meter", min=0, max=1, value=f"{part:.3f}", aria_label=f"{name} used") if limit else NOTHING
    return h("tr", h("th", name), h("td", said), h("td", bar))


def steps(story: Story) -> Html:
    """What the run said while it went on, with the seconds."""
    rows = [h("tr", h("td", f"{seconds:.1f} s"), h("td", said)) for seconds, said in story.steps[:STEPS]]
    return h("table", h("tbody", *rows), class_="cells steps") if rows else h("p", "Nothing was noted.", class_="dim")
