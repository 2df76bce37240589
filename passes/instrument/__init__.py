"""Source -> Instrumented: a program that records itself, and the static structure to read the record with."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import TYPE_CHECKING, Any

from tracec.passes.instrument.definitions import Definitions
from tracec.passes.instrument.hooks import PROLOGUE, Hooks, table
from tracec.passes.instrument.proof import described, prove, unreadable
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.structure import Structure
from tracec.runtime.record.bind_hooks import BUILTINS, folded_set, signature, with_order

if TYPE_CHECKING:
    import libcst

Place = Callable[[Any], tuple[int, int, int, int]]
GRAINS = ("calls", "values")
OURS = re.compile("|".join(sorted(BUILTINS)))
NO_COMMA = (
    "'frozenset' object is not callable"  # what the compiler says of a hook that is a constant, and of nothing else
)


@dataclass(frozen=True, slots=True)
class Instrumented:
    """`tree` is the program, every position as in the original; `packed` its structure as rows of plain data.

    `place` gives the lines and columns, in characters, of a node that is the user's.
    """

    source: Source
    tree: ast.Module
    packed: Mapping[str, Any]
    place: Place
    hooks: Hooks
    careful: bool = False
    left: tuple[str, ...] = ()  # what is said of functions that a library reads: they are left alone

    def compiled(self, path: str) -> CodeType:
        """The program as code. Where it is careful its hooks are holes, to be filled by `runtime.bind`.

        The other form has a raw `list.append` for a hook, which another must replace once a second thread begins.
        """
        if not self.careful:
            return compile(self.tree, path, "exec", dont_inherit=True)
        with warnings.catch_warnings(), self.hooks.as_constants():
            warnings.filterwarnings("ignore", NO_COMMA, SyntaxWarning)
            return with_order(compile(self.tree, path, "exec", dont_inherit=True), sets_of(self.tree))

    @property
    def structure(self) -> Structure:
        """What the linker needs."""
        return Structure.unpack(self.packed)

    @property
    def text(self) -> str:
        """The same program for people: the user's own text with the hooks in it. It runs as it is.

        Raises TracecError where the text cannot hold the hooks: Python allows 200 parentheses around an expression, and
        names that are ours may not be the user's too.
        """
        try:
            return self.printed()
        except RecursionError:
            raise unreadable(self.source.path, "it nests too deeply") from None

    def printed(self) -> str:
        """The same, but RecursionError where it nests too deeply for Python's limit."""
        from tracec.passes.instrument.printed import Kept

        program = described(self.source, self.tree)  # nothing that nests too deeply gets to libcst's parser
        kept = Kept.of(self.source.text)
        text = kept.restored(self._woven(kept.module(self.source.path)).code)
        self._prove(text, program)
        return text

    def onto(self, module: libcst.Module) -> libcst.Module:
        """libcst's tree of the source with the hooks in it: proved to be the program of `tree`, one prologue apart."""
        program, made = described(self.source, self.tree), self._woven(module)
        self._prove(made.code, program)
        return made

    def _woven(self, module: libcst.Module) -> libcst.Module:
        from tracec.passes.instrument.printed import hooked

        refuse_ours(self.source)
        key = self.packed["key"]
        prologue = PROLOGUE.format(key=key, at=table(key), count=len(self.packed["segments"]))
        return hooked(self.source, module, self.tree, self.place, prologue)

    def _prove(self, text: str, program: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            prove(self.source.path, text, program)


def instrument(
    source: Source,
    grain: str = "values",
    key: str = "",
    *,
    careful: bool = False,
    named: bool = True,
    rewritten: bool = False,
) -> Instrumented:
    """Instrument a module. `key` names the structure in logs; by default the source's SHA-256.

    `careful` recording never prolongs the life of a value, at the price of a call for each. Where hooks are `named`,
    and no constants of the code, class bodies are left alone, but for functions: a metaclass could see what is read.
    `rewritten`: another will make other statements of each assertion, and needs it where it stands.
    Raises TracecError with `path:line` where the file has a syntax error, or, unless `careful`, uses our names.
    """
    tree = parse(source)
    if not careful:
        refuse_ours(source)
    layout = Definitions(source, grain, key or source.sha256[:16], careful, named)
    layout.rewritten = rewritten
    layout.module(tree)
    return Instrumented(source, tree, layout.pack(), layout.span, layout.make, careful, tuple(layout.left))


def sets_of(tree: ast.Module) -> dict[frozenset[object], str]:
    """The sets of constants in a program, by their signature, and their texts."""
    found: dict[frozenset[object], str] = {}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Set) and len(node.elts) > 1]
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
        if not any(isinstance(inner, (ast.Name, ast.Call, ast.JoinedStr)) for inner in ast.walk(node)):
            text = ast.unparse(node)
            folded = folded_set(text)
            if folded is not None:
                found.setdefault(signature(folded), text)
    return found


def refuse_ours(source: Source) -> None:
    """TracecError where a text has names that are ours."""
    ours = OURS.search(source.text)
    if ours is not None:
        line = source.text.count("\n", 0, ours.start()) + 1
        raise TracecError(f"uses the name {ours[0]}, which is tracec's", "rename it", path=source.path, line=line)


def parse(source: Source) -> ast.Module:
    """The syntax tree, without what the parser warns about; TracecError at the line of a syntax error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source.text)
    except SyntaxError as error:
        raise TracecError(
            f"syntax error: {error.msg}", "mend it first", path=source.path, line=error.lineno or 1
        ) from None
    except ValueError as error:
        raise TracecError(f"cannot be read: {error}", "mend it first", path=source.path, line=1) from None
