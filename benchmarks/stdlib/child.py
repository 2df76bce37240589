"""Imports modules of the standard library anew and runs their smoke calls: `child.py JOBS REPORT`, both JSON.

It runs the same plainly and under `tracec run`'s import hook. What a Python has imported before its first line of ours
must be dropped to be imported by the hook: the module asked for, or, where a job says so, every pure-Python module of
the standard library. This file imports as little as it can.
"""

import _ast
import _io
import gc
import re
import sys
import types

SourceFileLoader = sys.modules["_frozen_importlib_external"].SourceFileLoader

FOLDER = sys.modules["os"].path.dirname(sys.modules["os"].__file__)
REALPATH = sys.modules["os"].path.realpath
# The recorder watches the one threading module that a program has; the import system is set up once, at the start.
KEPT = (
    "__main__", "threading", "_frozen_importlib", "_frozen_importlib_external",
    "importlib._bootstrap", "importlib._bootstrap_external",
)  # fmt: skip


def main():
    import json

    with open(sys.argv[1], encoding="utf-8") as file:
        jobs = json.load(file)
    out = open(sys.argv[2], "w", encoding="utf-8")  # noqa: SIM115 (to the end)
    for job in jobs:
        out.write(json.dumps(done(**job)) + "\n")
        out.flush()


def done(name, code, deep):
    """What one module's call printed, how it ended, and which files of the standard library are recorded."""
    before = dict(sys.modules)
    for other in list(sys.modules):
        if f"{other}.".startswith(f"{name}.") or (deep and other not in KEPT and stdlib_file(sys.modules[other])):
            del sys.modules[other]
    if deep:
        __import__("os")  # as every start of Python does; some of what it imports cannot come first
    stdout, written = sys.stdout, _io.StringIO()
    sys.stdout = written
    error = ""
    try:
        __import__(name)
        run(code, f"<call of {name}>", {"m": sys.modules[name], "__name__": "call"})
    except BaseException as caught:
        error = stable(shown(caught))
    finally:
        sys.stdout = stdout
    files, hooks = state()
    module = sys.modules.get(name)
    found = {"name": name, "out": stable(written.getvalue()), "error": error, "files": files, "recording": hooks,
             "file": stdlib_file(module) if module else ""}  # fmt: skip
    for other in [other for other in before if sys.modules.get(other) is not before[other]]:
        sys.modules[other] = before[other]
    return found


def run(code, name, namespace):
    """Each statement in turn; an expression shows its repr."""
    sys.modules.setdefault("call", types.ModuleType("call"))
    for statement in compile(code, name, "exec", _ast.PyCF_ONLY_AST | 0x2000).body:
        exec(compile(_ast.Interactive([statement]), name, "single"), namespace)


def stable(text):
    """Addresses and temporary folders differ from run to run."""
    text = re.sub("0x[0-9a-f]{6,}", "0x", text)
    return re.sub(r"/tmp\w{8}(?![a-z0-9_])", "/tmp", text)


def shown(error):
    """Type, text, notes and cause, and the frames with their files, lines and functions."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        place = trace.tb_frame.f_code
        frames.append(f"{place.co_filename}:{trace.tb_lineno} {place.co_name}")
        trace = trace.tb_next
    inner = [shown(other) for other in (error.__cause__, error.__context__) if other is not None]
    return f"{type(error).__name__}: {error} {getattr(error, '__notes__', '')}\n" + "\n".join([*frames[2:], *inner])


def stdlib_file(module):
    """The real path of a pure-Python module of the standard library, else ''."""
    file = getattr(module, "__file__", None) or ""
    return REALPATH(file) if file.startswith(FOLDER) and file.endswith(".py") and "site-packages" not in file else ""


def state():
    """Files of the modules imported now, and those of them whose live functions, or else whose module code, record."""
    modules = {file: module for module in list(sys.modules.values()) if (file := stdlib_file(module))}
    codes = {one.__code__ for one in gc.get_objects() if type(one) is types.FunctionType}
    hooks = {REALPATH(file) for file in {code.co_filename for code in codes if recorded(code)}}
    for file in modules.keys() - hooks:  # no function that lives on records
        loader = modules[file].__spec__.loader if modules[file].__spec__ else None
        if type(loader) is SourceFileLoader and recorded(loader.get_code(loader.name)):
            hooks.add(file)
    return sorted(modules), sorted(hooks.intersection(modules))


def recorded(code):
    if any(type(const) is types.BuiltinFunctionType for const in code.co_consts):  # a hook
        return True
    return any(recorded(const) for const in code.co_consts if type(const) is types.CodeType)


if __name__ == "__main__":
    main()
