"""`tracec show` prints a trace, or what is asked of it."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from tracec.passes.graph import why_text
from tracec.passes.graph.calls_as_source import CALLED, recorded_calls
from tracec.passes.graph.differences import Difference, differences
from tracec.passes.graph.feedback_sources import feedback
from tracec.passes.graph.fold import view
from tracec.passes.graph.query import last_failure
from tracec.passes.graph.relevant_slice import relevant
from tracec.passes.graph.select import at_place, by_name
from tracec.passes.graph.slice import Slice, backward, forward
from tracec.passes.graph.why import why
from tracec.passes.nouns.errors import TracecError
from tracec.passes.nouns.trace import Node, Trace
from tracec.passes.verify.verification import verify
from tracec.recording.trace_file import chosen_file
from tracec.recording.trace_store import load
from tracec.view import differences_text
from tracec.view.call_texts import CALLS
from tracec.view.printable import printable
from tracec.view.trace_formats import FORMATS
from tracec.view.trace_html import as_html_of_two
from tracec.view.verification_texts import VERIFICATIONS

MOST_TOLD = 50  # disagreements told without --limit; chosen


def run(args: argparse.Namespace) -> int:
    """Print the trace, or what is asked of it, in one of the formats."""
    args.file = chosen_file(args.file)
    check(args)
    if args.against is not None:
        return compare(args)
    opened = load(args.file, args.test)  # a chapter at a time
    first = list(islice(opened, 2))
    if not first:
        known = [trace.name for trace in load(args.file)]
        what = f"no test {args.test!r} in this trace" if args.test else "nothing was recorded"
        raise TracecError(what, f"it holds: {', '.join(known[:5]) or 'no chapter'}", path=args.file)
    return shown(args, chain(first, opened), len(first) > 1)


def shown(args: argparse.Namespace, traces: Iterable[Trace], several: bool) -> int:
    """Print what is asked of the traces, of each when its turn comes; `several`: there is more than one."""
    if args.chars is not None:
        return summarize(args, traces, several)
    if args.calls is not None:
        return show_calls(args, list(traces))
    if args.verify:
        return verified(args, traces, several)
    if args.format != "text" and several:
        found = [trace.name for trace in traces]
        what, names = f"this trace has {len(found)} chapters", ", ".join(found[:5])
        raise TracecError(what, f"choose one with --test: {names}", path=args.file)
    return explain(args, traces, several) if is_why(args) else show_nodes(args, traces, several)


def check(args: argparse.Namespace) -> None:
    """Refuse options that say nothing without another one."""
    if args.slice is None and (args.forward or args.relevant or args.data or args.flat or args.depth is not None):
        raise TracecError(
            "--forward, --relevant, --data, --flat and --depth say how to slice", "name a value with --slice"
        )
    if args.relevant and (args.forward or args.data):
        raise TracecError("--relevant goes backward, over tests", "leave --forward and --data out")
    if args.against is None and (args.next is not None or args.all or args.by is not None):
        raise TracecError("--next, --all and --by say which differences to show", "name a trace with --against")


def is_why(args: argparse.Namespace) -> bool:
    """Tell whether a why-tree is asked for: a slice that goes backward, as text or JSON, and not as a list."""
    listed = args.flat or args.forward or args.relevant or args.limit is not None
    return args.slice is not None and not listed and args.format in ("text", "json")


def explain(args: argparse.Namespace, traces: Iterable[Trace], several: bool) -> int:
    """Print the why-trees of the values that `--slice` names."""
    for trace, nodes in asked(args, traces, several):
        trees = [why(trace, node, args.depth, control=not args.data) for node in nodes]
        if args.format == "json":
            print(json.dumps({"name": trace.name, "why": [why_text.as_dict(trace, tree) for tree in trees]}))
            continue
        for tree in trees:
            print_feedback(args, trace, tree.node)
            print(*map(printable, why_text.as_text(trace, tree)), sep="\n")
    return 0


def print_feedback(args: argparse.Namespace, trace: Trace, node: int) -> None:
    """Print what was said of a node, where feedback was asked for."""
    if args.slice == "feedback":
        print(*(printable(f"feedback {said}") for said in feedback(trace) if said.node == node), sep="\n")


def show_nodes(args: argparse.Namespace, traces: Iterable[Trace], several: bool) -> int:
    """Print nodes in one of the formats: a slice, or all."""
    for trace, start in asked(args, traces, several):
        numbers = range(len(trace)) if args.slice is None else sliced(trace, start, args)
        for line in FORMATS[args.format](trace, limited(trace, numbers, args.limit)):
            print(line)
        if trace.lost:
            print(f"tracec: {trace.lost} events could not be placed; see --verify", file=sys.stderr)
    return 0


def limited(trace: Trace, numbers: Slice | range, limit: int | None) -> Iterable[Node]:
    """The nodes of these numbers, each made when its turn comes; at most `limit`, the last ones."""
    if limit is not None and len(numbers) > limit:
        print(f"tracec: the last {limit} of {len(numbers)} nodes", file=sys.stderr)
        numbers = numbers[len(numbers) - limit :] if isinstance(numbers, range) else numbers.last(limit)
    return (trace.nodes[number] for number in numbers)


def summarize(args: argparse.Namespace, traces: Iterable[Trace], several: bool) -> int:
    """What led to a node, within the characters asked for, for each trace."""
    if args.slice is None or args.format != "text":
        raise TracecError("--chars tells what led to a node, as text", "name the node with --slice")
    for trace, nodes in asked(args, traces, several):
        for node in nodes:
            print_feedback(args, trace, node)
            print(printable(view(trace, node, characters=args.chars)))
    return 0


def show_calls(args: argparse.Namespace, traces: Sequence[Trace]) -> int:
    """The calls of one function: a line each, or one JSON object for each trace."""
    if args.slice is not None or args.format not in ("text", "json"):
        raise TracecError("--calls lists the calls of a function, as text or JSON", "leave --slice out")
    found = [(trace, list(recorded_calls(trace, args.calls))) for trace in traces]
    if not any(calls for _, calls in found):
        named = {f.qualname for trace in traces for m in trace.modules for f in m.functions if f.kind in CALLED}
        names = dict.fromkeys(f.function for trace in traces for f in trace.frames if f.function in named)
        what = f"no call of {args.calls!r} in this trace"
        raise TracecError(what, f"it has calls of {', '.join([*names][:8]) or 'nothing'}", path=args.file)
    for trace, calls in found:
        kept = calls if args.limit is None else calls[len(calls) - min(args.limit, len(calls)) :]
        if len(traces) > 1 and args.format == "text":
            print(printable(f"== {trace.name}"))
        for line in CALLS[args.format](trace, kept):
            print(printable(line))
    return 0


def verified(args: argparse.Namespace, traces: Iterable[Trace], several: bool) -> int:
    """Whether each trace agrees with itself; 1 where one does not."""
    if args.slice is not None or args.format not in VERIFICATIONS:
        raise TracecError("--verify looks at a whole trace, as text or JSON", "leave --slice out")
    most, wrong = MOST_TOLD if args.limit is None else args.limit, False
    for trace in traces:
        if several and args.format == "text":
            print(f"== {trace.name}")
        found = verify(trace)
        wrong = wrong or bool(found.disagree)
        for line in VERIFICATIONS[args.format](trace.name, found, most):
            print(line)
    return 1 if wrong else 0


def asked(args: argparse.Namespace, traces: Iterable[Trace], several: bool) -> Iterator[tuple[Trace, list[int]]]:
    """Each trace with the nodes that `--slice` names in it; of several traces those in which it names some.

    Of several the name is printed before. TracecError where none has such a node.
    """
    error, some = None, False
    for trace in traces:
        try:
            nodes = [] if args.slice is None else nodes_named(trace, args.slice)
        except TracecError as fault:
            error = error or fault
            continue
        some = True
        if several:
            print(printable(f"== {trace.name}"))
        yield trace, nodes
    if error is not None and not some:
        raise error


def nodes_named(trace: Trace, name: str) -> list[int]:
    """`30`, `%30`, `failure` for the last exception that ended a frame, `feedback` for all that was said of, `last`, a
    place, or a name."""
    if name in SPECIAL:
        return SPECIAL[name](trace)
    number = name.removeprefix("%")
    if number.isascii() and number.isdigit():
        if int(number) >= len(trace):
            raise TracecError(f"no node {name}", f"nodes go from %0 to %{len(trace) - 1}")
        return [int(number)]
    found = at_place(trace, name) or by_name(trace, name)
    if found.note:
        print(f"tracec: {printable(found.note)}", file=sys.stderr)
    return [found.node]


def said(trace: Trace) -> list[int]:
    """All that feedback was given on."""
    found = [given.node for given in feedback(trace)]
    if not found:
        raise TracecError("nothing was said with tracec.feedback, and nothing failed", "name a node")
    return list(dict.fromkeys(found))


def failure(trace: Trace) -> list[int]:
    """The last exception that ended a frame."""
    failed = last_failure(trace)
    if failed < 0:
        what = "no exception left a traced function; modules that pytest rewrites, such as tests, are not traced"
        raise TracecError(what, f"name a value: FILE:LINE, a variable, `last`, or a node from %0 to %{len(trace) - 1}")
    return [failed]


def sliced(trace: Trace, nodes: list[int], args: argparse.Namespace) -> Slice:
    """The slice that the options ask for."""
    if args.relevant:
        return relevant(trace, nodes)
    return (forward if args.forward else backward)(trace, nodes, control=not args.data)


def compare(args: argparse.Namespace) -> int:
    """Say where two traces differ; 1 where they do."""
    if args.format not in ("text", "json", "html"):
        raise TracecError("--against says what differs, as text, JSON or HTML", "leave --format out")
    one, other = (only(file, args.test) for file in (args.file, chosen_file(args.against)))
    if args.format == "html":
        print(as_html_of_two(one, other))
        return 0
    shown, count = picked(differences(one, other), args)
    if args.format == "json":
        print(json.dumps(differences_text.as_dict(one, other, shown, count)))
    elif not sum(count.values()):
        print("the same path and the same values")
    else:
        print(*differences_text.as_text(one, other, shown), sep="\n")
        print(differences_text.rest(count, len(shown)), file=sys.stderr)
    return 1 if sum(count.values()) else 0


def only(file: str, test: str | None) -> Trace:
    """The one chapter of a trace. TracecError where there are more."""
    traces = list(load(file, test))
    if len(traces) != 1:
        names = ", ".join(trace.name for trace in traces[:5]) or "no chapter"
        raise TracecError(f"{len(traces)} chapters to compare", f"choose one with --test: {names}", path=file)
    return traces[0]


def picked(found: Iterator[Difference], args: argparse.Namespace) -> tuple[list[Difference], Counter[str]]:
    """The differences to show, and how many there are of each kind: those that follow from others are only counted.

    With `--by values` they are shown as well; TracecError where there are not as many as `--next` asks for.
    """
    count: Counter[str] = Counter()
    kept = []
    for difference in found:
        count["follows" if difference.follows else difference.kind] += 1
        if is_wanted(difference, args.by):
            kept.append(difference)
    if args.all:
        return kept, count
    place = args.next or 0
    if place and place >= len(kept):
        raise TracecError(f"there are {len(kept)} such differences", "name a smaller number with --next")
    return kept[place : place + 1], count


def is_wanted(difference: Difference, by: str | None) -> bool:
    """Tell whether a difference is of the kind asked for."""
    if by == "values":
        return difference.kind == "value"
    return difference.kind != "value" if by == "path" else not difference.follows


SPECIAL: dict[str, Callable[[Trace], list[int]]] = {
    "feedback": said,
    "failure": failure,
    "last": lambda trace: [len(trace) - 1],
}
