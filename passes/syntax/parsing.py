"""Source -> Parsed: its syntax tree, lines and `# tracec:` comments, with places in characters; and quiet parsers."""

from __future__ import annotations

import ast
import bisect
import io
import re
import tokenize
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.span import Span
from tracec.passes.syntax.columns import characters
from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode

Definable = FunctionNode | ast.ClassDef
NO_PROGRAM = (SyntaxError, ValueError, RecursionError, MemoryError)  # what parsing a text may raise

# At the start of a comment, or after another one: `x = 1  # cm  # tracec: skip`.
DIRECTIVE = re.compile(r"(?:^|\s)#\s*tracec:\s*(trainable|skip-file|skip)\b\s*(.*?)(?:\s+#\s.*)?$")


@dataclass(frozen=True, slots=True)
class Comment:
    """A `# tracec: word rest` comment; it is `alone` where nothing else is on its line. Lines count from 1."""

    line: int
    word: str
    rest: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed file. `lines` have their ends, always `\\n`; line n is `lines[n - 1]`."""

    path: str
    tree: ast.Module
    lines: tuple[str, ...]
    comments: dict[int, Comment]  # by line
    alone: frozenset[int]  # lines which hold a comment (of any text) and nothing else
    in_strings: frozenset[int]  # lines whose start lies within a string
    ends: tuple[int, ...]  # last lines of logical lines, ascending

    @property
    def skipped(self) -> bool:
        """True where `# tracec: skip-file` stands before the first statement (a docstring aside)."""
        body = self.tree.body
        docstring = bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
        code = body[1:] if docstring else body
        first = min([code[0].lineno, *_decorator_lines(code[0])]) if code else len(self.lines) + 1
        return any(c.word == "skip-file" and c.alone and c.line < first for c in self.comments.values())

    def span(self, node: ast.expr | ast.stmt) -> Span:
        """Return the span of a node, in characters."""
        end_line, end = node.end_lineno or node.lineno, node.end_col_offset or 0
        start = characters(self.lines[node.lineno - 1], node.col_offset)
        return Span(self.path, node.lineno, start, end_line, characters(self.lines[end_line - 1], end))

    def text(self, span: Span) -> str:
        """Return the text of a span."""
        lines = list(self.lines[span.line - 1 : span.end_line])
        lines[-1] = lines[-1][: span.end_column]
        lines[0] = lines[0][span.column :]
        return "".join(lines)

    def comment_on(self, node: ast.expr | ast.stmt, word: str) -> Comment | None:
        """Return the comment that speaks of a definition (on or above it), or of another statement or value."""
        found = (self.comments[line] for line in self._lines_on(node) if line in self.comments)
        return next((comment for comment in found if comment.word == word), None)

    def refuse_idle_marks(self) -> None:
        """Raise TracecError for a `# tracec: trainable` that stands at no definition and no assignment."""
        markable = (*FUNCTIONS, ast.ClassDef, ast.Assign, ast.AnnAssign)
        claimed = {line for node in ast.walk(self.tree) if isinstance(node, markable) for line in self._lines_on(node)}
        for line in sorted({c.line for c in self.comments.values() if c.word == "trainable"} - claimed):
            raise TracecError(
                "this mark marks nothing",
                "put it on, or right above, a def, a class or an assignment of a number, string or bool",
                path=self.path,
                line=line,
            )

    def _lines_on(self, node: ast.expr | ast.stmt) -> list[int]:
        """Of a definition: the comments above, its decorators, its first and last header line; else: above and all."""
        if not isinstance(node, Definable):
            return [*self._alone_above(node.lineno), *range(node.lineno, (node.end_lineno or node.lineno) + 1)]
        first = min([node.lineno, *_decorator_lines(node)])
        header_end = self.ends[bisect.bisect_left(self.ends, node.lineno)]
        return [*self._alone_above(first), *range(first, node.lineno + 1), header_end]

    def _alone_above(self, line: int) -> range:
        first = line
        while first - 1 in self.alone:
            first -= 1
        return range(first, line)


def syntax(text: str) -> ast.Module:
    """Parse like `ast.parse`, without warnings: invalid escapes in the user's strings are not ours to report."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def module_of(text: str) -> ast.Module | None:
    """Parse a text quietly; None where it is no program."""
    try:
        return syntax(text)
    except NO_PROGRAM:
        return None


def expression_of(text: str) -> ast.expr | None:
    """Parse a text quietly; None where it is no expression."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except NO_PROGRAM:
        return None


@lru_cache(maxsize=64)
def parse(source: Source) -> Parsed:
    """Parse a file; nobody changes the tree. TracecError for a syntax error, with its line."""
    text = re.sub("\r\n?", "\n", source.text)
    try:
        tree = syntax(text)
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        line = getattr(error, "lineno", None) or 1
        what = getattr(error, "msg", None) or str(error)
        raise TracecError(f"syntax error: {what}", "mend it first", path=source.path, line=line) from None
    except (RecursionError, MemoryError):
        raise TracecError("nested too deeply to be parsed", "leave it out", path=source.path, line=1) from None
    comments = [token for token in tokens if token.type == tokenize.COMMENT]
    alone = frozenset(token.start[0] for token in comments if not token.line[: token.start[1]].strip())
    return Parsed(
        source.path,
        tree,
        tuple(io.StringIO(text)),
        {c.line: c for token in comments if (c := _directive(token, alone))},
        alone,
        _lines_in_strings(tokens),
        tuple(token.start[0] for token in tokens if token.type == tokenize.NEWLINE),
    )


def _directive(token: tokenize.TokenInfo, alone: frozenset[int]) -> Comment | None:
    found = DIRECTIVE.search(token.string)
    line = token.start[0]
    return Comment(line, found[1], found[2].strip(), line in alone) if found else None


def _lines_in_strings(tokens: Iterable[tokenize.TokenInfo]) -> frozenset[int]:
    """Lines that start within a string. From 3.12 on an f-string is many tokens, from its START to its END."""
    lines: set[int] = set()
    starts: list[int] = []
    for token in tokens:
        name = tokenize.tok_name[token.type]
        if name.endswith("STRING_START"):
            starts.append(token.start[0])
        elif name.endswith("STRING_END"):
            lines.update(range(starts.pop() + 1, token.end[0] + 1))
        elif name == "STRING":
            lines.update(range(token.start[0] + 1, token.end[0] + 1))
    return frozenset(lines)


def _decorator_lines(node: ast.stmt) -> list[int]:
    return [decorator.lineno for decorator in getattr(node, "decorator_list", ())]
