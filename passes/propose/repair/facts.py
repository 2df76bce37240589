"""File + trace -> Facts of the names in a definition: shapes, constants, attributes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from tracec.passes.nouns.clues import NO_CLUES, FailureClues
from tracec.passes.propose.repair.file_facts import file_of
from tracec.passes.propose.repair.suspicion import Suspicion
from tracec.passes.syntax.shapes import PLAIN, UNKNOWN, Shape, inferred, plain, shape_of
from tracec.passes.syntax.tree import FunctionNode, Tree

# All chosen.
LONGEST_TEXT = 40  # characters of a text that is worth using elsewhere
MOST_TRACED = 60  # constants taken of the trace, the rest of the file or the messages
MOST_KEYS = 8  # keys, or marks of a kind
MOST_ENTRIES = 4  # keys, and values, of a dictionary that are looked at
MOST_ELEMENTS = 6  # elements of a sequence that are looked at
DEEPEST = 4  # assignments that inference follows
Plain = int | float | str


class Facts:
    """Shapes of nodes and names, and the constants and attributes that repairs may use."""

    def __init__(
        self,
        tree: Tree,
        module: ast.Module | None,
        suspicion: Suspicion,
        names: Iterable[tuple[str, tuple[object, ...]]],
        clues: FailureClues = NO_CLUES,
        others: Sequence[ast.Module] = (),
    ) -> None:
        self._tree, self.module, self.others, self._suspicion = tree, module, others, suspicion
        self._values: dict[str, tuple[object, ...]] = {name: values for name, values in names if values}
        self.clues = clues
        self._shapes: dict[ast.AST, Shape] = {}
        self._named: dict[str, Shape] = {}
        self._returned: dict[ast.AST, Shape] = {}
        self._attributes: dict[str, list[str]] = {}
        self.file = file_of(module or tree.root)
        self.owner = self.file.owner(tree.root)
        self.idle = self.file.idle_members(self.owner)

    def shape(self, node: ast.AST, depth: int = 0) -> Shape:
        """Return what is known of the values of `node`: traced first, then what its syntax gives away."""
        if node in self._shapes:
            return self._shapes[node]
        found = shape_of(self._suspicion.values.get(node, ()))
        if not found.types and isinstance(node, ast.Name):
            found = self.named(node.id, depth)
        if not found.types and depth < DEEPEST:
            found = inferred(node, lambda part: self.shape(part, depth + 1))
        if depth == 0:
            self._shapes[node] = found
        return found

    def named(self, name: str, depth: int = 0) -> Shape:
        """Return what is known of the values of a variable."""
        if name in self._named:
            return self._named[name]
        found = shape_of(self._values.get(name, ()))
        if not found.types and depth < DEEPEST:
            for value in self._given.get(name, ()):
                found |= value(depth + 1)
        if depth == 0:
            self._named[name] = found
        return found

    def keys(self, name: str) -> list[str]:
        """Return the texts that were keys of a variable's dictionaries."""
        held = [plain(value) for value in self._values.get(name, ())]
        found = dict.fromkeys(key for value in held if isinstance(value, dict) for key in value if isinstance(key, str))
        return [key for key in found if len(key) <= LONGEST_TEXT][:MOST_KEYS]

    def texts_of(self, node: ast.AST) -> list[str]:
        """What the pictures of the values of a node, or of a variable, show."""
        held = self._suspicion.values.get(node, ()) or self._values.get(getattr(node, "id", ""), ())
        return [text for value in held if isinstance(text := getattr(value, "text", None), str)]

    @cached_property
    def marks(self) -> list[str]:
        """What failing tests show that is neither letters nor digits: each character, and several together."""
        characters = (c for text in self.clues.shown_texts for c in text if not c.isalnum())
        together = (run for text in self.clues.shown_texts for run in re.findall(r"[^\w\s]{2,4}", text))
        return [*dict.fromkeys(characters)][:MOST_KEYS] + [*dict.fromkeys(together)][:MOST_KEYS]

    def returned(self, function: FunctionNode) -> Shape:
        """Return what a function returns, as far as its own syntax tells."""
        if function not in self._returned:
            results = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
            found = UNKNOWN
            for result in results:
                found |= inferred(result, lambda part: inferred(part, lambda _: UNKNOWN))
            self._returned[function] = found
        return self._returned[function]

    @cached_property
    def constants(self) -> list[Plain]:
        """The numbers and texts written in the definition, in the order of the source."""
        return _distinct(_constants(self._tree.places))

    @cached_property
    def file_constants(self) -> list[Plain]:
        """The numbers and texts written elsewhere in the file."""
        here = {_identity(value) for value in self.constants}
        everything = self.file.nodes if self.module else []
        return [value for value in _distinct(_constants(everything)) if _identity(value) not in here][:MOST_TRACED]

    @cached_property
    def traced(self) -> list[Plain]:
        """Numbers and short texts seen while the tests ran, those inside containers included."""
        seen = [*self._values.values(), *self._suspicion.values.values()]
        values = (inner for values in seen for value in values for inner in _inside(plain(value)))
        known = {_identity(value) for value in self.constants}
        return [value for value in _distinct(values) if _identity(value) not in known][:MOST_TRACED]

    @cached_property
    def shown_texts(self) -> list[Plain]:
        """Short texts that failing tests show and that the definition does not have."""
        known = {_identity(value) for value in self.constants}
        return [value for value in _distinct(self.clues.shown_texts) if _identity(value) not in known][:MOST_TRACED]

    def attributes(self, name: str) -> list[str]:
        """List the data attributes that the file reads or writes on a variable, or on others of the same type."""
        if name not in self._attributes:
            found = dict.fromkeys(self.owner.attributes if name == "self" else ())
            found.update(dict.fromkeys([*self.file.attributes.get(name, ()), *self.file.members.get(name, ())]))
            for other, attributes in self.file.attributes.items() if name in self.file.attributes else ():
                if other != name and self._alike(name, other):
                    found.update(dict.fromkeys(attributes))
            self._attributes[name] = list(found)
        return self._attributes[name]

    def methods(self, name: str) -> list[str]:
        """Return the methods that the file calls on a variable; for `self` also those of its class."""
        own = [m.name for m in self.owner.methods if not m.name.startswith("__")] if name == "self" else []
        return list(dict.fromkeys([*self.file.methods.get(name, ()), *own]))

    def _alike(self, one: str, other: str) -> bool:
        if "self" in (one, other):
            return False
        mine, its = self.named(one).types - PLAIN, self.named(other).types - PLAIN
        return bool(mine & its) or not (mine or its)

    @cached_property
    def _given(self) -> Mapping[str, list[_Given]]:
        """Variable -> the expressions that gave it its values, as far as they are plain to see."""
        found: dict[str, list[_Given]] = {}
        for node in (self._tree.root, *self._tree.places):
            for name, value, element in _assignments(node):
                found.setdefault(name, []).append(_Given(self, value, element))
        return found


