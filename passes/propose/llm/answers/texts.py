"""A new text for a target of kind `text` -> its literal; and the placeholders that it must keep."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.answer import Refusal, Why
from tracec.passes.propose.llm.answers.kept import unmet
from tracec.passes.syntax.parsing import expression_of, module_of

FIELD = re.compile(r"\{\{|\}\}|(\{[\w.\[\]]*(?:![rsa])?(?::[^{}]*)?\})")
PERCENT = re.compile(r"%%|(%(?:\(\w+\))?[#0\- +]?\d*(?:\.\d+)?[sdrifgxeEGX])")
DOLLAR = re.compile(r"\$\$|(\$\{\w+\}|\$[A-Za-z_]\w*)")
STYLES = {"{}": FIELD, "%": PERCENT, "$": DOLLAR}


def value_of(literal: str) -> str | None:
    """What a literal says; of an f-string its fields as they are written; None for what is no text."""
    node = expression_of(literal)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (str(p.value).replace("{", "{{").replace("}", "}}") if isinstance(p, ast.Constant) else _field(p)
                 for p in node.values)  # fmt: skip
        return "".join(map(str, parts))
    return None


def _field(node: ast.expr) -> str:
    """`{x!r:>4}` as it is written in an f-string."""
    return ast.unparse(ast.JoinedStr([node]))[2:-1]


def literal(text: str, old: str) -> str | None:
    """The literal of a new text: an f-string where the old one is; None where that cannot be written."""
    if not isinstance(expression_of(old), ast.JoinedStr):
        return repr(text)
    made = f"f{text!r}"
    return made if isinstance(expression_of(made), ast.JoinedStr) else None


def said(body: str, target: Target) -> str:
    """The new text in a reply: the words themselves, a literal, or an assignment of one."""
    name = re.escape(target.qualname.rpartition(".")[2].partition("#")[0])
    stripped = body.strip()
    assigned = _assigned(stripped)
    if assigned is not None and re.match(rf"{name}\s*[:=]", stripped):
        value = assigned.args[0] if isinstance(assigned, ast.Call) and assigned.args else assigned
        found = value_of(ast.unparse(value))
        if found is not None:
            return found
    if stripped[:1] in "\"'" or re.match(r"[rbfRBF]{1,2}[\"']", stripped):
        found = value_of(stripped)
        if found is not None:
            return found
    return body.strip("\n")


def expression_said(body: str) -> str:
    """The new value of a name in a reply: an expression, or an assignment of one."""
    stripped = body.strip()
    assigned = _assigned(stripped)
    return stripped if assigned is None else ast.get_source_segment(stripped, assigned) or ast.unparse(assigned)


def _assigned(text: str) -> ast.expr | None:
    """What a text assigns that is nothing but an assignment."""
    tree = module_of(text)
    only = tree.body[0] if tree and len(tree.body) == 1 else None
    return only.value if isinstance(only, (ast.Assign, ast.AnnAssign)) else None


def faults(text: str, target: Target) -> Iterator[Refusal]:
    """Why a new text is refused: it is empty or the old one, a placeholder is gone or new, a constraint is not met."""
    old = value_of(target.value) or ""
    if not text.strip():
        yield Refusal(Why.EMPTY, f"the new text of {target.qualname} is empty", target.id)
    if text == old:
        yield Refusal(Why.UNCHANGED, f"the reply leaves {target.qualname} as it is", target.id)
    for before, after in ((placeholders(old, style), placeholders(text, style)) for style in STYLES.values()):
        gone = sorted({*before} - {*after})
        new = sorted({*after} - {*before}) if before else []
        count = before["{}"] != after["{}"] or any(
            before[p] != after[p] for p in before if p.startswith("%") and "(" not in p
        )
        if gone or new or count:
            words = [f"without {', '.join(gone)}"] * bool(gone) + [
                f"with {', '.join(new)}, which nothing fills"
            ] * bool(new)
            what = " and ".join(words) or "with another number of placeholders"
            kept = ", ".join(dict.fromkeys(before))
            yield Refusal(Why.PLACEHOLDERS, f"the new text of {target.qualname} is {what}; keep just {kept}", target.id)
    yield from unmet(text, target)


def placeholders(text: str, style: re.Pattern[str]) -> Counter[str]:
    """The placeholders of one style in a text, with their counts."""
    return Counter(found[1] for found in style.finditer(text) if found[1])
