"""libcst's tree of the user's text -> the same with hooks in it. What goes where is in the instrumented tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import libcst as cst

from tracec.passes.instrument.hooks import ours
from tracec.passes.instrument.pairs import Pairs, innermost
from tracec.passes.instrument.proof import unreadable
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.structure import lines_of

Place = Callable[[Any], tuple[int, int, int, int]]
Line = Any  # a compound statement, or a line of simple ones
LEAVES = frozenset({
    cst.Annotation, cst.AssignEqual, cst.Colon, cst.Comma, cst.Dot, cst.EmptyLine, cst.Float, cst.Global, cst.Import,
    cst.ImportFrom, cst.Integer, cst.LeftParen, cst.Name, cst.Newline, cst.ParenthesizedWhitespace, cst.RightParen,
    cst.Semicolon, cst.SimpleString, cst.SimpleWhitespace, cst.TrailingWhitespace, cst.TypeParameters,
})  # fmt: skip
BARE = (cst.NamedExpr, cst.Yield, cst.Tuple, cst.GeneratorExp)  # need parentheses in a hook
LOOSE = (*BARE, cst.BooleanOperation, cst.IfExp, cst.Lambda)  # and behind an `or`
OPEN, CLOSE = [cst.LeftParen()], [cst.RightParen()]
BLANK = re.compile(r"(?:[\r\n][ \t\f\r\n]*)?\Z")  # lines at the end
LOST = re.compile(
    r"(?m)(?<!\\\n)(?<!\\\r\n)^(?:(?P<feed>[ \t\f]*\f)(?=[ \t]*[^\s#\\])"
    r"|(?P<indent>[ \t]*)(?P<more>(?:\\\r?\n[ \t]*)+)(?=\S))"
)  # at the start of a line, not behind a backslash


class Weaver(cst.CSTTransformer):
    """Puts the hooks in. Which of libcst's nodes they belong to is asked of the original ones."""

    def __init__(self, pairs: Pairs, place: Place, text: str) -> None:
        super().__init__()
        self.pairs, self.place, self.lines = pairs, place, lines_of(text)

    def on_visit(self, node: cst.CSTNode) -> bool:
        return type(node) not in LEAVES

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        hook = self.pairs.hooks.get(id(original_node))
        if hook is not None:
            return self.wrapped(hook, updated_node)
        block = self.pairs.blocks.get(id(original_node))
        if block is None:
            return updated_node
        if isinstance(original_node, cst.SimpleStatementSuite):
            return self.suite(block, updated_node)
        return updated_node.with_changes(body=self.woven(block, updated_node.body))

    # --- expressions ---

    def wrapped(self, hook: Any, at: Any) -> Any:
        """An expression in its hooks. The user's parentheses stay outside, but for those of a tuple."""
        real = innermost(hook)
        if isinstance(at, cst.Yield) and at.value is None and real.value is not None:
            at = at.with_changes(value=built(real.value, None, at), whitespace_after_yield=cst.SimpleWhitespace(" "))
        outer = () if isinstance(at, (cst.Tuple, cst.GeneratorExp)) else at.lpar
        if outer:
            closing, at = at.rpar, at.with_changes(lpar=(), rpar=())
            made = built(hook, real, at)
            return made.with_changes(lpar=[*outer, *made.lpar], rpar=[*made.rpar, *closing])
        made = built(hook, real, at)
        shared = isinstance(at, cst.GeneratorExp) and not at.lpar  # its parentheses are those of a call
        return made if made.lpar or shared or not self.tight(real) else made.with_changes(lpar=OPEN, rpar=CLOSE)

    def tight(self, node: ast.expr) -> bool:
        """True where a word stands directly before an expression, as in `in[x]`: a name may not follow it."""
        line, column, _, _ = self.place(node)
        before = self.lines[line - 1][column - 1 : column]
        return before.isalnum() or before == "_"

    # --- statements ---

    def suite(self, block: Sequence[ast.stmt], at: cst.SimpleStatementSuite) -> cst.BaseSuite:
        """Statements behind a colon: a guard needs lines of its own, other hooks stand between them."""
        line = cst.SimpleStatementLine(at.body, trailing_whitespace=at.trailing_whitespace)
        lines = self.woven(block, [line], inline=True)
        if not any(isinstance(statement, ast.Try) for statement in block):
            return at.with_changes(body=lines[0].body)
        return cst.IndentedBlock(lines, header=cst.TrailingWhitespace(whitespace=at.leading_whitespace))

    def woven(self, block: Sequence[ast.stmt], lines: Sequence[Line], inline: bool = False) -> list[Line]:
        """Lines with the hooks of their block: after a simple statement on its line, else on a line of their own.

        Where the first line is `inline`, which begins within a line of the user's, so are the hooks before it.
        """
        out: list[Line] = []
        todo, rest = list(block), list(lines)
        while rest:
            line, hooks = rest.pop(0), taken(todo)
            if hasattr(todo[0], "ours"):
                return [*out, *self.guard(todo[0], hooks, [line, *rest], inline)]
            within = hooks if inline and not out else []
            if hooks and not within and not behind(out, hooks):
                out.append(row(hooks, line.leading_lines))
                line = line.with_changes(leading_lines=())
            done, *more = filled(line, todo, within)
            out.append(done)
            rest[:0], inline = more, inline or bool(more)
        hooks = taken(todo)
        if todo:
            return [*out, *self.guard(todo[0], hooks, [])]
        if hooks and not behind(out, hooks):
            out.append(row(hooks))
        return out

    def guard(self, node: Any, first: Sequence[ast.stmt], lines: Sequence[Line], inline: bool = False) -> list[Line]:
        """A block in a `try`, behind the hooks that come first."""
        above = lines[0].leading_lines if lines else ()
        lines = [lines[0].with_changes(leading_lines=()), *lines[1:]] if lines else ()
        caught = [self.handler(handler) for handler in node.handlers]
        ended = cst.Finally(cst.IndentedBlock([row(node.finalbody)])) if node.finalbody else None
        body = cst.IndentedBlock(self.woven(node.body, lines, inline))
        return [row(first, above), cst.Try(body, caught, finalbody=ended)]

    def handler(self, handler: Any) -> cst.ExceptHandler:
        """What a guard does with an exception."""
        raised = cst.IndentedBlock([row(handler.body[:-1]), row(handler.body[-1:])])
        return cst.ExceptHandler(raised, cst.Name(handler.type.id), cst.AsName(cst.Name(handler.name)))


