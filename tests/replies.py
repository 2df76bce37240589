"""Replies of models as cases: a file to change, a reply, and how an answer is told as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tracec.passes.find import find, functions
from tracec.passes.nouns.edits import AddDefinition, AddImport, ReplaceDefinition
from tracec.passes.nouns.source import Source
from tracec.passes.nouns.span import Span
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.answer import Answer
from tracec.passes.propose.llm.answers.read import read

PATH = Path(__file__).parent / "data" / "model_replies.txt"
FILE = '''\
import math
from tracec import param

RATE = param(0.2)
PROMPT = param("Answer {question} in one word.")
LINE = param("%s: %d")


def add(a, b):
    """The sum."""
    return a - b


def area(radius, scale=1):
    if radius < 0:
        raise ValueError("negative")
    total = math.pi * radius
    return total * scale


class Cart:
    def __init__(self, rate):
        self.items = []
        self.rate = rate

    @property
    def size(self):
        return len(self.items) - 1

    def total(self, discount=0, *, tax=None):
        total = 0
        for item in self.items:
            total = item
        return total - discount

    def other(self):
        total = 0
        for item in self.items:
            # the last one
            total = item
        return total


class Bill:
    def total(self):
        return 0


def fact(n):
    return n * fact(n)


async def fetch(url):
    return url


def bill(name, amount):
    f_string = f"Dear {name!r}: {amount:.2f}"
    return f_string


GREETING = param("""Dear $name,
thank you.""")
'''


@dataclass(frozen=True)
class Case:
    """A reply, what may change, and how its answer is told."""

    name: str
    targets: tuple[str, ...]
    options: tuple[str, ...]
    reply: str
    told: str

    @property
    def cut(self) -> bool:
        return "cut" in self.options

    @property
    def partly(self) -> frozenset[str]:
        return frozenset(f"subject.py:{o[7:]}" for o in self.options if o.startswith("partly="))


def cases() -> Iterator[Case]:
    """The cases of the table: `### name | targets | options`, the reply, `--->`, the answer."""
    for part in re.split(r"^### ", PATH.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        head, _, rest = part.partition("\n")
        name, targets, *options = (word.strip() for word in head.split("|"))
        reply, _, told = rest.partition("\n--->\n")
        yield Case(name, tuple(targets.split(",")), tuple(options), unpacked(reply), told.rstrip("\n"))


def unpacked(reply: str) -> str:
    """A reply as it was: what an editor would spoil is written as an escape."""
    reply = reply.replace("<<FILE>>", FILE.replace("return a - b", "return a + b"))
    for word, char in (("\\r", "\r"), ("\\t", "\t"), ("\\bom", "\ufeff"), ("\\nbsp", "\u00a0")):
        reply = reply.replace(f"«{word}»", char)
    return reply


def all_targets(text: str = FILE) -> dict[str, Target]:
    """The targets of the file by their qualified names."""
    source = Source.decode("subject.py", text.encode())
    known = {target.qualname: target for target in (*functions(source), *find(source))}
    known["GREETING"] = replace(known["GREETING"], constraints=("at most 100 characters",))
    line, column = next((n, x.index('f"Dear')) for n, x in enumerate(text.split("\n"), 1) if 'f"Dear' in x)
    literal = text.split("\n")[line - 1][column:]
    span = Span("subject.py", line, column, line, column + len(literal))
    return known | {"f_string": Target("subject.py:f_string", "text", "f_string", span, literal)}


def answered(case: Case) -> Answer:
    known = all_targets()
    targets = [known[name] for name in case.targets]
    return read(case.reply, targets, {"subject.py": FILE}, partly=case.partly, cut=case.cut)


def as_text(answer: Answer) -> str:
    """An answer, a line for each thing, code indented below."""
    lines = [f"stage {answer.stage}"] if answer.stage else []
    for edit in answer.edits:
        if isinstance(edit, ReplaceDefinition):
            lines += [f"replace {edit.target}", *(f"    {line}".rstrip() for line in edit.source.split("\n"))]
        elif isinstance(edit, AddDefinition):
            lines += [f"add {edit.path} {edit.within}".rstrip()]
            lines += [f"    {line}".rstrip() for line in edit.source.split("\n")]
        elif isinstance(edit, AddImport):
            lines += [f"import {edit.path} {edit.source}"]
        else:
            lines += [f"set {edit.target} {edit.value}"]
    lines += [f"refused {refusal}" for refusal in answer.refusals]
    lines += [f"note {note}" for note in answer.notes]
    lines += [f"tune {tune.name} {tune.low} {tune.high} {tune.options}" for tune in answer.tunes]
    return "\n".join(lines)
