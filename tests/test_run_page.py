"""The page of a run: what it shows, that nothing in it is ever markup, and how large it becomes."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.command import project, tracec
from tests.full import slow
from tests.seen_page import BROWSER, browser, opened
from tests.test_ledger import SUBJECT as TWO_FAULTS
from tests.test_ledger import TESTS, signalled
from tracec.passes.explain.values_beside import Line
from tracec.project.private import home
from tracec.run import history
from tracec.run.history import Event, begin
from tracec.run.story import story
from tracec.view.run_page.diffs import changed
from tracec.view.run_page.failures import row
from tracec.view.run_page.highlight import highlighted
from tracec.view.run_page.markup import h, text
from tracec.view.run_page.page import page

EVIL = "</script><script>alert(1)</script>"
SUBJECT = f'''
MARK = "{EVIL}"


def mean(values):
    """The mean </script> of <b>values</b>."""
    total = 0
    for value in values:
        total -= value  # </style><!-- <script>
    return total / len(values)


def tagged(text):
    return text + MARK
'''
TEST_SUBJECT = f'''
import pytest
from subject import mean, tagged


def test_mean():
    print("</pre></details>{EVIL}")
    assert mean([1, 2]) == 1.5, tagged("\\x1b[31m\\u202e")


@pytest.mark.parametrize("text", ["{EVIL}"])
def test_tagged(text):
    assert tagged(text) and mean([4, 4]) == 4
'''
BOT = """
def answer(messages):
    good = "total = 0\\n    for value in values:\\n        total += value\\n    return total / len(values)"
    return "EVIL it is <b>this</b>:\\n```python\\ndef mean(values):\\n    " + good + "\\n```"