def taken(todo: list[ast.stmt]) -> list[ast.stmt]:
    """The hooks at the front of a block, taken from it, up to a statement of the user's or a guard."""
    count = next((n for n, one in enumerate(todo) if not hasattr(one, "ours") or isinstance(one, ast.Try)), len(todo))
    hooks, todo[:count] = todo[:count], []
    return hooks


def behind(out: list[Line], hooks: Sequence[ast.stmt]) -> bool:
    """Puts hooks on the last line, if that is one of simple statements."""
    simple = bool(out) and isinstance(out[-1], cst.SimpleStatementLine)
    if simple:
        out[-1] = out[-1].with_changes(body=added(out[-1].body, hooks))
    return simple


def filled(line: Line, todo: list[ast.stmt], within: Sequence[ast.stmt]) -> list[Line]:
    """A line with the hooks before and between its statements; two lines where a guard begins within it."""
    del todo[0]
    if not isinstance(line, cst.SimpleStatementLine):
        return [line]
    parts = [*map(statement, within), line.body[0]]
    for count, small in enumerate(line.body[1:], 1):
        hooks = taken(todo)
        if hasattr(todo[0], "ours"):
            todo[:0] = hooks
            head = line.with_changes(body=parts, trailing_whitespace=cst.TrailingWhitespace())
            return [head, line.with_changes(body=line.body[count:], leading_lines=())]
        parts = [*added(parts, hooks), small]
        del todo[0]
    return [line.with_changes(body=parts)] if len(parts) > 1 else [line]


def added(parts: Sequence[Any], hooks: Sequence[ast.stmt]) -> list[Any]:
    """Statements of one line and hooks behind them."""
    made = [statement(hook) for hook in hooks]
    if not made or not parts:
        return [*parts, *made]
    made[-1] = made[-1].with_changes(semicolon=parts[-1].semicolon)
    return [*parts[:-1], parts[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT), *made]


def row(hooks: Sequence[ast.stmt], above: Sequence[cst.EmptyLine] = ()) -> cst.SimpleStatementLine:
    """Hooks on a line of their own."""
    return cst.SimpleStatementLine([statement(hook) for hook in hooks], leading_lines=above)


# --- our own nodes ---


def statement(node: Any) -> Any:
    """One of our statements in libcst's form."""
    if isinstance(node, ast.Assign):
        return cst.Assign([cst.AssignTarget(cst.Name(node.targets[0].id))], built(node.value, node, None))  # type: ignore[attr-defined]
    return cst.Raise() if isinstance(node, ast.Raise) else cst.Expr(built(node.value, node, None))


