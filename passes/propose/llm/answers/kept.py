"""A new definition beside the old one -> what it may not change: signature and decorators; and code left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Sequence

from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.answer import Refusal, Why
from tracec.passes.syntax.parsing import module_of
from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode
from tracec.passes.syntax.untrusted import documentation, same

ELISION = re.compile(
    r"""\#\W*(?:
      (?:the\s+)?(?:rest|remainder|remaining|other)\b.*\b(?:code|function|method|class|body|lines?|logic|same|unchanged|
        implementation|here|above|before)\b
    | (?:the\s+)?(?:existing|previous|original|current|old)\b.{0,30}\b(?:code|logic|implementation|body|lines?)\b
        (?:\s+(?:here|goes|remains|stays|unchanged|continues|above|below).*|\W*)$
    | (?:\.\.\.|\u2026)
    | .*\b(?:remains?|stays?|is|are|kept)\s+(?:the\s+same|unchanged|as\s+(?:is|before))\W*$
    | (?:unchanged|same\s+as\s+(?:before|above|original)|no\s+changes?(?:\s+(?:here|needed))?|omitted.*|snip\w*)\W*$
    | (?:your|implement\w*|add)\s.{0,30}\bcode\s+here\b
    | lines?\s+\d+\s*(?:-|to)\s*\d+\b
    | \[?\d+\s+lines\s+are\s+not\s+shown\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
EXACT = re.compile(r"\b(?:keep|same|exact|not change|do not change|don't change)\b.*\bsignature\b", re.IGNORECASE)
LONGEST = re.compile(r"\bat most (\d[\d_,]*) (characters|lines|words)\b", re.IGNORECASE)
COUNTS: dict[str, Callable[[str], int]] = {
    "characters": len,
    "lines": lambda text: text.count("\n") + 1,
    "words": lambda text: len(text.split()),
}
Decorated = (*FUNCTIONS, ast.ClassDef)


def redecorated(source: str, target: Target) -> str:
    """The new definition with the decorators of the old one, where it has none: a model leaves them out for brevity."""
    new, old = _definition(source), _definition(target.value)
    if new is None or old is None or new.decorator_list or not old.decorator_list:
        return source
    head = target.value.split("\n")[: old.lineno - 1]
    return "\n".join([*head, source])


def documented(source: str, target: Target) -> str:
    """The new definition with the docstring of the old one, where it has none, for the same reason."""
    new, old = _definition(source), _definition(target.value)
    was, now = (documentation(node) if node is not None else None for node in (old, new))
    if new is None or old is None or was is None or now is not None or new.body[0].lineno == new.lineno:
        return source
    lines, before = source.split("\n"), target.value.split("\n")
    first = min(_decorated(new.body[0]))
    indent = lines[first - 1][: len(lines[first - 1]) - len(lines[first - 1].lstrip())]
    text = [line.removeprefix(" " * was.col_offset) for line in before[was.lineno - 1 : was.end_lineno]]
    text = [f"{indent}{line}" if line.strip() else line for line in text]
    made = "\n".join([*lines[: first - 1], *text, *lines[first - 1 :]])
    return made if _definition(made) is not None and old.body[0].lineno > old.lineno else source


def _decorated(node: ast.stmt) -> list[int]:
    return [node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))]


def faults(source: str, target: Target) -> Iterator[Refusal]:
    """Why a new definition of a target is refused: nothing where all that must stay is kept."""
    new, old = _definition(source), _definition(target.value)
    if elided := elision(source, target.value):
        said = f"`{elided}` stands for code of {target.qualname} that is left out; write all of it"
        yield Refusal(Why.ELIDED, said, target.id)
    if new is None or old is None:
        return
    if [ast.dump(d) for d in new.decorator_list] != [ast.dump(d) for d in old.decorator_list]:
        kept = ", ".join(f"@{ast.unparse(d)}" for d in old.decorator_list) or "none"
        yield Refusal(Why.DECORATORS, f"the decorators of {target.qualname} must stay: {kept}", target.id)
    if isinstance(old, FUNCTIONS) and (wrong := _signature(new, old, any(map(EXACT.search, target.constraints)))):
        kept = f"keep `{_head(old)}`"
        yield Refusal(Why.SIGNATURE, f"{wrong} in {target.qualname}, so what calls it would fail; {kept}", target.id)
    yield from unmet(source, target)


