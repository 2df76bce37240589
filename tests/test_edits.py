"""passes/patch: edits placed and proved; passes/propose/reply: what a model replies as edits.

`test_every_file_of_the_library` reads a sample of the standard library and of this project; with TRACEC_ALL_FILES=1 in
the environment it reads all of them (some 4 minutes of one core).
"""

from __future__ import annotations

import ast
import inspect
import io
import os
import re
import subprocess
import sys
import tokenize
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.full import slow
from tracec.passes.find import find, functions
from tracec.passes.nouns.edits import AddDefinition, AddImport, Edit, Refused, ReplaceDefinition, SetLiteral
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.patch import apply
from tracec.passes.propose.llm.answers.reply import split

ROOT = Path(__file__).parent.parent
CASES = {}
for _case in (Path(__file__).parent / "data" / "edit_cases.txt").read_text().split("### ")[1:]:
    _name, _, _texts = _case.partition("\n")
    CASES[_name] = re.split(r"^--- (.*)\n", _texts, flags=re.MULTILINE)

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def targets_of(text: str) -> list[Target]:
    """Every definition as a target, and every literal that is assigned to a name, written here by itself."""
    found: list[Target] = []

    def look(node: Any, around: str) -> None:
        for child in ast.iter_child_nodes(node):
            name = around
            if isinstance(child, DEFINITIONS):
                name = f"{around}.{child.name}" if around else child.name
                first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                span = Span("t.py", first, child.col_offset, child.end_lineno or 0, child.end_col_offset or 0)
                found.append(Target(f"t.py:{name}", "code", name, span, inspect.cleandoc(ast.unparse(child))))
            elif isinstance(child, ast.Assign) and isinstance(child.value, ast.Constant):
                value = child.value
                span = Span("t.py", value.lineno, value.col_offset, value.end_lineno or 0, value.end_col_offset or 0)
                name_ = ast.unparse(child.targets[0])
                found.append(Target(f"t.py:{name_}", "number", name_, span, "?"))
            look(child, name)

    look(ast.parse(text), "")
    return found


def edit_of(head: str, body: str) -> Edit:
    """`replace f`, `set X`, `add [in A] [before f]`, `import` and the text below -> an edit."""
    word, *rest = head.split()
    if word == "replace":
        return ReplaceDefinition(f"t.py:{rest[0]}", body)
    if word == "set":
        return SetLiteral(f"t.py:{rest[0]}", body.strip())
    if word == "import":
        return AddImport("t.py", body.strip())
    assert word == "add"
    places = dict(zip(rest[::2], rest[1::2]))
    return AddDefinition("t.py", body, places.get("in", ""), places.get("before", ""))


def applied(before: str | bytes, *edits: Edit) -> Any:
    source = Source.decode("t.py", before.encode() if isinstance(before, str) else before)
    made = apply({"t.py": source}, targets_of(source.text), edits)
    return made if isinstance(made, Refused) else made["t.py"]