name = lru_cache(64)(cst.Name)  # one node serves many hooks


def built(node: Any, real: Any, at: Any, kinds: tuple[type, ...] = ()) -> Any:
    """One of our expressions in libcst's form, with `at` in the place of `real`: in parentheses if it is of `kinds`."""
    if node is real:
        bare = isinstance(at, kinds) and not at.lpar  # type: ignore[attr-defined]
        return at.with_changes(lpar=OPEN, rpar=CLOSE) if bare else at
    match node:
        case ast.Name():
            return name(node.id)
        case ast.Subscript():
            number = cst.Index(cst.Integer(str(node.slice.value)))  # type: ignore[attr-defined]
            return cst.Subscript(built(node.value, real, at), [cst.SubscriptElement(number)])
        case ast.Call(func=ast.Name()):
            return cst.Call(built(node.func, real, at), [cst.Arg(built(arg, real, at, BARE)) for arg in node.args])
        case ast.NamedExpr():
            return cst.NamedExpr(cst.Name(node.target.id), built(node.value, real, at, BARE))
        case ast.BoolOp():
            made, *others = (built(value, real, at, LOOSE) for value in node.values)
            for other in others:
                made = cst.BooleanOperation(made, cst.Or(), other)
            return made.with_changes(lpar=OPEN, rpar=CLOSE)
    return cst.parse_expression(ast.unparse(node))


# --- the whole module ---


@dataclass(frozen=True, slots=True)
class Kept:
    """A text for libcst, and what of it is kept apart, as libcst would lose it: `restored` puts it back.

    That is: blank lines at the end; form feeds, and lines of a mere backslash, at the start of a statement. Before the
    latter stands a comment instead, `mark`. All is undone just so where that was not the start of a statement.
    """

    text: str
    mark: str
    lost: tuple[tuple[str, str], ...]  # what stands before and after the indentation of a line
    blank: str
    newline: str

    @staticmethod
    def of(text: str) -> Kept:
        """A whole text, taken apart."""
        end, newline = BLANK.search(text), re.search(r"\r\n|\r|\n", text)
        blank, ending = end[0] if end else "", newline[0] if newline else "\n"
        mark = next("#" + chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)  # of private use
        body = text[: len(text) - len(blank)]
        lost = tuple((found["feed"] or "", found["more"] or "") for found in LOST.finditer(body))
        return Kept(LOST.sub(lambda f: f"{mark}{ending}{f['indent'] or ''}", body), mark, lost, blank, ending)

    def restored(self, code: str) -> str:
        """The text that a changed tree gave, whole again."""
        lost = iter(self.lost)
        if self.lost:
            pattern = rf"[ \t]*{self.mark}(?:\r\n|\r|\n)([ \t]*)"
            code = re.sub(pattern, lambda found: found[1].join(next(lost)), code)
        return code + self.blank

    def module(self, path: str) -> cst.Module:
        """libcst's tree. TracecError where libcst does not parse it, or loses more of it."""
        try:
            module = cst.parse_module(self.text)
        except cst.ParserSyntaxError as error:
            raise unreadable(path, f"libcst cannot parse it: {error.message}", self.line(error.raw_line)) from None
        code = module.code
        if code != self.text:
            same = next((n for n, (a, b) in enumerate(zip(self.text, code)) if a != b), len(code))
            raise unreadable(path, "libcst loses white space here", self.line(self.text.count("\n", 0, same) + 1))
        return module.with_changes(default_newline=self.newline)

    def line(self, number: int) -> int:
        """A line's number in the whole text."""
        return number - sum(self.mark in line for line in lines_of(self.text)[: number - 1])


def hooked(source: Source, module: cst.Module, tree: ast.Module, place: Place, prologue: str) -> cst.Module:
    """The tree with the hooks of `tree` and the prologue in it. `place` gives the lines and columns of user's nodes."""
    first = next(n for n, one in enumerate(tree.body) if hasattr(one, "ours"))
    start = ours(ast.parse(prologue).body[0])
    pairs = Pairs()
    try:
        pairs.pair(ast.Module([*tree.body[:first], start, *tree.body[first:]], []), module)
        return module.visit(Weaver(pairs, place, source.text))
    except (ValueError, AttributeError, cst.CSTValidationError) as error:
        raise unreadable(source.path, f"libcst reads it otherwise: {error}") from None
