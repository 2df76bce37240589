"""Evaluations until the best values are found: `--with tune`, random search and TPE on the same problems.

    python benchmarks/tuning.py [--quick] [--only NAME,NAME] [--seeds 5] [--budget 400] [--json FILE]

A problem is a module with marked values, a metric, cases, and ranges. All three optimizers get the same start, ranges
and metric. One evaluation is one run of the metric over all cases; `tune` runs single cases, so its runs are divided by
their number, and those that it spends on looking at the program as it is are counted too. The optimum is known, or
found by exhaustive search here; reached is 99 % of the way to it from the start, by the metric without its noise. A run
that does not get there within the budget counts as the budget. TPE is optuna's (`pip install optuna`), left out
without it.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Values = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """`ranges`: (low, high) of a number, a list of a choice. `best`: the highest score there is, without noise."""

    name: str
    source: str
    ranges: dict[str, Any]
    best: float
    cases: list[Any] = field(default_factory=list)
    noise: str = ""  # a statement that takes it away, for judging


class Program:
    """A problem's metric, in this process, as a function of its values."""

    def __init__(self, problem: Problem, *, quiet: bool = False) -> None:
        self.problem = problem
        self.names: Values = {"__name__": problem.name}
        exec(problem.source, self.names)
        if quiet and problem.noise:
            exec(problem.noise, self.names)
        self.start = {name: self.names[name] for name in problem.ranges}

    def score(self, values: Values) -> float:
        """The mean over the cases."""
        self.names.update(values)
        metric, cases = self.names["metric"], self.problem.cases
        return statistics.fmean(metric(case) for case in cases) if cases else metric()


def reached(problem: Problem, judge: Program, values: Values) -> bool:
    """99 % of the way from the start to the optimum."""
    first = judge.score(judge.start)
    return judge.score(values) >= first + 0.99 * (problem.best - first)


def by_random(problem: Problem, seed: int, budget: int) -> Iterator[Values]:
    """Uniform draws."""
    draw = random.Random(seed)
    while True:
        yield {
            name: draw.choice(given) if isinstance(given, list)
            else draw.randint(*given) if all(isinstance(end, int) for end in given) else draw.uniform(*given)
            for name, given in problem.ranges.items()
        }  # fmt: skip


def peer(problem: Problem, budget: int, points: Iterator[Values]) -> int:
    """Evaluations until a draw that scores best so far is good enough; the budget where none is."""
    live, judge = Program(problem), Program(problem, quiet=True)
    best = live.score(live.start)
    for count, values in zip(range(2, budget + 1), points):
        score = live.score(values)
        if score > best:
            best = score
            if reached(problem, judge, values):
                return count
    return budget


def by_tpe(problem: Problem, seed: int, budget: int) -> int:
    """optuna's TPE, the start as its first trial."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    live, judge = Program(problem), Program(problem, quiet=True)
    found: list[int] = []

    def objective(trial: Any) -> float:
        values = {
            name: trial.suggest_categorical(name, given) if isinstance(given, list)
            else trial.suggest_int(name, *given) if all(isinstance(end, int) for end in given)
            else trial.suggest_float(name, *given)
            for name, given in problem.ranges.items()
        }  # fmt: skip
        score = live.score(values)
        done = [t.value for t in trial.study.trials if t.value is not None]
        if score > max(done, default=-math.inf) and reached(problem, judge, values):
            found.append(trial.number + 1)
            trial.study.stop()
        return score

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    study.enqueue_trial(live.start)
    study.optimize(objective, n_trials=budget)
    return found[0] if found else budget


def by_tracec(problem: Problem, seed: int, budget: int) -> int:
    """The command line; its history tells when it was there."""
    judge = Program(problem, quiet=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "problem.py").write_text(problem.source)
        command = [sys.executable, "-m", "tracec", "optimize", "problem.py", "--metric", "problem:metric", "--json"]
        command += ["--seed", str(seed), "--budget-evals", str(budget), "--budget-seconds", "120"]
        if problem.cases:
            (folder / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in problem.cases))
            command += ["--train", "cases.jsonl"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    said = json.loads(done.stdout or "{}")
    if "history" not in said:
        raise SystemExit(f"{problem.name}: {said.get('error', done.stderr)} (exit code {done.returncode})")
    for entry in said["history"]:
        values = {name: ast.literal_eval(text) for name, text in entry["values"].items()}
        if reached(problem, judge, values):
            return min(budget, math.ceil(entry["case_runs"] / max(1, len(problem.cases))))
    return budget


RULES = """\
from tracec import param

SMALL = param(0.5, low=0.0, high=1.0)
WARM = param(0.5, low=0.0, high=1.0)
RICH = param(0.5, low=0.0, high=1.0)
OLD = param(0.5, low=0.0, high=1.0)


