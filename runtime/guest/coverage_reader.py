"""Reads data files of coverage.py in the user's interpreter: a question in JSON on stdin, an answer on stdout.

It imports nothing of tracec, so that any interpreter can run it as a single file. The question:

    folders     where coverage would be run: its settings there name the data file
    files       the data files themselves instead, where they are known
    copies      a folder of ours: only copies are opened, as reading may change a file
    wanted      {real path: path as seen from the project} of the files whose lines are asked for
    most_bytes  size of all data files together; larger ones are not read
    most_memory address space of this process in bytes, 0 for any

The answer has `coverage` (its version), `made` (seconds since 1970), `files` (the data files), `contexts` (names),
`lines` {real path: {number of context: [[first, last], ...]}} and `others` {real path: [numbers of contexts]}; or
`fault`, a line that says why not. Without data files `files` is empty.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import resource
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

MOST_FILES = 500  # of one run in parallel; chosen
HEAD = b"SQLite format 3\0"


def main() -> None:
    """One question, one answer."""
    asked = json.load(sys.stdin)
    if asked["most_memory"]:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (asked["most_memory"],) * 2)
    try:
        import coverage
    except ImportError as error:
        said: dict[str, Any] = {"coverage": "", "fault": f"coverage.py cannot be imported ({error})"}
    else:
        said = {"coverage": coverage.__version__}
        try:
            said |= answer(asked)
        except Exception as error:  # whatever there is in a stranger's file
            said["fault"] = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    json.dump(said, sys.stdout)


def answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Find the data, read it, and say what is asked for."""
    home, files = found(asked["folders"], asked["files"])
    if not files:
        return {"files": []}
    size = sum(os.path.getsize(file) for file in files)
    if size > asked["most_bytes"]:
        raise ValueError(f"{os.path.basename(files[0])} has {size >> 20} MiB")
    made = max(os.path.getmtime(file) for file in files)
    data = read(files, asked["copies"])
    return {"files": files, "made": made, **told(data, home, asked["wanted"])}


def found(folders: Sequence[str], files: Sequence[str]) -> tuple[str, list[str]]:
    """The data files, and the folder that paths in them may be relative to."""
    if files:
        return os.path.dirname(os.path.abspath(files[0])), [os.path.abspath(file) for file in files]
    import coverage

    for folder in folders:
        os.chdir(folder)
        name = os.path.abspath(str(coverage.Coverage().get_option("run:data_file")))
        parallel = sorted(filter(os.path.isfile, glob.glob(f"{glob.escape(name)}.*")), key=os.path.getmtime)
        here = [name] if os.path.isfile(name) else parallel[-MOST_FILES:]
        if here:
            return folder, here
    return "", []


def read(files: Sequence[str], copies: str) -> Any:
    """The data of all files together. ValueError where one is no SQLite file; coverage's own errors."""
    import coverage

    whole: Any = None
    for number, file in enumerate(files):
        with open(file, "rb") as opened:
            if opened.read(len(HEAD)) != HEAD:
                raise ValueError(f"{os.path.basename(file)} is no data file of coverage.py")
        copy = os.path.join(copies, f"{number}.coverage")
        shutil.copyfile(file, copy)
        data = coverage.CoverageData(basename=copy)
        data.read()
        if whole is None:
            whole = data
        else:
            whole.update(data)
    return whole


def told(data: Any, home: str, wanted: Mapping[str, str]) -> dict[str, Any]:
    """Contexts by number; lines of the files that are wanted, who runs the others."""
    numbers = {name: number for number, name in enumerate(sorted(data.measured_contexts()))}
    real = {file: os.path.realpath(os.path.join(home, file)) for file in data.measured_files()}
    places = placed(real, wanted)
    lines: dict[str, dict[int, list[list[int]]]] = {}
    others: dict[str, list[int]] = {}
    for file, path in real.items():
        by_line = data.contexts_by_lineno(file)
        if file in places:
            lines[places[file]] = ranges(by_line, numbers)
        else:
            others[path] = sorted({numbers[name] for names in by_line.values() for name in names})
    return {"contexts": list(numbers), "lines": lines, "others": others}


def placed(real: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """Measured file -> the wanted file that it is: by its place, else, where there is one alone, by how its path ends.

    Data may come from another machine or another checkout.
    """
    places = {file: path for file, path in real.items() if path in wanted}
    for path in wanted.keys() - places.values():
        alike = [file for file in real if file not in places and ended(real[file], wanted[path])]
        if len(alike) == 1:
            places[alike[0]] = path
    return places


def ended(path: str, end: str) -> bool:
    """True where a path ends with another."""
    return path.replace("\\", "/").endswith("/" + end.replace(os.sep, "/"))


def ranges(by_line: Mapping[int, Iterable[str]], numbers: Mapping[str, int]) -> dict[int, list[list[int]]]:
    """{line: contexts} -> {context: [[first, last], ...]}."""
    found: dict[int, list[list[int]]] = {}
    for line, number in pairs(by_line, numbers):
        last = found.setdefault(number, [[line, line]])[-1]
        if last[1] >= line - 1:
            last[1] = line
        else:
            found[number].append([line, line])
    return found


def pairs(by_line: Mapping[int, Iterable[str]], numbers: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """(line, number of context), by line."""
    for line in sorted(by_line):
        for name in by_line[line]:
            yield line, numbers[name]


if __name__ == "__main__":
    main()
