"""A seeded mutator: source text -> single-expression and single-statement faults, as exact replacements of text.

Faults of expressions are those that programmers make: another comparison, a bound off by one, the wrong variable,
arguments in the wrong order, a condition negated or with a part missing, a call or an index left out. Those of
statements: one is missing, `=` for `+=`, `continue` for `break`, a `return` of nothing.
"""

from __future__ import annotations

import ast
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef
COMPARISONS = {
    "<": ("<=", ">"), "<=": ("<", ">="), ">": (">=", "<"), ">=": (">", "<="), "==": ("!=",), "!=": ("==",),
    "in": ("not in",), "not in": ("in",), "is": ("is not",), "is not": ("is",),
}  # fmt: skip
SIGNS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not", ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
    ast.FloorDiv: "//", ast.Mod: "%", ast.And: "and", ast.Or: "or",
}  # fmt: skip
STATEMENTS = frozenset(["assignment", "loop exit", "missing statement"])  # kinds that are no single expression's
ARITHMETIC = {"+": ("-",), "-": ("+",), "*": ("+", "/"), "/": ("*", "//"), "//": ("/",), "%": ("//",)}


@dataclass(frozen=True, slots=True)
class Fault:
    """`old` stands at a place (lines from 1, columns in characters from 0) of a function and becomes `new`."""

    function: str
    kind: str
    line: int
    column: int
    end_line: int
    end_column: int
    old: str
    new: str

    def applied(self, text: str) -> str:
        """The text with the fault in it."""
        lines = text.split("\n")
        before = lines[self.line - 1][: self.column]
        after = lines[self.end_line - 1][self.end_column :]
        lines[self.line - 1 : self.end_line] = (before + self.new + after).split("\n")
        return "\n".join(lines)


def drawn(text: str, seed: str, covered: set[int], *, statements: bool) -> list[Fault]:
    """One fault for each function of which a line is covered, in random order; of expressions only, or of both."""
    draw = random.Random(seed)
    found = []
    for name, function in functions(ast.parse(text)):
        inside = [f for f in Mutator(text, name, function).faults() if f.line in covered]
        kinds = sorted({f.kind for f in inside} - (frozenset() if statements else STATEMENTS))
        if kinds:  # first the kind, or most faults would be other variables
            kind = draw.choice(kinds)
            found.append(draw.choice([f for f in inside if f.kind == kind]))
    draw.shuffle(found)
    return [fault for fault in found if whole(fault, text)]


def whole(fault: Fault, text: str) -> bool:
    """True where the text is Python with the fault, and another program than before."""
    try:
        return ast.dump(ast.parse(fault.applied(text))) != ast.dump(ast.parse(text))
    except (SyntaxError, ValueError):
        return False


