"""Texts of a project's files -> which of its test files load some files, by what their imports say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from posixpath import basename, dirname, join, normpath

IMPORT = re.compile(r"^[ \t]*import[ \t]+(?P<names>[^\n#;]+)", re.MULTILINE)
FROM = re.compile(
    r"^[ \t]*from[ \t]+(?P<module>\.*[ \t]*[\w.]*)[ \t]+import[ \t]*(?:\((?P<many>[^)]*)\)|(?P<names>[^\n#;]+))",
    re.MULTILINE,
)
NAME = re.compile(r"[\w.]+")
COMMENT = re.compile(r"#[^\n]*")


def is_test(path: str) -> bool:
    """Tell whether pytest takes a file for one of tests, by its name."""
    name = basename(path)
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def tests_of(changed: Collection[str], texts: Mapping[str, str]) -> list[str]:
    """Find the test files that load one of the changed files, directly or through others; paths have `/`.

    Changed files may be gone: what imports them counts. A folder's conftest.py is loaded by the tests in and below it.
    """
    known = {*texts, *changed}
    loaded_by: dict[str, set[str]] = {}
    for path, text in texts.items():
        for other in {*imported(path, text, known), *conftests(path, known)} - {path}:
            loaded_by.setdefault(other, set()).add(path)
    reached, todo = set(changed), [*changed]
    while todo:
        for path in loaded_by.get(todo.pop(), ()):
            if path not in reached:
                reached.add(path)
                todo.append(path)
    return sorted(path for path in reached if is_test(path) and path in texts)


def conftests(path: str, known: Collection[str]) -> Iterator[str]:
    """Yield what pytest loads before a test file."""
    folder = dirname(path)
    while is_test(path):
        if (own := join(folder, "conftest.py")) in known:
            yield own
        if not folder:
            return
        folder = dirname(folder)


def imported(path: str, text: str, known: Collection[str]) -> Iterator[str]:
    """Yield the project's files that a file imports, with the packages that they are in."""
    for name in dict.fromkeys(names_in(path, text)):
        for root in roots(path):
            found = [*files_of(root, name, known)]
            if found:
                yield from found
                break


def names_in(path: str, text: str) -> Iterator[str]:
    """Yield the dotted names that a file imports; relative ones as `/folder/name`."""
    for found in IMPORT.finditer(text):
        yield from (part.split()[0] for part in found["names"].split(",") if part.strip())
    for found in FROM.finditer(text):
        module = found["module"].replace(" ", "")
        dots = len(module) - len(module.lstrip("."))
        names = NAME.findall(COMMENT.sub("", found["many"] or found["names"] or ""))
        base = module.lstrip(".")
        if dots:
            folder = normpath(join(dirname(path) or ".", *[".."] * (dots - 1)))
            base = f"/{'' if folder == '.' else folder}/{base}".rstrip("/") or "/"
        yield base
        yield from (f"{base}.{name}" if not dots or module.lstrip(".") else f"{base}/{name}" for name in names)


def roots(path: str) -> Iterable[str]:
    """The folders in which a file's absolute imports may be looked for: the project's, `src`, and those around it."""
    folders = ["", "src"]
    folder = dirname(path)
    while folder:
        folders.insert(0, folder)
        folder = dirname(folder)
    return dict.fromkeys(folders)


def files_of(root: str, name: str, known: Collection[str]) -> Iterator[str]:
    """Yield the files that are loaded for a name, where they are the project's: its packages, and itself."""
    if name.startswith("/"):
        parts, root = name.strip("/").replace(".", "/").split("/"), ""
    else:
        parts = name.split(".")
    for end in range(1, len(parts) + 1):
        stem = join(root, *parts[:end])
        for path in (f"{stem}.py", f"{stem}.pyi", join(stem, "__init__.py")):
            if path in known:
                yield path
