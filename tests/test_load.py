"""The import hook: in-scope files compiled our way, everything else untouched."""

import importlib
import importlib.abc
import inspect
import linecache
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tracec.runtime.launch import import_hook
from tracec.runtime.launch.import_hook import Finder

Write = Callable[..., Path]
Compiler = Callable[[str, bytes], CodeType]


@pytest.fixture
def finder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Finder]:
    """A hook of its own for each test."""
    fresh = import_hook.Finder()
    monkeypatch.setattr(import_hook, "_finder", fresh)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    known = set(sys.modules)
    yield fresh
    for name in set(sys.modules) - known:
        del sys.modules[name]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write files, put the folder on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        importlib.invalidate_caches()
        return tmp_path

    return write


def spy(seen: list[str]) -> Compiler:
    def compiler(path: str, data: bytes) -> CodeType:
        seen.append(path)
        return compile(data, path, "exec")

    return compiler


def test_only_files_in_scope_are_ours(finder: Finder, tree: Write) -> None:
    root, seen = tree(hk_in="x = 1", hk_out="y = 2"), list[str]()
    import_hook.install({str(root / "hk_in.py"): spy(seen)})
    ours, other = importlib.import_module("hk_in"), importlib.import_module("hk_out")
    assert (seen, ours.x, other.y) == ([str(root / "hk_in.py")], 1, 2)
    assert type(other.__loader__).__name__ == "SourceFileLoader"


def test_a_namesake_elsewhere_is_not_ours(finder: Finder, tree: Write) -> None:
    root, seen = tree(hkp__one__mod="x = 1", hkp__two__mod="x = 2"), list[str]()
    import_hook.install({str(root / "hkp/one/mod.py"): spy(seen)})
    assert importlib.import_module("hkp.two.mod").x == 2
    assert seen == []
    assert importlib.import_module("hkp.one.mod").x == 1
    assert len(seen) == 1


def test_packages_and_symlinks(finder: Finder, tree: Write) -> None:
    root, seen = tree(hkreal__mod="x = 1"), list[str]()
    (root / "hkreal/__init__.py").write_text("y = 2")
    (root / "hklink").symlink_to(root / "hkreal")
    import_hook.install({str(root / "hkreal/mod.py"): spy(seen), str(root / "hkreal/__init__.py"): spy(seen)})
    assert importlib.import_module("hkreal").y == 2
    assert importlib.import_module("hklink.mod").x == 1
    assert [path.removeprefix(str(root)) for path in seen] == [
        "/hkreal/__init__.py",
        "/hklink/__init__.py",
        "/hklink/mod.py",
    ]


def test_an_overlay_is_what_runs_and_what_is_shown(finder: Finder, tree: Write) -> None:
    root = tree(hk_over="def f(): return 'disk'")
    text = "def f():\n    return 'overlay é'\n"
    import_hook.install({}, {str(root / "hk_over.py"): text})
    module = importlib.import_module("hk_over")
    assert module.f() == "overlay é"
    assert inspect.getsource(module.f) == text
    assert linecache.getline(str(module.__file__), 2).strip() == "return 'overlay é'"
    assert isinstance(module.__loader__, importlib.abc.InspectLoader)
    assert module.__loader__.get_source("hk_over") == text


def test_an_overlay_keeps_to_its_cookie(finder: Finder, tree: Write) -> None:
    root = tree(hk_cookie="")
    import_hook.install({}, {str(root / "hk_cookie.py"): "# -*- coding: latin-1 -*-\nx = 'é'\n"})
    assert importlib.import_module("hk_cookie").x == "é"


def usual_attributes(module: ModuleType) -> tuple[object, ...]:
    assert module.__spec__ is not None
    return module.__file__, module.__cached__, module.__name__, module.__spec__.origin


def test_module_attributes_are_the_usual_ones(finder: Finder, tree: Write) -> None:
    root = tree(hk_attr="class A: pass")
    plain = importlib.import_module("hk_attr")
    usual, spec = usual_attributes(plain), plain.__spec__
    del sys.modules["hk_attr"]
    import_hook.install({str(root / "hk_attr.py"): import_hook.plain})
    module = importlib.import_module("hk_attr")
    assert type(module.__loader__) is type(plain.__loader__)
    assert (module.__loader__, module.__spec__) == (plain.__loader__, spec)
    assert vars(module.__loader__) == vars(plain.__loader__)
    assert pickle.loads(pickle.dumps(module.__spec__)) == module.__spec__
    assert usual_attributes(module) == usual
    assert type(pickle.loads(pickle.dumps(module.A()))) is module.A


def test_our_finder_is_first_and_only_once(finder: Finder) -> None:
    import_hook.install({})
    sys.meta_path.insert(0, import_hook.Finder())
    import_hook.install({})
    assert sys.meta_path.index(finder) == 0
    assert sys.meta_path.count(finder) == 1


def test_reload_uses_the_hook_again(finder: Finder, tree: Write) -> None:
    root, seen = tree(hk_again="x = 1"), list[str]()
    import_hook.install({str(root / "hk_again.py"): spy(seen)})
    importlib.reload(importlib.import_module("hk_again"))
    assert len(seen) == 2
