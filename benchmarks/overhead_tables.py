"""Costs -> Markdown tables."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from overhead_runs import Cost, Whole


def factors(costs: Mapping[str, Mapping[str, Cost]]) -> list[str]:
    """Workloads down, tools across, geometric means at the bottom over what ran."""
    tools = list(next(iter(costs.values())))
    rows = [[name, *(cell(row[tool]) for tool in tools)] for name, row in costs.items()]
    last = ["geometric mean", *(over([row[tool].factor for row in costs.values()]) for tool in tools)]
    return table(["workload", *tools], [*rows, last])


def cell(cost: Cost) -> str:
    if cost.factor is None:
        return cost.error if cost.error.startswith(("over", "not", "another")) else f"fails: {cost.error}"
    return number(cost.factor)


def accounts(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[str]:
    """One line for each workload and grain."""
    rows = []
    for name, grains in found.items():
        for grain, row in grains.items():
            if not row:
                rows.append([name, grain, *["fails"] * 5])
                continue
            bytes_each = [f"{row['log_bytes_per_event']:.1f}", f"{row['grown_bytes_per_event']:.1f}"]
            shares = [f"{row['gc_share']:.1%}", f"{row['gc_share_plain']:.1%}"]
            rows.append([name, grain, f"{row['events']:,.0f}", *bytes_each, *shares])
    heads = ["events", "log bytes per event", "memory per event", "collector's share", "collector's share, plain"]
    return table(["workload", "grain", *heads], rows)


def wholes(found: Mapping[str, Mapping[str, Whole]]) -> list[str]:
    """One line for each workload: plain seconds, then factor and size of the log at each grain."""
    grains = list(next(iter(found.values())))
    rows = []
    for name, row in found.items():
        plains = [pair[0] for grain in grains for pair in row[grain].pairs]
        cells = [text for grain in grains for text in size(row[grain])]
        rows.append([name, f"{statistics.median(plains):.2f}" if plains else "-", *cells])
    means = [text for grain in grains for text in (over([row[grain].factor for row in found.values()]), "")]
    heads = [text for g in grains for text in (g, f"{g}: MB of log")]
    return table(["workload", "plain, s", *heads], [*rows, ["geometric mean", "", *means]])


def size(whole: Whole) -> tuple[str, str]:
    """Factor and megabytes, or why there are none."""
    return (whole.error, "-") if whole.factor is None else (number(whole.factor), f"{whole.file_bytes / 1e6:,.0f}")


def over(values: Sequence[float | None]) -> str:
    """The geometric mean over what ran, and how much that is."""
    there = [value for value in values if value is not None]
    text = number(statistics.geometric_mean(there)) if there else "-"
    return text if len(there) == len(values) else f"{text} ({len(there)} of {len(values)})"


def number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Markdown, in columns that line up."""
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |" for row in [heads, *rows]]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]
