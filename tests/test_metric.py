"""`tracec optimize --metric`, end to end."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Said, project, snapshot, tracec
from tests.full import slow

EVALS = 3000  # candidates at most
PATIENCE = 600  # seconds after which a test is broken
RULES = """\
from tracec import param

LOW = param(0.1, low=0, high=1)  # below is small
HIGH = param(0.9, low=0, high=1)


def grade(x):
    if x < LOW:
        return "small"
    return "large" if x > HIGH else "middle"
"""
QUALITY = """\
from rules import grade


def score(case):
    return float(grade(case["x"]) == case["want"]), "right or not"
"""


def cases(path: Path, seed: int, count: int = 60, low: float = 0.37, high: float = 0.61) -> None:
    draw = random.Random(seed)
    rows = [round(draw.random(), 3) for _ in range(count)]
    kinds = [{"x": x, "want": "small" if x < low else "large" if x > high else "middle"} for x in rows]
    path.write_text("".join(json.dumps(row) + "\n" for row in kinds))


def optimize(
    folder: Path, *args: str, path: str = "rules.py", metric: str = "quality:score", seconds: float | None = None
) -> Said:
    """What came of a search that no clock ends, unless `seconds` are given."""
    limits = ("--budget-evals", str(EVALS), "--budget-seconds", str(seconds or PATIENCE))
    return tracec(folder, "optimize", path, "--metric", metric, *limits, "--json", *args, seconds=PATIENCE)


def test_thresholds_in_a_handful_of_runs(tmp_path: Path) -> None:
    before = snapshot(project(tmp_path, rules=RULES, quality=QUALITY))
    cases(tmp_path / "train.jsonl", 1)
    cases(tmp_path / "held.jsonl", 2)
    said = optimize(tmp_path, "--train", "train.jsonl", "--validation", "held.jsonl", "--write").json
    assert (said["status"], said["optimizer"], said["score_after"]) == ("improved", "tune", 1.0)
    assert said["score_before"] < 0.6
    assert said["validation_after"] > said["validation_before"]
    assert said["history"][-1]["case_runs"] <= 8 * 60
    text = (tmp_path / "rules.py").read_text()
    changed = [line for line in text.splitlines() if line not in RULES.splitlines()]
    assert [line.partition("param(")[0] for line in changed] == ["LOW = ", "HIGH = "]
    assert max(len(line.partition("param(")[2].partition(",")[0]) for line in changed) <= 5
    assert "# below is small" in text
    assert tracec(tmp_path, "patch", "undo").code == 0
    assert {**before} == {k: v for k, v in snapshot(tmp_path).items() if not k.endswith(".jsonl")}


@slow
def test_the_same_seed_gives_the_same_result(tmp_path: Path) -> None:
    project(tmp_path, rules=RULES, quality=QUALITY)
    cases(tmp_path / "train.jsonl", 3, 30)
    first, second = (
        tracec(
            tmp_path, "optimize", "rules.py", "--metric", "quality:score", "--train", "train.jsonl", "--json",
            PYTHONHASHSEED=seed,
        ).json
        for seed in ("1", "2")
    )  # fmt: skip
    for key in ("diff", "candidates", "evaluations", "case_runs", "history"):
        assert first[key] == second[key]


def test_validation_cases_may_refuse(tmp_path: Path) -> None:
    project(tmp_path, rules=RULES, quality=QUALITY)
    cases(tmp_path / "train.jsonl", 1)
    cases(tmp_path / "held.jsonl", 2, low=0.1, high=0.9)
    said = optimize(tmp_path, "--train", "train.jsonl", "--validation", "held.jsonl")
    assert (said.code, said.json["status"], said.json["diff"]) == (1, "unchanged", "")
    assert said.json["validation_before"] == said.json["validation_after"] == 1.0
    assert "worse on those for validation" in said.json["warnings"][0]


def test_tests_must_keep_passing(tmp_path: Path) -> None:
    test = "from rules import LOW\ndef test_low(): assert LOW < 0.3\n"
    project(tmp_path, rules=RULES, quality=QUALITY, test_rules=test)
    cases(tmp_path / "train.jsonl", 1)
    said = optimize(tmp_path, "--train", "train.jsonl", "--tests", "test_rules.py").json
    assert said["status"] == "improved"
    assert float(said["history"][-1]["values"]["LOW"]) < 0.3
    assert 0.9 < said["score_after"] < 1.0
    assert said["tests_after"] == {"passed": 1, "failed": 0}


def test_two_thresholds_that_help_only_together(tmp_path: Path) -> None:
    text = """\
