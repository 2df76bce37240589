"""Trace -> whether it agrees with itself: what was recorded of an operation is computed again from its operands.

Nothing of the program runs: operands are values of built-in types that are known exactly, and the work is bounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracec.passes.nouns.structure import CALLEE, Site
from tracec.passes.nouns.trace import Trace, show
from tracec.passes.verify.exact_values import INEXACT, agrees, exact, field_of, read
from tracec.passes.verify.operations import Rule, rule_of
from tracec.passes.verify.passing import Callees, is_same
from tracec.passes.verify.pure_operations import SILENT_METHODS, Refused
from tracec.passes.verify.unpacking import Unpacked, part_of

MOST_TOLD = 1_000  # disagreements that are told one by one; chosen
MOST_BETWEEN = 12  # nodes between a value that can change and its use, at which it is still the same; chosen
NO_OPERAND = frozenset(["changed", "return", "stored", "seen", CALLEE])  # labels of edges that no operand has
IDLE = frozenset(["const", "bind", "display"])  # kinds of nodes at which no object changes


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A node whose value is not what comes out: `computed` is a value, or says which exception."""

    node: int
    kind: str
    path: str
    line: int
    text: str
    recorded: str
    computed: str


@dataclass(frozen=True, slots=True)
class Verification:
    """How many nodes agree, disagree, or cannot be judged, by kind; `wrong` are the first that disagree."""

    agree: Mapping[str, int]
    disagree: Mapping[str, int]
    unjudged: Mapping[str, int]
    wrong: tuple[Disagreement, ...]
    lost: int


def verify(trace: Trace) -> Verification:
    """Compute again what can be: operations, comparisons, items, pure calls, and what is passed on as it is."""
    return Verifier(trace).all()


