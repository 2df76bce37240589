"""Nodes -> what the instrumenter must know of them beforehand."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracec.passes.nouns.structure import Ref
from tracec.runtime.record.bind_hooks import BUILTINS

SKIP = re.compile(r"#\s*tracec:\s*skip\b(?!-)")
SLEEPS = (ast.Yield, ast.YieldFrom, ast.Await)
LEFT_ALONE = {  # parts that are not rewritten
    ast.For: "target", ast.AsyncFor: "target", ast.withitem: "optional_vars", ast.ExceptHandler: "type",
    ast.AnnAssign: "annotation",
}  # fmt: skip
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
NESTED = (*SCOPES, ast.GeneratorExp)  # what runs at another time, and may see the variables of the frame around


@dataclass(slots=True)
class Scan:
    """Of one function's own body: nested functions, lambdas and classes do not count."""

    calls: set[str] = field(default_factory=set)  # plain names called
    outside: set[str] = field(default_factory=set)  # declared global or nonlocal
    suspends: bool = False  # it yields
    lasting: bool = False  # a `return` may run through a `finally`, or an `async with`
    odd: bool = False  # it sleeps where nothing is rewritten
    nested: bool = False  # functions within it may see its variables


def scan(nodes: Sequence[ast.AST]) -> Scan:
    """Look at some nodes and all below them, without entering nested scopes."""
    found = Scan()
    for node in within(nodes):
        found.nested = found.nested or isinstance(node, NESTED)
        if isinstance(node, SCOPES):
            found.odd = found.odd or sleeps(outside_of(node))
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                found.calls.add(node.func.id)
        elif isinstance(node, (ast.Yield, ast.YieldFrom)):
            found.suspends = True
        elif isinstance(node, (ast.Try, ast.TryStar)):
            found.lasting = found.lasting or bool(node.finalbody)
        elif isinstance(node, (ast.AsyncFor, ast.AsyncWith)):
            found.lasting = True  # it may sleep on its way out
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            found.outside.update(node.names)
        elif type(node) in LEFT_ALONE:
            part = getattr(node, LEFT_ALONE[type(node)])
            found.odd = found.odd or (part is not None and sleeps([part]))
    return found


def sleeps(nodes: Sequence[ast.AST]) -> bool:
    """True where a frame may sleep in one of the nodes."""
    return any(isinstance(inner, SLEEPS) for node in nodes for inner in ast.walk(node))


def outside_of(node: ast.AST) -> list[ast.AST]:
    """The parts of a definition that run where it stands: all but its body."""
    return [n for name, n in _children(node) if name not in ("body", "type_params")]


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for name, value in ast.iter_fields(node):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST):
                yield name, item


