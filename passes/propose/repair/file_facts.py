"""Module -> FileFacts: what a file says as a whole, and a class in it, worked out once for all definitions."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cached_property, lru_cache

from tracec.passes.syntax.nodes import last_name
from tracec.passes.syntax.tree import FUNCTIONS, FunctionNode

Callee = tuple[ast.expr, FunctionNode, bool]  # what is called, its definition, whether its first parameter is given
NOT_CALLED = frozenset(("__future__", "typing", "typing_extensions", "collections.abc", "types", "abc"))


class ClassFacts:
    """A class, and what its methods do with their object; of nothing where a function stands in no class."""

    def __init__(self, node: ast.ClassDef | None) -> None:
        self.node = node
        self.body: list[ast.stmt] = node.body if node else []
        self._nodes = [*ast.walk(node)] if node else []
        self._own = [n for n in self._nodes if isinstance(n, ast.Attribute) and is_self(n.value)]

    @cached_property
    def methods(self) -> list[FunctionNode]:
        """All methods of the class."""
        return [statement for statement in self.body if isinstance(statement, FUNCTIONS)]

    @cached_property
    def callables(self) -> list[Callee]:
        """The methods that may be called on an object of the class, without decorators and special ones."""
        plain = [m for m in self.methods if not m.decorator_list and not m.name.startswith("__")]
        return [(ast.Attribute(ast.Name("self", ast.Load()), m.name, ast.Load()), m, True) for m in plain]

    @cached_property
    def written(self) -> frozenset[str]:
        """The attributes that the methods give to their object."""
        return frozenset(node.attr for node in self._own if isinstance(node.ctx, ast.Store))

    @cached_property
    def attributes(self) -> list[str]:
        """The data attributes that the methods read or write on their object, and those that the body binds."""
        bound = [t.id for s in self.body if isinstance(s, ast.Assign) for t in s.targets if isinstance(t, ast.Name)]
        bound += [method.name for method in self.methods if _is_property(method)]
        methods = {method.name for method in self.methods} - {*bound}
        return [text for text in dict.fromkeys([*(n.attr for n in self._own), *bound]) if text not in methods]

    @cached_property
    def delegates(self) -> list[ast.expr]:
        """`self.a` where the class calls `self.a.f()`; all attributes that it gives its object where there is none."""
        called = dict.fromkeys(held for held, _ in self._chained) or sorted(self.written)
        return [ast.Attribute(ast.Name("self", ast.Load()), text, ast.Load()) for text in called]

    @cached_property
    def chains(self) -> list[ast.expr]:
        """`self.a.f` of all its calls, each once."""
        return [*{(held, chain.attr): chain for held, chain in self._chained}.values()]

    @cached_property
    def _chained(self) -> list[tuple[str, ast.Attribute]]:
        """The attribute `a` and the whole of `self.a.f`, for all its calls."""
        functions = [node.func for node in self._nodes if isinstance(node, ast.Call)]
        chains = [(f.value, f) for f in functions if isinstance(f, ast.Attribute)]
        return [(v.attr, f) for v, f in chains if isinstance(v, ast.Attribute) and is_self(v.value)]

    @cached_property
    def subscripted(self) -> list[str]:
        """The attributes of the object that the class looks items up in."""
        return list(dict.fromkeys(text for text, _ in self._items))

    @cached_property
    def filled(self) -> frozenset[str]:
        """The attributes of the object into which the class stores items."""
        return frozenset(text for text, stored in self._items if stored)

    @cached_property
    def _items(self) -> list[tuple[str, bool]]:
        nodes = [node for node in self._nodes if isinstance(node, ast.Subscript)]
        pairs = [(node.value, isinstance(node.ctx, ast.Store)) for node in nodes]
        return [(v.attr, stored) for v, stored in pairs if isinstance(v, ast.Attribute) and is_self(v.value)]


class FileFacts:
    """A module, or a definition that came without one."""

    def __init__(self, module: ast.AST) -> None:
        self.body: list[ast.stmt] = module.body if isinstance(module, ast.Module) else []
        self.nodes = [*ast.walk(module)]
        self._classes: dict[ast.AST, ClassFacts] = {}
        for node in self.nodes:
            if isinstance(node, ast.ClassDef):
                each = ClassFacts(node)
                self._classes.update(dict.fromkeys((node, *each.methods), each))

    def owner(self, definition: ast.AST) -> ClassFacts:
        """Return the class of a method, or that is the definition; a class of nothing for others."""
        return self._classes.get(definition) or ClassFacts(None)

    @cached_property
    def raises(self) -> list[ast.Raise]:
        """The `raise` statements of the file."""
        return [node for node in self.nodes if isinstance(node, ast.Raise)]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its functions and classes, and those that it imports."""
        defined = {node.name for node in self.nodes if isinstance(node, (*FUNCTIONS, ast.ClassDef))}
        return frozenset(defined | {alias.asname or alias.name for node in self.nodes for alias in _aliases(node)})

    @cached_property
    def function_names(self) -> list[str]:
        """Its functions outside classes."""
        return [node.name for node in self.body if isinstance(node, FUNCTIONS)]

    @cached_property
    def asked_classes(self) -> Mapping[str, list[ast.expr]]:
        """Last name of a variable or attribute -> the classes that `isinstance` is asked about it, each once."""
        found: dict[str, dict[str, ast.expr]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Call) and last_name(node.func) == "isinstance" and len(node.args) == 2:
                found.setdefault(last_name(node.args[0]), {}).setdefault(ast.dump(node.args[1]), node.args[1])
        return {text: list(kinds.values()) for text, kinds in found.items() if text}

    @cached_property
    def members(self) -> Mapping[str, list[str]]:
        """Class -> its methods and attributes."""
        classes = dict.fromkeys(self._classes.values())
        return {c.node.name: [*c.attributes, *(m.name for m in c.methods)] for c in classes if c.node}

    def idle_members(self, owner: ClassFacts) -> list[str]:
        """List attributes and methods that a class has for itself and nothing reads: one of them may be missing."""
        own = dict.fromkeys([*owner.attributes, *(m.name for m in owner.methods)])
        return [text for text in own if text.startswith("_") and not text.startswith("__") and text not in self._read]

    @cached_property
    def unread(self) -> frozenset[str]:
        """The members of classes that nothing reads."""
        return frozenset(text for members in self.members.values() for text in members) - self._read

    @cached_property
    def _read(self) -> frozenset[str]:
        attributes = (node for node in self.nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load))
        return frozenset(node.attr for node in attributes) | self._texts

    @cached_property
    def _texts(self) -> frozenset[str]:
        constants = (node.value for node in self.nodes if isinstance(node, ast.Constant))
        return frozenset(value for value in constants if isinstance(value, str))

    @cached_property
    def callables(self) -> list[Callee]:
        """The functions, and the classes with an `__init__`."""
        found: list[Callee] = []
        for statement in self.body:
            if isinstance(statement, FUNCTIONS):
                found.append((ast.Name(statement.name, ast.Load()), statement, False))
            elif statement in self._classes:
                makers = [m for m in self._classes[statement].methods if m.name == "__init__"]
                name = ast.Name(getattr(statement, "name", ""), ast.Load())
                found += [(name, maker, True) for maker in makers]
        return found

    @cached_property
    def calls(self) -> list[ast.Call]:
        """All calls."""
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    @cached_property
    def called(self) -> list[str]:
        """The names that are called, functions and classes."""
        return list(dict.fromkeys(call.func.id for call in self.calls if isinstance(call.func, ast.Name)))

    @cached_property
    def calls_of(self) -> Mapping[str, list[ast.Call]]:
        """All calls, by the dump of what they call."""
        found: dict[str, list[ast.Call]] = {}
        for call in self.calls:
            found.setdefault(ast.dump(call.func), []).append(call)
        return found

    @cached_property
    def methods(self) -> Mapping[str, list[str]]:
        """Variable -> the methods that are called on it."""
        found: dict[str, dict[str, None]] = {}
        for call in self.calls:
            if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
                found.setdefault(call.func.value.id, {}).setdefault(call.func.attr)
        return {receiver: list(names) for receiver, names in found.items()}

    @cached_property
    def asked(self) -> Mapping[str, list[str]]:
        """Name of a variable or attribute -> the methods that are called on it without arguments."""
        found: dict[str, dict[str, None]] = {}
        for call in self.calls:
            if isinstance(call.func, ast.Attribute) and not call.args and not call.keywords:
                found.setdefault(last_name(call.func.value), {}).setdefault(call.func.attr)
        return {receiver: list(names) for receiver, names in found.items() if receiver}

    @cached_property
    def attributes(self) -> Mapping[str, list[str]]:
        """Variable -> the data attributes that are read or written on it."""
        functions = {id(call.func) for call in self.calls}
        imports = [node for node in self.nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
        imported = {(alias.asname or alias.name).split(".")[0] for node in imports for alias in node.names}
        found: dict[str, dict[str, None]] = {}
        for node in (node for node in self.nodes if isinstance(node, ast.Attribute)):
            if isinstance(node.value, ast.Name) and node.value.id not in imported and id(node) not in functions:
                found.setdefault(node.value.id, {}).setdefault(node.attr)
        return {receiver: list(names) for receiver, names in found.items()}

    @cached_property
    def modules(self) -> list[str]:
        """The names of modules that the file imports as they are: `import a`, `import a.b as c`."""
        aliases = [alias for s in self.body if isinstance(s, ast.Import) for alias in s.names]
        return [a.asname or a.name for a in aliases if a.asname or "." not in a.name]

    @cached_property
    def open(self) -> bool:
        """Whether it imports names that are written nowhere: `from a import *`."""
        return any(alias.name == "*" for s in self.body if isinstance(s, ast.ImportFrom) for alias in s.names)

    @cached_property
    def idle(self) -> list[str]:
        """The functions and classes, imported ones included, that nothing mentions, not even a text of `__all__`."""
        used = {node.id for node in self.nodes if isinstance(node, ast.Name)} | self._texts
        made = [s.name for s in self.body if isinstance(s, (*FUNCTIONS, ast.ClassDef))]
        imports = [s for s in self.body if isinstance(s, ast.ImportFrom) and s.module not in NOT_CALLED]
        imported = [alias.asname or alias.name for s in imports for alias in s.names]
        return [text for text in [*made, *imported] if text not in used]

    @cached_property
    def given(self) -> Mapping[str, list[ast.expr]]:
        """Name of a variable or attribute -> what is assigned to it, each once."""
        found: dict[str, dict[str, ast.expr]] = {}
        for node in self.nodes:
            if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
                continue
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                found.setdefault(last_name(target), {}).setdefault(ast.dump(node.value), node.value)
        return {text: [*values.values()] for text, values in found.items()}


@lru_cache(maxsize=64)
def file_of(module: ast.AST) -> FileFacts:
    """Return the facts of a module, the same at each call."""
    return FileFacts(module)


def _is_property(method: FunctionNode) -> bool:
    return any("property" in ast.unparse(decorator) for decorator in method.decorator_list)


def is_self(node: ast.AST) -> bool:
    """Tell whether a node is `self`."""
    return isinstance(node, ast.Name) and node.id == "self"


def _aliases(node: ast.AST) -> list[ast.alias]:
    return node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else []