@pytest.mark.parametrize("name", CASES)
def test_before_and_after(name: str) -> None:
    before, *rest = CASES[name]
    steps = list(zip(rest[::2], rest[1::2]))
    edits = [edit_of(head, body) for head, body in steps[:-1]]
    made = applied(before, *edits)
    last, wanted = steps[-1]
    if last == "refused":
        assert isinstance(made, Refused)
        assert made.reason == wanted.strip()
        assert made.edit in edits
    else:
        assert made == wanted
        compile(made, "t.py", "exec")


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("refused")])
@pytest.mark.parametrize("way", ["crlf", "no end", "bom", "comment"])
def test_the_files_lines_are_kept(name: str, way: str) -> None:
    """The same cases with other line ends, without the last one, with a BOM, with a comment at the end."""
    before, *rest = CASES[name]
    steps = list(zip(rest[::2], rest[1::2]))
    edits = [edit_of(head, body) for head, body in steps[:-1]]
    plain = applied(before, *edits)
    data = before.encode()
    if way == "crlf":
        assert applied(data.replace(b"\n", b"\r\n"), *edits) == plain.replace("\n", "\r\n")
    elif way == "no end":
        assert applied(data[:-1], *edits) == plain[:-1]
    elif way == "bom":
        source = Source.decode("t.py", b"\xef\xbb\xbf" + data)
        made: Any = apply({"t.py": source}, targets_of(source.text), edits)
        assert source.encode(made["t.py"]) == b"\xef\xbb\xbf" + plain.encode()
    else:
        assert applied(before + "\n\n# The end.\n", *edits).endswith("\n\n# The end.\n")


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        (b"", AddImport("t.py", "import os"), "import os\n"),
        (b"# only", AddImport("t.py", "import os"), "# only\n\nimport os"),
        (b"x = 1", AddDefinition("t.py", "def f(): pass"), "x = 1\n\n\ndef f(): pass"),
        (b"x = 1\n\n  ", AddDefinition("t.py", "y = 2"), "x = 1\ny = 2\n\n  "),
        (b"x = 1 \\\n\n\ny = 2\n", AddDefinition("t.py", "z = x", "", "y"), "x = 1 \\\n\n\nz = x\ny = 2\n"),
        (
            b"x = '''\n# no\n'''\ndef f(): pass\n",
            AddImport("t.py", "import a"),
            "import a\n\nx = '''\n# no\n'''\ndef f(): pass\n",
        ),
        (
            b"def f(): pass\n\x0c\n# part\n\ndef g(): pass\n",
            AddDefinition("t.py", "def h(): pass", "", "g"),
            "def f(): pass\n\x0c\n# part\n\ndef h(): pass\n\ndef g(): pass\n",
        ),
        (
            "# coding: latin-1\nx = 'é'\n".encode("latin-1"),
            AddDefinition("t.py", "def f():\n    return 'ł' + 'ä'"),
            "# coding: latin-1\nx = 'é'\n\n\ndef f():\n    return '\\u0142' + 'ä'\n",
        ),
    ],
)
def test_odd_files(before: bytes, edit: Edit, after: str) -> None:
    assert applied(before, edit) == after


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (AddDefinition("t.py", "x = 1  # ł"), "t.py:1: iso-8859-1 has no 'ł'; add an encoding cookie"),
        (ReplaceDefinition("t.py:f", "def f(ł): return ł"), "t.py:2: iso-8859-1 has no 'ł'; add an encoding cookie"),
        (AddImport("t.py", "import ł"), "t.py:1: iso-8859-1 has no 'ł'; add an encoding cookie"),
        (SetLiteral("t.py:X", "ł"), "t.py:3: iso-8859-1 has no 'ł'; add an encoding cookie"),
        (SetLiteral("t.py:X", "1 +"), "t.py:3: the new value of X is not valid Python (invalid syntax, line 2)"),
        (SetLiteral("t.py:f", "1"), "t.py:2: f is code, no literal; replace it"),
        (ReplaceDefinition("t.py:X", "def X(): pass"), "t.py:3: X is a literal, no definition; set its value"),
        (ReplaceDefinition("nope", "def f(): pass"), "there is no target nope; name one of those that may change"),
        (AddImport("u.py", "import os"), "'u.py' is no file that may change; name one of those that may"),
        (AddDefinition("t.py", "# coding: utf-8\n"), "t.py:1: the new definition is empty; give the whole statement"),
    ],
)
def test_what_is_refused_in_a_file_of_latin_1(edit: Edit, reason: str) -> None:
    made = applied("# coding: latin-1\ndef f(): return 'é'\nX = 1\n".encode("latin-1"), edit)
    assert isinstance(made, Refused)
    # The line of an encoding error is that of the file's cookie.
    assert made == Refused(edit, re.sub(r"t.py:\d: iso", "t.py:1: iso", reason))


def test_a_cookie_cannot_come_with_a_candidate() -> None:
    edit = AddDefinition("t.py", "# coding: latin-1\ndef f():\n    return 'é'", "", "g")
    made = applied("def g():\n    return 1\n", edit)
    assert made == Refused(edit, "t.py:1: the change makes no program: its first lines name another encoding")


