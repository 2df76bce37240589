"""A child process that runs a program as `python` would, and records it: `python -m tracec.runtime.script CONFIG`."""

from __future__ import annotations

import atexit
import json
import os
import runpy
import sys
import types
from collections.abc import Mapping
from functools import partial
from types import CodeType

from tracec.runtime import load, record


def main() -> None:
    """Run what the configuration names: {"program": [...], "module", "artifacts", "log"}."""
    with open(sys.argv[1], encoding="utf-8") as file:
        config = json.load(file)
    os.unlink(sys.argv[1])
    record.start()
    load.install(compilers(config["artifacts"]))
    atexit.register(_save, config["log"], os.getpid(), " ".join(config["program"]))
    sys.argv = list(config["program"])
    if config["module"]:
        sys.path[0] = os.getcwd()
        runpy.run_module(config["module"], run_name="__main__", alter_sys=True)
    else:
        run_script(sys.argv[0], config["artifacts"])


def compilers(artifacts: Mapping[str, str]) -> dict[str, load.Compiler]:
    """Real path -> a compiler that takes the artifact instead, or the file itself where the artifact is broken."""
    return {path: partial(_from_artifact, artifact) for path, artifact in artifacts.items()}


def _from_artifact(artifact: str, path: str, data: bytes) -> CodeType:
    try:
        return record.code(artifact, path)
    except (OSError, ValueError, EOFError, TypeError):
        return load.plain(path, data)


def run_script(path: str, artifacts: Mapping[str, str]) -> None:
    """Run a file as `__main__`; a traceback shows the program's frames only."""
    sys.path[0] = os.path.dirname(os.path.realpath(path))
    with open(path, "rb") as file:
        data = file.read()
    real = os.path.realpath(path)
    code = _from_artifact(artifacts[real], path, data) if real in artifacts else load.plain(path, data)
    module = types.ModuleType("__main__")
    module.__file__ = path
    module.__builtins__ = __builtins__  # type: ignore[attr-defined]
    sys.modules["__main__"] = module
    try:
        exec(code, module.__dict__)
    except Exception as error:
        inner = error.__traceback__.tb_next if error.__traceback__ else None
        sys.excepthook(type(error), error.with_traceback(inner), inner)
        sys.exit(1)


def _save(log: str, process: int, name: str) -> None:
    """Write the log; a forked child of the program writes one of its own."""
    record.save(log if os.getpid() == process else f"{log}.{os.getpid()}", name)


if __name__ == "__main__":
    main()