def within(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Nodes and all below them in order, nested scopes themselves but not what is in them."""
    todo = list(reversed(nodes))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, SCOPES):
            todo += reversed(list(ast.iter_child_nodes(node)))


FIRST = {  # field whose value runs first, where that is not the node itself
    ast.Expr: "value", ast.Assign: "value", ast.AnnAssign: "value", ast.Return: "value", ast.AugAssign: "target",
    ast.If: "test", ast.While: "test", ast.For: "iter", ast.AsyncFor: "iter", ast.With: "items", ast.AsyncWith: "items",
    ast.withitem: "context_expr", ast.Raise: "exc", ast.Assert: "test", ast.Delete: "targets", ast.Match: "subject",
    ast.FunctionDef: "decorator_list", ast.AsyncFunctionDef: "decorator_list", ast.ClassDef: "decorator_list",
    ast.BinOp: "left", ast.BoolOp: "values", ast.Compare: "left", ast.Call: "func", ast.Attribute: "value",
    ast.Subscript: "value", ast.UnaryOp: "operand", ast.IfExp: "test", ast.NamedExpr: "value", ast.Await: "value",
    ast.Yield: "value", ast.YieldFrom: "value", ast.Tuple: "elts", ast.List: "elts", ast.Set: "elts", ast.Dict: "keys",
}  # fmt: skip
if sys.version_info >= (3, 12):  # they run in the frame around
    FIRST |= {ast.ListComp: "generators", ast.SetComp: "generators", ast.DictComp: "generators"}
    FIRST[ast.comprehension] = "iter"


def first_run(node: Any) -> Any:
    """The part of a statement or an expression, its hooks among it, whose line is the first that runs."""
    while True:
        if getattr(node, "inner", None) is not None:
            node = node.inner
            continue
        part = getattr(node, FIRST.get(type(node), ""), None)
        if isinstance(node, ast.Dict) and len(node.keys) > 1 and all(isinstance(k, ast.Constant) for k in node.keys):
            part = node.values
        if isinstance(part, list):
            part = None if all(isinstance(item, ast.Constant) for item in part) else part[0]
        if part is None or isinstance(part, ast.Starred) or is_folded(node, part):
            return node
        node = part


def is_folded(node: ast.AST, part: ast.AST) -> bool:
    """True for a statement that is a bare constant, or returns one: that has the line of the statement."""
    return isinstance(part, ast.Constant) and isinstance(node, (ast.Expr, ast.Return))


def opening(body: Sequence[ast.stmt]) -> ast.stmt:
    """The first statement of a block that does anything."""
    for statement in body:
        idle = isinstance(statement, ast.AnnAssign) and statement.value is None
        if not (idle or isinstance(statement, (ast.Global, ast.Nonlocal))):
            return statement
    return body[0]


def names_in(node: ast.AST) -> list[Ref]:
    """The names that a target's object and index read, the object's first."""
    return list(dict.fromkeys(n.id for n in within([node]) if isinstance(n, ast.Name)))


def captures(pattern: ast.AST) -> list[str]:
    """The names that a pattern binds."""
    found = []
    for node in ast.walk(pattern):
        name = node.rest if isinstance(node, ast.MatchMapping) else getattr(node, "name", None)
        if isinstance(node, (ast.MatchAs, ast.MatchStar, ast.MatchMapping)) and name is not None:
            found.append(name)
    return list(dict.fromkeys(found))  # each alternative of a pattern binds the same names


def is_docstring(node: ast.stmt) -> bool:
    """True for a statement that is a bare string."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def is_future(node: ast.stmt) -> bool:
    """True for `from __future__ import ...`."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__" and node.level == 0


def skipped(node: Any, lines: Sequence[str]) -> bool:
    """True for a definition with `# tracec: skip` on its first line, or on a comment line directly above."""
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    header = list(lines[node.lineno - 1 : max(node.lineno, node.body[0].lineno - 1)])
    above = first - 2
    while above >= 0 and lines[above].lstrip().startswith("#"):
        header.append(lines[above])
        above -= 1
    return any("tracec" in line and SKIP.search(line) for line in header)


def is_literal(node: ast.expr) -> bool:
    """True for what the compiler takes for a constant as it stands: `1`, `-1`, `(1, -1)`."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.operand, ast.Constant) and not isinstance(node.op, ast.Not)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Tuple) and all(map(is_literal, node.elts)))


def is_bare(node: ast.expr) -> bool:
    """True where a test jumps by the truth of an expression's parts: it never makes a value of the whole."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not) and is_bare(node.operand)
    if isinstance(node, ast.IfExp):
        return is_bare(node.body) or is_bare(node.orelse)
    return isinstance(node, ast.BoolOp) or (isinstance(node, ast.Compare) and len(node.ops) > 1)


# --- can this program see how long a value lives, or what names its frames hold? ------------------------------

# fmt: off
SEEING = re.compile(r"\b(" + "|".join((
    "weakref", "__del__", "gc", "getrefcount", "finalize", "tracemalloc",  # lives
    "socket", "tempfile", "Popen", "mmap", "memoryview", "sqlite3",  # what is closed or let go when it dies
    "async", "threading", "f_locals", "_getframe", "currentframe", "f_back",
    "settrace", "setprofile", "inspect",
    "builtins", "__builtins__", "FunctionType", *BUILTINS,  # what finds the hooks, or hides them
)) + r")\b|\b(open|locals|vars|dir|exec|eval)\s*\(")
# fmt: on
CLOSED = re.compile(r"\b(try|with)\b")


def sees_lives(text: str) -> bool:
    """True where recording in pure Python must keep no value: a word too many costs time only."""
    return bool(SEEING.search(text)) or ("yield" in text and bool(CLOSED.search(text)))


# --- names ---

DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BUILTIN = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class Globals:
    """The variables of a module, by how its own statements bind them."""

    data: frozenset[str] = frozenset()  # by something else than an import or one definition
    defined: frozenset[str] = frozenset()  # by one `def` or `class`
    imported: frozenset[str] = frozenset()  # by imports only

    def is_read(self, name: str, *, within: str) -> bool:
        """Tell whether a read of the name is recorded: not what nobody but a statement of the module is likely to set.

        `within` is "call" for what is called, "attr" for what an attribute is read of, else "".
        """
        if name.startswith("__"):
            return False
        if within == "call":
            return name in self.data
        if name in self.imported:
            return not within
        return name in self.data or name in self.defined or name not in BUILTIN


def variables(tree: ast.Module) -> Globals:
    """Find out how the statements of a module bind its variables."""
    first = [*own(tree.body)]
    declared = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    kinds: dict[str, list[str]] = {}
    for name, kind in first:
        kinds.setdefault(name, []).append(kind)
    for name in declared:
        kinds.setdefault(name, []).append("")
    imported = {name for name, how in kinds.items() if set(how) == {"import"}}
    defined = {name for name, how in kinds.items() if how == ["def"]}
    return Globals(frozenset(kinds.keys() - imported - defined), frozenset(defined), frozenset(imported))


def locals_of(node: Any, body: Sequence[ast.AST]) -> tuple[frozenset[str], frozenset[str]]:
    """(the names that a function or class body binds, those it declares global)."""
    declared = {name for inner in scope_of(body) if isinstance(inner, ast.Global) for name in inner.names}
    outer = {name for inner in scope_of(body) if isinstance(inner, ast.Nonlocal) for name in inner.names}
    args = getattr(node, "args", None)
    params = {arg.arg for arg in ast.walk(args) if isinstance(arg, ast.arg)} if args is not None else set()
    types = {param.name for param in getattr(node, "type_params", None) or ()}
    bound = {name for name, _ in own(body)} | params | types
    return frozenset(bound - declared - outer), frozenset(declared)


def own(body: Sequence[ast.AST]) -> Iterator[tuple[str, str]]:
    """(name, "def", "import" or "" for anything else) of all that statements bind in their own scope."""
    for node in scope_of(body):
        if isinstance(node, DEFINING):
            yield node.name, "def"
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id, ""
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name.partition(".")[0]), "import"
        elif isinstance(node, (ast.MatchAs, ast.MatchStar, ast.MatchMapping, ast.ExceptHandler)):
            name = node.rest if isinstance(node, ast.MatchMapping) else node.name
            if name is not None:
                yield name, ""


def scope_of(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """All nodes of a scope: of functions, classes and lambdas in it what runs here, of comprehensions what is bound
    here.
    """
    todo = list(body)
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, DEFINING):
            todo += [*node.decorator_list, *(node.bases if isinstance(node, ast.ClassDef) else defaults(node.args))]
            todo += [keyword.value for keyword in getattr(node, "keywords", ())]
        elif isinstance(node, ast.Lambda):
            todo += defaults(node.args)
        elif isinstance(node, ast.comprehension):
            todo += [node.iter, *node.ifs]
        else:
            todo += ast.iter_child_nodes(node)


def defaults(args: ast.arguments) -> list[ast.expr]:
    """The defaults of parameters, which run where the definition stands."""
    return [*args.defaults, *(given for given in args.kw_defaults if given is not None)]
