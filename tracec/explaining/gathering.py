"""pytest's arguments -> Gathered: the user's own pytest runs once, with our plugin beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence

import tracec.pytest_plugin
from tracec.config import Config
from tracec.explaining.gathered import Gathered, read_gathered
from tracec.passes.nouns.errors import TracecError
from tracec.run.job import Tell

PLUGIN = "tracec_gathering_plugin"
QUIET = ("-q", "--no-header", "--tb=no", "--no-summary")
TAIL = 12  # lines of pytest's output that are told where it did not run; chosen
USAGE = 4  # pytest's exit code for wrong arguments


def gather(root: str, words: Sequence[str], config: Config, tell: Tell) -> Gathered:
    """Run pytest as the user would, in his environment. TracecError where it does not run."""
    tell("running the tests")
    with tempfile.TemporaryDirectory(prefix="tracec-why-") as folder:
        file = os.path.join(folder, "gathered.json")
        # The plugin is laid alone into a folder of its own: the user's Python need not have tracec.
        shutil.copyfile(tracec.pytest_plugin.__file__, os.path.join(folder, f"{PLUGIN}.py"))
        env = dict(os.environ)
        env["PYTHONPATH"] = os.pathsep.join([folder, *filter(None, [env.get("PYTHONPATH")])])
        ours = ["-p", PLUGIN, "-p", "no:tracec", f"--tracec-gather={file}", *QUIET]
        command = [config.python, "-m", "pytest", *ours, *words]
        try:
            done = subprocess.run(command, cwd=root, env=env, stdin=subprocess.DEVNULL, capture_output=True)
        except OSError as error:
            todo = "set `python` in [tool.tracec] to the one that runs your tests"
            raise TracecError(f"cannot start {config.python} ({error.strerror})", todo) from None
        if not os.path.isfile(file):
            raise not_run(done)
        return without_plugin(read_gathered(file), config)


def without_plugin(found: Gathered, config: Config) -> Gathered:
    """The same without the options that made pytest gather."""
    import msgspec

    words, skip = list[str](), False
    for word, following in zip(found.args, (*found.args[1:], "")):
        if not skip and not (word == "-p" and following in (PLUGIN, "no:tracec")) and word not in QUIET:
            words.append(word)
        skip = word == "-p" and following in (PLUGIN, "no:tracec")
    return msgspec.structs.replace(found, args=tuple(words), python=config.python or sys.executable)


def not_run(done: subprocess.CompletedProcess[bytes]) -> TracecError:
    """Why nothing was gathered."""
    text = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
    if "No module named pytest" in text:
        return TracecError("this Python has no pytest", "install it there, or set `python` in [tool.tracec]")
    told = "\n".join(text.splitlines()[-TAIL:])
    what = "pytest refused the arguments" if done.returncode == USAGE else f"pytest ended with {done.returncode}"
    return TracecError(f"{what}:\n{told}", "run pytest alone: it says what is wrong")
