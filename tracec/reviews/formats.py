"""Findings -> the lines of a GitHub workflow, SARIF 2.1.0, GitLab's code quality; roads -> a summary in Markdown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tracec import __version__
from tracec.passes.explain.texts import text_of
from tracec.reviews.findings import Finding, Place, others

if TYPE_CHECKING:
    from tracec.explaining.explained import Explained

MOST_ANNOTATIONS = 10  # of one level; GitHub shows no more of one step
MOST_ROADS = 20  # causes in a summary; chosen, as GitHub takes a mebibyte of it
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RULES = {
    "failing-test": "A test fails; the message is the road of the wrong value, the newest step first.",
    "cause": "A value from here led to a failing test.",
    "suspect": "Failing tests ran this, and what they depend on goes through it.",
}
WORKFLOW = {"error": "error", "warning": "warning", "note": "notice"}
SEVERITY = {"error": "major", "warning": "minor", "note": "info"}


def workflow_commands(findings: Sequence[Finding]) -> Iterator[str]:
    """`::error file=shop.py,line=3::...`: annotations of a GitHub workflow, as many as GitHub shows."""
    for level in WORKFLOW:
        for finding in [one for one in findings if one.level == level][:MOST_ANNOTATIONS]:
            words = {"file": finding.place.path, **lines(finding.place), "title": finding.title}
            given = ",".join(f"{name}={escaped(value, property=True)}" for name, value in words.items() if value)
            yield f"::{WORKFLOW[level]} {given}::{escaped(finding.message)}"


def lines(place: Place) -> dict[str, str]:
    """Lines and columns, which both count from 1; columns within one line only."""
    end = place.end_line or place.line
    found = {"line": str(place.line), "endLine": str(end)}
    if place.end_column and end == place.line:
        found |= {"col": str(place.column + 1), "endColumn": str(place.end_column)}
    return found


def escaped(text: str, *, property: bool = False) -> str:
    """A text within a workflow command."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property else text


def sarif(findings: Sequence[Finding]) -> str:
    """A SARIF log of one run."""
    used = sorted({finding.rule for finding in findings})
    rules = [{"id": name, "shortDescription": {"text": RULES[name]}} for name in used]
    driver = {"name": "tracec", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "the root of the repository"}}},
        "results": [result(finding) for finding in findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def result(finding: Finding) -> dict[str, Any]:
    """A finding as a result of SARIF; the way to it is a code flow, the oldest step first, as its viewers walk it."""
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": finding.level,
        "message": {"text": finding.message},
        "locations": [location(finding.place)],
        "partialFingerprints": {"tracec/v1": fingerprint(finding)},
    }
    if finding.steps:
        steps = [*reversed(finding.steps), (finding.place, finding.message.split("\n")[0])]
        flow = [{"location": {**location(place), "message": {"text": text}}} for place, text in steps]
        made["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
    return made


def location(place: Place) -> dict[str, Any]:
    """A place as SARIF has it: lines and columns count from 1, the end column is exclusive."""
    region = {"startLine": place.line}
    if place.end_line:
        region["endLine"] = place.end_line
    if place.end_column:
        region |= {"startColumn": place.column + 1, "endColumn": place.end_column + 1}
    uri = {"uri": quoted(place.path), "uriBaseId": "SRCROOT"}
    return {"physicalLocation": {"artifactLocation": uri, "region": region}}


def quoted(path: str) -> str:
    """A path as a relative URI."""
    from urllib.parse import quote

    return quote(path)


def code_quality(findings: Sequence[Finding]) -> str:
    """GitLab's code quality report."""
    rows = [
        {
            "description": finding.message.replace("\n", " "),
            "check_name": finding.rule,
            "fingerprint": fingerprint(finding),
            "severity": SEVERITY[finding.level],
            "location": {"path": finding.place.path, "lines": {"begin": finding.place.line}},
        }
        for finding in findings
    ]
    return json.dumps(rows, indent=2)


def annotated(findings: Sequence[Finding]) -> str:
    """The workflow commands as a text."""
    return "\n".join(workflow_commands(findings))


FORMATS: dict[str, Callable[[Sequence[Finding]], str]] = {"github": annotated, "sarif": sarif, "gitlab": code_quality}


def fingerprint(finding: Finding) -> str:
    """What stays the same while lines move."""
    text = "\0".join((finding.rule, finding.place.path, finding.about))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def summary(found: Explained) -> Iterator[str]:
    """The roads in Markdown, for the summary of a job."""
    if not found.failing:
        yield "No test fails."
        return
    yield f"### {found.failing} failing tests, {len(found.roads)} {'causes' if len(found.roads) != 1 else 'cause'}"
    for road in found.roads[:MOST_ROADS]:
        yield ""
        yield f"**{code(road.failure.id)}**"
        yield from block([*text_of(road), *others(road)])
    left = [road.failure.id for road in found.roads[MOST_ROADS:]]
    if left:
        yield ""
        yield f"{len(left)} further causes: {', '.join(code(name) for name in left)}"
    if found.left_out:
        yield ""
        yield f"{len(found.left_out)} failing tests were not run again in the time."


def block(rows: Sequence[str], language: str = "") -> Iterator[str]:
    """A block of code whose fence no line of it ends."""
    fence = "```"
    while any(fence in row for row in rows):
        fence += "`"
    yield f"{fence}{language}"
    yield from rows
    yield fence


def code(text: str) -> str:
    """A text as code within a line."""
    ticks = "`"
    while ticks in text:
        ticks += "`"
    return f"{ticks} {text} {ticks}" if "`" in text else f"`{text}`"
