"""Structures -> plans: what the linker needs of each site and segment, worked out once."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tracec.passes.graph.builder import Library
from tracec.passes.nouns.mutations import may_change
from tracec.passes.nouns.structure import ELEMENT, FINALLY, FOLLOWS, LOOP_BODY, WHILE_TEST
from tracec.passes.nouns.trace import CALLEE, Function, Ref, Segment, Site, Structure
from tracec.passes.syntax.parsing import expression_of
from tracec.runtime.record.picture import picture
from tracec.runtime.record.picture_texts import LASTING, placed

# The picture of a value that is not known: of a test that only jumps none is made. It is told by its identity: as a
# tuple of known types it would be another object at each use, where this is compiled.
UNKNOWN: Any = ("?", "?", 0, 0, -1)
# Kinds of sites.
READS = frozenset({"attr", "item"})
STORES = frozenset({"store", "delete"})
COPIES = frozenset({"return", "out", "test", "item", "key"})  # what may have the value of a variable as it is
SLOW = READS | {"aug", "except", "read", "import"}
# How the linker treats a site: `Step.treatment`.
FAST: Final = 0  # it has no effects beyond its frame: see `Values.straight`
PARAMETER: Final = 1
RETURN: Final = 2
LOOP: Final = 3  # what it gives guards the turn of a loop
PLAIN: Final = 4  # any other way
NAME: Final = 5  # a variable of the module that was read: no node of its own, where its value is what it was set to
QUICK = (FAST, NAME)  # what `Values.straight` goes through
LOOKING = {"locals": 0, "vars": 0, "dir": 0, "eval": 1, "exec": 1}  # functions that read all variables of the frame at
# hand, where they are called with so many arguments
NEW_CELL = "CellType"  # what makes a cell that is of no frame
DEFINED = {"def": "function", "class": "type"}  # kind of a site -> type of what it defines
LONGEST_TEXT = 60  # characters kept of a value that is not plain; chosen


@dataclass(slots=True, eq=False)
class Step:
    """One site as the linker meets it."""

    treatment: int  # FAST, PARAMETER, RETURN, LOOP, PLAIN or NAME
    number: int  # of the site, among those of all modules
    pairs: tuple[tuple[Ref, int], ...]  # (operand, code of its label); an operand is a site's number or a name
    binds: tuple[str, ...]  # names bound in the frame itself
    site: Site
    outside: tuple[str, ...] = ()  # names bound in the module
    value_operand: int = -1  # the place, among the pairs, of the operand whose value a silent site has; -1: none
    value: Any = UNKNOWN  # that of a silent site without such an operand
    stops: bool = False  # a silent site that is never passed: `raise`
    changes: bool = False  # a call that changes its object or its first argument
    looks: bool = False  # a call of `locals` and the like, which sees all variables of the frame
    kept: bool = False  # a call of something that may have been stored in its object
    simple: str = ""  # a call with nothing but positional arguments: of a "function", or a "method"
    chain: str = ""  # "and" or "or": a silent site has the value of the operand at which it stopped
    skips: bool = False  # some of its operands may not be evaluated, and have nodes of an earlier time
    read: frozenset[int] = frozenset()  # its operands that are reads of variables, whose nodes are older
    same: str = ""  # the variable whose value it has, and which has no site of its own


@dataclass(slots=True, eq=False)
class Run:
    """One segment as the linker meets it: see `Segment`."""

    number: int
    kind: str
    function: int
    parent: int
    resume: int
    waits: bool
    guard: int  # a site's number, or -1
    is_loop_body: bool
    is_while_test: bool
    is_element: bool  # of a comprehension
    anyway: bool  # of a `finally`, or what follows a `with`: it may begin wherever the frame stood
    follows: bool  # the latter
    steps: list[Step]


@dataclass(slots=True, eq=False)
class Plan:
    """What is worked out of one module: once for all traces of a library."""

    runs: list[Run]
    made_by: dict[int, Function]  # site of a definition -> the function
    binding: dict[int, str]  # function -> "function", "method", "made" (`__init__`), "classmethod" or "staticmethod"


@dataclass(slots=True, eq=False)
class Module:
    """A module in one trace: its plan, and its variables as the last frame of the module left them."""

    path: str
    grain: str
    functions: tuple[Function, ...]
    runs: list[Run]
    sites: tuple[Site, ...]
    made_by: dict[int, Function]
    binding: dict[int, str]
    env: dict[Ref, int] = field(default_factory=dict)
    made: dict[int, int] = field(default_factory=dict)  # function -> the node of its definition
    classes: dict[int, dict[Ref, int]] = field(default_factory=dict)  # class -> what its body bound

    def first_of(self, function: Function) -> Site | None:
        """Return the first site of a function, or of the module where it has none."""
        own = (site for site in self.sites if site.function == function.id)
        return next(own, self.sites[0] if self.sites else None)


def planned(structure: Structure, library: Library) -> Module:
    """Make a module of its plan, which is made once for a library."""
    plan = library.plans.get(structure.key)
    if plan is None:
        first = library.know(structure.sites)
        callees = Callees(structure)
        steps = [step_of(site, first, structure, library, callees) for site in structure.sites]
        runs = [run_of(segment, first, steps) for segment in structure.segments]
        made_by = {function.site: function for function in structure.functions if function.site >= 0}
        decorated = {site.id: bound for site in structure.sites for bound in bindings(site)}
        binding = {f.id: decorated.get(f.site) or binding_of(f.qualname.split(".")) for f in structure.functions}
        plan = library.plans[structure.key] = Plan(runs, made_by, binding)
    own = plan.runs, structure.sites, plan.made_by, plan.binding
    return Module(structure.path, structure.grain, structure.functions, *own)


def binding_of(path: Sequence[str]) -> str:
    """Read off a function's name how its first parameter comes to be: `Plan.binding` lists the words."""
    if len(path) < 2 or path[-2] == "<locals>":
        return "function"
    return "made" if path[-1] in ("__init__", "__new__") else "method"


