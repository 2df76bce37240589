"""Values and syntax -> Shape: which types an expression is known to have."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

NUMBERS = frozenset(("int", "float", "bool", "complex"))
SEQUENCES = frozenset(("list", "tuple", "str", "deque", "range", "bytes"))
MAPPINGS = frozenset(("dict", "defaultdict", "Counter", "OrderedDict"))
SIZED = SEQUENCES | MAPPINGS | {"set", "frozenset"}
STREAMS = frozenset(("map", "filter", "zip", "reversed", "list_reverseiterator", "generator", "enumerate")) | {
    "dict_keys",
    "dict_values",
    "dict_items",
}
CALLABLE = frozenset(("function", "method", "builtin_function_or_method", "type", "partial"))
PLAIN = NUMBERS | SIZED | STREAMS | {"NoneType"}  # the rest are objects with attributes, or functions
SAMPLE = 8  # elements of a container that are looked at; chosen
LONGEST_PICTURE = 4000  # characters of a picture that is read; chosen


@dataclass(frozen=True, slots=True)
class Shape:
    """The names of the types a value had, and those of its elements and keys; empty where nothing is known."""

    types: frozenset[str] = frozenset()
    elements: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    def __or__(self, other: Shape) -> Shape:
        return Shape(self.types | other.types, self.elements | other.elements, self.keys | other.keys)

    def fits(self, types: frozenset[str]) -> bool | None:
        """Tell whether the value is of one of `types`; None where that is not known."""
        return bool(self.types & types) if self.types and types else None

    def like(self, other: Shape) -> bool | None:
        """Tell whether both may be of one type, None where that is not known; all numbers are alike."""
        if not self.types or not other.types:
            return None
        numeric = self.types & NUMBERS and other.types & NUMBERS
        return bool(numeric) or bool(self.types & other.types)


UNKNOWN = Shape()


def shape(*types: str) -> Shape:
    """Make a shape of nothing but types; text has text as elements."""
    return Shape(frozenset(types), frozenset(("str",)) if "str" in types else frozenset())


def shape_of(values: Iterable[object]) -> Shape:
    """Find the shape of traced values. Values that are no plain data are pictures, with `.type` and `.text`."""
    found = UNKNOWN
    for value in values:
        found |= _of_value(value)
    return found


def plain(value: object) -> object:
    """Return a traced value, or what its picture shows where that is a literal (`[1, 2]`), else the picture itself."""
    if type(value).__name__ in PLAIN:
        return value
    text = getattr(value, "text", None)
    if not isinstance(text, str) or len(text) > LONGEST_PICTURE or getattr(value, "type", None) not in PLAIN:
        return value
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return value


def _of_value(picture: object) -> Shape:
    value = plain(picture)
    named = getattr(picture, "type", None)
    types = frozenset((named if isinstance(named, str) else type(value).__name__,))
    if isinstance(value, str):
        return Shape(types, frozenset(("str",)))
    if isinstance(value, dict):
        return Shape(types, _types(value.values()), _types(value))
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return Shape(types, _types(value))
    return Shape(types)


def _types(values: Iterable[object]) -> frozenset[str]:
    some = [value for _, value in zip(range(SAMPLE), values, strict=False)]
    return frozenset(
        named if isinstance(named := getattr(value, "type", None), str) else type(value).__name__
        for value in some
        if value is not Ellipsis  # a cut-off picture ends in `...`
    )


RESULTS: Mapping[str, Shape] = {
    **dict.fromkeys(("len", "ord", "int", "round", "hash", "id", "floor", "ceil", "gcd"), shape("int")),
    **dict.fromkeys(("float", "sqrt", "log"), shape("float")),
    **dict.fromkeys(("str", "chr", "repr", "bin", "hex", "oct", "input", "ascii", "format"), shape("str")),
    **dict.fromkeys(("bool", "any", "all", "isinstance", "issubclass", "callable", "hasattr"), shape("bool")),
    "range": Shape(frozenset(("range",)), frozenset(("int",))),
    **{
        kind: shape(kind) for kind in ("list", "tuple", "set", "dict", "frozenset", "map", "filter", "zip", "enumerate")
    },
    "sorted": shape("list"),
    "deque": shape("deque"),
    "abs": shape("int", "float"),
    "sum": shape("int", "float"),
}
METHOD_RESULTS: Mapping[str, Shape] = {
    **dict.fromkeys(("lower", "upper", "strip", "lstrip", "rstrip", "swapcase", "title", "capitalize"), shape("str")),
    **dict.fromkeys(("replace", "join", "zfill", "ljust", "rjust", "center", "removeprefix"), shape("str")),
    **dict.fromkeys(("isalpha", "isdigit", "isupper", "islower", "isspace", "isalnum", "isnumeric"), shape("bool")),
    **dict.fromkeys(("startswith", "endswith", "issubset", "issuperset", "isdisjoint"), shape("bool")),
    **dict.fromkeys(("count", "index", "find", "rfind", "rindex"), shape("int")),
    **dict.fromkeys(("split", "rsplit", "splitlines"), Shape(frozenset(("list",)), frozenset(("str",)))),
    "keys": shape("dict_keys"),
    "values": shape("dict_values"),
    "items": shape("dict_items"),
}
DISPLAYS: Mapping[type[ast.AST], Shape] = {
    ast.List: shape("list"),
    ast.ListComp: shape("list"),
    ast.Tuple: shape("tuple"),
    ast.Set: shape("set"),
    ast.SetComp: shape("set"),
    ast.Dict: shape("dict"),
    ast.DictComp: shape("dict"),
    ast.GeneratorExp: shape("generator"),
    ast.JoinedStr: shape("str"),
    ast.Compare: shape("bool"),
    ast.Lambda: shape("function"),
}


def inferred(node: ast.AST, look: Callable[[ast.AST], Shape]) -> Shape:
    """Return the shape that the syntax of `node` gives away; `look` answers for its parts."""
    if isinstance(node, ast.Constant):
        return _of_value(node.value)
    if isinstance(node, ast.Call):
        return _of_call(node, look)
    if isinstance(node, ast.UnaryOp):
        return shape("bool") if isinstance(node.op, ast.Not) else look(node.operand)
    if isinstance(node, ast.BinOp):
        return _of_operation(node, look)
    if isinstance(node, ast.BoolOp):
        return _joined([look(value) for value in node.values])
    if isinstance(node, ast.IfExp):
        return _joined([look(node.body), look(node.orelse)])
    if isinstance(node, ast.Subscript):
        whole = look(node.value)
        return whole if isinstance(node.slice, ast.Slice) else Shape(whole.elements)
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return Shape(DISPLAYS[type(node)].types, _joined([look(part) for part in node.elts]).types)
    return DISPLAYS.get(type(node), UNKNOWN)


def _of_call(node: ast.Call, look: Callable[[ast.AST], Shape]) -> Shape:
    if isinstance(node.func, ast.Attribute):
        return METHOD_RESULTS.get(node.func.attr, RESULTS.get(node.func.attr, UNKNOWN))
    if not isinstance(node.func, ast.Name):
        return UNKNOWN
    found = RESULTS.get(node.func.id, UNKNOWN)
    if node.func.id in ("sorted", "list", "tuple", "set", "reversed") and node.args:
        return Shape(found.types, look(node.args[0]).elements)
    if node.func.id in ("max", "min") and len(node.args) > 1:
        return _joined([look(part) for part in node.args])
    return found


def _of_operation(node: ast.BinOp, look: Callable[[ast.AST], Shape]) -> Shape:
    left, right = look(node.left), look(node.right)
    if isinstance(node.op, ast.Mod) and "str" in left.types:
        return shape("str")
    if isinstance(node.op, ast.Mult):
        return right if right.types & SEQUENCES else left if left.types & SEQUENCES else _joined([left, right])
    if isinstance(node.op, ast.Div) and left.types <= NUMBERS:
        return shape("float")
    return left if left.types else right


def _joined(shapes: list[Shape]) -> Shape:
    """The union, or nothing where one part is unknown."""
    if not all(part.types for part in shapes):
        return UNKNOWN
    found = UNKNOWN
    for part in shapes:
        found |= part
    return found