from tracec import param
LEFT = param(2)
RIGHT = param(2)
DATA = [(x, y, x > 5 and y > 6) for x in range(10) for y in range(10)]
def held(x, y):
    return x > LEFT and y > RIGHT
def metric():
    return float(all(held(x, y) == want for x, y, want in DATA))
"""
    cases_ = "TRAIN = [dict(x=x, y=y, want=(x > 5) == (y > 6)) for x in range(10) for y in range(10)]\n"
    by_case = text.replace("x > LEFT and y > RIGHT", "(x > LEFT) == (y > RIGHT)").replace(
        "def metric():\n    return float(all(held(x, y) == want for x, y, want in DATA))",
        "def metric(case):\n    return float(held(case['x'], case['y']) == case['want'])",
    )
    project(tmp_path, pairs=by_case, data=cases_)
    said = optimize(tmp_path, "--train", "data:TRAIN", path="pairs.py", metric="pairs:metric").json
    assert said["score_after"] == 1.0, said
    assert said["case_runs"] / 100 < 20


@slow
def test_gains_of_a_controller(tmp_path: Path) -> None:
    text = """\
from tracec import param
KP = param(0.5, low=0.0, high=5.0)
KD = param(0.0, low=0.0, high=5.0)
def metric():
    x, v, cost = 1.0, 0.0, 0.0
    for _ in range(60):
        force = -KP * x - KD * v
        v = v + force * 0.1
        x = x + v * 0.1
        cost = cost + x * x + 0.1 * force * force
    return -cost, "the lower the better"
"""
    project(tmp_path, control=text)
    said = optimize(tmp_path, path="control.py", metric="control:metric").json
    assert said["status"] == "improved"
    assert said["score_after"] > -6.99 > said["score_before"]  # -6.9842 is the best of a grid in steps of 0.02


def test_choices_that_help_only_together(tmp_path: Path) -> None:
    text = """\
from tracec import choice
MODE = choice("slow", options=["slow", "fast", "other"])
SIZE = choice(1, options=[1, 2, 4])
def metric():
    return 5.0 if (MODE, SIZE) == ("fast", 4) else 1.0 if MODE == "slow" else 0.0
"""
    project(tmp_path, modes=text)
    said = optimize(tmp_path, path="modes.py", metric="modes:metric").json
    assert said["score_after"] == 5.0
    assert '+MODE = choice("fast"' in said["diff"]


def test_three_choices_that_help_only_together(tmp_path: Path) -> None:
    text = """\
from tracec import choice
MODE = choice("slow", options=["slow", "fast", "other"])
SIZE = choice(1, options=[1, 2, 4])
KIND = choice("a", options=["a", "b", "c"])
def metric():
    right = [MODE == "fast", SIZE == 4, KIND == "c"]
    return 5.0 if all(right) else 1.0 if not any(right) else 0.5
"""
    project(tmp_path, modes=text)
    said = optimize(tmp_path, path="modes.py", metric="modes:metric").json
    assert said["score_after"] == 5.0


@slow
def test_a_ridge_across_two_numbers_is_climbed(tmp_path: Path) -> None:
    """Along neither number alone is there a way up: only points that move both are better."""
    text = """\
from tracec import param
A = param(0.0, low=-10.0, high=10.0)
B = param(0.0, low=-10.0, high=10.0)
def metric():
    return -abs(A - B) * 20.0 - max(A + B - 9.0, 9.0 - A - B)
"""
    project(tmp_path, ridge=text)
    said = optimize(tmp_path, path="ridge.py", metric="ridge:metric").json
    assert said["score_before"] == -9.0
    assert said["score_after"] > -1.0, said


def test_the_numbers_of_a_function(tmp_path: Path) -> None:
    text = "def price(n):\n    return 10 * n if n < 20 else 9 * n\n\n\ndef metric():\n"
    text += "    return float(sum(price(n) == (10 * n if n < 12 else 9 * n) for n in range(30)))\n"
    project(tmp_path, price=text)
    said = optimize(tmp_path, "--with", "tune", "--target", "price", path="price.py", metric="price:metric").json
    assert said["score_after"] == 30.0
    assert "+    return 10 * n if n < 12 else 9 * n" in said["diff"]


def test_a_noisy_metric_is_noticed(tmp_path: Path) -> None:
    text = """\
import random
import subprocess
import sys
from tracec import param
RATE = param(0.2, low=0, high=1)
def metric():
    return -(RATE - 0.6) ** 2 + random.gauss(0, 0.05)
