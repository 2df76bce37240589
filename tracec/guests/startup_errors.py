"""Why a guest did not start -> TracecError."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tracec.guests.environment import advice, missed
from tracec.passes.nouns.errors import TracecError
from tracec.runtime.guest.sandbox import is_confined

_FRAME = re.compile(r"^(\S.*?):(\d+): in ", re.MULTILINE)
_NO_TESTS = 5  # pytest's exit code where nothing was collected


def unconfined(why: str) -> TracecError:
    """A change would have to run without the confinement."""
    return TracecError(
        f"changes to the program cannot be confined here: {why}",
        "use a Linux with Landlock, or give --unconfined (`unconfined = true`) to let them do all that you may do, "
        "in a container or virtual machine that holds nothing of worth",
    )


def must_confine(confinement: str, *, unconfined_too: bool) -> None:
    """TracecError where changes would run without the confinement, and nobody said that they may."""
    if not (unconfined_too or is_confined(confinement)):
        raise unconfined(confinement.removeprefix("none: "))


def withheld(fault: TracecError, variables: Sequence[str]) -> TracecError:
    """The same, with what to do where a variable is missed that we have and did not hand down."""
    names = missed([fault.what], variables)
    return TracecError(fault.what, advice(names), path=fault.path, line=fault.line) if names else fault


def not_handed_down(messages: Iterable[str], variables: Sequence[str]) -> list[str]:
    """A warning where tests fail for want of variables that are not handed down."""
    names = missed(messages, variables)
    return [f"tests do not find {', '.join(names)}, as few variables are handed down: {advice(names)}"] if names else []


def explain(message: Mapping[str, Any], output: str, python: str, config: Mapping[str, Any]) -> TracecError:
    """What the guest said, and what it printed -> the error for the user.

    `message` is {"fault": "pytest" | "unconfined" | "collect" | "died", ...}; for "collect" with `faults`, each
    {message, path, line}, and pytest's exit code. `config` is the guest's: arguments, folder, metric.
    """
    args, root, module = config["args"], config["root"], (config["metric"] or {"module": ""})["module"]
    command = shlex.join(["python", "-c", f"import {module}"] if module else ["python", "-m", "pytest", *args])
    if message.get("fault") == "unconfined":
        return unconfined(message["message"])
    if message.get("fault") == "pytest":
        return TracecError(f"pytest cannot be imported by {python}", f"run: {python} -m pip install pytest")
    if message.get("faults"):
        return _from_fault(message["faults"], command)
    if message.get("exit") == _NO_TESTS:
        return TracecError(f"no tests were collected by `{command}`", "check the paths and the -k and -m selections")
    return _from_output(output, message, command, root)


def _from_fault(faults: Sequence[Mapping[str, Any]], command: str) -> TracecError:
    fault = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    what, todo = f"{_last(fault['message'])}{more}", f"mend it until `{command}` works"
    return TracecError(what, todo, path=fault["path"], line=fault["line"])


def _from_output(output: str, message: Mapping[str, Any], command: str, root: str) -> TracecError:
    lines = output.splitlines()
    errors = [line.partition(": error: ")[2] for line in lines if ": error: " in line]  # argparse's
    errors = errors or [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    raised = re.findall(r"^E\s+(.*)", output, re.MULTILINE)
    frames = _FRAME.findall(output)
    if raised and frames:  # a conftest.py that could not be imported
        path, line = frames[-1]
        return TracecError(raised[-1], f"mend it until `{command}` collects", path=_shown(path, root), line=int(line))
    if errors:
        return TracecError(f"pytest refused: {'; '.join(errors)}", f"try `{command}`")
    what = f"exit code {message['exit']}" if "exit" in message else "no word"
    return TracecError(
        f"the tests could not be collected ({what}: {_last(output) or 'nothing printed'})", f"try `{command}`"
    )


def _last(text: str) -> str:
    """The line of a report that says it: the last one pytest marks with E, else the last one."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    marked = [line[1:].strip() for line in lines if line.startswith("E ")]
    return (marked or lines or [""])[-1].strip()


def _shown(path: str, root: str) -> str:
    inside = os.path.isabs(path) and os.path.commonpath([path, root]) == root
    return os.path.relpath(path, root) if inside else path
