"""Functions that a library reads, instead of calling them: it compiles their bytecode, or makes a query of it.

Hooks would be read too, so such functions are left as they are: by their decorator, as arguments of what compiles, or,
for Pony, as generators and lambdas that its functions are given. Names are resolved by the module's imports.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

COMPILE = frozenset(
    """
    numba.jit numba.njit numba.vectorize numba.guvectorize numba.cfunc numba.stencil numba.generated_jit numba.jitclass
    numba.core.decorators.jit numba.core.decorators.njit numba.experimental.jitclass numba.cuda.jit
    numba.cuda.declare_device numba.extending.overload numba.extending.overload_method numba.extending.register_jitable
    numba.extending.overload_attribute numba.extending.intrinsic numba_cuda.jit
    taichi.kernel taichi.func taichi.real_func taichi.pyfunc taichi.data_oriented taichi.dataclass
    triton.jit triton.autotune triton.heuristics
    warp.kernel warp.func cupyx.jit.rawkernel cupy.fuse
    torch.compile torch.jit.script torch._dynamo.optimize
    cython.compile cython.cfunc cython.ccall pythran.jit transonic.jit transonic.boost pyccel.decorators.pure
    codon.jit rpyc.utils.teleportation.export_function
    """.split()  # noqa: SIM905
)
QUERY = frozenset(
    f"pony.orm.{name}"
    for name in "select exists count sum min max avg get delete distinct left_join group_concat".split()  # noqa: SIM905
)
QUERYING = frozenset(
    "select exists get filter where order_by sort_by group_concat count sum min max avg delete".split()  # noqa: SIM905
)  # methods of Pony's entities and queries; in modules that import something of Pony's


@dataclass(slots=True)
class LeftAlone:
    """What of a module is read by libraries: by the identity of its nodes, with the name of what reads it."""

    readers: dict[int, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)  # name -> what it was imported as
    stars: list[str] = field(default_factory=list)  # modules of which all was imported

    @staticmethod
    def of(tree: ast.Module) -> LeftAlone:
        """Look at a whole module. Nothing is there to be looked for where it imports none of these libraries."""
        found = LeftAlone()
        found.read_imports(tree)
        known = {name.partition(".")[0] for name in (*found.imports.values(), *found.stars)}
        if known & LIBRARIES:
            found.read_aliases(tree)
            found.read(tree)
        return found

    def read_imports(self, tree: ast.Module) -> None:
        """Note what names mean, wherever in the module they are imported."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self.imports[name] = alias.name if alias.asname else name
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    if alias.name == "*":
                        self.stars.append(node.module)
                    else:
                        self.imports[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def read_aliases(self, tree: ast.Module) -> None:
        """`jit = numba.njit(cache=True)` and `jit = partial(numba.njit, cache=True)` are imports of a kind."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute, ast.Call)):
                given = node.value.args[:1] if isinstance(node.value, ast.Call) else []
                reader = next(filter(None, map(self.compiler, [node.value, *given])), "")
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
                self.imports |= dict.fromkeys(names, reader) if reader else {}

    def read(self, tree: ast.Module) -> None:
        """Note all that is left to a library."""
        named: dict[str, str] = {}  # functions that are given to what compiles, by their name
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                reader = next(filter(None, map(self.compiler, node.decorator_list)), "")
                if reader:
                    self.readers[id(node)] = reader
            elif isinstance(node, ast.Call):
                named |= dict(self.read_call(node))
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name in named:
                self.readers.setdefault(id(node), named[node.name])

    def read_call(self, node: ast.Call) -> Iterator[tuple[str, str]]:
        """Note arguments that are read; (name, reader) of those that are names."""
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        reader = self.compiler(node.func)
        if reader:
            self.readers |= {id(arg): reader for arg in given if isinstance(arg, ast.Lambda)}
            yield from ((arg.id, reader) for arg in given if isinstance(arg, ast.Name))
        elif self.queries(node.func):
            self.readers |= {id(arg): "pony.orm" for arg in given if isinstance(arg, (ast.Lambda, ast.GeneratorExp))}

    def compiler(self, node: ast.expr) -> str:
        """The full name of what compiles, where an expression is that, or a call of it; else ""."""
        while isinstance(node, ast.Call):
            node = node.func
        name = self.full_name(node)
        return name if name in COMPILE else ""

    def queries(self, node: ast.expr) -> bool:
        """Whether a function makes a query of its arguments."""
        if isinstance(node, ast.Attribute) and node.attr in QUERYING and "pony" in self.libraries():
            return True
        return self.full_name(node) in QUERY

    def libraries(self) -> set[str]:
        """What the module imports something of."""
        return {name.partition(".")[0] for name in (*self.imports.values(), *self.stars)}

    def full_name(self, node: ast.expr) -> str:
        """`nb.cuda.jit` -> "numba.cuda.jit", by what was imported; "" for what is no such name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        known = [self.imports[node.id]] if node.id in self.imports else [f"{star}.{node.id}" for star in self.stars]
        names = (".".join([first, *reversed(parts)]) for first in known)
        return next((name for name in names if name in COMPILE | QUERY), "")


LIBRARIES = frozenset(name.partition(".")[0] for name in COMPILE | QUERY)