RUBBISH = [
    "", "\n", "\0", "\ud800", "(", "def f(", "\ufeffdef f(): pass", "x" * 300_000, "def f(): pass\n" * 40, "@f\n",
    "x = " + "-" * 3_000 + "1", "x = " + "(" * 1_000, "x = " + "a." * 5_000 + "b", "import", "from . import (a,)",
    "if x: pass\n" + "elif x: pass\n" * 2_000, "def f():\n" + "    x = 1\n" * 6_000, "def f(x, x): pass", "return",
    "def f(): return 0x" + "f" * 9_000, "def f(): return " + "9" * 5_000, "def f():\n\treturn 1\n        return 2",
    "def f():\x0c return 1", "f = lambda: (yield)", "def f():\n    nonlocal x", "class f: x: 1 = (y := 2)",
    "def f(): return 1 \\", "def f():\n" + "".join(" " * i + "if x:\n" for i in range(1, 99)) + " " * 99 + "pass",
]  # fmt: skip


@pytest.mark.parametrize("text", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_is_data(text: str) -> None:
    before = "def f():\n    return 1\n\n\nX = 1\n"
    hold_edits_to_account(before, [make(text) for make in WAYS])


WAYS = (
    lambda text: ReplaceDefinition("t.py:f", text),
    lambda text: SetLiteral("t.py:X", text),
    lambda text: AddDefinition("t.py", text),
    lambda text: AddDefinition("t.py", text, "A"),
    lambda text: AddImport("t.py", text),
)


def hold_edits_to_account(before: str, edits: list[Edit]) -> None:
    for edit in edits:
        made = applied(before, edit)
        if isinstance(made, Refused):
            assert made.edit == edit
            assert made.reason
            assert "\n" not in made.reason
        else:
            compile(made, "t.py", "exec")


@given(st.text(alphabet=st.sampled_from("def fgx():=\n\t .,'\"#\\@import class[]{}ł\0\r\x0c1"), max_size=40))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_text_is_data(text: str) -> None:
    before = "def f():\n    return 1\n\n\nX = 1\n\n\nclass A: pass\n"
    hold_edits_to_account(before, [make(text) for make in WAYS])
    targets = targets_of(before)
    found = split(text, targets[0], before, targets)
    hold_edits_to_account(before, list(found) if isinstance(found, tuple) else [])


# What files are made of, for properties: definitions, values and what stands between them.
PIECES = (
    "def {n}(x):\n    return x{c}\n", "@deco\ndef {n}(x):\n    # in it\n    return x\n    # below\n", "{n} = 1{c}\n",
    "class {n}:\n    '''Doc.'''\n\n    x = 1\n\n    def m(self):\n        return 1{c}\n", "class {n}: pass{c}\n",
    "import os.path as {n}{c}\n", "from m import {n}{c}\n", "{n} = (\n    1,  # one\n)\n", "{n} = '''\n# none\n'''\n",
    "if 1:\n    {n} = 2{c}\nelse:\n    def {n}(): pass\n", "{n} = 1; {n}_ = 2{c}\n", "async def {n}(): pass{c}\n",
)  # fmt: skip
HEADS = ("", "# head\n", "#!/usr/bin/python\n# coding: utf-8\n", '"""Doc."""\n', '# head\n\n"""Doc."""\n', "\x0c\n")
BETWEEN = ("", "\n", "\n\n", "# alone\n", "\n# part\n\n", "\n\n\n# about it\n", "\x0c\n")
ADDED = (
    (AddDefinition("t.py", "def new(a):\n    '''Doc.\n\n    More.\n    '''\n    return [a]\n"), "new"),
    (AddDefinition("t.py", "# about\nclass new:\n    x = '''\nleft'''\n"), "new"),
    (AddDefinition("t.py", "new: int = 3"), "new"),
    (AddImport("t.py", "import a.b as new"), "new"),
    (AddImport("t.py", "from zz import new"), "new"),
    (AddImport("t.py", "from . import y as new"), "new"),
)


@st.composite
def modules(draw: st.DrawFn) -> str:
    made = ["deco = len\n"]
    for i in range(draw(st.integers(0, 5))):
        piece = draw(st.sampled_from(PIECES)).format(n=f"n{i}", c=draw(st.sampled_from(["", "  # why"])))
        made += [draw(st.sampled_from(BETWEEN)), piece]
    text = draw(st.sampled_from(HEADS)) + "".join(made)
    if draw(st.booleans()):
        text = text.replace("    ", draw(st.sampled_from(["\t", "  "])))
    text = text.rstrip("\n") if draw(st.booleans()) else text
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"])))


@given(modules(), st.sampled_from(ADDED))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_only_what_was_said_is_added(before: str, added: tuple[Edit, str]) -> None:
    edit, name = added
    made = applied(before, edit)
    assert isinstance(made, str), made
    added_alone(before, made, "", name)


@given(modules(), st.booleans())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_only_a_method_is_added(before: str, attribute: bool) -> None:
    classes = [n.name for n in ast.parse(before).body if isinstance(n, ast.ClassDef)]
    source = "new = 3" if attribute else "def new(self):\n    '''Doc.\n\n    More.\n    '''\n    return 1"
    for within in classes:
        made = applied(before, AddDefinition("t.py", source, within))
        assert isinstance(made, str), made
        added_alone(before, made, within, "new")


def added_alone(before: str, after: str, within: str, name: str) -> None:
    """Independent of the patch: less the statement (or the name in an import) that binds `name` the tree is the old
    one; the old text is there but for white space; comments, line ends and final line end are the same."""
    new: Any = ast.parse(after)
    block = new.body if not within else next(n for n in new.body if getattr(n, "name", "") == within).body
    assert binders(block, name) == 1
    for node in list(block):
        aliases = getattr(node, "names", [])
        if len(aliases) > 1:
            node.names = [a for a in aliases if (a.asname or a.name) != name]
        elif binders([node], name):
            block.remove(node)
    assert ast.dump(new) == dumped(before)
    assert ast.get_docstring(new) == ast.get_docstring(ast.parse(before))
    assert not Counter(comments(before)) - Counter(comments(after))
    assert before.endswith(("\n", "\r")) == after.endswith(("\n", "\r")) or not before
    assert set(re.findall(r"\r\n|\r|\n", after)) <= (set(re.findall(r"\r\n|\r|\n", before)) or {"\n"})
    names = next((n.names for n in ast.parse(after).body if isinstance(n, ast.ImportFrom) and binders([n], name)), [])
    if within or len(names) > 1:  # `class A: pass` gets lines, the last name in brackets a comma
        before, after = (re.sub(r"[\s,]", "", text) for text in (before, after))
    assert is_insertion(before, after)


def binders(block: list[ast.stmt], name: str) -> int:
    def names(node: ast.stmt) -> list[str]:
        if isinstance(node, DEFINITIONS):
            return [node.name]
        if isinstance(node, ast.Import | ast.ImportFrom):
            return [a.asname or a.name for a in node.names]
        bound = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        return [n.id for n in bound if isinstance(n, ast.Name)]

    return sum(names(node).count(name) for node in block)


def is_insertion(before: str, after: str) -> bool:
    """True where the old text is the new one less a piece in one place."""
    start = next((i for i, (a, b) in enumerate(zip(before, after)) if a != b), min(len(before), len(after)))
    return after.endswith(before[start:])


@lru_cache(maxsize=8)
def dumped(text: str) -> str:
    return ast.dump(ast.parse(text))


@lru_cache(maxsize=8)
def comments(text: str) -> list[str]:
    lines = io.StringIO(re.sub("\r\n?", "\n", text)).readline
    return [t.string for t in tokenize.generate_tokens(lines) if t.type == tokenize.COMMENT]


def files() -> list[Path]:
    found = sorted(Path(ast.__file__).parent.glob("*.py"))
    for folder in ("passes", "runtime", "tracec"):
        found += sorted((ROOT / folder).rglob("*.py"))
    if os.environ.get("TRACEC_ALL_FILES"):
        return found
    return [path for path in found if path.stat().st_size < 30_000][::20]


@slow
def test_every_file_of_the_library(tmp_path: Path) -> None:
    """Adds to each file a definition, a value, two imports, and a method and an attribute to its first class."""
    written = []
    for number, path in enumerate(files()):
        source = Source.decode("t.py", path.read_bytes())
        classes = [n.name for n in ast.parse(source.text).body if isinstance(n, ast.ClassDef)]
        within = [name for name in classes if classes.count(name) == 1][:1]
        ways = [(edit, "", "new_") for edit in edits_for("new_")]
        ways += [(AddDefinition("t.py", text, name), name, "new_") for name in within for text in MEMBERS]
        for which, (edit, scope, name) in enumerate(ways):
            made = apply({"t.py": source}, (), [edit])
            assert not isinstance(made, Refused), (path, made)
            added_alone(source.text, made["t.py"], scope, name)
            written.append(tmp_path / f"m{number}_{which}.py")
            written[-1].write_bytes(source.encode(made["t.py"]))
    done = subprocess.run([sys.executable, "-m", "py_compile", *written], capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "Error" in line]) == (0, [])