def bindings(site: Site) -> list[str]:
    """Find `classmethod` or `staticmethod` among the decorators of a definition."""
    known = ("classmethod", "staticmethod")
    return [str(ref) for ref, label in zip(site.operands, site.labels) if label == "decorator" and ref in known]


class Callees:
    """Tells calls of variables: it matters what their names stand for. Names that one plain definition or import binds
    at the top of a module, or that nothing binds there, are none.
    """

    def __init__(self, structure: Structure) -> None:
        self.functions = structure.functions
        self.bound: dict[int, set[str]] = {}  # function -> names
        once: set[str] = set()
        for site in structure.sites:
            simple = site.kind == "import" or (site.kind in DEFINED and "decorator" not in site.labels)
            plain = simple and self.functions[site.function].kind == "module"
            for name in site.binds:
                if plain and name not in once:
                    once.add(name)
                else:
                    top = name in self.functions[site.function].outside
                    self.bound.setdefault(0 if top else site.function, set()).add(name)

    def is_variable(self, site: Site) -> bool:
        """Return True for a call by a name that stands for this or that."""
        if site.kind != "call" or not site.text.removeprefix(site.attr).lstrip().startswith("("):
            return False
        function = site.function
        while function >= 0:
            if site.attr in self.bound.get(function, ()):
                return True
            function = self.functions[function].parent
        return False


def run_of(segment: Segment, first: int, steps: Sequence[Step]) -> Run:
    """Make the run of a segment; `first` is the number of the module's first site, `steps` has all its sites."""
    own, guard = segment, segment.guard + first if segment.guard >= 0 else -1
    body, test, element = bool(own.jumps & LOOP_BODY), own.jumps == WHILE_TEST, own.jumps == ELEMENT
    follows = bool(own.jumps & FOLLOWS)
    anyway = follows or bool(own.jumps & FINALLY)
    inside = [steps[number] for number in own.sites]
    return Run(
        own.id,
        own.kind,
        own.function,
        own.parent,
        own.resume,
        own.waits,
        guard,
        body,
        test,
        element,
        anyway,
        follows,
        inside,
    )


