"""trace-opt 0.1.3.8, OptoPrime: functions are `bundle(trainable=True)`, a prompt is a trainable `node`.

The visible cases run in this process. The last call of a target (or, for a prompt, of the model) in each failing case
gives the output that the feedback is about; the outputs are joined by an operator, as its guide on minibatches does,
and the feedback is the report of the cases. A step takes one call. The best program on the visible cases is kept; the
optimizer goes on from its last one, as in its guides.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from judge import CALL_SECONDS, METRIC_SECONDS, Late, limited
from opto.optimizers import OptoPrime
from opto.trace import bundle, node
from opto.trace.errors import ExecutionError
from opto.utils.llm import LiteLLM
from peer_work import Given, arm, placed

Parameters = dict[str, Any]


class Watched:
    """A bundled function in the place of the plain one: it keeps its outputs, and gives plain values on."""

    def __init__(self, bundled: Any, outputs: list[Any], first: Any = None) -> None:
        self.bundled, self.outputs, self.first = bundled, outputs, first

    def __call__(self, *args: Any, **named: Any) -> Any:
        args = args if self.first is None else (self.first, *args[1:])
        try:
            output = self.bundled(*args, **named)
        except ExecutionError as error:
            self.outputs.append(error.exception_node)
            raise
        self.outputs.append(output)
        return output.data


def bundled(_function_of_program: Any) -> Any:
    """Alone in a function, as a bundle takes the names that are local where it is made for names of its code."""
    return bundle(trainable=True, allow_external_dependencies=True)(_function_of_program)


def wrapped(given: Given, program: Any, outputs: list[Any]) -> Parameters:
    """Put what is watched into the program; what may change, by name."""
    if given.prompt:
        (name,) = given.targets
        prompt = node(getattr(program, name), name=name, trainable=True, constraint=given.goal)
        plain = program.answer

        @bundle(allow_external_dependencies=True)
        def answer(prompt: str, text: str) -> Any:
            """The answer of a language model to a system prompt and a text."""
            return plain(prompt, text)

        program.answer = Watched(answer, outputs, prompt)
        return {name: prompt}
    parameters: Parameters = {}
    for name in given.targets:
        made = bundled(getattr(program, name))
        parameters[name] = made.parameter
        setattr(program, name, Watched(made, outputs))
    return parameters


def cases(given: Given) -> Iterator[tuple[str, Callable[[], Any]]]:
    """The visible cases, by the names they have in a report."""
    if given.metric:
        module, _, function = given.metric.partition(":")
        metric = getattr(importlib.import_module(module), function)
        rows = Path(given.folder, "train.jsonl").read_text().splitlines()
        yield from ((name, partial(metric, json.loads(row))) for name, row in zip(given.ids, rows))
    else:
        tests = importlib.import_module(Path(given.tests).stem)
        yield from ((name, getattr(tests, name.partition("::")[2])) for name in given.ids)


def output_of(case: Callable[[], Any], outputs: list[Any], seconds: int) -> Any:
    """The last output in a case; None where no target was called."""
    outputs.clear()
    try:
        with limited(seconds):
            case()
    except (Exception, Late):
        pass  # the report has it, from a run of its own
    return outputs[-1] if outputs else None


def run(given: Given) -> None:
    outputs: list[Any] = []
    program = importlib.import_module(Path(given.file).stem)
    parameters = wrapped(given, program, outputs)
    optimizer = OptoPrime(list(parameters.values()), llm=LiteLLM(f"openai/{given.model}"))
    ready, seconds = dict(cases(given)), METRIC_SECONDS if given.metric else CALL_SECONDS

    @bundle()
    def outputs_of_failing_cases(*outputs: Any) -> list[Any]:
        """What came out in the cases that fail."""
        return list(outputs)

    for step in range(given.calls + 1):
        source = given.source
        for name, parameter in parameters.items():
            source = placed(source, name, str(parameter.data))
        report = given.report(source)
        found = [output_of(ready[case.id], outputs, seconds) for case in report.failing if case.id in ready]
        found = [output for output in found if output is not None]
        if not found or step == given.calls:
            break
        optimizer.zero_feedback()
        optimizer.backward(outputs_of_failing_cases(*found), f"{given.goal}\n{report.text(given.metric)}")
        optimizer.step()


if __name__ == "__main__":
    arm(run)
