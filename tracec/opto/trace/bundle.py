"""`bundle`: a function whose calls are nodes; with `trainable` its code is a parameter."""

from __future__ import annotations

import contextlib
import copy
import functools
import inspect
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from tracec.opto.engine.core import BRACKET
from tracec.opto.engine.errors import ExecutionError, TraceMissingInputsError, standing_for, traceback_text
from tracec.opto.engine.kinds import ExceptionNode, MessageNode, Node, ParameterNode, filled
from tracec.opto.engine.operations import Operation
from tracec.opto.engine.places import place_of
from tracec.opto.engine.switches import READS, RUNNING, TRACING, Reads
from tracec.opto.functions.bound import Binding
from tracec.opto.functions.call_info import CallInfo
from tracec.opto.functions.failures import commented, marked_text
from tracec.opto.functions.learned import defined
from tracec.opto.functions.outside import disable_external_dependencies_check, outside
from tracec.opto.functions.shapes import Inputs, Shape
from tracec.opto.functions.written import Written, written
from tracec.opto.trace.broadcast import to_data, wrap_node
from tracec.opto.trace.modules import Module
from tracec.passes.nouns.errors import TracecError

EVAL = "[eval] calls the function that the text __code defines"
OPTIONS = frozenset([
    "traceable_code", "allow_external_dependencies", "overwrite_python_recursion", "_process_inputs",
    "catch_execution_error", "output_name",
])  # fmt: skip


