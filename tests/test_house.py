"""The rules of the house: who may import what, no circles, file heads and lengths, and ruff and mypy.

A rule that is broken on purpose gets a line in the tables here, with its reason.
"""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = {"passes": "tracec.passes", "runtime": "tracec.runtime", "tracec": "tracec"}

# Floor 1. runtime/ lives in the user's process: the standard library, and itself.
RUNTIME_MAY_IMPORT = ("tracec.runtime",)
# What a module of runtime/ may import besides, but only within a function: module -> packages.
# The guest runs the user's pytest, in the user's interpreter: it imports it where it is used, never at the top.
RUNTIME_WITHIN_FUNCTIONS: dict[str, tuple[str, ...]] = {
    "tracec.runtime.guest.guest": ("pytest",),
    "tracec.runtime.guest.pytest_session": ("pytest", "_pytest"),
    "tracec.runtime.guest.line_meter": ("coverage",),  # the user's, where there is one
    "tracec.runtime.guest.coverage_reader": ("coverage",),
    "tracec.runtime.differential.inputs": ("hypothesis",),  # the user's, where there is one
}

# Floor 2. passes/ is pure. A pass is a room of passes/; it may import itself, floor 1 and these.
# Rooms that any pass may import, and what these may import of each other.
SHARED: dict[str, tuple[str, ...]] = {
    "nouns": (),
    "syntax": ("nouns",),
    "graph": ("nouns", "syntax"),
    "messages": ("nouns", "syntax"),
}
# The kinds of proposers are rooms of one pass; synthesis fills the holes that repair finds, and those a model leaves.
PROPOSERS: dict[str, tuple[str, ...]] = {
    "repair": (),
    "synthesis": ("repair",),
    "tune": (),
    "llm": ("repair", "synthesis", "tune"),
}
PASSES_MAY_IMPORT = ("libcst", "astor")
# Of what makes effects, nothing: neither these modules ...
EFFECTS = ("os", "pathlib", "subprocess", "socket", "time", "datetime", "shutil", "tempfile", "threading", "asyncio")
# ... nor these calls. A generator that is given a seed is pure: random.Random(seed).
EFFECT_CALLS = ("open", "print", "input", "exec", "eval", "breakpoint")
PURE_OF_RANDOM = ("Random",)
PURE_OF_SYS = ("version_info", "stdlib_module_names", "maxsize", "hash_info", "float_info", "maxunicode")

# A file, in lines.
LONGEST = 320
# A function, in lines without its docstring. Longer ones are named below; they may only become shorter.
LONGEST_FUNCTION = 25
LONGER_FUNCTIONS = {
    "passes/graph/relevant_slice.py Relevance.guarded": 27,
    "passes/graph/relevant_slice.py Relevance.slice": 27,
    "passes/link/arguments.py Arguments.chosen": 38,
    "passes/link/replay.py Linker.play": 27,
    "passes/link/replay.py Linker.token": 28,
    "passes/link/state.py LinkState.__init__": 32,
    "passes/link/values.py Values.consume": 30,
    "passes/link/values.py Values.silent": 31,
    "passes/link/values.py Values.straight": 56,
    "passes/patch/blocks.py _write": 26,
    "passes/patch/spots.py spots": 29,
    "passes/propose/repair/operators/pass_through_calls.py _callees": 34,
    "passes/propose/repair/operators/pass_through_calls.py forwarded": 28,
    "passes/propose/repair/suspicion.py suspicion": 48,
    "passes/propose/tune/region.py region_of": 26,
    "runtime/differential/mutate_values.py shape_of": 26,
    "runtime/differential/observe_call.py behave": 26,
    "runtime/guest/live/hot_swap.py swap": 34,
    "runtime/record/log.py _chapters": 40,
    "runtime/record/rows.py Records.plain": 27,
    "tracec/guests/suite.py Suite.__init__": 48,
    "tracec/project/patch_store.py keep": 26,
    "tracec/launch/recorded_run.py _run": 26,
    "tracec/launch/recorded_run.py record_program": 33,
    "tracec/view/report.py summary": 27,
}
# A room, in files beside its __init__.py. Larger ones are named with their size and the reason; they may only shrink.
MOST_FILES = 14
LARGER_ROOMS = {
    "passes/propose/repair/operators": (27, "a table of operators, each file one kind of change: they do not meet"),
    "passes/patch": (16, "what is replaced and what is added share places, layout and proofs"),
    "tracec/commands": (16, "a module for each command, by its name"),
    "passes/propose/repair": (15, "what the operators share; a room of its own for their facts is not worth its floor"),
}


