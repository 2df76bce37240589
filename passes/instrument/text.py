"""Instrumented tree -> text: the user's own text, with hooks put in where the tree has them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from tracec.passes.instrument.hooks import PROLOGUE
from tracec.passes.nouns.trace import lines_of

Place = Callable[[Any], tuple[int, int, int, int]]
STEP = "    "
LOOSE = (ast.BoolOp, ast.IfExp, ast.Lambda)  # bind less tightly than `or`, or are one


class Printer:
    """Collects what is put in, by line and column. Of two texts at one place the one noted first comes first."""

    def __init__(self, text: str, place: Place) -> None:
        self.lines = lines_of(text)
        self.end = next((end for end in ("\r\n", "\n", "\r") if self.lines and self.lines[0].endswith(end)), "\n")
        if self.lines and not self.lines[-1].endswith(("\n", "\r")):
            self.lines[-1] += self.end
        self.place = place
        self.added: dict[int, list[tuple[int, str]]] = {}
        self.shifts: list[tuple[int, str]] = []  # what the guards around add to an indentation, and where
        self.shared = -1  # id of a generator expression whose parentheses are those of a call

    def add(self, line: int, column: int, text: str) -> None:
        self.added.setdefault(line, []).append((column, text))

    def printed(self) -> str:
        """The whole text."""
        out = []
        for number, line in enumerate([*self.lines, ""], 1):
            last = 0
            for column, text in sorted(self.added.get(number, ()), key=lambda pair: pair[0]):
                out += [line[last:column], text]
                last = column
            out.append(line[last:])
        return "".join(out)

    # --- expressions ---

    def walk(self, node: Any) -> None:
        """Note the hooks in and around a node."""
        if isinstance(node, ast.expr) and hasattr(node, "inner"):
            self.hook(node)
            return
        if isinstance(node, ast.Call):
            last = node.args[0] if len(node.args) == 1 and not node.keywords else None
            inner = innermost(last)
            if isinstance(inner, ast.GeneratorExp) and self.place(inner)[2:] == self.place(node)[2:]:
                self.shared = id(inner)
        for _, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                self.walk(value)
            elif isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                self.block(value, node)
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self.walk(item)

    def hook(self, node: Any) -> None:
        """A hook around an expression, or, after a bare `yield`, one of its own."""
        inner = node.inner
        if inner is None:
            return
        before, after = self.around(node, inner)
        real = innermost(inner)
        line, column, end_line, end_column = self.place(real)
        previous = self.lines[line - 1][column - 1 : column]
        if before[0] != "(" and (previous.isalnum() or previous == "_"):
            before = " " + before
        self.add(line, column, before)
        self.walk(inner)
        self.bare_yield(inner)
        self.add(end_line, end_column, after)

    def bare_yield(self, node: Any) -> None:
        if isinstance(node, ast.Yield) and node.value is not None and getattr(node.value, "inner", node) is None:
            _, _, line, column = self.place(node)
            self.add(line, column, " " + ast.unparse(node.value))

    def around(self, node: Any, inner: ast.expr) -> tuple[str, str]:
        """The text of a hook before and after what it wraps."""
        left, right = self.parentheses(node, inner)
        if isinstance(node, ast.Call):
            first = ", ".join(ast.unparse(arg) for arg in node.args if arg is not inner)
            before, after = f"{ast.unparse(node.func)}({first + ', ' if first else ''}{left}", f"{right})"
        elif node.keeps:
            record, last = node.values
            name = record.args[0].target.id
            before, after = f"({record.func.id}({name} := {left}", f"{right}) or {last.id})"
        else:
            before = "(" + "".join(ast.unparse(value) + " or " for value in node.values[:-1]) + left
            after = right + ")"
        if self.outermost(inner):
            before, after = "(" + before, after + ")"
        return before, after

    def outermost(self, inner: ast.expr) -> bool:
        """True for the outermost hook of `f(x for x in y)`: the parentheses are needed twice."""
        if self.shared != id(innermost(inner)):
            return False
        self.shared = -1
        return True

    def parentheses(self, node: Any, inner: ast.expr) -> tuple[str, str]:
        loose = isinstance(inner, (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Tuple))
        if not loose and isinstance(inner, LOOSE) and not hasattr(inner, "inner"):
            loose = isinstance(node, ast.BoolOp) and not node.keeps  # type: ignore[attr-defined]
        return ("(", ")") if loose else ("", "")

    # --- statements ---

    def block(self, body: Sequence[ast.stmt], owner: Any) -> None:
        """Statements in order: hooks go before the next statement or after the last one."""
        waiting: list[ast.stmt] = []
        last: ast.stmt | None = None
        for statement in body:
            if isinstance(statement, ast.Try) and hasattr(statement, "ours"):
                self.guard(statement, waiting, last, owner)
                return
            if hasattr(statement, "ours"):
                waiting.append(statement)
                continue
            if waiting:
                self.between(waiting, last, statement)
                waiting = []
            self.walk(statement)
            last = statement
        if waiting and last is not None:
            self.after(waiting, last)

    def between(self, hooks: Sequence[ast.stmt], last: ast.stmt | None, following: ast.stmt) -> None:
        if last is not None and (is_simple(last) or not self.alone(following)):
            self.after(hooks, last)
            return
        line, column = self.begin(following)
        if self.alone(following):
            self.add(line, 0, f"{self.indent(self.lines[line - 1][:column])}{joined(hooks)}{self.end}")
        else:
            self.add(line, column, joined(hooks) + "; ")

    def after(self, hooks: Sequence[ast.stmt], last: ast.stmt) -> None:
        _, _, line, column = self.place(last)
        if is_simple(last):
            self.add(line, column, "; " + joined(hooks))
        else:
            self.add(line + 1, 0, self.indent(self.margin(last)) + joined(hooks) + self.end)

    def guard(self, node: ast.Try, first: Sequence[ast.stmt], docstring: ast.stmt | None, owner: Any) -> None:
        """A function's body goes into a `try`, one step further to the right."""
        body = [s for s in node.body if not hasattr(s, "ours")]
        inline = bool(body) and not self.alone(body[0])
        margin = self.margin(body[0] if body and not inline else docstring or owner)
        if docstring is None or not self.alone(docstring):
            margin = margin if body and not inline else self.margin(owner) + STEP
        here = self.indent(margin)
        head = f"{here}{joined(first)}{self.end}{here}try:{self.end}"
        if not body:
            self.no_body(node, docstring, owner, here, head)
            return
        line, column = self.begin(body[0])
        if inline:
            if docstring is not None and not self.alone(docstring):
                self.add(*self.begin(docstring), self.end + here)
            self.add(line, column, f"{self.end}{head}{here}{STEP}")
            self.shifts.append((len(margin), STEP))
        else:
            self.add(line, 0, head)
            self.shift(body, len(margin))
        self.block(node.body, owner)
        self.shifts.pop()
        end = self.place(body[-1])[2] + 1
        self.add(end, 0, self.tail(node, here))

    def no_body(self, node: ast.Try, docstring: ast.stmt | None, owner: Any, here: str, head: str) -> None:
        """A function of a docstring only."""
        where = docstring if docstring is not None else owner
        if docstring is not None and not self.alone(docstring):
            line, column = self.begin(docstring)
            self.add(line, column, self.end + here)
        inside = f"{here}{STEP}{joined(node.body)}{self.end}" if node.body else f"{here}{STEP}pass{self.end}"
        self.add(self.place(where)[2] + 1, 0, head + inside + self.tail(node, here))

    def tail(self, node: ast.Try, here: str) -> str:
        handler = node.handlers[0]
        kind = ast.unparse(handler.type) if handler.type else ""
        raised = f"{here}{STEP}{joined(handler.body[:-1])}{self.end}{here}{STEP}raise{self.end}"
        text = f"{here}except {kind} as {handler.name}:{self.end}{raised}"
        if node.finalbody:
            text += f"{here}finally:{self.end}{here}{STEP}{joined(node.finalbody)}{self.end}"
        return text

    def shift(self, body: Sequence[ast.stmt], column: int) -> None:
        """Move the lines of some statements to the right, but not those that begin inside a string."""
        kept: set[int] = set()
        for statement in body:
            for node in ast.walk(statement):
                string = isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
                if string or isinstance(node, ast.JoinedStr):
                    line, _, end_line, _ = self.place(node)
                    kept.update(range(line + 1, end_line + 1))
        self.shifts.append((column, STEP))
        for number in range(self.begin(body[0])[0], self.place(body[-1])[2] + 1):
            text = self.lines[number - 1]
            if number not in kept and text[:column].isspace() and text.strip():
                self.add(number, column, STEP)

    # --- places ---

    def begin(self, statement: Any) -> tuple[int, int]:
        """Where a statement starts, its decorators included."""
        decorators = getattr(statement, "decorator_list", [])
        if not decorators:
            return self.place(statement)[:2]
        line = self.place(innermost(decorators[0]))[0]
        while "@" not in self.lines[line - 1]:
            line -= 1
        return line, self.lines[line - 1].index("@")

    def alone(self, statement: Any) -> bool:
        """True where a statement begins its line."""
        line, column = self.begin(statement)
        above = self.lines[line - 2].rstrip("\r\n") if line > 1 else ""
        return not self.lines[line - 1][:column].strip() and not (above.endswith("\\") and "#" not in above)

    def margin(self, statement: Any) -> str:
        """The white space at the start of a statement's first line."""
        line = self.lines[self.begin(statement)[0] - 1]
        return line[: len(line) - len(line.lstrip())]

    def indent(self, margin: str) -> str:
        """An indentation as the guards around make it."""
        for column, more in reversed(self.shifts):
            if column <= len(margin):
                margin = margin[:column] + more + margin[column:]
        return margin


def render(text: str, tree: ast.Module, place: Place, key: str, at: str, count: int) -> str:
    """The text of an instrumented module. `place` gives the lines and columns of the original's nodes."""
    printer = Printer(text, place)
    prologue = ast.parse(PROLOGUE.format(key=key, at=at, count=count)).body[0]
    prologue.ours = True  # type: ignore[attr-defined]
    first = next(n for n, statement in enumerate(tree.body) if hasattr(statement, "ours"))
    body = [*tree.body[:first], prologue, *tree.body[first:]]
    if any(not hasattr(statement, "ours") for statement in body):
        printer.block(body, tree)
    else:
        printer.add(len(printer.lines) + 1, 0, joined(body) + printer.end)
    return printer.printed()


def innermost(node: Any) -> Any:
    """What is inside all hooks around a node."""
    while getattr(node, "inner", None) is not None:
        node = node.inner
    return node


def is_simple(statement: ast.stmt) -> bool:
    """True for a statement that may share its line."""
    return not hasattr(statement, "body") and not isinstance(statement, ast.Match)


def joined(hooks: Sequence[ast.stmt]) -> str:
    """Hooks on one line."""
    return "; ".join(ast.unparse(hook) for hook in hooks)
