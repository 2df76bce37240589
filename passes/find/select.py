"""Targets and the names that a user gave -> the targets meant."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence

from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.target import Target

SHOWN = 8  # names that an error lists; chosen


def select(targets: Iterable[Target], names: Sequence[str], path: str = "") -> tuple[Target, ...]:
    """Choose the targets that `names` mean, each once, in the order of `targets`; all of them when there are no names.

    A name is a target's id, its qualname, the last parts of it (`total` for `Cart.total`), or a class (all that is in
    it), alone or after a file or module and a colon (`shop/cart.py:total`, `shop.cart:total`). An exact name goes
    before a class, a class before last parts. TracecError for a name that means nothing, or several things; `path`, if
    given, is shown with it as the place that was searched.
    """
    every = tuple(targets)
    if not names:
        return every
    meant = {target.id for name in names for target in _meant(every, name, path)}
    return tuple(target for target in every if target.id in meant)


def _meant(targets: tuple[Target, ...], name: str, path: str) -> list[Target]:
    by_id = [target for target in targets if target.id == name]
    if by_id:
        return by_id
    where, _, wanted = name.rpartition(":")
    here = [target for target in targets if not where or _lies_in(target.span.path, where)]
    for group in GROUPS:
        things: dict[str, list[Target]] = {}
        for target in here:
            if thing := group(target, wanted):
                things.setdefault(thing, []).append(target)
        if len(things) > 1:
            raise TracecError(f'"{name}" may be any of {_list(things)}', "name one of them", path=path)
        if things:
            return next(iter(things.values()))
    raise TracecError(f'nothing here is called "{name}"', _advice(targets, wanted), path=path)


# Target, wanted name -> the name of the thing meant ("" for none); a class is one thing, of many targets.


def _exact(target: Target, wanted: str) -> str:
    return target.id if wanted in (target.qualname, target.id.rpartition(":")[2]) else ""


def _whole_class(target: Target, wanted: str) -> str:
    return f"{target.span.path}:{wanted}" if target.qualname.startswith(f"{wanted}.") else ""


def _last_parts(target: Target, wanted: str) -> str:
    return target.id if target.qualname.endswith(f".{wanted}") else ""


def _inner_class(target: Target, wanted: str) -> str:
    before, found, _ = target.qualname.partition(f".{wanted}.")
    return f"{target.span.path}:{before}.{wanted}" if found else ""


GROUPS: tuple[Callable[[Target, str], str], ...] = (_exact, _whole_class, _last_parts, _inner_class)


def _lies_in(path: str, where: str) -> bool:
    """True where `where` names the file, by its path, the end of its path, or its dotted module."""
    path, where = path.removeprefix("./"), where.removeprefix("./")
    if f"/{path}".endswith(f"/{where}") or where.endswith(f"/{path}"):
        return True
    module = where.replace(".", "/")
    return any(f"/{path}".endswith(f"/{module}{ending}") for ending in (".py", "/__init__.py"))


def _advice(targets: Iterable[Target], wanted: str) -> str:
    """The nearest names, by the whole qualname or its last part; all of them when nothing is near."""
    whole = {t.qualname: t.qualname for t in targets}
    last = {name.rpartition(".")[2]: name for name in reversed(whole)}
    near = difflib.get_close_matches(wanted, [*whole, *last], n=3)
    near += difflib.get_close_matches(wanted.rpartition(".")[2], list(last), n=3)
    names = dict.fromkeys(whole.get(name) or last[name] for name in near)
    if names:
        return f"did you mean {_list(names)}?"
    return f"the names are {_list(whole)}" if whole else "there is no target to choose from; mark one, or name a file"


def _list(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more