class FunModule(Binding, Module):
    """A bundled function. A call gives a node, and ExecutionError where the function raises."""

    _is_bundle = True

    traceable_code = allow_external_dependencies = overwrite_python_recursion = False
    _process_inputs = catch_execution_error = True
    output_name: str | None = None

    def __init__(
        self,
        fun: Any,
        description: str | None = None,
        *,
        trainable: bool = False,
        projections: list[Any] | None = None,
        _ldict: Any = None,
        _frame: FrameType | None = None,
        **options: Any,
    ) -> None:
        self._static = isinstance(fun, (staticmethod, classmethod))
        self._of_class = isinstance(fun, classmethod)
        self._fun = fun = fun.__func__ if self._static else fun
        if not callable(fun) or options.keys() - OPTIONS:
            raise TypeError(f"bundle takes a function and {', '.join(sorted(OPTIONS))}, not {fun!r}, {options}")
        self.__dict__.update(options)
        self._applied, self._ldict = place_of(_frame) if _frame is not None else None, dict(_ldict or {})
        self._about = described(description, self.fun_name)
        self.overwrite_python_recursion = self.overwrite_python_recursion or trainable
        self._operations: dict[tuple[str, ...], Operation] = {}
        self._known_shape: tuple[Any, Shape] | None = None
        self._version: tuple[str, Any] = ("", fun)
        self.parameter: ParameterNode | None = self._as_parameter(projections) if trainable else None
        functools.update_wrapper(self, fun, updated=())

    def _as_parameter(self, projections: list[Any] | None) -> ParameterNode:
        own = self.written
        if own is None:
            what = f"the code of {self.fun_name} cannot change: it is a lambda, or its source is not in a file"
            raise TracecError(what, "write it as a def in a file, or leave trainable out")
        made = ParameterNode(
            own.text, name="__code", description=f"keep this beginning:\n{own.head}", projections=projections
        )
        made.origin = self
        self._version = own.text, self._fun
        return made

    # What it is

    @property
    def trainable(self) -> bool:
        """Whether its code may change."""
        return self.parameter is not None

    @functools.cached_property
    def written(self) -> Written | None:
        """How it is written, without the decorator."""
        return written(self._fun, self._applied)

    @property
    def fun_name(self) -> str:
        """Its qualified name."""
        found = getattr(self._fun, "__qualname__", type(self._fun).__name__)
        return found.replace("<locals>.", "").replace("<lambda>", "lambda")

    @property
    def description(self) -> str:
        """Its name in brackets, and what it does."""
        return self._about or f"[{self.fun_name}] {inspect.getdoc(self._fun) or ''}".strip()

    @property
    def name(self) -> str:
        """The name in the description."""
        found = BRACKET.match(self.description)
        return found[1] if found else self.fun_name

    @functools.cached_property
    def info(self) -> dict[str, Any]:
        """What is known of it."""
        own = self.written
        return {
            "fun": self._fun, "fun_name": self.fun_name, "_fun_name": getattr(self._fun, "__name__", self.fun_name),
            "doc": inspect.getdoc(self._fun) or "", "signature": self._shape(self._fun).signature,
            "source": own.text if own else None, "line_number": own.line if own else None,
            "file": own.path if own else None, "error_comment": None, "traceback": None, "output": None,
            "inputs": {"args": [], "kwargs": {}}, "external_dependencies": None,
        }  # fmt: skip

    @property
    def fun(self) -> Any:
        """The function itself, or what its text defines now; that is run once for a text.

        ExecutionError where the text defines nothing.
        """
        parameter = self.parameter
        if parameter is None or parameter._data == self._version[0]:
            return self._version[1] if parameter is not None else self._fun
        text = parameter._data
        if self.written is not None and text == self.written.text:
            self._version = text, self._fun
            return self._fun
        try:
            made = defined(inspect.unwrap(self._fun), text, self._ldict, self._owner)
        except Exception as error:
            raise self._undefined(parameter, text, error) from error
        self._version = text, made
        return made

    def _undefined(self, parameter: ParameterNode, text: str, error: Exception) -> Exception:
        line = error.lineno if isinstance(error, SyntaxError) and error.lineno else 1
        words = f"({type(error).__name__}) {error.msg if isinstance(error, SyntaxError) else error}"
        known = dict(self.info, error_comment=marked_text(text, line, words))
        known["traceback"] = f"The code of {parameter.py_name} defines nothing.\n{known['error_comment']}"
        about = f"[exception] The code of {parameter.py_name} has an error."
        inputs = {"code": parameter}
        name = f"exception_{parameter.py_name}"
        return standing_for(error, ExceptionNode(error, inputs=inputs, description=about, name=name, info=known))

    def _shape(self, function: Any) -> Shape:
        known = self._known_shape
        if known is None or known[0] is not function:
            known = self._known_shape = function, Shape(function)  # of one version
        return known[1]

    # A call

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Call it: a node, or for a coroutine function a coroutine that gives one."""
        if self.overwrite_python_recursion and any(one is self._root for one in RUNNING.get()):
            return self.fun(*(self._given(args)), **kwargs)
        function = self.fun
        args = (self._self_node, *args) if self._self_node is not None else args
        shape = self._shape(function)
        inputs = shape.bind(args, kwargs)
        call, options = self._call_with(inputs)
        info = CallInfo(self, call, options)
        if shape.later:
            return self._later(function, inputs, info)
        tokens = self._enter()
        try:
            output = function(*call, **options)
        except Exception as error:
            return self._failed(error, function, inputs, info, tokens)
        finally:
            self._leave(tokens)
        return self._gave(output, inputs, info, tokens[2])

    async def _later(self, function: Any, inputs: Inputs, info: CallInfo) -> Any:
        tokens = self._enter()
        try:
            output = await function(*info.args, **(info.kwargs or {}))
        except Exception as error:
            return self._failed(error, function, inputs, info, tokens)
        finally:
            with contextlib.suppress(ValueError):  # a coroutine that was dropped ends in another context
                self._leave(tokens)
        return self._gave(output, inputs, info, tokens[2])

    def _enter(self) -> tuple[Any, Any, Reads]:
        reads = Reads()
        running = RUNNING.set((*RUNNING.get(), self._root)) if self.overwrite_python_recursion else None
        return READS.set(reads), running, reads

    def _leave(self, tokens: tuple[Any, Any, Reads]) -> None:
        READS.reset(tokens[0])
        if tokens[1] is not None:
            RUNNING.reset(tokens[1])

    def _call_with(self, inputs: Inputs) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What the function itself is given."""
        if not self._process_inputs:
            values = inputs.nodes
        elif self.traceable_code:
            values = tuple(one.detach() if isinstance(one, Node) else one for one in inputs.nodes)
        else:
            values = tuple([one._data if isinstance(one, Node) else one for one in inputs.nodes])
        if not inputs.names:
            return values, {}
        by_name = dict(zip(inputs.labels, values))
        named = {name: by_name[name] for name in inputs.names}
        return tuple(v for label, v in by_name.items() if label not in named), named

    def _sources(self, inputs: Inputs) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """The inputs of the node that a call gives."""
        nodes = tuple([one if isinstance(one, Node) else one.parameter or Node(one) for one in inputs.nodes])
        if self.parameter is None:
            return inputs.labels, nodes
        return (*inputs.labels, "__code"), (*nodes, self.parameter)

    def _gave(self, output: Any, inputs: Inputs, info: CallInfo, reads: Reads) -> Any:
        labels, sources = self._sources(inputs)
        info.output, info.outside = output, outside(self, sources, reads)
        made = MessageNode.__new__(MessageNode)
        filled(made, output, self._operation(labels), sources)
        made._more = info
        return made

    def _operation(self, labels: tuple[str, ...]) -> Operation:
        found = self._operations.get(labels)
        if found is None:
            if self.parameter is not None:
                found = Operation("eval", EVAL, None, labels)
            else:
                found = Operation(self.output_name or self.name, self.description, None, labels)
            self._operations[labels] = found
        return found

    def _failed(
        self, error: Exception, function: Any, inputs: Inputs, info: CallInfo, tokens: tuple[Any, Any, Reads]
    ) -> Any:
        """Raise the error with its node, or as it is where it is not to be caught."""
        if not self.catch_execution_error:
            raise error
        labels, sources = self._sources(inputs)
        info.traceback = traceback_text(error)
        info.error_comment = commented(error, function, self.written if function is self._fun else None)
        kind = self._operation(labels)
        known = dict(zip(labels, sources)) if TRACING.get() else {}
        about = f"[exception] {kind.name} raises an exception."
        made = ExceptionNode(error, inputs=known, description=about, name=f"exception_{kind.name}")
        made._more = info
        raise standing_for(error, made) from error

    def detach(self) -> Any:
        """A copy with a parameter of its own."""
        return copy.deepcopy(self)

    def __repr__(self) -> str:
        return f"<FunModule {self.fun_name}>"


def described(about: str | None, name: str) -> str | None:
    """A description with a name in brackets before it; None where there is none."""
    return about if about is None or BRACKET.match(about) else f"[{name}] {about}"


def bundle(
    description: str | None = None,
    traceable_code: bool = False,
    _process_inputs: bool = True,
    trainable: bool = False,
    catch_execution_error: bool = True,
    allow_external_dependencies: bool = False,
    overwrite_python_recursion: bool = False,
    projections: list[Any] | None = None,
    output_name: str | None = None,
) -> Callable[[Any], Any]:
    """A decorator: `@bundle()`. Calls give nodes; `trainable` makes the function's code a parameter.

    With `traceable_code` the function works on nodes, and the graph within is kept. `catch_execution_error=False` lets
    exceptions through as they are.
    """
    options = {**locals()}

    def decorate(fun: Any) -> FunModule:
        frame = sys._getframe(1)
        around = frame.f_locals if trainable and frame.f_locals is not frame.f_globals else None
        return FunModule(fun, **options, _ldict=around, _frame=frame)

    return decorate


__all__ = [
    "ExecutionError", "FunModule", "TraceMissingInputsError", "bundle", "disable_external_dependencies_check",
    "to_data", "wrap_node",
]  # fmt: skip