def rule(a, b, c, d):
    if a < SMALL:
        return "low" if b < WARM else "mid"
    if c > RICH:
        return "top" if d > OLD else "high"
    return "mid"


def metric(case):
    return float(rule(*case["x"]) == case["want"])
"""
PAIR = """\
from tracec import param

LEFT = param(0.1, low=0.0, high=1.0)
RIGHT = param(0.1, low=0.0, high=1.0)


def inside(x, y):
    return (x > LEFT) != (y - 0.25 > RIGHT * 0.5)


def metric(case):
    return float(inside(case["x"], case["y"]) == case["want"])
"""
THERMOSTAT = """\
from tracec import param

ON = param(15.0, low=10.0, high=25.0)
OFF = param(25.0, low=15.0, high=30.0)


def simulate(outside, hours=48):
    room, heating, cost = 18.0, False, 0.0
    for minute in range(hours * 4):
        if room < ON and not heating:
            heating, cost = True, cost + 0.4
        elif room > OFF:
            heating = False
        room += 0.02 * (outside - room) + (0.6 if heating else 0.0)
        cost += 0.02 * heating + 0.01 * (room - 21.0) ** 2
    return cost


def metric(case):
    return -simulate(case)
"""
PID = """\
from tracec import param

KP = param(1.0, low=0.0, high=10.0)
KI = param(0.5, low=0.0, high=2.0)
KD = param(0.1, low=0.0, high=2.0)


def metric():
    x = v = total = cost = 0.0
    before = 1.0
    for _ in range(120):
        error = 1.0 - x
        total += error * 0.05
        force = KP * error + KI * total + KD * (error - before) / 0.05
        before = error
        v += (force - 0.5 * v) * 0.05
        x += v * 0.05
        cost += (error * error + 0.004 * force * force) * 0.05
    return -cost
"""
GRID = """\
from tracec import choice

SOLVER = choice("a", options=["a", "b", "c", "d", "e"])
DEPTH = choice(1, options=[1, 2, 3, 4, 5, 6])
CACHE = choice(False, options=[True, False])
ORDER = choice("up", options=["up", "down", "mixed", "none"])
WIDTH = choice(8, options=[8, 16, 32, 64])


def metric():
    score = {"a": 0.0, "b": 0.5, "c": 2.0, "d": 1.5, "e": 1.0}[SOLVER] - abs(DEPTH - 4) * 0.4
    score += (0.5 if CACHE else 0.0) + {"up": 0.0, "down": 0.3, "mixed": 0.6, "none": -0.5}[ORDER]
    return score + (1.5 if WIDTH == 64 and ORDER == "none" else 0.1 * (WIDTH == 32))
"""
NOISY = """\
import random

from tracec import param

RATE = param(0.1, low=0.0, high=1.0)
SIZE = param(9.0, low=1.0, high=10.0)
noise = random.gauss


def metric():
    return -((RATE - 0.62) ** 2) - ((SIZE - 3.3) / 9) ** 2 + noise(0.0, 0.05)
"""
WORDS = """\
from tracec import choice

JOINT = choice(" ", options=[" ", "-", "_", "/", ".", "+", ":", ""])
STYLE = choice("plain", options=["plain", "upper", "title", "swap", "lower"])
END = choice("", options=["", ".", "!", "?", ";", "~"])


def text(words):
    changed = {"plain": str, "upper": str.upper, "title": str.title, "swap": str.swapcase, "lower": str.lower}[STYLE]
    return JOINT.join(map(changed, words)) + END


def metric(case):
    return sum(a == b for a, b in zip(text(case["words"]), case["want"])) / max(len(case["want"]), 1)
