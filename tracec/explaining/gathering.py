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
from tracec.runtime.guest import process_tree

PLUGIN = "tracec_gathering_plugin"
QUIET = ("-q", "--no-header", "--tb=no", "--no-summary")
TAIL = 12  # lines of pytest's output that are told where it did not run; chosen
USAGE = 4  # pytest's exit code for wrong arguments


class Late(Exception):
    """pytest did not come to its end in time."""


def gather(root: str, words: Sequence[str], config: Config, tell: Tell, seconds: float | None = None) -> Gathered:
    """Run pytest as the user would, in his environment. TracecError where it does not run, Late where it takes long."""
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
            done = finished(command, root, env, seconds)
        except OSError as error:
            todo = "set `python` in [tool.tracec] to the one that runs your tests"
            raise TracecError(f"cannot start {config.python} ({error.strerror})", todo) from None
        if not os.path.isfile(file):
            raise not_run(done)
        return without_plugin(read_gathered(file), config)


def finished(
    command: Sequence[str], root: str, env: dict[str, str], seconds: float | None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end; after the time it is ended, with all that it started, and Late is raised."""
    null, pipe = subprocess.DEVNULL, subprocess.PIPE
    with subprocess.Popen(
        command, cwd=root, env=env, stdin=null, stdout=pipe, stderr=subprocess.STDOUT, start_new_session=True
    ) as child:
        try:
            out, _ = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Late from None
        finally:
            if child.poll() is None:
                process_tree.kill_tree(child.pid)
                child.wait()
    return subprocess.CompletedProcess(command, child.returncode, out, b"")


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