def files() -> dict[str, Path]:
    """Module name -> file, of all that is shipped. The links tracec/passes and tracec/runtime are not followed."""
    found = {}
    for folder, package in FOLDERS.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            inside = path.relative_to(ROOT / folder)
            if folder == "tracec" and inside.parts[0] in ("passes", "runtime"):
                continue
            parts = [package, *inside.with_suffix("").parts]
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


FILES = files()
TREES = {name: ast.parse(path.read_text(), str(path)) for name, path in FILES.items()}


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, module) of every import, wherever it stands; `from p import m` counts as p.m where that is a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written in full"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield node.lineno, whole if whole in FILES else str(node.module)


def within(module: str, packages: tuple[str, ...]) -> bool:
    """True where `module` is one of the packages or lies in one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def faults_of_runtime(tree: ast.Module, lazily: tuple[str, ...] = ()) -> Iterator[str]:
    inner = {at for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for at in imports(node)}
    for line, module in imports(tree):
        if module.partition(".")[0] in sys.stdlib_module_names or within(module, RUNTIME_MAY_IMPORT):
            continue
        if not ((line, module) in inner and within(module, lazily)):
            yield f"{line}: runtime/ imports the standard library and tracec.runtime, not {module}"


def faults_of_passes(name: str, tree: ast.Module) -> Iterator[str]:
    room, inner = [*name.split("."), "", ""][2:4]
    below = SHARED.get(room, tuple(SHARED))
    own = f"tracec.passes.{room}"
    rooms = [f"{own}.{inner}", *(f"{own}.{other}" for other in PROPOSERS[inner])] if inner in PROPOSERS else [own]
    ours = ("tracec.runtime", *rooms, *(f"tracec.passes.{shared}" for shared in below))
    for line, module in imports(tree):
        if within(module, EFFECTS):
            yield f"{line}: passes/ are pure, {module} is not"
        elif within(module, ("tracec.passes",)) and not within(module, ours):
            yield f"{line}: a pass imports shared rooms and itself, no other pass: {module}"
        elif within(module, ("tracec",)) and not within(module, ours):
            yield f"{line}: passes/ import nothing of the floor above: {module}"
        elif module.partition(".")[0] not in (*sys.stdlib_module_names, *PASSES_MAY_IMPORT, "tracec"):
            yield f"{line}: passes/ may not import {module}"
    yield from effects(tree)


def effects(tree: ast.Module) -> Iterator[str]:
    """Calls and names that read or change the world."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in EFFECT_CALLS:
            yield f"{node.lineno}: passes/ are pure, {node.func.id}() is not"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            allowed = {"random": PURE_OF_RANDOM, "sys": PURE_OF_SYS}.get(node.value.id)
            if allowed is not None and imported(tree, node.value.id) and node.attr not in allowed:
                yield f"{node.lineno}: passes/ are pure, {node.value.id}.{node.attr} is not"
        elif isinstance(node, ast.ImportFrom) and node.module in ("random", "sys"):
            allowed = PURE_OF_RANDOM if node.module == "random" else PURE_OF_SYS
            yield from (
                f"{node.lineno}: passes/ are pure, {node.module}.{alias.name} is not"
                for alias in node.names
                if alias.name not in allowed
            )
        elif isinstance(node, ast.Global):
            yield f"{node.lineno}: passes/ change no globals"


def imported(tree: ast.Module, name: str) -> bool:
    return any(module == name for _, module in imports(tree))


def circle(edges: dict[str, set[str]]) -> list[str]:
    """One circle of modules, [] when there is none: modules that import nothing that is left are taken away."""
    left = {name: targets & edges.keys() - {name} for name, targets in edges.items()}
    while free := {name for name, targets in left.items() if not targets & left.keys()}:
        left = {name: targets for name, targets in left.items() if name not in free}
    if not left:
        return []
    path = [min(left)]
    while (following := min(left[path[-1]] & left.keys())) not in path:
        path.append(following)
    return [*path[path.index(following) :], following]


def faults(name: str) -> list[str]:
    if within(name, ("tracec.runtime",)):
        return list(faults_of_runtime(TREES[name], RUNTIME_WITHIN_FUNCTIONS.get(name, ())))
    if within(name, ("tracec.passes",)):
        return list(faults_of_passes(name, TREES[name]))
    return []


@pytest.mark.parametrize("name", FILES)
def test_every_module_keeps_to_its_floor(name: str) -> None:
    path = FILES[name].relative_to(ROOT)
    assert [f"{path}:{fault}" for fault in faults(name)] == []


