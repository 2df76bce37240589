"""The pytest plugin, loaded in every run of the environment: nothing but options, unless `--tracec=MODE` is given.

It imports nothing of tracec, so that it costs nothing where it is not asked for, and can be laid as a single file
beside a pytest that has no tracec. What is asked is done by `python -m tracec`, in a process of its own, after the run.
"""

from __future__ import annotations

import os
import sys

import pytest

TYPE_CHECKING = False  # as in `typing`, which takes its time
if TYPE_CHECKING:
    from typing import Any

MODES = ("why", "record", "review", "fix", "disable")
WRITING = ("record", "review", "fix")  # modes that leave something behind: not on a build server
CI = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION", "BUILDKITE", "CIRCLECI")
NAME = "tracec-gathering"
FOREIGN = ("site-packages", "dist-packages", ".venv", "venv", ".tox", ".nox", "node_modules", "__pypackages__")
LONGEST = 4000  # characters of a message; chosen
DEEPEST = 50  # frames of an exception; chosen


def pytest_addoption(parser: Any) -> None:
    """The options of the command line."""
    group = parser.getgroup("tracec", "tracec: where wrong values come from")
    group.addoption(
        "--tracec",
        metavar="MODE",
        default=None,
        help="why: the road of each wrong value; fix: repair the code; review: ask before each file; "
        "record: keep the repair as a patch; disable",
    )
    group.addoption(
        "--tracec-target", metavar="NAME", action="append", default=[], help="only this code may change; repeatable"
    )
    group.addoption("--tracec-budget-seconds", metavar="N", type=float, default=None, help="what it may take")
    group.addoption("--tracec-gather", metavar="FILE", default=None, help="only write down what failed, for `tracec`")


def pytest_configure(config: Any) -> None:
    """Begin to gather, where something is asked for: not within a guest of tracec's, nor where pytest only lists."""
    mode, file = config.getoption("tracec", None), config.getoption("tracec_gather", None)
    if mode is None and file is None:
        return
    if mode is not None and mode not in MODES:
        raise pytest.UsageError(f"--tracec={mode}: choose one of {', '.join(MODES)}")
    if mode == "disable" or "TRACEC_GUEST" in os.environ or config.getoption("collectonly", False):
        return
    plugin = Gathering(config, mode or "", file or "")
    config.pluginmanager.register(plugin, NAME)


def on_a_build_server() -> str:
    """The variable that says that this is one, "" where none does."""
    return next((name for name in CI if os.environ.get(name, "").lower() not in ("", "0", "false")), "")


class Safely:
    """A block that never disturbs the user's run: what goes wrong in it is told in one line at the end."""

    def __init__(self, told: Gathering) -> None:
        self.told = told

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, where: object) -> bool:
        if isinstance(error, Exception):
            self.told.trouble = self.told.trouble or f"{type(error).__name__}: {error}"
        return isinstance(error, Exception)


