"""Names of coverage's contexts + ids of tests -> the tests that each context may mean."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

PHASE = re.compile(r"\|(setup|run|call|teardown)$")  # pytest-cov's
GROUP = re.compile(r"@[^\]/:]*$")  # pytest-xdist's: `test_a.py::test_b@group`


class ContextReader:
    """The ids of the tests there are now, by all that a context may have of them.

    `test_a.py::test_b[3]|run` is pytest-cov's, `tests.test_a.Class.test_b` coverage's own (`dynamic_context =
    test_function`: no parameters). Before either may stand a static context and `|`.
    """

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = frozenset(ids)
        self._by_function: dict[str, set[str]] = defaultdict(set)
        self._by_tail: dict[str, set[str]] = defaultdict(set)  # `Class::test` -> functions
        self._by_name: dict[str, set[str]] = defaultdict(set)  # `test` -> functions
        for name in ids:
            function = function_of(name)
            tail = function.partition("::")[2]
            self._by_function[function].add(name)
            self._by_tail[tail].add(function)
            self._by_name[re.split(r"::|\.", tail)[-1]].add(function)

    def meant_by(self, context: str) -> frozenset[str]:
        """The tests that a context may mean: one, all cases of a parametrised one, all of that name; none."""
        exact = self.ids.intersection(readings(context))
        if exact:
            return exact
        functions = self._of_id(context) if "::" in context else self._of_dotted(context.rpartition("|")[2])
        return frozenset[str]().union(*(self._by_function[function] for function in functions))

    def _of_id(self, context: str) -> set[str]:
        """A test whose parameters are others now, or whose path is seen from another folder."""
        wanted = {function_of(GROUP.sub("", text)) for text in readings(context)}
        found = {function for function in wanted if function in self._by_function}
        if found:
            return found
        return {
            function
            for text in wanted
            for function in self._by_tail.get(text.partition("::")[2], ())
            if ends(text.partition("::")[0], function.partition("::")[0], "/")
        }

    def _of_dotted(self, text: str) -> set[str]:
        """The tests with that very module and class, else all of that name: it may be inherited, or have moved."""
        named = self._by_name.get(text.rpartition(".")[2], set())
        return {function for function in named if ends(text, dotted(function), ".")} or named


def readings(context: str) -> Iterator[str]:
    """What a context may be the name of: as it is, without its phase, without what stands before a `|`."""
    while context:
        yield context
        yield PHASE.sub("", context)
        context = context.partition("|")[2]


def function_of(test: str) -> str:
    """`a[1].py::test_b[3]` -> `a[1].py::test_b`."""
    path, colons, rest = test.partition("::")
    return path + colons + rest.partition("[")[0]


def dotted(function: str) -> str:
    """`tests/test_a.py::Class::test_b` -> `tests.test_a.Class.test_b`."""
    path, _, rest = function.partition("::")
    return f"{path.removesuffix('.py').replace('/', '.')}.{rest.replace('::', '.')}"


def ends(one: str, other: str, separator: str) -> bool:
    """True where one of two names is the other, or the end of it."""
    return f"{separator}{one}".endswith(f"{separator}{other}") or f"{separator}{other}".endswith(f"{separator}{one}")


def is_of_a_test(context: str) -> bool:
    """True where a context looks like that of a test, be it one that is gone; else it is of what ran besides tests."""
    return "::" in context or context.rpartition(".")[2].startswith(("test", "runTest"))


def has_no_set_up(contexts: Iterable[str]) -> bool:
    """True where contexts are of test functions alone: what their fixtures run is recorded as outside of tests."""
    return not any("::" in context for context in contexts)