def step_of(site: Site, first: int, structure: Structure, library: Library, callees: Callees) -> Step:
    """Work out how the linker meets a site; `first` is the number of the module's first site."""
    function = structure.functions[site.function]
    pairs = tuple(
        (ref + first if isinstance(ref, int) else ref, library.word(label))
        for ref, label in zip(site.operands, site.labels)
    )
    if callees.is_variable(site) and CALLEE not in site.labels:
        pairs += ((site.attr, library.word(CALLEE)),)
    outside = tuple(name for name in site.binds if name in function.outside)
    binds = tuple(name for name in site.binds if name not in function.outside)
    own = "self" in site.labels
    looks = site.kind == "call" and not own and LOOKING.get(site.attr) == len(site.operands)
    kept = site.kind == "call" and own and site.attr in library.stored
    way = treatment_of(site, wide=bool(outside) or looks or kept or site.attr == NEW_CELL)
    step = Step(way, site.id + first, pairs, binds, site, outside, looks=looks, kept=kept)
    if site.kind == "call" and len(pairs) == len(site.labels) and not any(site.labels[1:]):
        step.simple = {"": "function", "self": "method"}.get("".join(site.labels[:1]), "")
    step.skips, step.changes = may_skip(site), may_change(site)
    reads(step, first, structure)
    if site.silent:
        step.stops = site.kind == "raise"
        silent_value(step, site)
    return step


def reads(step: Step, first: int, structure: Structure) -> None:
    """Work out which operands are reads of variables of the module."""
    site = step.site
    if step.skips:
        refs = [ref for ref in site.operands if isinstance(ref, int)]
        step.read = frozenset(ref + first for ref in refs if structure.sites[ref].kind == "name")
    if site.kind in COPIES and site.operands == (site.attr,):
        step.same = site.attr


def silent_value(step: Step, site: Site) -> None:
    """Work out where the value of a site without an event comes from: its text, or an operand."""
    plain = [place for place, label in enumerate(site.labels) if label == ""]
    if site.kind in ("const", "return") and not step.pairs:
        step.value = None if site.kind == "return" and site.text == "return" else value_or_picture(site.text)
    elif site.kind in DEFINED:  # a decorator may have made something else of it
        made = defined(site)
        step.value = UNKNOWN if "decorator" in site.labels else made
    elif site.kind == "bool":
        step.chain = chain_of(site)
    elif site.kind not in ("compare", "op", "choose", "import") and plain:
        step.value_operand = plain[-1]
    elif site.kind == "store" and "of" not in site.labels:
        step.value = assigned(site.text)


def treatment_of(site: Site, *, wide: bool) -> int:
    """Choose how a site is treated; it is `wide` where it has to do with more than its operands and its own frame."""
    if site.returns and not site.silent:
        return RETURN
    if site.kind == "param":
        return PARAMETER
    if site.kind == "name":
        return NAME
    copied = site.kind in COPIES and site.operands == (site.attr,)
    if site.silent or site.kind in SLOW or wide or copied or may_change(site) or may_skip(site):
        return PLAIN
    return LOOP if site.kind == "loop" else FAST


def may_skip(site: Site) -> bool:
    """Tell whether some operands may not be evaluated, as in `a and b`, `a if b else c`, `a < b < c`."""
    return site.kind in ("bool", "choose") or (site.kind == "compare" and len(site.operands) > 2)


def chain_of(site: Site) -> str:
    """Tell "and" or "or", where each operand of a chain is one of the site's; else ""."""
    whole = expression_of(f"({site.text})")
    if not isinstance(whole, ast.BoolOp) or len(whole.values) != len(site.operands):
        return ""
    named = [
        ref == value.id if isinstance(value, ast.Name) else type(ref) is int
        for ref, value in zip(site.operands, whole.values)
    ]
    return ("and" if isinstance(whole.op, ast.And) else "or") if all(named) else ""


def assigned(text: str) -> Any:
    """Read the value of `obj.x = 1`, where it is a literal."""
    try:
        (statement,) = ast.parse(text.strip()).body
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return UNKNOWN
    return value_or_picture(ast.get_source_segment(text.strip(), statement.value) or "")


def defined(site: Site) -> tuple[str, str, int, int, int]:
    """Return the picture of what a statement defines."""
    word, place = DEFINED[site.kind], (site.span.path, site.span.line) if site.kind == "def" else None
    return word, placed(word, site.attr, place), 0, LASTING, -1


def value_or_picture(text: str) -> Any:
    """Read the value of a literal's text; make a picture where it is none."""
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return ("?", " ".join(text.split())[:LONGEST_TEXT], 0, 0, -1)
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        return value
    kind, shown, _, state, size = picture(value)
    return (kind, shown, 0, state | LASTING, size)  # a constant of the code, whatever is done with its copies