def edits_for(name: str) -> list[Edit]:
    made: list[Edit] = [AddDefinition("t.py", f"def {name}(x):\n    '''Doc.\n\n    More.\n    '''\n    return x")]
    made += [AddDefinition("t.py", f"{name} = {{'a': 1}}"), AddImport("t.py", f"from typing import {name}")]
    return [*made, AddImport("t.py", f"import email.mime as {name}")]


MEMBERS = ("def new_(self):\n    '''Doc.\n\n    More.\n    '''\n    return self", "new_: int = 3")


@given(st.permutations(range(6)), st.booleans())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_what_is_added_can_be_used(order: list[int], deferred: bool) -> None:
    """Whatever order helpers, tables, bases and imports come in, the module runs, and its function finds them."""
    future = "from __future__ import annotations\n" if deferred else ""
    before = f"{future}import os\n\nONE = 1\n\n\nclass Old:\n    pass\n\n\ndef f(x):\n    return x\n\n\nRESULT = f(1)\n"
    additions = [
        AddDefinition("t.py", "TABLE = build(ONE)"),
        AddDefinition(
            "t.py", "def build(n: int, cell: type = Old) -> dict[int, Cell]:\n    return {n: Cell(), 'old': cell}"
        ),
        AddDefinition("t.py", "class Cell(Old):\n    name = sha('x')"),
        AddDefinition("t.py", "def sha(text: str) -> str:\n    return md5(text.encode()).hexdigest()"),
        AddDefinition("t.py", "def label(self):\n    return self.name + NAME", "Cell"),
        AddDefinition("t.py", "NAME: str = 'n'"),
    ]
    edits: list[Edit] = [additions[i] for i in order]
    edits += [
        ReplaceDefinition("t.py:f", "def f(x):\n    return TABLE[x].label()"),
        AddImport("t.py", "from hashlib import md5"),
    ]
    made = applied(before, *edits)
    assert isinstance(made, str), made
    names: dict[str, object] = {"__name__": "m"}
    exec(compile(made, "t.py", "exec", dont_inherit=True), names)
    assert names["RESULT"] == "9dd4e461268c8034f5c8564e155c67a6n"


