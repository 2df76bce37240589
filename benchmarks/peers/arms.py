"""Arms: an optimizer of tracec by its command line, or a peer by its script, on a task, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from proxy import Proxy
from tasks import HERE, Task, ended, judged

OURS = ("sample", "rewrite", "opto", "textgrad", "gepa", "semantic", "tree", "auto")
# arm -> (script, what must be importable)
PEERS = {
    "trace-opt": ("peer_optoprime.py", "opto"),
    "textgrad-peer": ("peer_textgrad.py", "textgrad"),
    "gepa-peer": ("peer_gepa.py", "gepa.optimize_anything"),
}
START = "start"  # the program as it is: no call
ARMS = (START, *OURS, *PEERS)
GRACE = 60  # seconds after its time, before an arm is killed; chosen
NOTE = 200  # characters of an arm's last words
TOLD = ("status", "candidates", "evaluations", "llm_calls")  # of what tracec says of itself
KEYS = ("_API_KEY", "_API_BASE", "_BASE_URL", "_TOKEN")  # what is not handed down to an arm
PLAIN = ("TRACEC_", "PYTEST")


@dataclass(frozen=True)
class Setting:
    """The same for every arm: the name of the model, calls, wall seconds of an arm, the interpreter of the peers."""

    model: str
    calls: int
    seconds: float
    call_seconds: float
    peers: str
    keep: str = ""  # a folder where the arms' folders stay


def installed(arm: str, peers: str) -> bool:
    """Whether an arm can run."""
    if arm not in PEERS:
        return True
    probe = f"import {PEERS[arm][1]}"
    try:
        done = subprocess.run([peers, "-c", probe], capture_output=True, cwd="/", env=environment({}), check=False)
    except OSError:
        return False
    return done.returncode == 0


def row(proxy: Proxy, task: Task, arm: str, seed: int, setting: Setting) -> dict[str, Any]:
    """Run an arm and judge what it left: a row of the results."""
    name = f"{task.name}.{arm}.{seed}"
    account = proxy.opened(name, setting.calls)
    held = proxy.opened(f"{name}.held", 0)
    kept = Path(setting.keep, name)
    place = nullcontext(str(kept)) if setting.keep else TemporaryDirectory()
    with place as where:
        folder = Path(where, "program")
        task.put(folder)
        start = time.monotonic()
        said = {"ended": "", "note": ""} if arm == START else ran(proxy, task, arm, seed, setting, folder, name)
        seconds = time.monotonic() - start
        source = (folder / task.file).read_text()
    score = judged(task, source, programs(proxy, f"{name}.held", setting))
    asked = {key: value for key, value in account.told().items() if key not in ("budget", "busy")}
    return {
        "task": task.name, "arm": arm, "seed": seed, "score": score.mean, "cases": list(score.cases),
        "wall": round(seconds, 2), **asked, "held_calls": held.program_calls, "held_failed": held.program_failed,
        **said, "source": source,
    }  # fmt: skip


def ran(proxy: Proxy, task: Task, arm: str, seed: int, setting: Setting, folder: Path, name: str) -> dict[str, Any]:
    """Start an arm and wait for it, as long as it may take; how it ended."""
    base = proxy.address(name, "optimizer")
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    env = {
        "OPENAI_API_BASE": base, "OPENAI_BASE_URL": base, "OPENAI_API_KEY": "of-the-proxy", "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1", "HOME": str(home), "XDG_CACHE_HOME": str(home),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True", **programs(proxy, name, setting),
    }  # fmt: skip
    command = peer(task, arm, seed, setting, folder) if arm in PEERS else ours(task, arm, seed, setting)
    if arm in OURS:
        env |= {"TRACEC_NETWORK": "true", "TRACEC_ENVIRONMENT": "PROGRAM_API_BASE:PROGRAM_MODEL"} if task.asks else {}
    log = folder.parent / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=environment(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=True,
        )  # fmt: skip
        try:
            how = str(process.wait(setting.seconds + GRACE))
        except subprocess.TimeoutExpired:
            how = "time"
        finally:
            ended(process)
    return {"ended": how, **last_words(log.read_text(errors="replace"))}


def ours(task: Task, arm: str, seed: int, setting: Setting) -> list[str]:
    """tracec's command."""
    by = ["--tests", task.tests] if task.tests else ["--metric", task.metric, "--train", "train.jsonl"]
    targets = [word for name in task.targets for word in ("--target", name)]
    limits = ["--budget-calls", str(setting.calls), "--budget-seconds", str(setting.seconds)]
    limits += ["--model-seconds", str(setting.call_seconds)]
    words = [task.file, *by, *targets, "--with", arm, "--model", f"openai/{setting.model}", *limits]
    ends = ["--seed", str(seed), "--write", "--accept-plausible", "--json", "--quiet"]
    return [sys.executable, "-m", "tracec", "optimize", *words, *ends]


def peer(task: Task, arm: str, seed: int, setting: Setting, folder: Path) -> list[str]:
    """A peer's command; what it is given lies beside its folder."""
    given = {
        "folder": str(folder), "file": task.file, "targets": task.targets, "goal": task.goal, "tests": task.tests,
        "metric": task.metric, "model": setting.model, "calls": setting.calls, "seconds": setting.seconds,
        "seed": seed, "python": sys.executable,
    }  # fmt: skip
    path = folder.parent / "given.json"
    path.write_text(json.dumps(given))
    return [setting.peers, str(HERE / PEERS[arm][0]), str(path)]


def programs(proxy: Proxy, name: str, setting: Setting) -> dict[str, str]:
    """Where a program under optimisation asks its own model."""
    return {"PROGRAM_API_BASE": proxy.address(name, "program"), "PROGRAM_MODEL": setting.model}


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Ours without keys and addresses of services and settings of tracec, and with more."""
    kept = {k: v for k, v in os.environ.items() if not k.endswith(KEYS) and not k.startswith(PLAIN)}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **more}


def last_words(log: str) -> dict[str, Any]:
    """What tracec says of itself, or the last line of a log."""
    lines = log.strip().splitlines()
    for line in reversed(lines):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and "status" in found:
            return {"note": found["status"], "told": {key: found.get(key) for key in TOLD}}
    return {"note": lines[-1][:NOTE] if lines else ""}
