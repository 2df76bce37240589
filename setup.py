"""What is compiled is optional. Without the recorder in C tracec records in pure Python; without mypyc the modules that
read a trace run as they are, slower.

`tracec.pth` lets Python processes that a recorded program starts find it: one look for a name at the start of every
interpreter of the environment. It imports nothing unless a run of this very user is open, and raises nothing, whatever
became of tracec since. It is compiled at every start, so it is short. The place is `runs` of
`runtime/launch/subprocess_hook.py`, the number its `VERSION`.
"""

import os
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

LINKER = (
    "plan", "state", "variables", "imports", "operands", "arguments", "values", "closures", "doubts", "stacks",
    "replay", "thread_order", "frame_rows",
)  # fmt: skip
READERS = [
    "tracec/runtime/record/decode.py",
    "tracec/runtime/record/event_bytes.py",
    "tracec/runtime/record/picture_texts.py",
    "tracec/passes/graph/builder.py",
    "tracec/passes/graph/edges.py",
    "tracec/passes/graph/node_values.py",
    "tracec/runtime/record/rows.py",
    *(f"tracec/passes/link/{name}.py" for name in LINKER),
]
HOOK = "tracec.runtime.launch.subprocess_hook"
START = (
    'import os;os.access(p:=os.getenv("XDG_RUNTIME_DIR","/tmp")+"/tracec-runs-%d"%os.getuid(),2)and exec("try:\\n '
    f'if os.lstat(p).st_uid==os.getuid():from {HOOK} import begin;begin(3)\\nexcept Exception:0")\n'
)


class Modules(build_py):
    """`tracec.pth` lies beside the package, where it is installed as an editable one too."""

    def run(self) -> None:
        super().run()
        if not hasattr(os, "getuid"):
            return
        place: str = self.get_finalized_command("install").install_purelib if self.editable_mode else self.build_lib
        with open(os.path.join(place, "tracec.pth"), "w", encoding="ascii") as file:
            file.write(START)


class Compiled(build_ext):
    """Where a Python lays out its frames in an unknown way, the recorder is compiled without what looks at them."""

    def build_extension(self, ext: Extension) -> None:
        try:
            super().build_extension(ext)
        except Exception:
            if ext is not recorder or ext.define_macros:
                raise
            ext.define_macros = [("SEES_CELLS", "0")]
            super().build_extension(ext)


def link_floors() -> None:
    """The readers are compiled under the names they are imported by; an sdist has no links, so they are made here."""
    for floor in ("passes", "runtime"):
        if not os.path.lexists(f"tracec/{floor}"):
            os.symlink(os.path.join("..", floor), f"tracec/{floor}")


def readers() -> list[Extension]:
    """The modules that decode and link, compiled by mypyc from their own source; none, and why, where that fails."""
    try:
        from mypyc.build import mypycify

        link_floors()
        made = mypycify(
            ["--config-file=", "--follow-imports=silent", *READERS],
            debug_level="0",
            opt_level=os.environ.get("TRACEC_OPT_LEVEL", "3"),  # of the C compiler; 0 takes a quarter of the time
        )
    except (Exception, SystemExit) as error:  # mypy ends the process where it refuses a file
        kind = type(error).__name__
        print(f"tracec: what reads traces is not compiled, and is slower: {kind}: {error}", file=sys.stderr)
        return []
    for extension in made:
        extension.optional = True
    return made


recorder = Extension("tracec.runtime.record._recorder", ["runtime/record/_recorder.c"], optional=True)
executed = Extension("tracec.runtime.launch._executed", ["runtime/launch/_executed.c"], optional=True)
setup(ext_modules=[recorder, executed, *readers()], cmdclass={"build_py": Modules, "build_ext": Compiled})
