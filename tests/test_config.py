"""[tool.tracec], TRACEC_* and options -> Config."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tracec import config
from tracec.models.price import Price
from tracec.passes.nouns.errors import TracecError

EVERY_KEY = """
[tool.other]
seed = "not ours"

[tool.tracec]
tests = "tests -x"
metric = "quality:score"
train = "train.jsonl"
validation = "cases:HELD"
python = ".venv/bin/python"
grain = "calls"
with = "random"
model = "openai/x"
model-critic = "command:judge --fast"
evidence = "query"
prompt-characters = 2000
model-width = 8
model-seconds = 60
prices = { "openai/x" = { in = 1, out = 4.5 } }
seed = 7
guard = false
accept-plausible = true
coverage = "off"
jobs = 2
budget-seconds = 60
budget-evals = 100
budget-calls = 10
budget-tokens = 50000
budget-usd = 0.5
test-seconds = 1.5
memory-mb = 512
writable = ["out"]
network = true
unconfined = true
environment = ["DJANGO_SETTINGS_MODULE", "MY_*"]
scope = ["src", "/abs"]
trace-mb = 100
traces-mb = 1000
without = ["slice", "ranking"]
"""


def load(
    tmp_path: Path,
    text: str = "",
    environ: Mapping[str, str] | None = None,
    options: Mapping[str, object] | None = None,
) -> config.Config:
    (tmp_path / "pyproject.toml").write_text(text)
    return config.load(tmp_path, environ or {}, options)


def test_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, "[tool.other]\nx = 1\n")
    assert settings == config.Config()
    assert (settings.python, settings.with_, settings.network) == (sys.executable, "auto", False)


def test_every_key(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").touch()
    assert load(tmp_path, EVERY_KEY) == config.Config(
        tests="tests -x",
        metric="quality:score",
        train=str(tmp_path / "train.jsonl"),
        validation="cases:HELD",
        python=str(tmp_path / ".venv/bin/python"),
        grain="calls",
        with_="random",
        model="openai/x",
        model_critic="command:judge --fast",
        evidence="query",
        prompt_characters=2000,
        model_width=8,
        model_seconds=60.0,
        prices={"openai/x": Price(1.0, 4.5)},
        seed=7,
        guard=False,
        accept_plausible=True,
        coverage="off",
        jobs=2,
        budget_seconds=60.0,
        budget_evals=100,
        budget_calls=10,
        budget_tokens=50_000,
        budget_usd=0.5,
        test_seconds=1.5,
        memory_mb=512,
        writable=(str(tmp_path / "out"),),
        network=True,
        unconfined=True,
        environment=("DJANGO_SETTINGS_MODULE", "MY_*"),
        scope=(str(tmp_path / "src"), "/abs"),
        trace_mb=100,
        traces_mb=1000,
        without=("slice", "ranking"),
    )
    assert set(config.KEYS) == {line.split(" =")[0] for line in EVERY_KEY.split("[tool.tracec]\n")[1].splitlines()}


def test_the_documentation_names_every_key(pytestconfig: pytest.Config) -> None:
    text = (pytestconfig.rootpath / "docs/configuration.md").read_text()
    assert [key for key in config.KEYS if f"| `{key}` |" not in text] == []


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.tracec]\nseed = 1\njobs = 3\n")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.tracec]\nseed = 2\njobs = 1\n")
    (inner / "x.py").write_text("")
    settings = config.load(inner / "x.py", {})
    assert (settings.seed, settings.jobs) == (2, 1)


def test_options_win_over_the_environment_over_the_file(tmp_path: Path) -> None:
    text = "[tool.tracec]\nseed = 1\njobs = 1\nbudget-evals = 1\n"
    environ = {"TRACEC_JOBS": "2", "TRACEC_BUDGET_EVALS": "2", "TRACEC_DEBUG": "1", "TRACEC_TESTS": ""}
    options = {"budget_evals": 3, "seed": None, "scope": [], "paths": ["x"], "with_": "random"}
    settings = load(tmp_path, text, environ, options)
    assert (settings.seed, settings.jobs, settings.budget_evals, settings.with_) == (1, 2, 3, "random")


def test_the_environment_is_read_by_type(tmp_path: Path) -> None:
    environ = {
        "TRACEC_BUDGET_SECONDS": "1.5",
        "TRACEC_NETWORK": "true",
        "TRACEC_SCOPE": "a:b",
        "TRACEC_TESTS": "12",
        "TRACEC_WITH": "random",
    }
    settings = load(tmp_path, "", environ)
    assert (settings.budget_seconds, settings.network, settings.scope) == (1.5, True, ("a", "b"))
    assert (settings.tests, settings.with_) == ("12", "random")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[tool.tracec]\nseed = 1\n"budgets" = 5\n',
            'pyproject.toml:3: unknown key "budgets" in [tool.tracec]; did you mean "budget-seconds"?',
        ),
        (
            "[tool.tracec]\nbudget_evals = 5\n",
            'unknown key "budget_evals" in [tool.tracec]; did you mean "budget-evals"?',
        ),
        ("[tool.tracec]\ngrian = 5\n", '2: unknown key "grian" in [tool.tracec]; did you mean "grain"?'),
        (
            "[tool.tracec]\nzzz = 5\n",
            '2: unknown key "zzz" in [tool.tracec]; the keys are accept-plausible, budget-calls, ',
        ),
        ("[tool]\ntracec = {jobs = 1, sed = 2}\n", '2: unknown key "sed" in [tool.tracec]; did you mean "seed"?'),
        ("[tool]\ntracec.sed = 2\n", '2: unknown key "sed"'),
        ("[tool.x]\nseed = 1\n[tool.tracec]\nseed = '1'\n", "pyproject.toml:4: seed: expected `int`, got `str`"),
        ("[tool.tracec]\nseed = true\n", "2: seed: expected `int`, got `bool`"),
        ("[tool.tracec]\njobs = 0\n", "2: jobs: expected `int` >= 1"),
        ("[tool.tracec]\n\ntest-seconds = -1\n", "3: test-seconds: expected `float` >= 0.0"),
        ("[tool.tracec]\ngrain = 'lines'\n", "2: grain: invalid enum value 'lines'"),
        ("[tool.tracec]\nscope = 'src'\n", "2: scope: expected `array`, got `str`"),
        ("[tool.tracec]\n[tool.tracec.prices]\nx = 1\n", "2: prices: expected `object`, got `int`"),
        ("[tool.tracec]\n[tool.tracec.prices.x]\nin = 1\n", "2: prices: object missing required field `out`"),
        ("[tool.tracec]\nprices = {x = {in = -1, out = 1}}\n", "2: prices: expected `float` >= 0.0"),
        ("[tool]\ntracec = 3\n", "2: [tool.tracec] must be a table"),
        ("[tool.tracec]\nseed = \n", "pyproject.toml:2: not valid TOML"),
    ],
)
def test_refusals_say_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TracecError) as caught:
        load(tmp_path, text)
    assert message in str(caught.value)
    assert str(caught.value).startswith("pyproject.toml:")


def test_a_bad_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(TracecError, match=r"^TRACEC_JOBS=many: expected `int`, got `str`; see docs"):
        load(tmp_path, "", {"TRACEC_JOBS": "many"})