class _Given:
    """An expression that is assigned, or over whose elements a loop runs."""

    def __init__(self, facts: Facts, value: ast.AST, element: bool) -> None:
        self._facts, self._value, self._element = facts, value, element

    def __call__(self, depth: int) -> Shape:
        found = self._facts.shape(self._value, depth)
        return Shape(found.elements) if self._element else found


def _assignments(node: ast.AST) -> Iterator[tuple[str, ast.AST, bool]]:
    if isinstance(node, ast.Assign):
        yield from ((target.id, node.value, False) for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and isinstance(node.target, ast.Name):
        yield node.target.id, node.iter, True
    elif isinstance(node, (ast.NamedExpr, ast.AnnAssign)) and isinstance(node.target, ast.Name) and node.value:
        yield node.target.id, node.value, False


def _constants(nodes: Iterable[ast.AST]) -> Iterator[object]:
    return (node.value for node in nodes if isinstance(node, ast.Constant))


def _distinct(values: Iterable[object]) -> list[Plain]:
    """Numbers and short texts, each once, in the order given; 1, 1.0 and True are three values."""
    kept = {
        _identity(value): value
        for value in values
        if type(value) in (int, float, str) and (not isinstance(value, str) or len(value) <= LONGEST_TEXT)
    }
    return [value for value in kept.values() if isinstance(value, (int, float, str)) and value == value]


def _identity(value: object) -> tuple[str, object]:
    return type(value).__name__, value


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*list(value)[:MOST_ENTRIES], *list(value.values())[:MOST_ENTRIES]]
    return list(value)[:MOST_ELEMENTS] if isinstance(value, (list, tuple)) else [value]