@dataclass(slots=True, eq=False)
class Verifier:
    """Goes through a trace once, from its first node to its last."""

    trace: Trace
    agree: Counter[str] = field(default_factory=Counter)
    disagree: Counter[str] = field(default_factory=Counter)
    unjudged: Counter[str] = field(default_factory=Counter)
    wrong: list[Disagreement] = field(default_factory=list)

    def all(self) -> Verification:
        """Judge every node."""
        columns, callees, unpacked = self.trace.columns, Callees(self.trace), Unpacked(self.trace)
        rules = [rule_of(site) for site in columns.table]
        for node, number in enumerate(columns.site):
            rule, site = rules[number], columns.table[number]
            if site.kind == "param":
                callees.param(node, columns.frame[node])
            elif site.kind == "call":
                for other, kind, source in callees.passed_by(node):
                    self.passed(other, kind, source)
                if rule is not None and not callees.is_own(site):
                    self.call(node, site, rule)
            elif rule is not None:
                self.operation(node, site, rule)
            elif site.kind == "bind" and not site.silent and (way := unpacked.way(site)):
                self.unpacking(node, site, way)
            if site.kind in ("attr", "item"):
                self.stored(node, site)
        counts = dict(self.agree), dict(self.disagree), dict(self.unjudged)
        return Verification(*counts, tuple(self.wrong), self.trace.lost)

    # --- each kind ---

    def operation(self, node: int, site: Site, rule: Rule) -> None:
        """Compute an operation again; not where it was only asked for its truth, as its value is not known then."""
        value = self.trace.columns.values[node]
        if type(value) is tuple and value[0] == "?":
            return
        given = iter(self.operands(node, site))
        values = [next(given) if constant is INEXACT else constant for constant in rule.constants]
        self.outcome(node, rule.kind, rule.compute, values)

    def call(self, node: int, site: Site, rule: Rule) -> None:
        """Compute a call of a built-in function, or of a method of a value of a built-in type."""
        if "self" not in site.labels:
            silent = site.attr == "print"
        else:
            of = self.trace.columns.values[self.trace.columns.inputs[self.trace.columns.first[node]]]
            kind = of[0] if type(of) is tuple else type(of).__name__
            silent = site.attr in SILENT_METHODS.get(kind, ())
        if silent:
            self.outcome(node, rule.kind, lambda values: None, ())
        else:
            self.operation(node, site, rule)

    def unpacking(self, node: int, site: Site, way: Sequence[Any]) -> None:
        """Take a part of a value again."""
        if len(site.operands) == 1:
            whole = self.operands(node, site)
            self.outcome(node, "unpacking", lambda v: INEXACT if v[0] is INEXACT else part_of(v[0], way), whole)

    def stored(self, node: int, site: Site) -> None:
        """Compare an attribute or an item with what was stored there, and a field with the picture of its object."""
        columns = self.trace.columns
        value, first = columns.values[node], columns.first[node]
        words = [columns.words[code] for code in columns.labels[first : columns.first[node + 1]]]
        if "stored" in words:
            source = columns.inputs[first + words.index("stored")]
            kind, before = columns.table[columns.site[source]].kind, columns.values[source]
            plain = type(value) is not tuple and type(before) is not tuple
            if plain and (kind == "store" if site.kind == "attr" else self.same_key(source, node)):
                self.judge(node, "what was stored", agrees(value, before), show(before))
        elif site.kind == "attr" and words[:1] == [""]:
            held = columns.values[columns.inputs[first]]
            fresh = self.is_now(columns.inputs[first], node)
            known = field_of(held, site.attr, now=fresh) if type(held) is tuple else INEXACT
            if known is not INEXACT:
                self.judge(node, "attribute", agrees(value, known), repr(known))

    def same_key(self, store: int, node: int) -> bool:
        """Tell whether an item was stored under the key that is read."""
        columns = self.trace.columns
        keys = []
        for at, label in ((store, "on"), (node, "")):
            first, last = columns.first[at], columns.first[at + 1]
            pairs = zip(columns.inputs[first:last], columns.labels[first:last])
            keys.append([columns.values[i] for i, code in pairs if columns.words[code] == label][1:2])
        plain = keys[0] and keys[1] and not any(type(key[0]) is tuple for key in keys)
        return columns.table[columns.site[store]].kind == "store" and bool(plain) and keys[0] == keys[1]

    def passed(self, node: int, kind: str, source: int) -> None:
        """Compare a value with the one that it is said to be."""
        values = self.trace.columns.values
        row = values[source]
        self.judge(node, kind, is_same(values[node], row), row[1] if type(row) is tuple else repr(row))

    # --- operands and verdicts ---

    def operands(self, node: int, site: Site) -> list[Any]:
        """List the values of a node's operands, in the site's order; INEXACT for one that was not evaluated."""
        columns = self.trace.columns
        first, last = columns.first[node], columns.first[node + 1]
        pairs = zip(columns.inputs[first:last], columns.labels[first:last])
        given = [i for i, code in pairs if columns.words[code] not in NO_OPERAND]
        found: list[Any] = []
        place = 0
        for ref in site.operands:
            there = place < len(given)
            if there and type(ref) is int and columns.table[columns.site[given[place]]].id != ref:
                there = columns.table[columns.site[node] - site.id + ref].kind == "name"  # the variable's own node
            found.append(self.value_of(given[place], node) if there else INEXACT)
            place += there
        return found

    def value_of(self, source: int, node: int) -> Any:
        """Return the value that an operand had when it was used."""
        columns = self.trace.columns
        site = columns.table[columns.site[source]]
        if site.kind == "const":
            return read(site.text)
        return exact(columns.values[source], now=self.is_now(source, node))

    def is_now(self, source: int, node: int) -> bool:
        """Tell whether nothing can have changed an object since its picture was taken."""
        columns = self.trace.columns
        if node - source > MOST_BETWEEN or columns.frame[source] != columns.frame[node]:
            return False
        same = columns.control[source] == columns.control[node]
        return same and all(columns.table[number].kind in IDLE for number in columns.site[source + 1 : node])

    def outcome(self, node: int, kind: str, compute: Callable[[Sequence[Any]], Any], values: Sequence[Any]) -> None:
        """Judge what comes of a computation."""
        try:
            computed = compute(values)
        except Refused:
            self.unjudged[kind] += 1
        except Exception as error:
            self.judge(node, kind, False, f"raises {type(error).__name__}: {error}")
        else:
            verdict = None if computed is INEXACT else agrees(self.trace.columns.values[node], computed)
            self.judge(node, kind, verdict, computed)

    def judge(self, node: int, kind: str, verdict: bool | None, computed: Any) -> None:
        """Count a node, and tell of it where it is wrong."""
        counted = self.unjudged if verdict is None else self.agree if verdict else self.disagree
        counted[kind] += 1
        if verdict is False and len(self.wrong) < MOST_TOLD:
            shown = self.trace.nodes[node]
            told = computed if isinstance(computed, str) and kind in ("return", "argument") else repr(computed)
            span, text = shown.site.span, " ".join(shown.site.text.split())
            self.wrong.append(Disagreement(node, kind, span.path, span.line, text, show(shown.value), told))
