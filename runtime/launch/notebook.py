"""`%load_ext tracec`, then `%%tracec [-o FILE] [SCOPE...]` at the head of a cell: it is recorded."""

from __future__ import annotations

import gc
import linecache
import os
from types import CodeType, FunctionType
from typing import Any

from tracec.runtime.launch.in_code import Recording

LAST = "__tracec_last__"  # what the cell's last expression gives, until the cell has ended
USAGE = "%%tracec [-o FILE] [--grain calls|values] [SCOPE...]"


def load(shell: Any) -> None:
    """Make the magic known."""
    shell.register_magic_function(lambda line, cell: run(shell, line, cell), "cell", "tracec")


def run(shell: Any, line: str, cell: str) -> object:
    """Run a cell, recorded where it can be; what its last expression gives."""
    import shlex

    words, file, grain = shlex.split(line), "", "values"
    while words and words[0] in ("-o", "--grain"):
        if len(words) < 2:
            raise ValueError(USAGE)
        file, grain = (words[1], grain) if words[0] == "-o" else (file, words[1])
        del words[:2]
    if grain not in ("calls", "values") or any(word.startswith("-") for word in words):
        raise ValueError(USAGE)
    text, number = shell.transform_cell(cell), len(shell.user_ns.get("In", ())) - 1  # the count may be ahead already
    name = shell.compile.cache(text, number, raw_code=cell)
    with Recording(file, words, grain) as recording:
        earlier(shell, recording)
        code = recording.cell(name, f"In[{number}]", text)
        found = shell.run_cell(cell).result if code is None else executed(shell, code)
    tell(recording)
    return None if code is None or cell.rstrip().endswith(";") else found


def earlier(shell: Any, recording: Recording) -> None:
    """Functions that earlier cells defined get recorded code too."""
    numbers = getattr(shell.compile, "_filename_map", {})
    alive = {f.__code__.co_filename for f in gc.get_objects() if type(f) is FunctionType and belongs(f, shell)}
    for name in alive:
        lines = linecache.getlines(name)
        if lines and not os.path.exists(name):
            recording.cell(name, f"In[{numbers.get(name, '?')}]", "".join(lines))
    recording.exchange()


def belongs(function: FunctionType, shell: Any) -> bool:
    """Whether a cell defined a function."""
    return function.__globals__ is shell.user_ns


def executed(shell: Any, code: CodeType) -> object:
    """Run a cell's code; an exception is shown as IPython shows it."""
    try:
        exec(code, shell.user_ns)
    except (Exception, KeyboardInterrupt) as error:
        trace = error.__traceback__ and error.__traceback__.tb_next
        shell.showtraceback((type(error), error, trace), tb_offset=0)
    return shell.user_ns.pop(LAST, None)


def tell(recording: Recording) -> None:
    """Where the trace is, and what was not recorded."""
    shown = os.path.relpath(recording.file)
    print(f"tracec: recorded {shown}; look at it with `!tracec show {shown}`")
    for reason, files in recording.missed.items():
        print(f"tracec: in scope and not recorded: {', '.join(files)} ({reason})")
