"""`tracec ci` and the reports for reviews: annotations, SARIF, code quality, a summary, suggestions, the action."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.command import project, tracec
from tracec.reviews.findings import Finding, Place
from tracec.reviews.formats import block, code, code_quality, sarif, workflow_commands
from tracec.reviews.suggestions import PullRequest, comments, pull_request, suggest

ROOT = Path(__file__).parent.parent
SUBJECT = """\
def fee(weight):
    rate = 5 if weight > 10 else 3
    return weight * rate
"""
TESTS = """\
import os
from subject import fee


def test_light():
    assert fee(2) == 6


def test_heavy():
    assert fee(20) == 100


def test_at_ten():
    assert fee(10) == 50, os.environ.get("GITHUB_TOKEN", "no token")
"""
FINDING = Finding(
    "failing-test", "error", Place("a b/c.py", 3, 4, 3, 9), "50%, at\nten: é", "t::test", "one, two: three",
    ((Place("d.py", 1, 0, 1, 5), "x → 1"),),
)  # fmt: skip


def test_workflow_commands_are_escaped_and_few() -> None:
    lines = [*workflow_commands([FINDING] * 12)]
    assert len(lines) == 10
    place = "file=a b/c.py,line=3,endLine=3,col=5,endColumn=9,title=one%2C two%3A three"
    assert lines[0] == f"::error {place}::50%25, at%0Aten: é"
    several = Finding("cause", "warning", Place("c.py", 3, 4, 5, 9), "m", "t")
    assert [*workflow_commands([several])] == ["::warning file=c.py,line=3,endLine=5::m"]


def test_sarif() -> None:
    run = json.loads(sarif([FINDING]))["runs"][0]
    found = run["results"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["failing-test"]
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b/c.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 3, "endLine": 3, "startColumn": 5, "endColumn": 10}
    flow = found["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in flow] == ["x → 1", "50%, at"]
    assert json.loads(sarif([]))["runs"][0]["results"] == []


def test_a_fingerprint_stays_while_lines_move() -> None:
    moved = Finding(FINDING.rule, "error", Place("a b/c.py", 90), "another message", FINDING.about)
    other = Finding(FINDING.rule, "error", FINDING.place, FINDING.message, "t::other")
    first, second, third = json.loads(code_quality([FINDING, moved, other]))
    assert first["fingerprint"] == second["fingerprint"] != third["fingerprint"]
    assert first["severity"] == "major"
    assert first["location"] == {"path": "a b/c.py", "lines": {"begin": 3}}


def test_fences_hold_what_is_in_them() -> None:
    assert [*block(["a", "```", "b"])] == ["````", "a", "```", "b", "````"]
    assert code("a`b") == "`` a`b ``"


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("a\nb\nc\n", "a\nB\nc\n", [(None, 2, "B")]),
        ("a\nb\nc\n", "a\nx\ny\n", [(2, 3, "x\ny")]),
        ("a\nb\n", "a\nx\nb\n", [(None, 1, "a\nx")]),
        ("a\nb\n", "x\na\nb\n", [(None, 1, "x\na")]),
        ("a\nb\nc\n", "a\nc\n", [(None, 2, "")]),
        ("a\r\nb\r\n", "a\r\nB\r\n", [(None, 2, "B")]),
        ("a\nb\nc\nd\n", "A\nb\nc\nD\n", [(None, 1, "A"), (None, 4, "D")]),
        ("a\n", "a\n", []),
    ],
)
def test_suggestions(before: str, after: str, places: list[tuple[int | None, int, str]]) -> None:
    made = [*comments({"m.py": before}, {"m.py": after})]
    found = [(one.get("start_line"), one["line"], one["body"]) for one in made]
    bodies = [f"```suggestion\n{text + chr(10) if text else ''}```" for _, _, text in places]
    want = [(start, end, body) for (start, end, _), body in zip(places, bodies)]
    assert found == want


class GitHub(HTTPServer):
    """Answers as the service does, as far as a test asks: it keeps reviews, or refuses them with `code`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.code, self.reviews, self.tokens = 200, list[dict[str, Any]](), set[str | None]()


class Handler(BaseHTTPRequestHandler):
    server: GitHub

    def do_GET(self) -> None:
        self.say(200, self.server.reviews)

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.tokens.add(self.headers["Authorization"])
        if self.server.code == 200:
            self.server.reviews.append(said)
        self.say(self.server.code, {})

    def say(self, code: int, data: object) -> None:
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[GitHub]:
    with GitHub() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def request(service: GitHub) -> PullRequest:
    return PullRequest(f"http://127.0.0.1:{service.server_port}/repos/a/b/pulls/7/reviews", "abc", "t")