@pytest.mark.parametrize("name", FILES)
def test_every_module_begins_with_what_it_is(name: str) -> None:
    docstring = ast.get_docstring(TREES[name])
    assert docstring, (
        f"{FILES[name].relative_to(ROOT)}:1: no docstring; say in one line what goes in and what comes out"
    )
    assert docstring.splitlines()[0].strip()


@pytest.mark.parametrize("name", FILES)
def test_no_file_is_too_long(name: str) -> None:
    path = FILES[name].relative_to(ROOT).as_posix()
    lines = len(FILES[name].read_text().splitlines())
    assert lines <= LONGEST, f"{path}: {lines} lines, {LONGEST} allowed; split it by noun or verb"


def functions(tree: ast.AST, around: str = "") -> Iterator[tuple[str, int]]:
    """(qualified name, lines without docstring) of every function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{around}{node.name}", lines_of(node)
        name = getattr(node, "name", "") if isinstance(node, ast.stmt) else ""
        yield from functions(node, f"{around}{name}." if name else around)


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if said else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_functions_are_short() -> None:
    """A longer one that is new is to be split; one that became shorter gets its new number, or leaves the table."""
    found = {
        f"{FILES[name].relative_to(ROOT).as_posix()} {function}": lines
        for name, tree in TREES.items()
        for function, lines in functions(tree)
        if lines > LONGEST_FUNCTION
    }
    assert found == LONGER_FUNCTIONS


def test_rooms_are_small() -> None:
    rooms = Counter(path.parent.relative_to(ROOT).as_posix() for path in FILES.values() if path.name != "__init__.py")
    found = {room: count for room, count in rooms.items() if count > MOST_FILES}
    assert found == {room: count for room, (count, _) in LARGER_ROOMS.items()}


def test_lines_of_functions_are_counted() -> None:
    tree = ast.parse("class A:\n    def f(\n        self,\n    ):\n        'doc'\n        def g():\n            pass\n")
    assert list(functions(tree)) == [("A.f", 5), ("A.f.g", 2)]


def test_no_import_circle() -> None:
    # That importing a.b runs a/__init__.py first is not counted: it asks nothing of b.
    # Nor is the door: it opens when somebody knocks.
    edges = {name: {module for _, module in imports(tree)} for name, tree in TREES.items() if name != "tracec"}
    assert " -> ".join(circle(edges)) == ""


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import os", "os is not"),
        ("def f():\n    from pathlib import Path", "pathlib is not"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tracec.cli", "floor above: tracec.cli"),
        ("from tracec import cli", "floor above: tracec.cli"),
        ("from tracec.passes import find", "no other pass: tracec.passes.find"),
        ("from tracec.passes.find import find", "no other pass: tracec.passes.find"),
        ("import requests", "may not import requests"),
        ("import random\nx = random.random()", "random.random is not"),
        ("from random import choice", "random.choice is not"),
        ("import sys\nsys.stdout.write('')", "sys.stdout is not"),
        ("def f():\n    print(1)", "print() is not"),
        ("x = open('y')", "open() is not"),
        ("def f():\n    global x", "no globals"),
    ],
)
def test_these_rules_can_fail(code: str, fault: str) -> None:
    assert any(fault in found for found in faults_of_passes("tracec.passes.patch.merge", ast.parse(code)))


def test_what_is_allowed_is_no_fault() -> None:
    code = """
import ast, random, re, sys, libcst
from tracec.passes.nouns import trace
from tracec.passes.nouns.target import Target
from tracec.passes.patch import place
from tracec.runtime.outcome import Outcome
x = random.Random(1).random(), sys.version_info, re.compile("")
"""
    assert list(faults_of_passes("tracec.passes.patch.merge", ast.parse(code))) == []
    assert list(faults_of_runtime(ast.parse("import os, json\nfrom tracec.runtime import marks"))) == []
    assert list(faults_of_runtime(ast.parse("import libcst"))) != []
    assert list(faults_of_runtime(ast.parse("import x"), ("x",))) != []
    assert list(faults_of_runtime(ast.parse("def f():\n    import x"), ("x",))) == []
    assert list(faults_of_runtime(ast.parse("def f():\n    from tracec.passes import trace"))) != []


def test_circles_are_found() -> None:
    assert circle({"a": {"b"}, "b": {"c", "x"}, "c": set()}) == []
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": {"b"}}) == ["b", "c", "d", "b"]


@pytest.mark.parametrize("tool", ["ruff check .", "ruff format --check .", "mypy"])
def test_the_tools_find_nothing(tool: str) -> None:
    done = subprocess.run([sys.executable, "-m", *tool.split()], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
