"""Fresh processes, plain and recorded side by side -> costs."""

from __future__ import annotations

import json
import os
import resource
import signal
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from overhead_child import Report

from tracec.launch.launcher import command
from tracec.launch.scoping import setting

BUILD = (
    "import sys; from pathlib import Path; from tracec.recording.artifacts import build; "
    "built = build(Path(sys.argv[1]), [sys.argv[2]], sys.argv[3]); "
    "print(*built.warnings, file=sys.stderr); print(*built.artifacts.values())"
)


@dataclass(slots=True)
class Cost:
    """CPU seconds of `main` in pairs (plain, with the tool); `error` where the tool could not run the program."""

    pairs: list[tuple[float, float]] = field(default_factory=list)
    factor: float | None = None
    error: str = ""


@dataclass(slots=True)
class Whole:
    """CPU seconds of whole processes in pairs (plain, recorded), the log's bytes on disk, or why there is none."""

    pairs: list[tuple[float, float]] = field(default_factory=list)
    factor: float | None = None
    file_bytes: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where runs happen. This process stays small: a child's peak memory begins at the size of its parent."""

    folder: Path
    here: Path
    limit: float

    def instrumented(self, path: Path, grain: str) -> str:
        """The artifact of a workload, made by a process of its own."""
        command = [sys.executable, "-c", BUILD, str(self.folder), str(path), grain]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, check=False)
        if done.returncode or not done.stdout.strip():
            raise SystemExit(f"{path}: not instrumented at {grain}\n{done.stderr}")
        return done.stdout.strip()

    def printed(self, path: Path, grain: str) -> str:
        """The same workload as `tracec instrument` prints it, under the same name in a folder of its own."""
        command = [sys.executable, "-m", "tracec", "instrument", "--grain", grain, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, check=True)
        place = self.folder / f"{grain} printed" / path.name
        place.parent.mkdir(exist_ok=True)
        place.write_text(done.stdout)
        return str(place)

    def costs(
        self, tools: Sequence[str], path: Path, scale: float, repeat: int, python: str, artifacts: Mapping[str, str]
    ) -> dict[str, Cost]:
        """Rounds of pairs, one for each tool; what runs first changes from round to round."""
        found = {tool: Cost() for tool in tools}
        for turn in range(repeat):
            for tool in tools:
                if not found[tool].error:
                    self._pair(tool, path, scale, python, artifacts.get(tool, ""), turn % 2 == 1, found[tool])
        for cost in found.values():
            if not cost.error:
                cost.factor = middle(cost.pairs)
        return found

    def _pair(self, tool: str, path: Path, scale: float, python: str, artifact: str, swap: bool, cost: Cost) -> None:
        both = {}
        for name in (tool, "plain") if swap else ("plain", tool):
            both[name] = self.child(python, tool=name, path=str(path), scale=scale, artifact=artifact)
        plain, other = both["plain"], both[tool]
        if plain.error:
            raise SystemExit(f"{path}: the plain run fails: {plain.error}")
        if other.error:
            cost.error = other.error
        elif other.result != plain.result:
            cost.error = "another result"
        else:
            cost.pairs.append((plain.seconds, other.seconds))

    def child(self, python: str, **job: object) -> Report:
        """One run of overhead_child.py."""
        report, file = self.folder / "report.json", self.folder / "job.json"
        report.unlink(missing_ok=True)
        file.write_text(json.dumps({**job, "report": str(report), "folder": str(self.folder), "limit": self.limit}))
        command = [python, str(self.here / "overhead_child.py"), str(file)]
        done = self.started(command)
        if done.returncode == -signal.SIGXCPU:
            return Report(error=f"over {self.limit:.0f} s")
        if not report.exists():
            return Report(error=f"exit code {done.returncode}")
        found = Report(**json.loads(report.read_text()))
        if found.error:
            print(done.stderr.strip()[-600:], file=sys.stderr)
        return found

    def started(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """A child in our folder, heard to its end."""
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            cwd=self.folder,
            env=self.env(),
            check=False,
        )

    def env(self) -> dict[str, str]:
        """Children draw the same hashes, write no bytecode, and leave their files in our folder."""
        return {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(self.folder)}

    def account(self, grain: str, path: Path, scale: float, artifact: str) -> dict[str, float]:
        """Memory and the collector's share, from runs apart: looking takes time too."""
        asked = {"path": str(path), "scale": scale, "account": True, "artifact": artifact}
        plain, ours = self.child(sys.executable, tool="plain", **asked), self.child(sys.executable, tool=grain, **asked)
        if ours.error:
            return {}
        return {
            "events": ours.events,
            "log_bytes_per_event": ours.log_bytes / ours.events,
            "grown_bytes_per_event": (ours.grown_bytes - plain.grown_bytes) / ours.events,
            "gc_share": ours.gc_seconds / ours.seconds,
            "gc_share_plain": plain.gc_seconds / plain.seconds,
        }

    def whole(self, path: Path, scale: float, grain: str, repeat: int) -> Whole:
        """The program as a user runs it, against what `tracec run` starts."""
        found, log = Whole(), self.folder / "log.trace"
        program = [str(path), str(round(scale))]
        for _ in range(repeat):
            log.unlink(missing_ok=True)
            run = setting(self.folder, [str(path)], str(path), grain)
            pair = self.process(program), self.process(command(program, run, log)[1:])
            if pair[1] < 0:
                return Whole(error=f"over {self.limit:.0f} s")
            found.pairs.append(pair)
        found.factor, found.file_bytes = middle(found.pairs), log.stat().st_size
        log.unlink()
        return found

    def process(self, arguments: Sequence[str]) -> float:
        """User and system seconds of one whole process; negative where it took more than the limit."""
        command = [sys.executable, *arguments]
        child = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, cwd=self.folder, env=self.env(), preexec_fn=self.limited
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode == -signal.SIGXCPU:
            return -1.0
        if child.returncode:
            raise SystemExit(f"{' '.join(arguments)}: exit code {child.returncode}")
        return used.ru_utime + used.ru_stime

    def limited(self) -> None:
        """For a child before it starts: the system ends it when it has used its time."""
        resource.setrlimit(resource.RLIMIT_CPU, (int(self.limit), int(self.limit) + 5))


def middle(pairs: Sequence[tuple[float, float]]) -> float:
    """The median of the ratios."""
    return statistics.median(other / plain for plain, other in pairs)