""".replace("EVIL", EVIL)
ASKED = ("optimize", "subject.py", "--tests", "test_subject.py", "--with", "rewrite", "--model", "python:bot:answer")
MOST = 2_000_000  # characters of the page of a very long run


class Tags(HTMLParser):
    """The tags of a page, and the text outside scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.text += data


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run in which everything tries to be markup."""
    root = project(tmp_path_factory.mktemp("solved"), subject=SUBJECT, test_subject=TEST_SUBJECT, bot=BOT)
    said = tracec(root, *ASKED, "--budget-calls", "5")
    assert said.code == 0, said.err
    return written(root)


def written(root: Path) -> Path:
    """The page of the newest run."""
    said = tracec(root, "report")
    assert said.code == 0, said.err
    return Path(said.out.strip())


def test_nothing_of_a_run_is_markup(solved: Path) -> None:
    html = solved.read_text("utf-8")
    page = Tags(html)
    assert not page.open
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not {tag for tag, _ in page.tags} & {"b.values", "img", "iframe", "link"}
    assert not [attrs for _, attrs in page.tags if "src" in attrs or any(name.startswith("on") for name in attrs)]
    assert all((attrs.get("href") or "#").startswith("#") for _, attrs in page.tags)
    assert page.text.count(EVIL) >= 4  # in a test's name, its message, what it printed, and the model's reply
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_it_shows_what_failed_what_was_changed_and_what_was_asked(solved: Path) -> None:
    said = Tags(solved.read_text("utf-8")).text
    assert "2 tests of 2 failed at first" in said
    assert "total -= value" in said  # the road
    assert "total = -1, -3" in said  # values by turn, beside the source
    assert re.search(r"-\s*total -= value", said)
    assert re.search(r"\+\s*total \+= value", said)
    assert "tracec patch apply 1" in said
    assert "calls of models1 of 5" in said
    assert "0001 proposer" in said
    assert "reaches the goal" in said
    assert "confirming in a fresh process" in said


def test_it_goes_where_it_is_told_to(solved: Path, tmp_path: Path) -> None:
    root = solved.parent.parent
    assert tracec(root, "report", "-o", str(tmp_path / "x.html")).out.strip() == str(tmp_path / "x.html")
    assert tracec(root, "report", "-o", "-").out == (tmp_path / "x.html").read_text("utf-8")
    said = tracec(root, "report", "-o", str(tmp_path / "no" / "x.html"))
    assert said.code == 2
    assert "cannot be written" in said.err
    assert tracec(root, "report", "nothing").code == 2
    assert solved.stat().st_mode & 0o077 == 0


def test_a_run_that_was_killed_has_a_page(tmp_path: Path) -> None:
    project(tmp_path, subject=TWO_FAULTS, test_subject=TESTS)
    words = ("optimize", "subject.py", "--tests", "test_subject.py", "--json", "--jobs", "1")
    assert signalled(tmp_path, 20, signal.SIGKILL, *words).returncode == -signal.SIGKILL
    said = Tags(written(tmp_path).read_text("utf-8")).text
    assert "cut off after" in said
    assert "total -= value" in said
    assert re.search(r"\d+ candidates in", said)


def test_a_run_that_goes_on_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    running = begin(home(tmp_path, "runs"), {})
    said = tracec(tmp_path, "report")
    assert said.code == 2
    assert "the run is not over" in said.err
    running.close()


def long_run(folder: Path, count: int) -> Path:
    """A run that tried so many candidates and kept as much of each kind as one can."""
    run = begin(home(folder, "runs"), {})
    failing = [
        {"id": f"t.py::test_{n}", "status": "failed", "message": "m" * 4000, "besides": "b" * 4000, "path": "",
         "line": 0, "score": None} for n in range(200)
    ]  # fmt: skip
    before = {"program": "root", "scored": False, "worth": 0.0, "passed": 5, "failed": 200, "failing": failing}
    run.note(Event(0, 0.0, "before", "", {**before, "files": []}), anew=False)
    edit = {"path": "a.py", "name": "f", "line": 1, "before": "x = 1\n" * 150, "after": "y = 2\n" * 150}
    for number in range(count):
        why = f"line {number}: " + "long " * 100
        assert run.attempt(number, ("root", f"c{number}", "op", 1.0, "done", 1, 2, why), number / 100, "search")
        if number < 500:
            kept = {"verdict": "better", "base": "root", "candidate": f"c{number}", "edits": [edit], "passes": 1}
            run.note(Event(0, number / 100, "kept", f"root c{number}", {**kept, "worth": None}), anew=False)
            run.note(Event(0, number / 100, "step", str(number), "s" * 400), anew=False)
    run.close()
    return run.folder


def test_the_page_of_a_long_run_is_bounded(tmp_path: Path) -> None:
    began = time.monotonic()
    found = page(story(long_run(tmp_path, 10_000)), [], [])
    assert len(found) < MOST
    assert time.monotonic() - began < 60
    assert "1,000 of 10,000" in found
    assert not Tags(found).open


def test_a_solved_run_keeps_no_more_traces_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "TRACES_KEPT", 10)
    run = begin(home(tmp_path, "runs"), {})
    for number in (0, 1, 2, 10):
        (run.folder / f"{number}.trace").write_bytes(b"12345")
    run.shrink()
    assert sorted(path.name for path in run.folder.glob("*.trace")) == ["0.trace", "1.trace"]
    run.close()


def test_texts_are_escaped_and_tags_are_not() -> None:
    assert h("p", "1 < 2", h("b", "&"), title='"x"') == '<p title="&quot;x&quot;">1 &lt; 2<b>&amp;</b></p>'
    assert h("input", open=True, id=None) == "<input open>"
    assert text("a\x00\u2066b") == "a\\x00\\u2066b"


@pytest.mark.parametrize(
    "source", ["x = '''a\nb'''\n", "", "\n\n", "if x:\r\n\ty = f'{z}'", "print '</pre>'\f", "é = '\u2028'"]
)
def test_colours_keep_every_line(source: str) -> None:
    lines = highlighted(source, "a.py")
    assert [Tags(line).text for line in lines] == [Tags(text(line)).text for line in source.split("\n")]


def test_a_diff_tells_both_numbers() -> None:
    said = re.sub(r"<[^>]*>", " ", changed("a.py", "a\nb\nc", "a\nB\nc", first=10))
    assert re.sub(r"\s+", " ", said).strip() == "a.py 10 10 a 11 - b 11 + B 12 12 c"


def test_values_stand_beside_their_line() -> None:
    said = row(Line(3, "total = a", (("total", "1"), ("raises", "E()")), 0), text("total = a"))
    assert re.sub(r"(<[^>]*>)+", "|", said) == "|3|total = a|1|total| = 1|raises| E()|"


@pytest.fixture(scope="module")
def seen() -> Iterator[object]:
    with browser() as one:
        yield one


@slow
@pytest.mark.skipif(not BROWSER, reason="no browser, or no playwright, here")
@pytest.mark.parametrize("size", [(1400, 900), (390, 844)])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_in_a_browser(solved: Path, seen: object, size: tuple[int, int], colours: str) -> None:
    with opened(seen, solved, size, colours) as (tab, faults):
        assert tab.evaluate("document.documentElement.scrollWidth") == size[0]
        tab.keyboard.press("j")
        tab.keyboard.press("j")
        assert tab.evaluate("document.activeElement.textContent") == "The change"
        tab.keyboard.press("/")
        tab.keyboard.type("no such thing")
        assert tab.locator("#list tbody tr:visible").count() == 0
        tab.keyboard.press("Escape")
        for _ in range(3):
            tab.keyboard.press("k")
        tab.keyboard.press("o")
        assert tab.evaluate("document.documentElement.scrollWidth") == size[0]
        assert faults == []
