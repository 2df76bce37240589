"""Arguments of the command line -> paths of Python files, and path -> Source."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tracec.passes.nouns.errors import TracecError
from tracec.runtime.project_paths import ProjectPaths

if TYPE_CHECKING:  # `tracec run` starts without what is imported in functions here
    from tracec.passes.nouns.source import Source

SKIPPED_FOLDERS = frozenset(
    {".git", ".venv", "venv", "node_modules", "site-packages", "__pycache__", ".tracec", "build", "dist"}
)
NOTEBOOK = "export it (`jupyter nbconvert --to script`), or record its cells: `%load_ext tracec`, `%%tracec`"
ROOT_FILES = ("pyproject.toml", "setup.cfg", "setup.py", ".git", "tox.ini", "pytest.ini")


def read(path: str, root: str | Path = "") -> Source:
    """The decoded file at `path` below `root`. It keeps the name `path`.

    TracecError where it is missing, a folder, unreadable, binary or does not decode.
    """
    from tracec.passes.nouns.source import Source

    try:
        data = Path(root, path).read_bytes()
    except FileNotFoundError:
        raise TracecError("no such file", "check the path", path=path) from None
    except IsADirectoryError:
        raise TracecError("is a folder", "name a file in it", path=path) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise TracecError(f"cannot be read ({reason})", "check its permissions", path=path) from None
    if path.endswith(".ipynb"):
        raise TracecError("is a notebook", NOTEBOOK, path=path)
    if b"\0" in data:
        raise TracecError("is binary, or text in UTF-16", "name a file of Python source", path=path)
    return Source.decode(path, data)


def digest(root: str | Path, paths: Iterable[str]) -> str:
    """A hash of the names of some files, as seen from `root`, and what is in them. Raises OSError."""
    import hashlib

    data = hashlib.sha256()
    for path in sorted(map(ProjectPaths(root).name, paths)):
        data.update(f"{path}\0".encode("utf-8", "surrogateescape") + Path(root, path).read_bytes() + b"\0")
    return data.hexdigest()


def expand(args: Sequence[str], cwd: str | Path) -> tuple[str, ...]:
    """PATH... -> the Python files they mean: sorted, each file once, relative to `cwd` where they lie in it.

    An argument is a file (any name), a folder (its .py files; inside git only those that git does not ignore), or a
    dotted `MODULE`, looked for in `cwd`, `cwd/src` and where this interpreter imports from; a package means its files.
    `FILE:QUALNAME` and `MODULE:QUALNAME` mean the file; `qualnames` gives the rest.
    TracecError where an argument finds nothing.
    """
    base = Path(cwd)
    by_place: dict[str, str] = {}
    for arg in args:
        found = list(_files_of(_split(arg, base)[0], base))
        if not found:
            raise TracecError("no Python files here", "name a file, a folder or a module", path=arg)
        for path in found:
            real = os.path.realpath(path)
            shown = _shown(path, base)
            # Of a link and the file it leads to, the file itself is the one to change.
            if real not in by_place or os.path.realpath(base / shown) == os.path.abspath(base / shown):
                by_place[real] = shown
    return tuple(sorted(by_place.values()))


def data_files(args: Sequence[str], cwd: str | Path) -> tuple[str, ...]:
    """What lies beside the Python files in the folders, and packages, that PATH... arguments mean, in the same form.

    Links are left out, and what git ignores.
    """
    base = Path(cwd)
    places = [named_place(arg, cwd) for arg in args]
    found = {
        path for place in places if place.is_dir() for path in _files_in(place, of=lambda name: name[-3:] != ".py")
    }
    return tuple(sorted(_shown(path, base) for path in found if not path.is_symlink()))


def named_place(arg: str, cwd: str | Path) -> Path:
    """The file or the folder that a PATH argument means, without a look at what is in the folder but for one file.

    TracecError where there is none, or no Python file in it.
    """
    base = Path(cwd)
    where = _split(arg, base)[0]
    path = base / where
    if not path.exists():
        path = next(iter(_files_of(where, base, whole=True)))
    if path.is_dir() and next(_walk(path), None) is None:
        raise TracecError("no Python files here", "name a file, a folder or a module", path=arg)
    return path


def qualnames(args: Sequence[str], cwd: str | Path) -> tuple[str, ...]:
    """The targets named within PATH... arguments, in the form that `select` reads: `cart.py:Cart.total`."""
    return tuple(arg for arg in args if _split(arg, Path(cwd))[1])


def project_root(start: str | Path) -> Path:
    """The nearest folder at or above `start` that looks like a project's root; else `start` itself (or its folder)."""
    here = Path(start).absolute()
    here = here if here.is_dir() else here.parent
    for folder in (here, *here.parents):
        if any((folder / name).exists() for name in ROOT_FILES):
            return folder
    return here