class Gathering:
    """What failed, what passed, and which of the user's modules were loaded; in the workers of xdist only the last."""

    def __init__(self, config: Any, mode: str, file: str) -> None:
        self.config, self.mode, self.file = config, mode, file
        self.worker = hasattr(config, "workerinput")
        self.failed: dict[str, dict[str, Any]] = {}
        self.seconds: dict[str, float] = {}
        self.passed: dict[str, float] = {}
        self.uncollected: list[list[str]] = []
        self.files: set[str] = set()
        self.trouble = ""

    # --- in the process that runs the test ---

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Any:
        """Lay the exception, which only this process has, into the report."""
        outcome = yield
        with Safely(self):
            if call.excinfo is not None:
                outcome.get_result().tracec_seen = self.seen(call.excinfo.value)

    def seen(self, error: BaseException) -> dict[str, Any]:
        """An exception as plain data: its type, its message, and the user's frames that it passed."""
        kind = type(error)
        name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
        places, trace = [], error.__traceback__
        while trace is not None:
            path = trace.tb_frame.f_code.co_filename
            if self.is_users(path):
                places.append([path, trace.tb_lineno])
            trace = trace.tb_next
        try:
            message = str(error)
        except Exception:  # the user's own `__str__`
            message = ""
        return {"type": name, "message": message[:LONGEST], "places": places[-DEEPEST:]}

    def is_users(self, path: str) -> bool:
        """Tell whether a file is the user's own: below a root of the run, and not installed."""
        if not os.path.isabs(path) or not path.endswith(".py"):
            return False
        roots = (str(self.config.rootpath), str(self.config.invocation_params.dir))
        inside = any(path.startswith(os.path.join(root, "")) for root in roots)
        return inside and not any(f"{os.sep}{name}{os.sep}" in path for name in FOREIGN)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: Any) -> None:
        """Note the user's modules; a worker of xdist hands them to the controller."""
        with Safely(self):
            for module in list(sys.modules.values()):
                path = getattr(module, "__file__", None)
                if isinstance(path, str) and self.is_users(path):
                    self.files.add(path)
            if self.worker:
                self.config.workeroutput["tracec_files"] = sorted(self.files)
                self.config.workeroutput["tracec_trouble"] = self.trouble

    # --- in the process that gathers ---

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        """A worker of xdist has ended."""
        with Safely(self):
            said = getattr(node, "workeroutput", None) or {}
            self.files.update(said.get("tracec_files", ()))
            self.trouble = self.trouble or said.get("tracec_trouble", "")

    def pytest_collectreport(self, report: Any) -> None:
        """A file that could not be collected."""
        if report.failed:
            said = str(getattr(report, "longreprtext", "")).strip()
            last = [line[2:].strip() for line in said.splitlines() if line.startswith("E ")] or said.splitlines()
            self.uncollected.append([report.nodeid, last[-1][:LONGEST] if last else ""])

    def pytest_runtest_logreport(self, report: Any) -> None:
        """How a part of a test ended; of a test that runs again, the last counts."""
        with Safely(self):
            test = report.nodeid
            self.seconds[test] = self.seconds.get(test, 0.0) + getattr(report, "duration", 0.0)
            if report.outcome == "rerun":
                self.failed.pop(test, None)
            elif report.failed:
                self.passed.pop(test, None)
                self.failed.setdefault(test, getattr(report, "tracec_seen", None) or told_by(report))
            elif report.passed and report.when == "call" and test not in self.failed:
                self.passed[test] = self.seconds[test]

    @pytest.hookimpl(tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The run is over: what is asked for is done by a process of its own."""
        if self.worker:
            return
        with Safely(self):
            ending(self, terminalreporter)
        if self.trouble:
            terminalreporter.write_line(f"tracec: internal error: {self.trouble}, please report")

    def gathered(self) -> dict[str, Any]:
        """All that was seen, for tracec."""
        config = self.config
        return {
            "root": str(config.invocation_params.dir),
            "rootdir": str(config.rootpath),
            "args": other_words(config),
            "named": [str(word) for word in getattr(config.option, "file_or_dir", None) or ()],
            "failed": [{"id": test, **seen, "seconds": self.seconds[test]} for test, seen in self.failed.items()],
            "passed": [[test, seconds] for test, seconds in self.passed.items()],
            "files": sorted(self.files),
            "python": sys.executable,
            "uncollected": self.uncollected,
        }


def told_by(report: Any) -> dict[str, Any]:
    """What a report says where the exception itself was not seen: a subtest's, or one of another process."""
    crash = getattr(report.longrepr, "reprcrash", None)
    said = str(getattr(crash, "message", "") or "")
    name = said.partition(":")[0].strip()
    places = [[str(crash.path), int(crash.lineno)]] if crash is not None else []
    return {"type": name if name.isidentifier() else "", "message": said[:LONGEST], "places": places}


def other_words(config: Any) -> list[str]:
    """pytest's arguments without those that name tests, and without ours; the root is said, as tests have ids by it."""
    named = [str(word) for word in getattr(config.option, "file_or_dir", None) or ()]
    words: list[str] = []
    skip = False
    for word in map(str, config.invocation_params.args):
        if not skip and not word.startswith("--tracec"):
            words.append(word)
        skip = word.startswith("--tracec") and "=" not in word
    for word in named:
        if word in words:
            del words[len(words) - 1 - words[::-1].index(word)]
    ini = ["-c", str(config.inipath)] if config.inipath else []
    return [*(word for word in words if word != "--"), f"--rootdir={config.rootpath}", *ini]


def ending(told: Gathering, terminal: Any) -> None:
    """Hand what was gathered to tracec, and print what it says."""
    if told.file:  # tracec itself has called this run, and tells the rest
        return write(told.file, told.gathered())
    if not told.mode or not told.failed:
        return
    server = on_a_build_server()
    if server and told.mode in WRITING:
        terminal.write_line(
            f"tracec: --tracec={told.mode} does nothing, as {server} says that this is a build server, "
            f"where no file is changed; --tracec=why explains failures, and `env -u {server}` lets it write"
        )
        return
    run(told, terminal)


def run(told: Gathering, terminal: Any) -> None:
    """Run `python -m tracec` on what was gathered; a review has the terminal for itself."""
    import subprocess
    import tempfile

    option = told.config.getoption
    with tempfile.TemporaryDirectory(prefix="tracec-pytest-") as folder:
        file = os.path.join(folder, "gathered.json")
        write(file, told.gathered())
        words = [sys.executable, "-m", "tracec", "why", "--gathered", file]
        words += ["--repair", told.mode] if told.mode in WRITING else []
        words += [word for name in option("tracec_target") for word in ("--target", name)]
        budget = option("tracec_budget_seconds")
        words += ["--budget-seconds", str(budget)] if budget is not None else []
        terminal.section("tracec", sep="=", blue=True, bold=True)
        terminal.flush()
        shown = None if told.mode == "review" else subprocess.PIPE
        try:
            with subprocess.Popen(words, stdout=shown, cwd=str(told.config.invocation_params.dir)) as child:
                for line in child.stdout or ():
                    terminal.write_line(line.decode("utf-8", "replace").rstrip("\n"))
                    terminal.flush()
        except KeyboardInterrupt:
            terminal.write_line("tracec: interrupted")


def write(file: str, data: dict[str, Any]) -> None:
    """Write JSON: in whole, or not at all."""
    import json

    with open(f"{file}.part", "w", encoding="utf-8", errors="surrogatepass") as out:
        json.dump(data, out, ensure_ascii=True)
    os.replace(f"{file}.part", file)