FILE = '''"""Doc."""

import os
import tracec

RATE = tracec.param(3)
LIMIT = 4


class Cart:
    """A cart."""

    size = 1

    def total(self):
        """Sums.

        All.
        """
        return 1  # one

    @property
    def x(self):
        return 1

    @x.setter
    def x(self, v):
        self.v = v


def f(x):
    return x
'''
TOTAL = "t.py:Cart.total"
SPLITS = {
    "helpers, values and imports": (
        "f",
        "import os, math\nfrom a import b as c, d\n\nMAX: int = 3\n# Helps.\ndef g(x):\n    return MAX\n\n\n"
        "def f(x):\n    return g(x)\n",
        (
            AddImport("t.py", "import math"),
            AddImport("t.py", "from a import b as c"),
            AddImport("t.py", "from a import d"),
            AddDefinition("t.py", "MAX: int = 3"),
            AddDefinition("t.py", "# Helps.\ndef g(x):\n    return MAX"),
            ReplaceDefinition("t.py:f", "def f(x):\n    return g(x)"),
        ),
    ),
    "a method by itself, its docstring indented anew": (
        "Cart.total",
        'def total(self):\n    """Sums.\n\n    All.\n    """\n    return 2\n',
        (ReplaceDefinition(TOTAL, 'def total(self):\n    """Sums.\n\n        All.\n        """\n    return 2'),),
    ),
    "a method in its class, with what else the class gets": (
        "Cart.total",
        "class Cart:\n    size = 1\n    width = 2\n    ...\n\n    # About it.\n    @staticmethod\n    def h():\n"
        "        return '''\nx'''\n\n    def total(self):\n        return self.h()\n",
        (
            AddDefinition("t.py", "width = 2", "Cart"),
            AddDefinition("t.py", "# About it.\n@staticmethod\ndef h():\n    return '''\nx'''", "Cart"),
            ReplaceDefinition(TOTAL, "def total(self):\n    return self.h()"),
        ),
    ),
    "what was there is left out": (
        "f",
        f"{FILE}".replace("return x\n", "return -x\n"),
        (ReplaceDefinition("t.py:f", "def f(x):\n    return -x"),),
    ),
    "other line ends": (
        "f",
        "def f(x):\r\n    return -x\r\n",
        (ReplaceDefinition("t.py:f", "def f(x):\n    return -x"),),
    ),
    "other targets": (
        "f",
        "RATE = tracec.param(5)\nclass Cart:\n    def total(self): return 2\ndef f(x): return 3",
        (
            SetLiteral("t.py:RATE", "5"),
            ReplaceDefinition(TOTAL, "def total(self): return 2"),
            ReplaceDefinition("t.py:f", "def f(x): return 3"),
        ),
    ),
    "the getter of a property": (
        "Cart.x",
        "class Cart:\n    @property\n    def x(self):\n        return 2",
        (ReplaceDefinition("t.py:Cart.x", "@property\ndef x(self):\n    return 2"),),
    ),
    "a deleter beside the others": (
        "f",
        "class Cart:\n    @x.deleter\n    def x(self): pass\ndef f(x): return 1",
        (
            AddDefinition("t.py", "@x.deleter\ndef x(self): pass", "Cart"),
            ReplaceDefinition("t.py:f", "def f(x): return 1"),
        ),
    ),
    "all that is missing is an import": ("f", "import re\ndef f(x):\n    return x", (AddImport("t.py", "import re"),)),
    "a literal": ("RATE", " 7\n", (SetLiteral("t.py:RATE", "7"),)),
    "a literal in its assignment": ("RATE", "RATE = tracec.param(7)", (SetLiteral("t.py:RATE", "7"),)),
    "refused: no change": ("f", "def f(x):\n    return x", "t.py:31: the reply leaves f as it is"),
    "refused: no target": ("f", "import re", "t.py:31: the reply holds no definition of f"),
    "refused: no Python": ("f", "Sure! Here", "t.py:31: the reply is not valid Python (invalid syntax, line 1)"),
    "refused: what is no target": (
        "f",
        "LIMIT = 5\ndef f(x): return 3",
        "t.py:31: the reply changes LIMIT, which is no target; leave it as it is, or take another name",
    ),
    "refused: another base": (
        "Cart.total",
        "class Cart(int):\n    def total(self): return 3",
        "t.py:15: the reply changes Cart, which is no target; leave it as it is, or add another one",
    ),
    "refused: a statement": (
        "f",
        "def f(x): return 2\nprint(f(1))",
        "t.py:31: the reply holds `print(f(1))`, which is no definition, import or assignment; leave it out",
    ),
    "refused: two new forms": (
        "f",
        "def f(x): return 2\ndef f(x): return 3",
        "t.py:31: the reply holds 2 definitions of f, of which the file has 1, and does not say which is which",
    ),
}


