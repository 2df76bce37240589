"""The roads on which a file becomes code: imports, `runpy`, zip files, pytest's rewriting. Each asks for recorded code.

A road is a function of the standard library or of pytest. Another of the same name stands in for it, has its place in
tracebacks too, and goes on to it for all that is not recorded. Nothing is added to loaders, to specs, or to
`sys.meta_path`. Code that comes on another road is noted once it was run.
"""

from __future__ import annotations

import sys
from importlib.machinery import FrozenImporter
from types import CodeType
from typing import Any

from tracec.runtime import record
from tracec.runtime.at_start import open, os
from tracec.runtime.launch.import_hook import Function, after_modules, has, of_loaders, stand_in
from tracec.runtime.launch.recorded_code import RecordedCode

OTHER_LOADER = "its loader compiles it in a way of its own"
BEFORE = "it was imported before the recorder"
BY_EXEC = "it was run by exec(), not imported"
VENDORS = ("", "joblib.externals.", "ray.", "pyspark.", "distributed.")  # whose packages cloudpickle lies in
NO_SOURCE = "it is bytecode alone"


class Roads:
    """All of them, for one process."""

    def __init__(self, recorded: RecordedCode) -> None:
        self.recorded = recorded
        self.executed: set[str] = set()  # the files, as code has them, that `exec` was given code of
        self._to_code = has("get_code").source_to_code
        self._later = {  # module -> what must be there, and what is done then
            "runpy": ("_get_code_from_file", self._runpy),
            "zipimport": ("zipimporter", self._zipimport),
            "_pytest.assertion.rewrite": ("AssertionRewritingHook", self._pytest),
            "dill._dill": ("save_code", self._dill),
            "greenlet._greenlet": ("getcurrent", lambda _: record.greenlets()),
            **{f"{name}cloudpickle.cloudpickle": ("CloudPickler", self._cloudpickle) for name in VENDORS},
        }

    def open(self, script: str = "", missed: tuple[str, ...] = ()) -> None:
        """What is in scope is recorded, or noted; the script has been seen to, but for what was `missed`."""
        for reason in (missed or ("",)) if script else ():
            self.recorded.note(self.recorded.scope.real(script), reason)
        self._note_modules()
        of_loaders(self._imported)
        stand_in(FrozenImporter, "exec_module", self._frozen)
        after_modules(self._come)
        self._come()
        watch(self.executed)

    def close(self) -> None:
        """Note what was run on no road that is known."""
        for name in tuple(self.executed):
            real = "" if name.startswith("<") else self.recorded.scope.real(name)
            if real and real not in self.recorded.seen and os.path.isfile(real):
                self.recorded.note(real, BY_EXEC)
        self.executed.clear()

    def _note_modules(self) -> None:
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if type(file) is str and name != "__main__" and not name.startswith("tracec.") and name != "tracec":
                real = self.recorded.scope.real(file)
                if real and real not in self.recorded.seen:
                    self.recorded.note(real, BEFORE)

    def _come(self) -> None:
        """Stand in for functions of modules that were imported since."""
        for name, (part, road) in tuple(self._later.items()):
            module = sys.modules.get(name)
            if module is not None and part in vars(module):
                self._later.pop(name, None)
                road(module)

    def _imported(self, plainly: Function, loader: Any, fullname: str) -> CodeType | None:
        try:
            path = loader.get_filename(fullname)
            real = self.recorded.scope.real(path)
            if not real:
                return None
            if type(loader).source_to_code is not self._to_code:
                self.recorded.note(real, OTHER_LOADER)
                return None
            data = bytes(loader.get_data(path))
        except (ImportError, OSError, TypeError, ValueError):  # whatever it is, it is told plainly
            return None
        return self.recorded.of("module", path, real, data, lambda: plainly(loader, fullname))

    def _frozen(self, plainly: Function, module: Any) -> bool:
        plainly(module)
        self._come()
        return True

    def _runpy(self, runpy: Any) -> None:
        """`run_path`, and what multiprocessing runs by its path."""

        def asked(plainly: Function, *args: Any) -> Any:
            try:
                path = os.fspath(args[-1])
                real = self.recorded.scope.real(path) if isinstance(path, str) else ""
                if not real:
                    return None
                with open(real, "rb") as file:
                    data = file.read()
            except (OSError, TypeError, ValueError):
                return None
            code = self.recorded.of("module", path, real, data, lambda: plainly(*args))
            return code if code is None or len(args) == 1 else (code, args[-1])

        stand_in(runpy, "_get_code_from_file", asked)

    def _zipimport(self, zipimport: Any) -> None:
        """Modules in a zip file that lies in scope."""

        def asked(plainly: Function, importer: Any, fullname: str) -> CodeType | None:
            try:
                path = importer.get_filename(fullname)
                real = self.recorded.scope.real(path)
                if not real:
                    return None
                if not path.endswith(".py"):
                    self.recorded.note(real, NO_SOURCE)
                    return None
                data = importer.get_data(path)
            except (ImportError, OSError):
                return None
            return self.recorded.of("module", path, real, data, lambda: plainly(importer, fullname))

        stand_in(zipimport.zipimporter, "get_code", asked)

    def _pytest(self, rewrite: Any) -> None:
        """Tests, conftest.py and plugins: pytest's own rewriting of `assert`, of code that is recorded."""

        def asked(plainly: Function, source: Any, *more: Any) -> CodeType | None:
            hook: Any = sys._getframe(2).f_locals.get("self")  # whose `exec_module` reads what pytest keeps
            try:
                path = str(source)
                real = self.recorded.scope.real(path)
                if not real:
                    return None
                data = source.read_bytes()
                passes = hook.config.getini("enable_assertion_pass_hook")
                kind = f"{rewrite.PYTEST_TAG}{' pass' if passes else ''}"
            except (OSError, AttributeError, ValueError, KeyError):
                return None

            def warn() -> object:
                return plainly(source, *more) or rewrite._rewrite_test(source, hook.config)

            return self.recorded.of(kind, path, real, data, warn)

        stand_in(rewrite, "_read_pyc", asked)

    def _cloudpickle(self, module: Any) -> None:
        """What is pickled by value can be read where tracec is not."""
        table = module.CloudPickler._dispatch_table
        plainly = table[CodeType]
        table[CodeType] = lambda code: plainly(self.recorded.plain.of(code))

    def _dill(self, module: Any) -> None:
        table = module.Pickler.dispatch
        plainly = table[CodeType]
        table[CodeType] = lambda pickler, code: plainly(pickler, self.recorded.plain.of(code))


def watch(executed: set[str]) -> None:
    """From now on the file of all code that `exec` is given is put into a set."""
    try:
        from tracec.runtime.launch import _executed  # type: ignore[attr-defined]
    except ImportError:

        def audited(event: str, args: tuple[Any, ...], add: Any = executed.add, code: Any = CodeType) -> None:
            if event == "exec" and type(args[0]) is code:
                add(args[0].co_filename)

        sys.addaudithook(audited)
    else:
        _executed.watch(executed)