"""
    project(tmp_path, noisy=text)
    said = optimize(tmp_path, path="noisy.py", metric="noisy:metric").json
    assert said["noisy"]
    assert said["history"]
    assert abs(float(said["history"][-1]["values"]["RATE"]) - 0.6) < 0.05


def test_nothing_is_claimed_of_noise_alone(tmp_path: Path) -> None:
    """The noise is another one at each call, and the same in each run of this test: they are drawn by their number."""
    text = """\
import random
from tracec import param
RATE = param(0.2, low=0.0, high=1.0)
def metric():
    with open("calls/seen", "a") as calls:
        calls.write("x")
        number = calls.tell()
    return random.Random(number).random() + 0 * RATE
"""
    project(tmp_path, noisy=text)
    (tmp_path / "calls").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.tracec]\nwritable = ["calls"]\njobs = 1\n')
    said = optimize(tmp_path, "--budget-evals", "60", path="noisy.py", metric="noisy:metric")
    assert (said.code, said.json["status"]) == (1, "unchanged")
    assert (tmp_path / "calls" / "seen").stat().st_size > 10


def test_a_case_that_raises_counts_before_the_mean(tmp_path: Path) -> None:
    text = """\
from tracec import param
SIZE = param(3, low=1, high=9)
TRAIN = [4, 5, 6]
def metric(case):
    if case > SIZE * 2 - 1:
        raise ValueError("too small")
    return 10.0 - SIZE
"""
    project(tmp_path, sizes=text)
    said = optimize(tmp_path, "--train", "sizes:TRAIN", path="sizes.py", metric="sizes:metric").json
    assert (said["failing_cases_before"], said["failing_cases_after"]) == (1, 0)
    assert "SIZE: 3 -> 4" in said["why"][0]


@pytest.mark.parametrize(
    ("returned", "what"),
    [
        ("'high'", "the metric returned str, not a number; return a float, or (float, text)"),
        ("float('nan')", "the metric returned nan, not a finite number"),
        ("None", "the metric returned NoneType, not a number"),
        ("1 / 0", "metric.py:4: every case fails as the program is (metric: ZeroDivisionError: division by zero)"),
    ],
)
def test_a_metric_must_give_numbers(tmp_path: Path, returned: str, what: str) -> None:
    project(tmp_path, metric=f"from tracec import param\nX = param(1)\ndef score():\n    return {returned}\n")
    said = optimize(tmp_path, path="metric.py", metric="metric:score")
    assert said.code == 2
    assert what in said.json["error"]


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (("--metric", "quality.py:score"), "write quality:score"),
        (("--metric", "quality"), "write MODULE:FUNCTION"),
        (("--metric", "quality:none"), "quality"),
        (("--metric", "nowhere:score"), "No module named 'nowhere'"),
        (("--train", "t.jsonl"), "--train without --metric"),
        (("--metric", "quality:score", "--train", "gone.jsonl"), "gone.jsonl"),
        (("--metric", "quality:score", "--train", "bad.jsonl"), "bad.jsonl:2: is not JSON"),
        (("--metric", "quality:score", "--train", "empty.jsonl"), "empty.jsonl: has no cases"),
        (("--metric", "quality:score", "--validation", "t.jsonl"), "--validation without --train"),
    ],
)
def test_bad_input_is_told_with_what_to_do(tmp_path: Path, args: tuple[str, ...], what: str) -> None:
    project(tmp_path, rules=RULES, quality=QUALITY)
    (tmp_path / "bad.jsonl").write_text("1\nx\n")
    (tmp_path / "empty.jsonl").write_text("\n")
    (tmp_path / "t.jsonl").write_text("1\n")
    said = tracec(tmp_path, "optimize", "rules.py", "--json", *args)
    assert (said.code, said.json["status"]) == (2, "error")
    assert what in said.json["error"]
    assert "Traceback" not in said.err


def test_budgets_are_hard(tmp_path: Path) -> None:
    project(tmp_path, rules=RULES, quality=QUALITY)
    cases(tmp_path / "train.jsonl", 1)
    said = optimize(tmp_path, "--train", "train.jsonl", "--budget-evals", "3").json
    assert said["evaluations"] <= 3
    said = optimize(tmp_path, "--train", "train.jsonl", "--budget-evals", "1")
    assert (said.code, said.json["status"], said.json["evaluations"]) == (1, "unchanged", 1)
    slow = QUALITY.replace("    return", "    import time; time.sleep(0.2)\n    return")
    project(tmp_path, quality=slow)
    said = optimize(tmp_path, "--train", "train.jsonl", seconds=2)
    assert said.code == 2
    assert "the budget ended before the program as it is was scored; raise --budget-seconds" in said.json["error"]


@slow
def test_validation_fits_in_the_budget(tmp_path: Path) -> None:
    project(tmp_path, rules=RULES, quality=QUALITY)
    cases(tmp_path / "train.jsonl", 1)
    cases(tmp_path / "held.jsonl", 2)
    said = optimize(tmp_path, "--train", "train.jsonl", "--validation", "held.jsonl", "--budget-evals", "8").json
    assert said["evaluations"] <= 8
    assert said["status"] == "improved"
    assert said["validation_after"] >= said["validation_before"]


def test_what_the_trace_does_not_see_is_noticed(tmp_path: Path) -> None:
    text = """\