@pytest.mark.parametrize("name", SPLITS)
def test_a_reply_is_split(name: str) -> None:
    qualname, reply, wanted = SPLITS[name]
    source = Source.decode("t.py", FILE.encode())
    targets = [*find(source), *functions(source)]
    target = next(t for t in targets if t.qualname == qualname)
    found = split(reply, target, FILE, [t for t in targets if t is not target])
    if isinstance(wanted, str):
        assert isinstance(found, Refused)
        assert found.reason == wanted
        return
    assert found == wanted
    made = apply({"t.py": source}, targets, found)
    assert isinstance(made, dict), made
    compile(made["t.py"], "t.py", "exec")


@pytest.mark.parametrize("text", RUBBISH, ids=range(len(RUBBISH)))
def test_a_reply_of_rubbish_is_data(text: str) -> None:
    targets = functions(Source.decode("t.py", FILE.encode()))
    for target in targets:
        found = split(text, target, FILE, targets)
        assert isinstance(found, tuple) or "\n" not in found.reason


def test_only_the_asked_may_change_where_no_other_is_known() -> None:
    target = next(t for t in functions(Source.decode("t.py", FILE.encode())) if t.qualname == "f")
    found = split("class Cart:\n    def total(self): return 2\ndef f(x): return 3", target, FILE)
    assert isinstance(found, Refused)
    assert found.reason.startswith("t.py:31: the reply changes Cart.total, which is no target")
