"""Candidates over time -> a picture: how many were tried in each stretch of the run, and what was kept when."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tracec.view.run_page.markup import NOTHING, Html, h, joined

if TYPE_CHECKING:
    from tracec.run.story import Kept, Story

WIDTH, HEIGHT, FOOT = 1000, 190, 26  # of the picture, and of the line with the seconds below it
BINS = 80  # stretches of the run; chosen
DOTS = 200  # programs that were kept, as dots; chosen
TICKS = 5  # seconds that are written below; chosen


def chart(story: Story) -> Html:
    """The picture; nothing of a run that did not note when its candidates ended."""
    times = [one.seconds for one in story.tried if one.seconds >= 0]
    whole = max([story.seconds, *times, 0.001])
    if not times:
        return NOTHING
    counts = Counter(min(BINS - 1, int(BINS * seconds / whole)) for seconds in times)
    bars = [bar(place, count, max(counts.values()), whole) for place, count in sorted(counts.items())]
    dots = [dot(one, whole) for one in story.kept[:DOTS]]
    ticks = [tick(whole * number / TICKS, whole) for number in range(TICKS + 1)]
    title = h("title", "candidates tried over time, and when programs were kept")
    size = f"0 0 {WIDTH} {HEIGHT + FOOT}"
    picture = h("svg", title, *bars, line(story, whole), *dots, *ticks, viewBox=size, role="img", class_="chart")
    words = "Bars: candidates tried. Dots: programs that were kept; the line is the best of them."
    return joined([picture, h("p", words, class_="dim")])


def bar(place: int, count: int, most: int, whole: float) -> Html:
    """The candidates of one stretch."""
    width, height = WIDTH / BINS, max(2.0, (HEIGHT - 10) * count / most)
    start = whole * place / BINS
    said = h("title", f"{count:,} candidates from {start:.1f} to {start + whole / BINS:.1f} s")
    x, y = f"{place * width:.1f}", f"{HEIGHT - height:.1f}"
    return h("rect", said, x=x, y=y, width=f"{width - 1:.1f}", height=f"{height:.1f}", class_="bar")


def best_of(story: Story) -> list[tuple[float, float]]:
    """When a better program than those before was kept: (seconds, how good it is, 0 to 1)."""
    goals = story.before.get("failed", 0) or 1
    scored = story.before.get("scored", False)
    worths = [one.worth or 0.0 for one in story.kept]
    low, high = story.before.get("worth", 0.0), max(worths, default=1.0)
    found: list[tuple[float, float]] = []
    for one in story.kept:
        good = ((one.worth or 0.0) - low) / ((high - low) or 1.0) if scored else min(1.0, one.passes / goals)
        good = 1.0 if one.verdict == "solved" else max(0.0, good)
        if not found or good > found[-1][1]:
            found.append((one.seconds, good))
    return found


def line(story: Story, whole: float) -> Html:
    """The best program so far, as steps."""
    found = best_of(story)
    if not found:
        return NOTHING
    points, last = [f"0,{HEIGHT}"], float(HEIGHT)
    for seconds, good in found:
        x, y = WIDTH * seconds / whole, HEIGHT - (HEIGHT - 10) * good
        points += [f"{x:.1f},{last:.1f}", f"{x:.1f},{y:.1f}"]
        last = y
    return h("polyline", points=" ".join([*points, f"{WIDTH},{last:.1f}"]), class_="best")


def dot(one: Kept, whole: float) -> Html:
    """One program that was kept."""
    said = h("title", f"{one.verdict} after {one.seconds:.1f} s")
    return h("circle", said, cx=f"{WIDTH * one.seconds / whole:.1f}", cy=HEIGHT - 6, r=5, class_=f"dot {one.verdict}")


def tick(seconds: float, whole: float) -> Html:
    """The seconds, below the picture."""
    x = WIDTH * seconds / whole
    side = "start" if x < 1 else "end" if x > WIDTH - 1 else "middle"
    return h("text", f"{seconds:.1f} s", x=f"{x:.1f}", y=HEIGHT + FOOT - 5, text_anchor=side)
