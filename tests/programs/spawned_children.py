# starts processes
"""What a process of the same interpreter sees of how it was started, however it was, and how it ends."""
import json
import os
import subprocess
import sys


def looks():
    frame, depth = sys._getframe(), 0
    while frame.f_back: frame, depth = frame.f_back, depth + 1
    own = {key: value for key, value in os.environ.items() if key not in ("_", "PWD", "PYTEST_CURRENT_TEST")}
    return {
        "argv": sys.argv, "orig_argv": sys.orig_argv, "path": sys.path, "flags": str(sys.flags), "environ": own,
        "warnoptions": sys.warnoptions, "xoptions": sys._xoptions, "name": __name__, "file": __file__, "depth": depth,
        "spec": __spec__ and __spec__.name, "loader": type(__loader__).__name__, "hook": sys.excepthook is sys.__excepthook__,
        "hooked": [key for key in sys.path_importer_cache if "cache/tracec/" in key],
    }


def ends(how):
    if how == "raise": return {}[how]
    if how == "text": sys.exit("said")
    if how == "at once": os._exit(7)
    if how == "warn": __import__("warnings").warn("careful", stacklevel=2)
    return how


if len(sys.argv) > 1 and sys.argv[1] == "child" or __name__ != "__main__":
    print(json.dumps(looks(), indent=1).replace(os.getcwd(), "here"), sys.stdin.read(), flush=True)
    ends(sys.argv[-1])
else:
    folder, file = os.path.split(os.path.abspath(__file__))
    name, extra = file.partition(".")[0], {"PYTHONPATH": folder, "X": "y"}
    for words, env in [
        ([__file__, "child", "", "\xfc", "raise"], None), ([__file__, "child", "text"], {}), ([__file__, "child", "at once"], extra),
        (["-B", "-Werror", "-X", "dev", __file__, "child", "warn"], None), (["-I", __file__, "child"], {"PYTHONPATH": "/none"}),
        (["-S", __file__, "child"], None), (["-m", name, "child", "raise"], extra), (["-Om", name, "child"], extra),
        (["-c", f"import {name}", "text"], extra), (["-c", "import sys; print(sys.argv, sys.path[1:])", "-m"], {}), (["-"], {}),
    ]:
        done = subprocess.run([sys.executable, *words], env=env, input="print('typed')", capture_output=True, text=True)
        print(words[:-1], done.returncode, done.stdout, done.stderr)
    sys.stdout.flush()
    if os.fork() == 0: os.execv(sys.executable, [sys.executable, __file__, "child", "raise"])
    print(os.waitstatus_to_exitcode(os.wait()[1]))
    print(os.waitstatus_to_exitcode(os.system(f"'{sys.executable}' '{__file__}' child text </dev/null")))
    pid = os.posix_spawn(sys.executable, [sys.executable, __file__, "child", "end"], {"LC_ALL": "C"})
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
