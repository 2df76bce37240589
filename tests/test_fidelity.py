"""Every recorded value is what an independent recorder sees at that place of the plain program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.full import FULL
from tests.fuzz.fidelity import compare
from tests.test_programs import supported

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
# One in four, another one in each quarter of the alphabet; all of them where it is asked for.
SAMPLE = PROGRAMS if FULL else PROGRAMS[1::4]
# What a program does that no recorder of this kind can follow.
BEYOND = {
    "settrace": "it switches the recorder off",
    "setprofile": "it switches the recorder off",
    "os.fork(": "another process has a trace of its own",
    "co_firstlineno=": "its code says that it stands elsewhere",
    "enum.auto()": "the namespace of an Enum makes something else of what its body binds",
    "a, (b, c) = 1, (2,)": "what an unpacking binds before it fails is not recorded (docs/fidelity.md)",
}


# What is said of itself in a program that is watched: the recorder changes what these print.
DISTURBED = (
    "builtins_changed", "called_back", "frames_at_module_level", "generator_finalisation", "introspection",
    "lifetimes_del_order", "lifetimes_weakref", "metaclass_prepare", "module_namespace", "printing_and_io",
    "recursion_limit", "uncaught_base_exception", "uncaught_keyboard_interrupt", "warnings_default",
)  # fmt: skip
MOST_LEFT_OUT = 0.3  # of the programs


def beyond(program: Path) -> str:
    """Why a program cannot be compared; "" where it can."""
    text = program.read_text(encoding="latin-1")
    if not supported(program):
        return "it is written for a newer Python"
    if program.stem in DISTURBED:
        return "the recorder changes what the program prints"
    return next((why for mark, why in BEYOND.items() if mark in text), "")


@pytest.mark.filterwarnings("ignore:.*invalid escape sequence")  # in what is parsed here
@pytest.mark.parametrize("program", SAMPLE, ids=lambda program: program.stem)
def test_the_trace_holds_what_a_recorder_sees(program: Path, tmp_path: Path) -> None:
    if beyond(program):
        pytest.skip(beyond(program))
    found = compare(program, tmp_path)
    assert (found.differing, found.disturbed) == ((), False)


@pytest.mark.parametrize("programs", [PROGRAMS, PROGRAMS[1::4]], ids=["all", "sample"])
def test_most_programs_are_compared(programs: list[Path]) -> None:
    """What is skipped is skipped for a reason given here, and is little."""
    assert sum(1 for program in programs if beyond(program)) <= MOST_LEFT_OUT * len(programs)
    assert set(DISTURBED) <= {program.stem for program in PROGRAMS}


# What random programs, or a program of the list above, once showed otherwise than it was.
ONCE_WRONG = {
    "an object that was written to": "class L: pass\no = L()\nv = 5 + 0\no.x = v\np = o\n",
    "a name from outside": "from os import sep\nsay = print\nhere = sep\n",
    "truth asked of an object, and what follows": (
        "class L:\n    def __bool__(self): return bool()\nx = L()\nif x: pass\nelse: pass\ny = 0\n"
    ),
    "a walrus in a raise": (
        "def f(a, b):\n    try: raise ValueError((a := b))\n    except ValueError: pass\n    return a\nf(1, 2)\n"
    ),
    "a constant returned behind a finally": (
        "def f(k):\n    try:\n        if k: return 'one'\n    finally: k = 0\n    return 'two'\nprint(f(0), f(1))\n"
    ),
    "a generator that another thread began": (
        "import threading\ndef g():\n    for i in range(3): yield i * 10\nh = g()\n"
        "t = threading.Thread(target=lambda: next(h)); t.start(); t.join()\na = next(h)\nb = [5]\nc = len(b)\n"
    ),
    "alternatives of a pattern": (
        "for x in ((1, 2), [3, 4, 5], 'a', b'b'):\n    match x:\n"
        "        case (a, b) | [a, b, _]: print(a, b)\n        case str(c) | bytes(c): print(c)\n"
    ),
    "a guard that says no": "match 7:\n    case int(n) if n > 100: pass\n    case m: print(m)\n",
}


@pytest.mark.parametrize("text", ONCE_WRONG.values(), ids=ONCE_WRONG)
def test_what_was_wrong_once(text: str, tmp_path: Path) -> None:
    program = tmp_path / "p.py"
    program.write_text(text)
    found = compare(program, tmp_path)
    assert (found.differing, found.disturbed) == ((), False)


def test_the_recorder_would_notice(tmp_path: Path) -> None:
    """It sees enough places, of every kind, in a program that has them."""
    program = tmp_path / "p.py"
    program.write_text(
        "def f(a, *b, k=1):\n    x = a + k\n    for i in b: x += i\n    return x\n"
        "def g(n):\n    for i in range(n): yield i * 2\n"
        "def h():\n    raise KeyError('é')\n"
        "y = f(1, 2, 3, k=4)\nz = [v for v in g(3)]\nw = (lambda q: q + 1)(y)\n"
        "try: h()\nexcept KeyError as e: print(e, y, z, w)\n"
    )
    found = compare(program, tmp_path)
    assert (found.differing, found.disturbed) == ((), False)
    assert found.places >= 14
    assert found.values >= 20
