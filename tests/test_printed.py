"""What `tracec instrument` prints: the user's text with the hooks in it, every other character kept."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.command import tracec
from tracec.commands.instrument import printed
from tracec.passes.instrument import instrument
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.runtime.record.unhook import Stripper

FOLDER = Path(__file__).parent.parent / "benchmarks"
START = (
    "__import__('tracec.runtime.record', fromlist=['attach']).attach('key', '__at_key__', 2); __rec__(__at_key__[0])"
)
END = "__rec__(__at_key__[1])"


def text_of(text: str) -> str:
    return instrument(Source.decode("m.py", text.encode()), "values", "key", careful=True).text


# S: the hooks at the start of a module, E: those at its end.
KEPT = {
    "nothing": ("", "S; E"),
    "blank lines": ("\n\n", "S; E\n\n"),
    "a comment": ("# c", "# c\nS; E"),
    "no last newline": ("x = 1", "S\nx = 1; E"),
    "white space at the end": ("f(a)  \n  \n\t\n", "S\n__val__(f(__val__(a))); E  \n  \n\t\n"),
    "a semicolon at the end": ("f(a) ;\n", "S\n__val__(f(__val__(a))); E ;\n"),
    "carriage returns": ("x = 1\ry = 2\r", "S\rx = 1\ry = 2; E\r"),
    "mixed line ends": (
        "x = 1\r\nif y:\n    z\r",
        "S\r\nx = 1\r\nif __val__(y):\n    __rec__(__at_key__[1])\r\n    z\r\nF\r",
    ),
    "a form feed before a statement": ("x = 1\n\x0cy = f()\n", "S\nx = 1\n\x0cy = __val__(f()); E\n"),
    "a form feed first": ("\x0cx = 1\n", "\x0cS\nx = 1; E\n"),
    "a form feed in a string": ("x = '''\n\x0cq'''\n", "S\nx = '''\n\x0cq'''; E\n"),
    "a form feed on a line": ("x = 1\n\x0c\ny = 2\n", "S\nx = 1\n\x0c\ny = 2; E\n"),
    "continued lines": ("x = 1\\\n  + a.b\n", "S\nx = __val__(1\\\n  + __val__(__val__(a).b)); E\n"),
    "a statement on a continued line": ("x = 1\n\\\ny = 2\n", "S\nx = 1\n\\\ny = 2; E\n"),
    "parentheses and comments": ("x = (  # c\n  a.b  # d\n)\n", "S\nx = (  # c\n  __val__(__val__(a).b)  # d\n); E\n"),
    "words without space": ("x = f in[a.b]\n", "S\nx = __val__(__val__(f) in(__val__([__val__(__val__(a).b)]))); E\n"),
    "quotes": ("x = f('a' \"b\" r'''c''')\n", "S\nx = __val__(f('a' \"b\" r'''c''')); E\n"),
}


@pytest.mark.parametrize("name", KEPT)
def test_the_text_is_kept(name: str) -> None:
    before, after = KEPT[name]
    more = after.replace("S", START).replace("E", END)
    more = more.replace("F", "__rec__(__at_key__[2])") if "F" in after else more
    assert text_of(before) == (more.replace("__', 2)", "__', 3)") if "F" in after else more)


BLOCKS = """\
import os; x = a.b

@deco(x.y)
# between

class A(B, *c, metaclass=M):
\t'''Doc.'''
\tdef one(self): 'doc'; y = self.x; return y  # one

