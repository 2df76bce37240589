"""Programs behave alike plain and instrumented, at both grains, and the linker places every event."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tracec.build import build
from tracec.traces import load

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


def python(folder: Path, *args: str) -> tuple[int, str, str]:
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run([sys.executable, *args], capture_output=True, text=True, cwd=folder, env=env)
    return done.returncode, done.stdout, done.stderr


def traced(folder: Path, program: Path, grain: str) -> tuple[tuple[int, str, str], Path]:
    built = build(folder, [str(program)], grain)
    assert built.warnings == ()
    log, config = folder / f"{grain}.trace", folder / "config.json"
    settings = {"program": [str(program)], "module": None, "artifacts": built.artifacts, "log": str(log)}
    config.write_text(json.dumps(settings))
    return python(folder, "-m", "tracec.runtime.script", str(config)), log


@pytest.mark.parametrize("grain", ["values", "calls"])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.stem)
def test_alike(program: Path, grain: str, tmp_path: Path) -> None:
    plain = python(tmp_path, str(program))
    instrumented, log = traced(tmp_path, program, grain)
    assert instrumented == plain
    (trace,) = load(log)
    assert trace.check() == []
    assert len(trace) > (10 if grain == "values" else 1)
