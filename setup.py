"""What is compiled is optional. Without the recorder in C tracec records in pure Python; without mypyc the modules that
read a trace run as they are, slower.

`tracec.pth` lets Python processes that a recorded program starts find it: one look at a folder at the start of every
interpreter of the environment.
"""

import os

from setuptools import Extension, setup
from setuptools.command.build_py import build_py

READERS = [
    "tracec/runtime/events.py",
    "tracec/runtime/rows.py",
    *(
        f"tracec/passes/link/{name}.py"
        for name in ("graph", "plan", "state", "imports", "operands", "arguments", "values", "replay", "turns")
    ),
]
START = """\
import os; os.path.isdir(f"/tmp/tracec-{os.getuid()}") and __import__("tracec.runtime.child").runtime.child.begin()
"""


class Modules(build_py):
    """`tracec.pth` lies beside the package, where it is installed as an editable one too."""

    def run(self) -> None:
        super().run()
        if not hasattr(os, "getuid"):
            return
        place: str = self.get_finalized_command("install").install_purelib if self.editable_mode else self.build_lib
        with open(os.path.join(place, "tracec.pth"), "w", encoding="ascii") as file:
            file.write(START)


def readers() -> list[Extension]:
    """The modules that decode and link, compiled by mypyc from their own source."""
    try:
        from mypyc.build import mypycify

        made = mypycify(["--config-file=", "--follow-imports=silent", *READERS], debug_level="0")
    except (ImportError, Exception, SystemExit):
        return []
    for extension in made:
        extension.optional = True
    return made


recorder = Extension("tracec.runtime._recorder", ["runtime/_recorder.c"], optional=True)
setup(ext_modules=[recorder, *readers()], cmdclass={"build_py": Modules})