"""


def rules() -> Problem:
    """Thresholds of nested rules; the right ones are 0.31, 0.72, 0.44, 0.83."""
    draw = random.Random(7)
    truth = {"SMALL": 0.31, "WARM": 0.72, "RICH": 0.44, "OLD": 0.83}
    names: Values = {}
    exec(RULES, names)
    names.update(truth)
    points = [[round(draw.random(), 3) for _ in range(4)] for _ in range(120)]
    cases = [{"x": x, "want": names["rule"](*x)} for x in points]
    return Problem("nested rules", RULES, dict.fromkeys(truth, (0.0, 1.0)), 1.0, cases)


def pair() -> Problem:
    """Two thresholds, neither of which is right without the other; 0.64 and 0.58."""
    draw = random.Random(8)
    names: Values = {}
    exec(PAIR, names)
    names.update(LEFT=0.64, RIGHT=0.58)
    points = [(round(draw.random(), 3), round(draw.random(), 3)) for _ in range(80)]
    cases = [{"x": x, "y": y, "want": names["inside"](x, y)} for x, y in points]
    return Problem("two thresholds", PAIR, {"LEFT": (0.0, 1.0), "RIGHT": (0.0, 1.0)}, 1.0, cases)


def exhaustive(problem: Problem, steps: dict[str, int]) -> Problem:
    """The problem with the best score on a regular grid, refined around its best point twice."""
    judge = Program(problem, quiet=True)
    around: dict[str, tuple[float, float]] = dict(problem.ranges)
    best, score = judge.start, judge.score(judge.start)
    for _ in range(3):
        points: list[Values] = [{}]
        for name, (low, high) in around.items():
            count = steps[name]
            points = [{**p, name: low + (high - low) * n / count} for p in points for n in range(count + 1)]
        for point in points:
            if (new := judge.score(point)) > score:
                best, score = point, new
        for name, (low, high) in around.items():
            room, (bottom, top) = (high - low) / steps[name], problem.ranges[name]
            around[name] = max(bottom, best[name] - room), min(top, best[name] + room)
    return Problem(problem.name, problem.source, problem.ranges, score, problem.cases, problem.noise)


def thermostat() -> Problem:
    """A threshold controller in a simulation of a room."""
    ranges = {"ON": (10.0, 25.0), "OFF": (15.0, 30.0)}
    return exhaustive(Problem("thermostat", THERMOSTAT, ranges, 0.0, [-5.0, 0.0, 4.0, 9.0]), {"ON": 30, "OFF": 30})


def pid() -> Problem:
    """Three gains in a simulation of a mass with friction."""
    ranges = {"KP": (0.0, 10.0), "KI": (0.0, 2.0), "KD": (0.0, 2.0)}
    return exhaustive(Problem("pid", PID, ranges, 0.0), dict.fromkeys(ranges, 16))


def grid() -> Problem:
    """960 combinations of choices; the best two of them hang together."""
    ranges = {
        "SOLVER": [*"abcde"], "DEPTH": [1, 2, 3, 4, 5, 6], "CACHE": [True, False],
        "ORDER": ["up", "down", "mixed", "none"], "WIDTH": [8, 16, 32, 64],
    }  # fmt: skip
    return Problem("choices", GRID, ranges, 2.0 + 0.5 - 0.5 + 1.5)


def noisy() -> Problem:
    """A quadratic under noise as large as a quarter of its slope."""
    ranges = {"RATE": (0.0, 1.0), "SIZE": (1.0, 10.0)}
    return Problem("noisy", NOISY, ranges, 0.0, noise="noise = lambda middle, spread: 0.0")


def words() -> Problem:
    """Three texts; the metric is the share of right characters."""
    cases = [
        {"words": ["two", "red", "cars"], "want": "Two/Red/Cars!"},
        {"words": ["one", "end"], "want": "One/End!"},
        {"words": ["yes"], "want": "Yes!"},
    ]
    ranges = {
        "JOINT": [" ", "-", "_", "/", ".", "+", ":", ""],
        "STYLE": ["plain", "upper", "title", "swap", "lower"],
        "END": ["", ".", "!", "?", ";", "~"],
    }
    return Problem("texts", WORDS, ranges, 1.0, cases)


PROBLEMS: tuple[Callable[[], Problem], ...] = (rules, pair, thermostat, pid, grid, noisy, words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one seed, 150 evaluations")
    parser.add_argument("--only", default="")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--budget", type=int, default=400)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    seeds, budget = (1, 150) if options.quick else (options.seeds, options.budget)
    wanted = set(options.only.split(",")) - {""}
    optimizers: dict[str, Callable[[Problem, int], int]] = {
        "tune": lambda problem, seed: by_tracec(problem, seed, budget),
        "random": lambda problem, seed: peer(problem, budget, by_random(problem, seed, budget)),
    }
    if importlib.util.find_spec("optuna"):
        optimizers["TPE"] = lambda problem, seed: by_tpe(problem, seed, budget)
    rows = []
    print(f"evaluations to 99 % of the optimum, median of {seeds} seeds (reached), at most {budget}")
    print(f"{'problem':16}" + "".join(f"{name:>16}" for name in optimizers), flush=True)
    for make in PROBLEMS:
        problem = make()
        if wanted and problem.name not in wanted:
            continue
        found = {name: [run(problem, seed) for seed in range(seeds)] for name, run in optimizers.items()}
        rows.append({"problem": problem.name, "evaluations": found})
        cells = [f"{statistics.median(n):g} ({sum(each < budget for each in n)}/{seeds})" for n in found.values()]
        print(f"{problem.name:16}" + "".join(f"{cell:>16}" for cell in cells), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps({"budget": budget, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