def test_a_repair_is_suggested_once(service: GitHub) -> None:
    before, after = {"m.py": "a\n"}, {"m.py": "b\n"}
    assert suggest(request(service), "solved", before, after) == "the repair is suggested in a review"
    assert suggest(request(service), "solved", before, after) == "this repair was suggested before"
    assert suggest(request(service), "solved", before, {"m.py": "c\n"}) == "the repair is suggested in a review"
    assert [review["event"] for review in service.reviews] == ["COMMENT", "COMMENT"]
    assert service.reviews[0]["commit_id"] == "abc"
    assert service.tokens == {"Bearer t"}


@pytest.mark.parametrize(("code", "why"), [(403, "forks"), (422, "no part of the pull request's diff"), (500, "500")])
def test_a_refusal_is_told_in_a_line(service: GitHub, code: int, why: str) -> None:
    service.code = code
    said = suggest(request(service), "solved", {"m.py": "a\n"}, {"m.py": "b\n"})
    assert why in said
    assert said.endswith("the repair is in the summary and in the artifact")


def test_where_no_suggestion_can_be_made(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"pull_request": {"number": 7, "head": {"sha": "abc"}}}')
    env = {"GITHUB_EVENT_PATH": str(event), "GITHUB_REPOSITORY": "a/b", "GITHUB_API_URL": "http://x"}
    assert pull_request(env, "t") == PullRequest("http://x/repos/a/b/pulls/7/reviews", "abc", "t")
    assert pull_request(env, "") == "there is no GITHUB_TOKEN"
    assert pull_request({}, "t") == "this run is for no pull request"
    event.write_text("nonsense")
    assert pull_request(env, "t") == "this run is for no pull request"


def step(name: str) -> Any:
    """A step of the action."""
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    return next(one for one in steps if one["name"] == name)


def test_the_action_explains_and_repairs_and_changes_nothing(tmp_path: Path, service: GitHub) -> None:
    repository = tmp_path / "repository"
    folder = repository / "part"
    folder.mkdir(parents=True)
    project(folder, subject=SUBJECT, test_subject=TESTS)
    (tmp_path / "event.json").write_text('{"pull_request": {"number": 7, "head": {"sha": "abc"}}}')
    given = {
        "GIVEN_PYTHON": sys.executable, "GIVEN_WORDS": "-q 'test_subject.py'", "GIVEN_REPAIR": "true",
        "GIVEN_SUGGEST": "true", "GIVEN_SECONDS": "100", "GIVEN_PATCH": str(tmp_path / "tracec.patch"),
        "GITHUB_TOKEN": "secret",
    }  # fmt: skip
    assert given.keys() == step("Explain failing tests")["env"].keys()
    env = {
        "GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_WORKSPACE": str(repository), "GITHUB_REPOSITORY": "a/b",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"), "GITHUB_API_URL": f"http://127.0.0.1:{service.server_port}",
    }  # fmt: skip
    before = sorted((path, path.read_bytes()) for path in repository.rglob("*.py"))
    words = ["bash", "-e", "-c", step("Explain failing tests")["run"]]
    done = subprocess.run(words, cwd=folder, env={**os.environ, **env, **given}, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "::error file=part/test_subject.py,line=14" in done.stdout
    assert "::warning file=part/subject.py" in done.stdout
    assert "secret" not in done.stdout + (tmp_path / "summary.md").read_text()
    assert (tmp_path / "output").read_text() == "failing=1\nrepair=solved\n"
    assert "+    rate = 5 if weight >= 10 else 3" in (tmp_path / "tracec.patch").read_text()
    assert "```diff" in (tmp_path / "summary.md").read_text()
    assert [one["path"] for one in service.reviews[0]["comments"]] == ["part/subject.py"]
    assert sorted((path, path.read_bytes()) for path in repository.rglob("*.py")) == before


def test_where_all_is_well(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS.replace("fee(10) == 50", "fee(10) == 30"))
    said = tracec(tmp_path, "ci", "--summary", "s.md", "test_subject.py")
    assert (said.code, (tmp_path / "s.md").read_text()) == (0, "No test fails.\n")
    assert json.loads(tracec(tmp_path, "why", "--format", "gitlab", "test_subject.py").out) == []


def test_blame_as_sarif(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=TESTS)
    said = tracec(tmp_path, "blame", "subject.py", "--tests", "test_subject.py", "--format", "sarif")
    results = json.loads(said.out)["runs"][0]["results"]
    assert said.code == 1
    assert {one["ruleId"] for one in results} == {"suspect"}
    assert results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "subject.py"
    assert any("weight > 10" in SUBJECT.splitlines()[line_of(one) - 1] for one in results[:3])


def line_of(result: Any) -> int:
    found: int = result["locations"][0]["physicalLocation"]["region"]["startLine"]
    return found