\tasync def two(self, *a, k=f(1), **d):
\t\t# first
\t\tasync with a.b as c: pass
\t\tfor i in[f(2)]: print(i, *a, k=i+1, **d); z = 1;
\t\treturn {**d, k: a[1:f(2)], a.b: a[b.c,]}, [
\tx async for x in y], await c.d
\t\t# last
def g(x):
\tif x.a: yield
\telif (y := x.b): yield 1
\telse:
\t\ttry: del x.c[0], (x.d)
\t\texcept (A, B) as e: raise C(e.f) from e
\t\tfinally: print(f"{x.y:{w.v}}" 'b' f"{x!r}", file=o.p)
\tmatch x.y:
\t\tcase [a, b] if a.b: f(a)
\t\tcase _: return not(x.y)or-x.z < 2 < x.w
"""


@pytest.mark.parametrize("grain", ["values", "calls"])
def test_the_user_s_statements_stay_in_order_and_whole(grain: str) -> None:
    """Without its hooks the text is the program it was, and every comment is there once."""
    text = instrument(Source.decode("m.py", BLOCKS.encode()), grain, careful=True).text
    stripped = Stripper().visit(ast.parse(text))
    assert ast.unparse(stripped) == ast.unparse(ast.parse(BLOCKS.replace("yield\n", "yield None\n")))
    assert [line.partition("#")[2] for line in text.splitlines() if "#" in line] == [
        " between", " one", " first", " last",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\ntry:\n    x\nexcept E :\n    y\n", "m.py:4: .*loses white space"),
        ("x = 1\n\x0cy = 2\ntry:\n    x\nexcept E :\n    y\n", "m.py:5: .*loses white space"),
        ("x = (\n" + "'a'\n" * 4_000 + ")\n", r"m.py:\d+: .*cannot parse it"),
        ("x = " + "a and " * 4_000 + "a\n", "m.py:1: .*chain of conditions"),
        ("x = " + "not " * 800 + "a\n", "m.py:1: .*"),
    ],
    ids=["white space", "behind a form feed", "strings", "conditions", "depth"],
)
def test_what_libcst_cannot_print_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(TracecError, match=said):
        printed(Source.decode("m.py", text.encode()), "values")


def test_what_nests_deeply_is_printed_with_more_room() -> None:
    text = "x = (\n" + "    'a'\n" * 400 + ")\n"
    assert printed(Source.decode("m.py", text.encode()), "values").count("    'a'\n") == 400


def test_libcst_is_imported_for_printing_only(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("x = 1\n")
    code = (
        "import sys, tracec, tracec.cli, tracec.recording.artifacts\nfrom tracec.project.paths import read\n"
        "from tracec.passes.instrument import instrument\nmade = instrument(read('m.py'), careful=True)\n"
        "made.compiled('m.py')\nprint('libcst' in sys.modules)\nmade.text\nprint('libcst' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "False\nTrue\n"


# --- as a codemod ---


def codemod(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "libcst.tool", "codemod", "--no-format", "--hide-progress", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_the_codemod_makes_the_same_files(tmp_path: Path) -> None:
    """As docs/fidelity.md says it is called, with and without a configuration."""
    data = b"\xef\xbb\xbfdef f(x):\r\n\treturn x + 1  \r\n\r\nprint(f(1))"
    for name in ("m.py", "n.py", "o.py", "p.py"):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "bad.py").write_text("x = 1\n__val__ = 3\n")
    assert tracec(tmp_path, "instrument", "m.py", "--in-place").code == 0
    assert codemod(tmp_path, "-x", "tracec.codemod.InstrumentCommand", "n.py").returncode == 0
    (tmp_path / ".libcst.codemod.yaml").write_text("modules: ['tracec']\n")
    assert codemod(tmp_path, "codemod.InstrumentCommand", "o.py").returncode == 0
    made = (tmp_path / "m.py").read_bytes()
    assert made.startswith(b"\xef\xbb\xbf__import__('tracec.runtime.record'")
    assert [(tmp_path / name).read_bytes() for name in ("n.py", "o.py")] == [made, made]
    again = codemod(tmp_path, "codemod.InstrumentCommand", "o.py", "bad.py")
    assert "is instrumented already" in again.stderr
    assert "bad.py:2: uses the name __val__, which is tracec's; rename it" in again.stderr
    assert again.returncode == 1
    assert (tmp_path / "o.py").read_bytes() == made
    assert codemod(tmp_path, "codemod.InstrumentCommand", "--grain", "calls", "p.py").returncode == 0
    assert b"print(f(1)); __rec__" in (tmp_path / "p.py").read_bytes()


# --- in the place of the original: the short form of benchmarks/printed.py ---


@pytest.fixture(scope="module")
def form() -> ModuleType:
    sys.path.append(str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location("printed_benchmark", FOLDER / "printed.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(FOLDER))
    return module


@pytest.mark.skipif(importlib.util.find_spec("test.test_getopt") is None, reason="this Python has no tests of its own")
@pytest.mark.parametrize("name", ["colorsys", "getopt", "netrc"])
def test_a_library_file_passes_its_own_tests(form: ModuleType, name: str, tmp_path: Path) -> None:
    found = form.module(Path(ast.__file__).with_name(f"{name}.py"), tmp_path)
    assert found.differing == ()
    assert found.tests > 5
    assert found.events > 100


@pytest.mark.skipif(importlib.util.find_spec("test.test_getopt") is None, reason="this Python has no tests of its own")
def test_a_difference_is_seen(form: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(source: Source, grain: str) -> str:
        return printed(source, grain) + "\ndef getopt(*args): return [], []\n"

    monkeypatch.setattr(form, "printed", wrong)
    found = form.module(Path(ast.__file__).with_name("getopt.py"), tmp_path)
    assert "off: test.test_getopt.GetoptTests.test_getopt" in found.differing