def unmet(text: str, target: Target) -> Iterator[Refusal]:
    """Constraints that can be checked: `at most 300 characters`, lines or words; the others are for the model alone."""
    for constraint in target.constraints:
        found = LONGEST.search(constraint)
        size = COUNTS[found[2].lower()](text) if found else 0
        if found and size > int(re.sub(r"\D", "", found[1])):
            yield Refusal(Why.CONSTRAINT, f"{target.qualname} has {size} {found[2]}; {constraint}", target.id)


def trailing(code: str, names: Collection[str]) -> str:
    """The comment at the end of a definition of one of some names that stands for code left out, "" for none."""
    tree, lines = module_of(code), code.split("\n")
    for node in ast.walk(tree) if tree else ():
        if not isinstance(node, FUNCTIONS) or node.name not in names:
            continue
        for line in lines[node.end_lineno or 0 :]:
            indent = len(line) - len(line.lstrip())
            if line.strip() and not (line.lstrip().startswith("#") and indent > node.col_offset):
                break
            if ELISION.search(line):
                return line.strip()
    return ""


def elision(source: str, old: str) -> str:
    """The line that stands for code which was left out, "" where there is none; what the old text has is none."""
    known = {line.strip() for line in old.split("\n")}
    for line in source.split("\n"):
        if "#" in line and line.strip() not in known and ELISION.search(line):
            return line.strip()
    tree, before = module_of(source), module_of(old)
    dots = next((node for node in ast.walk(tree) if _is_dots(node)), None) if tree else None
    if dots is not None and not (before and any(_is_dots(node) for node in ast.walk(before))):
        return "..."
    return ""


def _is_dots(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...


def _definition(text: str) -> FunctionNode | ast.ClassDef | None:
    tree = module_of(text)
    node = tree.body[0] if tree and len(tree.body) == 1 else None
    return node if isinstance(node, Decorated) else None


def _head(node: FunctionNode) -> str:
    return f"{'async ' * isinstance(node, ast.AsyncFunctionDef)}def {node.name}({ast.unparse(node.args)})"


def _signature(new: ast.AST, old: FunctionNode, exact: bool) -> str:
    """What calls that were right would meet: "" where each still is. What is new must have a default.

    Defaults and annotations may change, unless all is to stay exactly.
    """
    if type(new) is not type(old) or not isinstance(new, FUNCTIONS):
        return f"`{'async def' if isinstance(old, ast.AsyncFunctionDef) else 'def'}` became another statement"
    if exact and not same(new.args, old.args):
        return "the signature changed"
    names, before = (_positional(node.args) for node in (new, old))
    if list(names)[: len(before)] != list(before):
        return f"parameters changed from ({', '.join(before)}) to ({', '.join(names)})"
    keywords, keywords_before = (_keywords(node.args) for node in (new, old))
    gone = [name for name in keywords_before if name not in keywords]
    gone += [
        f"*{a.arg}" for a, b in ((old.args.vararg, new.args.vararg), (old.args.kwarg, new.args.kwarg)) if a and not b
    ]
    if gone:
        return f"{', '.join(gone)} is gone"
    needed = [
        name for name, given in (names | keywords).items() if not given and (before | keywords_before).get(name, True)
    ]
    return f"{', '.join(needed)} is new and has no default" if needed else ""


def _positional(args: ast.arguments) -> dict[str, bool]:
    """Positional parameters in their order, and whether each has a default."""
    every: Sequence[ast.arg] = [*args.posonlyargs, *args.args]
    return {a.arg: at >= len(every) - len(args.defaults) for at, a in enumerate(every)}


def _keywords(args: ast.arguments) -> dict[str, bool]:
    return {a.arg: default is not None for a, default in zip(args.kwonlyargs, args.kw_defaults)}
