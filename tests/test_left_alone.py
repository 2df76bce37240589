"""What libraries compile or read is left alone: by its decorator, by what it is given to, and nothing else is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.test_run import both
from tracec.passes.instrument import instrument
from tracec.passes.nouns.source import Source


def left(text: str, grain: str = "values") -> tuple[str, ...]:
    return instrument(Source.decode("m.py", text.encode()), grain, careful=True, named=False).left


DEF = "def f(x):\n    return x + 1\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"import numba\n@numba.njit\n{DEF}", "f is left to numba.njit"),
        (f"import numba as nb\n@nb.jit(nopython=True, cache=True)\n{DEF}", "f is left to numba.jit"),
        (f"from numba import njit as fast\n@fast()\n{DEF}", "f is left to numba.njit"),
        (f"from numba import *\n@vectorize(['f8(f8)'])\n{DEF}", "f is left to numba.vectorize"),
        (f"from numba import cuda\n@cuda.jit\n{DEF}", "f is left to numba.cuda.jit"),
        (f"import numba.cuda\n@numba.cuda.jit\n{DEF}", "f is left to numba.cuda.jit"),
        (f"try:\n    from numba import njit\nexcept ImportError:\n    j = 0\n@njit\n{DEF}", "f is left to numba.njit"),
        (f"import numba\njit = numba.njit(cache=True)\n@jit\n{DEF}", "f is left to numba.njit"),
        (f"import numba, functools\nj = functools.partial(numba.jit)\n@j\n{DEF}", "f is left to numba.jit"),
        (f"import numba\n{DEF}g = numba.njit(f)\n", "f is left to numba.njit"),
        (f"import numba\n{DEF}g = numba.jit(nopython=True)(f)\n", "f is left to numba.jit"),
        (f"import taichi as ti\n@ti.kernel\n{DEF}", "f is left to taichi.kernel"),
        (f"import triton\n@triton.autotune(configs=[], key=[])\n@triton.jit\n{DEF}", "f is left to triton.autotune"),
        (f"from rpyc.utils.teleportation import export_function\n{DEF}export_function(f)\n",
         "f is left to rpyc.utils.teleportation.export_function"),
        ("from numba.experimental import jitclass\n@jitclass([])\nclass A:\n    def f(self): return 1\n",
         "A is left to numba.experimental.jitclass"),
        ("import numba\nclass A:\n  @staticmethod\n  @numba.njit\n  def f(x): pass\n", "A.f is left to numba.njit"),
        ("import numba\nf = numba.njit(lambda x: x + 1)\n", "line 2 is left to numba.njit"),
        ("from pony.orm import select\nq = select(p for p in P if p.a > 3)\n", "line 2 is left to pony.orm"),
        ("from pony import orm\nq = orm.count(p for p in P)\n", "line 2 is left to pony.orm"),
        ("from pony.orm import *\nq = P.select(lambda p: p.a).filter(lambda p: p.b)\n", "line 2 is left to pony.orm"),
    ],
)  # fmt: skip
def test_what_is_read_is_left_alone(text: str, said: str) -> None:
    assert said in left(text)


@pytest.mark.parametrize(
    "text",
    [
        f"import jax\n@jax.jit\n{DEF}",  # it is run, with other values
        f"import functools\n@functools.cache\n{DEF}",
        f"def njit(f): return f\n@njit\n{DEF}",
        f"from mine import njit\n@njit\n{DEF}",
        f"from .numba import njit\n@njit\n{DEF}",
        "q = select(p for p in P if p.a > 3)\n",
        "frame.filter(lambda row: row.a > 3)\n",
        "from pony.orm import select\nq = [p for p in P]\nr = sorted(P, key=lambda p: p.a)\n",
    ],
)
def test_all_else_is_recorded(text: str) -> None:
    assert left(text) == ()


def test_a_function_that_is_left_alone_has_its_own_code() -> None:
    text = f"import numba\n@numba.njit\n{DEF}def g(x):\n    return f(x) * 2\n"
    made = instrument(Source.decode("m.py", text.encode()), careful=True, named=False)
    plain = {node.name: ast.dump(node) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
    now = {node.name: ast.dump(node) for node in ast.walk(made.tree) if isinstance(node, ast.FunctionDef)}
    assert now["f"] == plain["f"]
    assert now["g"] != plain["g"]


def test_what_stands_for_a_compiler_reads_the_users_code(tmp_path: Path) -> None:
    """Whatever is installed: a module of that name which looks at the bytecode that it is given."""
    (tmp_path / "numba.py").write_text(
        "# tracec: skip-file\nimport dis\ndef njit(f):\n"
        "    print([i.opname for i in dis.get_instructions(f)], f.__code__.co_consts)\n    return f\n"
    )
    (tmp_path / "main.py").write_text(
        f"import numba\n@numba.njit\n{DEF}print(f(1))\nprint(numba.njit(lambda x: x - 1)(2))\n"
    )
    runs = both(tmp_path, "main.py")
    assert runs.traced == runs.plain
    assert "x + 1" not in runs.recorded
