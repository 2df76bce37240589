"""`tracec doctor` says what works here, and what to do about what does not."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass

from tracec import config as configuration
from tracec.config import Config
from tracec.explaining.interpreter import users_python
from tracec.passes.nouns.errors import TracecError
from tracec.project.paths import project_root
from tracec.view.printable import printable
from tracec.view.version_text import readers, recorder, version_text

SECONDS = 30  # that the user's Python may take to say what it has; chosen
PROBE = """\
import json, sys
from importlib import metadata
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
said = {name: version(name) for name in ("pytest", "tracec", "coverage", "pytest-django")}
print(json.dumps({**said, "python": ".".join(map(str, sys.version_info[:3]))}))
"""
MARKS = {"ok": "ok  ", "note": "note", "bad": "BAD "}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is (`ok`, `note`: it works in another way, `bad`), and what to do."""

    name: str
    state: str
    said: str
    todo: str = ""


def run(args: argparse.Namespace) -> int:
    """Exit code 1 where something is bad."""
    found = [finding for check in CHECKS for finding in check(os.getcwd())]
    if args.json:
        print(json.dumps({"findings": [asdict(finding) for finding in found]}))
    else:
        width = max(len(finding.name) for finding in found)
        for finding in found:
            print(printable(f"{MARKS[finding.state]} {finding.name:{width}}  {finding.said}"))
            if finding.todo:
                print(printable(f"     {'':{width}}  {finding.todo}"))
    return 1 if any(finding.state == "bad" for finding in found) else 0


def of_tracec(root: str) -> Iterator[Finding]:
    """tracec itself."""
    yield Finding("tracec", "ok", version_text())
    again = "install a C compiler and the headers of Python, then `pip install --force-reinstall tracec`"
    if recorder() != "C":
        pure = "TRACEC_PURE is set: unset it" if os.environ.get("TRACEC_PURE") else again
        yield Finding(
            "recorder", "note", "it is in pure Python: recording is slower, and killed processes lose it", pure
        )
    if readers() != "compiled":
        yield Finding("readers", "note", "they are not compiled: traces open two to three times slower", again)


def of_confinement(root: str) -> Iterator[Finding]:
    """Whether changes can be confined."""
    from tracec.runtime.guest import sandbox

    said = sandbox.probe(network=False)
    todo = "no change runs here, unless you set `unconfined`: it takes Linux 5.13 or later"
    yield (
        Finding("confinement", "ok", said) if sandbox.is_confined(said) else Finding("confinement", "note", said, todo)
    )


def of_settings(root: str) -> Iterator[Finding]:
    """The settings."""
    try:
        config = configuration.load(root)
    except TracecError as error:
        yield Finding("settings", "bad", str(error))
        return
    path = project_root(root) / "pyproject.toml"
    there = path.is_file() and "[tool.tracec" in path.read_text("utf-8", "replace")
    yield Finding(
        "settings", "ok", f"{path}: [tool.tracec]" if there else "none: `tracec init` writes some to begin with"
    )
    yield from of_model(config)


def of_model(config: Config) -> Iterator[Finding]:
    """The model that is asked, where one is set."""
    if not config.model:
        yield Finding("model", "ok", "none is set, and none is needed")
    elif ":" not in config.model and importlib.util.find_spec("litellm") is None:
        yield Finding("model", "bad", f"{config.model} is asked through litellm", "`pip install 'tracec[llm]'`")
    else:
        yield Finding("model", "ok", config.model)


def of_tests(root: str) -> Iterator[Finding]:
    """The Python that runs the tests."""
    try:
        python = users_python(configuration.load(root).python, root)
    except TracecError:
        return
    said = probed(python)
    if said is None:
        yield Finding(
            "tests", "bad", f"{python} does not run", "set `python` in [tool.tracec] to the one that runs them"
        )
        return
    if not said["pytest"]:
        yield Finding("tests", "bad", f"{python} ({said['python']}) has no pytest", "`pip install pytest` there")
        return
    yield Finding("tests", "ok", f"pytest {said['pytest']} in {python} ({said['python']})")
    yield from of_plugins(root, said)


def of_plugins(root: str, said: Mapping[str, str]) -> Iterator[Finding]:
    """What is beside pytest there."""
    there = f"`pytest --tracec=why` works with tracec {said['tracec']}"
    alone = "tracec is not installed there: `tracec why` works, `pytest --tracec=why` does not"
    todo = "`pip install tracec` there"
    yield Finding("plugin", "ok", there) if said["tracec"] else Finding("plugin", "note", alone, todo)
    if not said["coverage"]:
        todo = "`pip install coverage` there"
        yield Finding("coverage", "note", "none: of a suite of hundreds all tests are run", todo)
    if os.path.isfile(os.path.join(root, "manage.py")) and not said["pytest-django"]:
        yield Finding("Django", "note", "tests are run by pytest", "`pip install pytest-django` there")


def probed(python: str) -> dict[str, str] | None:
    """What the user's Python has, None where it does not run."""
    try:
        done = subprocess.run([python, "-c", PROBE], capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
        found: dict[str, str] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return found


def of_places(root: str) -> Iterator[Finding]:
    """Where tracec writes, and git."""
    from tracec.recording.artifact_cache import cache

    try:
        yield Finding("cache", "ok", str(cache(root)))
    except TracecError as error:
        yield Finding("cache", "bad", str(error))
    place = project_root(root)
    if not os.access(place, os.W_OK):
        yield Finding("project", "note", f"{place} cannot be written: no patch is kept there")
    if shutil.which("git") is None:
        yield Finding("git", "note", "none: ignored files are not known, and hooks do not work")


CHECKS: tuple[Callable[[str], Iterator[Finding]], ...] = (of_tracec, of_confinement, of_settings, of_tests, of_places)