def functions(module: ast.Module, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """(qualname, function) of the functions of a module and of its classes; those inside others belong to these."""
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")  # type: ignore[arg-type]
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield prefix + node.name, node


class Mutator:
    """All faults that one function can get."""

    def __init__(self, text: str, name: str, function: Function) -> None:
        self.lines = text.split("\n")
        self.name, self.function = name, function
        self.alone: set[ast.expr] = set()  # calls that are statements: without them nothing would be left to look at
        arguments = function.args
        self.names = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]} - {"self", "cls"}
        self.names |= {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}

    def faults(self) -> Iterator[Fault]:
        """Those of every expression and statement of the body, without its docstring."""
        for statement in self.function.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                    self.alone.add(node.value)
                if isinstance(node, ast.expr):
                    yield from self.of_expression(node)
                elif isinstance(node, ast.stmt):
                    yield from self.of_statement(node)

    def fault(self, kind: str, node: ast.expr | ast.stmt, new: str, upto: ast.expr | None = None) -> Iterator[Fault]:
        """The replacement of a node, or of all from one node to another."""
        end = upto or node
        first, last = self.lines[node.lineno - 1], self.lines[(end.end_lineno or 0) - 1]
        column = len(first.encode()[: node.col_offset].decode())
        end_column = len(last.encode()[: end.end_col_offset].decode())
        place = node.lineno, column, end.end_lineno or 0, end_column
        yield Fault(self.name, kind, *place, self.between(*place), new)

    def between(self, line: int, column: int, end_line: int, end_column: int) -> str:
        if line == end_line:
            return self.lines[line - 1][column:end_column]
        inner = self.lines[line : end_line - 1]
        return "\n".join([self.lines[line - 1][column:], *inner, self.lines[end_line - 1][:end_column]])

    def text(self, node: ast.expr) -> str:
        """The source of an expression, in parentheses where it is made of parts."""
        (found,) = (f.old for f in self.fault("", node, ""))
        atoms = (ast.Name, ast.Constant, ast.Attribute, ast.Call, ast.Subscript, ast.List, ast.Dict, ast.Set)
        return found if isinstance(node, atoms) or found.startswith("(") else f"({found})"

    # --- expressions ---

    def of_expression(self, node: ast.expr) -> Iterator[Fault]:
        match node:
            case ast.Compare(left, [operator], [right]):
                for sign in COMPARISONS[SIGNS[type(operator)]]:
                    yield from self.fault("comparison", node, f"{self.text(left)} {sign} {self.text(right)}")
            case ast.BinOp(left, operator, right) if SIGNS.get(type(operator)) in ARITHMETIC:
                for sign in ARITHMETIC[SIGNS[type(operator)]]:
                    yield from self.fault("arithmetic", node, f"{self.text(left)} {sign} {self.text(right)}")
                if isinstance(right, ast.Constant) and right.value == 1:
                    yield from self.fault("dropped part", node, self.text(left))
            case ast.BoolOp(operator, [left, right]):
                sign = "or" if isinstance(operator, ast.And) else "and"
                yield from self.fault("logic", node, f"{self.text(left)} {sign} {self.text(right)}")
                yield from self.fault("missing condition", node, self.text(left))
                yield from self.fault("missing condition", node, self.text(right))
            case ast.UnaryOp(ast.Not(), operand):
                yield from self.fault("logic", node, self.text(operand))
            case ast.IfExp(test, one, other):
                yield from self.fault("logic", node, f"{self.text(other)} if {self.text(test)} else {self.text(one)}")
            case ast.Constant(bool(value)):
                yield from self.fault("constant", node, repr(not value))
            case ast.Constant(int(value)):
                yield from self.fault("off by one", node, str(value + 1))
                if value:
                    yield from self.fault("off by one", node, str(value - 1))
            case ast.Name(name, ast.Load()) if name in self.names:
                for another in sorted(self.names - {name}):
                    yield from self.fault("wrong variable", node, another)
            case ast.Call(function, arguments, keywords):
                yield from self.of_call(node, function, arguments, keywords)
            case ast.Subscript(value, ast.Slice(lower, upper, None), ast.Load()) if lower and upper:
                yield from self.fault("slice", node, f"{self.text(value)}[{self.text(lower)}:]")
                yield from self.fault("slice", node, f"{self.text(value)}[:{self.text(upper)}]")

    def of_call(
        self, node: ast.Call, function: ast.expr, arguments: list[ast.expr], keywords: list[ast.keyword]
    ) -> Iterator[Fault]:
        """Arguments swapped or left out; a call left out that has one argument, or is a method without any."""
        if any(isinstance(a, ast.Starred) for a in arguments):
            return
        for one, other in itertools.pairwise(arguments):
            new = f"{self.text(other)}, {self.text(one)}"
            yield from self.fault("argument order", one, new, other)
        if len(arguments) > 1 and not keywords:
            yield from self.fault("missing argument", arguments[-2], self.text(arguments[-2]), arguments[-1])
        if node in self.alone:
            return
        if len(arguments) == 1 and not keywords and isinstance(function, ast.Name):
            yield from self.fault("missing call", node, self.text(arguments[0]))
        if not arguments and not keywords and isinstance(function, ast.Attribute):
            yield from self.fault("missing call", node, self.text(function.value))

    # --- statements ---

    def of_statement(self, node: ast.stmt) -> Iterator[Fault]:
        match node:
            case ast.Expr(ast.Constant(str())):
                return
            case ast.If(test) | ast.While(test) if not isinstance(test, (ast.UnaryOp, ast.Compare)):
                yield from self.fault("logic", test, f"not {self.text(test)}")
            case ast.AugAssign(target, operator, value) if isinstance(operator, (ast.Add, ast.Sub)):
                other = "-" if isinstance(operator, ast.Add) else "+"
                yield from self.fault("arithmetic", node, f"{self.text(target)} {other}= {self.text(value)}")
                yield from self.fault("assignment", node, f"{self.text(target)} = {self.text(value)}")
            case ast.Break():
                yield from self.fault("loop exit", node, "continue")
            case ast.Continue():
                yield from self.fault("loop exit", node, "break")
            case ast.Return(ast.expr() as value):
                yield from self.fault("return of nothing", value, "None")
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr, ast.Delete)) or (
            isinstance(node, ast.If) and not node.orelse and len(node.body) == 1
        ):
            yield from self.fault("missing statement", node, "pass")
