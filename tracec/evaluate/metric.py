"""`--metric MODULE:FUNCTION`, `--train`, `--validation` -> what the guest needs to score a program."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracec.passes.nouns.errors import TracecError

NAMED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


@dataclass(frozen=True, slots=True)
class Metric:
    """A function that scores the program, and the cases it is asked about, by `train` and `validation`.

    Cases are a list, or `MODULE:NAME` of one that the guest imports; without `train` the metric gets no argument.
    """

    module: str
    function: str
    cases: tuple[tuple[str, Any], ...] = ()

    def config(self) -> dict[str, Any]:
        """For the guest."""
        return {"module": self.module, "function": self.function, "cases": [list(group) for group in self.cases]}

    def names(self, prefix: str, ids: Sequence[str]) -> tuple[str, ...]:
        """Those of a guest's cases that lie in `train` or `validation`."""
        kept = tuple(name for name in ids if name.partition("[")[0] == prefix)
        return kept or (("metric",) if prefix == "train" else ())

    def data(self) -> dict[str, str]:
        """Case -> what the metric is given, as JSON; of those that a file has and that may be learnt from."""
        given = next((group for name, group in self.cases if name == "train"), ())
        rows = given if isinstance(given, list) else ()
        return {f"train[{number}]": json.dumps(row, ensure_ascii=False) for number, row in enumerate(rows)}

    def file(self, root: Path) -> str:
        """The file of the metric's module below `root` (or `root/src`), "" where it lies elsewhere."""
        parts = self.module.split(".")
        for base in (root, root / "src"):
            for path in (base.joinpath(*parts).with_suffix(".py"), base.joinpath(*parts, "__init__.py")):
                if path.is_file():
                    return os.path.relpath(path, root)
        return ""


def metric_of(root: Path, metric: str, train: str, validation: str) -> Metric | None:
    """The options -> Metric; None without one. TracecError for what cannot be one."""
    if not metric:
        for name, given in (("train", train), ("validation", validation)):
            if given:
                raise TracecError(f"--{name} without --metric", "name the function that scores a case")
        return None
    if not NAMED.fullmatch(metric) or metric.partition(":")[0].endswith(".py"):
        todo = "write MODULE:FUNCTION, as in --metric bench.quality:score"
        if metric.partition(":")[0].endswith(".py"):
            path, _, name = metric.partition(":")
            todo = f"write {path[:-3].replace('/', '.')}:{name or 'FUNCTION'}"
        raise TracecError(f"--metric {metric!r} is no MODULE:FUNCTION", todo)
    if validation and not train:
        raise TracecError("--validation without --train", "give the cases that may be learnt from with --train")
    groups = [
        (name, cases(root, name, given)) for name, given in (("train", train), ("validation", validation)) if given
    ]
    module, _, function = metric.partition(":")
    return Metric(module, function, tuple(groups))


def cases(root: Path, option: str, given: str) -> Any:
    """A JSON-lines file -> its values; `MODULE:NAME` as it is. TracecError with path and line."""
    if not (root / given).exists() and NAMED.fullmatch(given):
        return given
    try:
        lines = (root / given).read_text(encoding="utf-8").split("\n")
    except OSError as error:
        todo = f"give --{option} a file with one JSON value on each line, or MODULE:NAME of a list"
        raise TracecError(f"cannot be read ({error.strerror})", todo, path=given) from None
    except UnicodeDecodeError:
        raise TracecError("is not UTF-8 text", "write one JSON value on each line", path=given) from None
    found = [parsed(given, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise TracecError("has no cases", "write one JSON value on each line", path=given)
    return found


def parsed(path: str, number: int, line: str) -> Any:
    """One line."""
    try:
        return json.loads(line)
    except ValueError as error:
        what = f"is not JSON ({error})"
        raise TracecError(what, "write one JSON value on each line", path=path, line=number) from None