def _split(arg: str, base: Path) -> tuple[str, str]:
    """`WHERE:QUALNAME` -> (WHERE, QUALNAME); the whole is WHERE when such a file exists."""
    where, colon, qualname = arg.rpartition(":")
    if colon and not (base / arg).exists() and qualname.replace(".", "").isidentifier():
        return where, qualname
    return arg, ""


def _files_of(where: str, base: Path, *, whole: bool = False) -> Iterator[Path]:
    """The files that a word means; `whole`: a package's folder for the files in it."""
    path = base / where
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from _files_in(path)
    elif where.endswith(".py") or not where.replace(".", "").isidentifier():
        raise TracecError("no such file", "check the path", path=where)
    else:
        module = _find_module(where, base)
        yield from _files_in(module) if module.is_dir() and not whole else (module,)


def is_python(name: str) -> bool:
    """Whether a file is Python by its name."""
    return name.endswith(".py")


def _files_in(folder: Path, of: Callable[[str], bool] = is_python) -> list[Path]:
    """The .py files, or others, under a folder. What is named is not ignored, even where git ignores all of it."""
    return _listed_by_git(folder, of) or list(_walk(folder, of))


def _listed_by_git(folder: Path, of: Callable[[str], bool] = is_python) -> list[Path]:
    """The files that git tracks or would track; none where there is no git."""
    import subprocess

    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # A repository's own configuration could name a program to run as its fsmonitor.
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        answer = subprocess.run(command, env=env, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except OSError:
        return []
    if answer.returncode != 0:
        return []
    names = (os.fsdecode(name) for name in answer.stdout.split(b"\0") if of(os.fsdecode(name)))
    return [folder / name for name in names if (folder / name).is_file()]


def _walk(folder: Path, of: Callable[[str], bool] = is_python) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
        yield from (Path(place, name) for name in names if of(name) and Path(place, name).is_file())


def _find_module(name: str, base: Path) -> Path:
    """A dotted name -> its file, or the folder of a package, without running any of its code."""
    import importlib.util

    top, *rest = name.split(".")
    roots = [str(base), str(base / "src")]
    found = _descend(roots, [top, *rest])
    if found is None:
        try:
            spec = importlib.util.find_spec(top)
        except (ImportError, ValueError, AttributeError):
            spec = None
        if spec is not None and rest:
            found = _descend(list(spec.submodule_search_locations or ()), rest)
        elif spec is not None:
            # Of a package its folder; a namespace package may have several, the first is taken.
            places = [*(spec.submodule_search_locations or ()), spec.origin or ""]
            found = next((Path(p) for p in places if os.path.isdir(p) or p.endswith(".py")), None)
    if found is None:
        raise TracecError(f"no file, folder or Python module is called {name!r}", "check the spelling")
    return found


def _descend(roots: Sequence[str], parts: Sequence[str]) -> Path | None:
    for root in roots:
        place = Path(root, *parts)
        if place.is_dir():
            return place
        if place.with_name(place.name + ".py").is_file():
            return place.with_name(place.name + ".py")
    return None


def _shown(path: Path, base: Path) -> str:
    """The path as the user sees it: relative to where they are, when it lies there."""
    plain = os.path.normpath(path)
    inside = os.path.abspath(base)
    return os.path.relpath(plain, inside) if os.path.abspath(plain).startswith(inside + os.sep) else plain
