"""`[tool.tracec]`, TRACEC_* variables and options -> Config."""

from __future__ import annotations

import difflib
import os
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tracec.limits import GRAIN, MODEL_SECONDS, MODEL_WIDTH, PROMPT_CHARACTERS, TRACE_MB, TRACES_MB
from tracec.models.price import Price
from tracec.passes.nouns.errors import TracecError

Count = Annotated[int, msgspec.Meta(ge=0)]
Amount = Annotated[float, msgspec.Meta(ge=0)]


class Config(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """All settings. `docs/configuration.md` says what each means; None is "no limit"."""

    tests: str = ""
    python: str = sys.executable
    grain: Literal["calls", "values"] = GRAIN
    metric: str = ""
    train: str = ""
    validation: str = ""
    with_: str = msgspec.field(default="auto", name="with")
    model: str = ""
    model_critic: str = ""
    evidence: Literal["none", "outcome", "slice", "query"] = "slice"
    prompt_characters: Annotated[int, msgspec.Meta(ge=1000)] = PROMPT_CHARACTERS
    model_width: Annotated[int, msgspec.Meta(ge=1)] = MODEL_WIDTH
    model_seconds: Amount = MODEL_SECONDS
    prices: dict[str, Price] = {}
    seed: int = 0
    guard: bool = True
    accept_plausible: bool = False
    coverage: str = "auto"
    jobs: Annotated[int, msgspec.Meta(ge=1)] = min(os.cpu_count() or 1, 8)
    budget_seconds: Amount | None = 300.0
    budget_evals: Count | None = None
    budget_calls: Count | None = None
    budget_tokens: Count | None = None
    budget_usd: Amount | None = None
    test_seconds: Amount = 10.0
    memory_mb: Count = 2048
    writable: tuple[str, ...] = ()
    network: bool = False
    unconfined: bool = False
    environment: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    trace_mb: Count = TRACE_MB
    traces_mb: Count = TRACES_MB
    without: tuple[Literal["blame", "slice", "synthesis", "ranking", "holes", "memory"], ...] = ()


KEYS = tuple(field.encode_name for field in msgspec.structs.fields(Config))
FOLDERS = ("scope", "writable")
LISTS = (*FOLDERS, "environment", "without")
FILES = ("train", "validation", "coverage")  # or `MODULE:NAME`; or "auto", "off"


def load(
    start: str | Path = ".",
    environ: Mapping[str, str] | None = None,
    options: Mapping[str, object] | None = None,
) -> Config:
    """The settings for a project: `options` win over the environment, which wins over the nearest pyproject.toml.

    `start` is a file or folder of the project. `environ` is `os.environ` when None. `options` is `vars(args)` of the
    command line: keys that are no settings, and values None and [] (not given), are passed over.
    Raises TracecError for bad TOML, unknown keys and values of the wrong type, with the place.
    """
    settings = _from_file(_nearest(start))
    settings |= _from_environment(os.environ if environ is None else environ)
    given = {name.rstrip("_").replace("_", "-"): value for name, value in (options or {}).items()}
    settings |= {key: value for key, value in given.items() if key in KEYS and value is not None and value != []}
    return msgspec.convert(settings, Config)


def _nearest(start: str | Path) -> Path | None:
    here = Path(start).absolute()
    return next((p for f in (here, *here.parents) if (p := f / "pyproject.toml").is_file()), None)


def _from_file(path: Path | None) -> dict[str, object]:
    """The checked table of a pyproject.toml; its folders become absolute, since they are relative to the file."""
    if path is None:
        return {}
    shown = os.path.relpath(path)
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text).get("tool", {}).get("tracec", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise TracecError(f"not valid TOML ({error})", path=shown, line=int(line[1]) if line else 1) from None
    if not isinstance(table, dict):
        raise TracecError("[tool.tracec] must be a table", path=shown, line=_line_of(text, "tracec"))
    for key, value in table.items():
        _check(key, value, shown, _line_of(text, key))
    for key in FOLDERS:
        if key in table:
            table[key] = [str(path.parent / folder) for folder in table[key]]
    for key in FILES:
        if (path.parent / table.get(key, "")).is_file():
            table[key] = str(path.parent / table[key])
    if os.sep in table.get("python", ""):
        table["python"] = str(path.parent / table["python"])
    return table


def _check(key: str, value: object, path: str, line: int) -> None:
    """TracecError unless `key = value` is a setting."""
    if key not in KEYS:
        wanted = key.replace("_", "-")
        near = difflib.get_close_matches(wanted, KEYS, n=len(KEYS), cutoff=0.5)
        # The longest common beginning decides first: what is short is near to everything short.
        best = max((k for k in KEYS if k in near), key=lambda k: _shared_start(k, wanted), default="")
        todo = f'did you mean "{best}"?' if best else f"the keys are {', '.join(sorted(KEYS))}"
        raise TracecError(f'unknown key "{key}" in [tool.tracec]', todo, path=path, line=line)
    try:
        msgspec.convert({key: value}, Config)
    except msgspec.ValidationError as error:
        raise TracecError(f"{key}: {_plain(error)}", "see docs/configuration.md", path=path, line=line) from None


def _shared_start(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))


def _plain(error: msgspec.ValidationError) -> str:
    """msgspec's message without its path (`$.jobs`), which the user knows as the key."""
    message = str(error).partition(" - at ")[0]
    return message[0].lower() + message[1:]


def _line_of(text: str, key: str) -> int:
    """The line of `key =` within [tool.tracec], of [tool.tracec.key] or `tracec = {key = ...}`; 1 for none."""
    name = re.escape(key)
    in_table = re.compile(rf"\s*[\"']?{name}[\"']?\s*[=.]")
    inline = re.compile(rf"\s*(tool\s*\.\s*)?(tracec\b.*\b)?{name}\b")
    inside, fallback = False, 1
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("["):
            if re.match(rf"\s*\[\s*tool\s*\.\s*tracec\s*\.\s*{name}\s*[].]", line):
                return number
            inside = re.match(r"\s*\[\s*tool\s*\.\s*[\"']?tracec[\"']?\s*\]", line) is not None
            fallback = number if inside else fallback
        elif (inside and in_table.match(line)) or ("tracec" in line and inline.match(line)):
            return number
    return fallback


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    """TRACEC_BUDGET_SECONDS=60 -> {"budget-seconds": 60.0}; lists as in PATH. Other names are left alone."""
    settings: dict[str, object] = {}
    for key in KEYS:
        name = "TRACEC_" + key.upper().replace("-", "_")
        if not environ.get(name):
            continue
        value = environ[name].split(os.pathsep) if key in LISTS else environ[name]
        try:
            checked = msgspec.convert({key: value}, Config, strict=False)
        except msgspec.ValidationError as error:
            raise TracecError(f"{name}={environ[name]}: {_plain(error)}", "see docs/configuration.md") from None
        settings[key] = getattr(checked, "with_" if key == "with" else key.replace("-", "_"))
    return settings
