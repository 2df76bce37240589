"""Several runs at once, and copies of modules with other values of their parameters."""

from __future__ import annotations

import contextvars
import copy
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import fmean
from typing import Any

from tracec.opto.trace.bundle import bundle
from tracec.opto.trace.modules import Module
from tracec.opto.trainer.guide import Guide

UNEQUAL = "All arguments and keyword arguments must have the same length."  # programs look at these words


def safe_mean(x: Iterable[Any], missing_value: Any = None) -> Any:
    """The mean of what is not None."""
    found = [float(one) for one in flat(x) if one is not None]
    return fmean(found) if found else missing_value


def flat(x: Iterable[Any]) -> list[Any]:
    """Numbers in lists or arrays of any depth."""
    return [one for part in x for one in (flat(part) if hasattr(part, "__iter__") else [part])]


def async_run(
    runs: Sequence[Callable[..., Any]],
    args_list: Sequence[Sequence[Any]] | None = None,
    kwargs_list: Sequence[dict[str, Any]] | None = None,
    max_workers: int | None = None,
    description: str | None = None,
    allow_sequential_run: bool = True,
) -> list[Any]:
    """What all functions return, in their order; they run in threads, each in a copy of this context."""
    given = list(zip(runs, args_list or [()] * len(runs), kwargs_list or [{}] * len(runs)))
    if not given or (max_workers == 1 and allow_sequential_run):
        return [run(*args, **kwargs) for run, args, kwargs in given]
    with ThreadPoolExecutor(max_workers=max_workers or len(given)) as pool:
        tasks = [pool.submit(contextvars.copy_context().run, run, *args, **kwargs) for run, args, kwargs in given]
        return [task.result() for task in tasks]


def batch_run(
    max_workers: int | None = None, description: str | None = None
) -> Callable[[Any], Callable[..., list[Any]]]:
    """A decorator: the function is called with each element of its arguments, which have to be of one length.

    What has no length is given to each call, and modules and guides as a copy, so that calls do not meet in them.
    """

    def decorate(fun: Callable[..., Any]) -> Callable[..., list[Any]]:
        def several(*args: Any, **kwargs: Any) -> list[Any]:
            sizes = {len(one) for one in (*args, *kwargs.values()) if hasattr(one, "__len__")}
            if len(sizes) != 1:
                raise ValueError(UNEQUAL)
            size = sizes.pop()
            spread = [elements(one, size) for one in args]
            named = {name: elements(one, size) for name, one in kwargs.items()}
            return async_run(
                [fun] * size,
                [tuple(one[at] for one in spread) for at in range(size)],
                [{name: one[at] for name, one in named.items()} for at in range(size)],
                max_workers,
                description,
            )

        return several

    return decorate


def elements(value: Any, size: int) -> list[Any]:
    """What each call is given of an argument."""
    each = [*value] if hasattr(value, "__len__") else [value] * size
    return [one.copy() if isinstance(one, (Module, Guide)) else one for one in each]


@bundle()
def batchify(*items: Any) -> str:
    """Several outputs or words on them as one text, each with its number."""
    return "".join(f"ID [{at}]: {item}\n" for at, item in enumerate(items))


def get_original_name(node: Any) -> str:
    """The name of the node that it is a copy of."""
    name: str = node.py_name
    return name.partition("_copy")[0]


def is_node_copy(a: Any, b: Any) -> bool:
    """Whether both are copies of one node, or one of the other."""
    return get_original_name(a) == get_original_name(b)


def is_module_copy(a: Module, b: Module) -> bool:
    """Whether their parameters are copies of each other, one by one."""
    names = [sorted(map(get_original_name, one.parameters())) for one in (a, b)]
    return names[0] == names[1]


def remap_update_dict(base_module: Module, update_dict: dict[Any, Any]) -> dict[Any, Any]:
    """New values by the parameters of a module, which is a copy of the one whose parameters they are for.

    Where names tell nothing, as of a module made anew, the parameters are taken in their order.
    """
    own = base_module.parameters()
    found = {p: value for key, value in update_dict.items() for p in own if is_node_copy(key, p)}
    if not found and len(own) == len(update_dict):
        return dict(zip(own, update_dict.values()))
    return found


def set_module_parameters(agent: Module, update_dict: dict[Any, Any]) -> None:
    """Set new values."""
    for parameter, value in remap_update_dict(agent, update_dict).items():
        parameter._data = value


def create_module_from_update_dict(agent: Module, update_dict: dict[Any, Any]) -> Any:
    """A copy with new values."""
    made = deepcopy_module(agent)
    set_module_parameters(made, update_dict)
    return made


def deepcopy_module(agent: Module) -> Any:
    """A copy with parameters of its own, of the same names."""
    made = copy.deepcopy(agent)
    for new, old in zip(made.parameters(), agent.parameters()):
        new._kind, new._number = old._kind, old._number
    return made
