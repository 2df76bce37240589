"""What is compiled is optional. Without the recorder in C tracec records in pure Python; without mypyc the modules that
read a trace run as they are, slower.
"""

from setuptools import Extension, setup

READERS = [
    "tracec/runtime/events.py",
    *(
        f"tracec/passes/link/{name}.py"
        for name in ("graph", "plan", "state", "imports", "operands", "arguments", "values", "replay", "turns")
    ),
]


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
setup(ext_modules=[recorder, *readers()])