from tracec import param
LIMIT = param(3)
TRAIN = list(range(12))
def metric(case):
    trap = eval("LIMIT") == 7
    return float((case > LIMIT) == (case > 7) and not trap)
"""
    project(tmp_path, hidden=text)
    said = optimize(tmp_path, "--train", "hidden:TRAIN", path="hidden.py", metric="hidden:metric").json
    assert said["score_after"] == pytest.approx(11 / 12)
    assert "does not see it" in said["warnings"][0]


@pytest.mark.parametrize("optimizer", ["search", "random"])
def test_code_is_changed_for_a_metric(tmp_path: Path, optimizer: str) -> None:
    shop = "def price(n, each, discount):\n    whole = n * each\n    return whole if n > 3 else whole - discount\n"
    quality = "from shop import price\nTRAIN = [(2, 5, 10), (3, 7, 21), (4, 5, 15), (9, 2, 13)]\n"
    quality += "def score(case):\n    n, each, want = case\n    return -abs(price(n, each, 5) - want)\n"
    project(tmp_path, shop=shop, quality=quality)
    said = optimize(
        tmp_path, "--with", optimizer, "--train", "quality:TRAIN", "--budget-evals", "150",
        path="shop.py", metric="quality:score", seconds=100,
    ).json  # fmt: skip
    assert (said["status"], said["optimizer"]) == ("improved", optimizer)
    assert (said["score_before"], said["score_after"], said["noisy"]) == (-5.0, 0.0, False)
    assert said["case_runs"] >= 4 * said["evaluations"]


@slow
def test_thresholds_and_texts_by_tests(tmp_path: Path) -> None:
    text = (
        "from tracec import param\n\n\ndef label(score):\n    cut = param(10)\n    word = param('bad')\n"
        "    return 'good' if score >= cut else word\n"
    )
    tests = "import pytest\nfrom label import label\n"
    tests += "@pytest.mark.parametrize('n, want', [(3, 'poor'), (14, 'poor'), (15, 'good'), (20, 'good')])\n"
    tests += "def test_label(n, want):\n    assert label(n) == want\n"
    project(tmp_path, label=text, test_label=tests)
    said = tracec(tmp_path, "optimize", "label.py", "--tests", "test_label.py", "--json").json
    assert (said["status"], said["optimizer"]) == ("solved", "tune")
    assert said["tests_after"] == {"passed": 4, "failed": 0}
    assert "+    cut = param(15)" in said["diff"]
    assert "+    word = param('poor')" in said["diff"]


def test_ctrl_c_keeps_the_best_so_far(tmp_path: Path) -> None:
    """A real SIGINT while the fourth option is tried; what was best by then is written."""
    text = """\
from tracec import choice
SIZE = choice(1, options=[1, 2, 3, 4, 5])
def metric():
    return float(SIZE)
"""
    start = """\
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from tracec.cli import main
from tracec.evaluate.local_evaluator import LocalEvaluator
answer = LocalEvaluator.answer
def stopped(self, parent, question, *more):
    if "4" in question.candidate.values.values():
        os.kill(os.getpid(), signal.SIGINT)
    return answer(self, parent, question, *more)
LocalEvaluator.answer = stopped
sys.exit(main())
"""
    project(tmp_path, sizes=text)
    command = [sys.executable, "-c", start, "optimize", "sizes.py", "--metric", "sizes:metric", "--json", "--write"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    said = json.loads(done.stdout)
    assert (said["status"], said["score_after"]) == ("improved", 3.0)
    assert said["warnings"] == ["interrupted: this is the best so far"]
    assert "choice(3," in (tmp_path / "sizes.py").read_text()


def test_the_example(tmp_path: Path) -> None:
    for path in (Path(__file__).parent.parent / "examples" / "spam").glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text())
    said = optimize(
        tmp_path, "--train", "quality:TRAIN", "--validation", "quality:HELD", path="spam.py", metric="quality:score"
    ).json
    assert (said["score_after"], said["validation_after"]) == (1.0, 1.0)
    assert said["evaluations"] < 40
