"""The documentation: what it says to do is done, links lead somewhere, the reference is what the code says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.commands_page import PAGE, page
from tests.console_blocks import Step, follow, matches, steps
from tracec.config import KEYS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]\[]*\]\((?P<to>[^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
DONE = [path for path in PAGES if "```console" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", DONE, ids=lambda path: path.name)
def test_what_a_page_says_to_do(path: Path, tmp_path: Path) -> None:
    wrong = next(follow(path.read_text("utf-8"), tmp_path), None)
    assert wrong is None, f"$ {wrong[0].command}\n{wrong[1]}\ndoes not print\n" + "\n".join(wrong[0].lines)


def test_there_are_such_pages() -> None:
    assert [path.name for path in DONE] == ["tutorial.md"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = FENCED.sub("", path.read_text("utf-8"))
    local = [to for to in (found["to"] for found in LINK.finditer(text)) if "://" not in to and not to.startswith("#")]
    assert [to for to in local if not (path.parent / to.partition("#")[0]).exists()] == []


def test_every_page_is_on_the_site() -> None:
    listed = re.findall(r'"([\w./-]+\.md)"', (ROOT / "zensical.toml").read_text())
    there = [path.relative_to(ROOT / "docs").as_posix() for path in ROOT.glob("docs/*.md")]
    assert sorted(listed) == sorted(there)
    assert tomllib.loads((ROOT / "zensical.toml").read_text())["project"]["docs_dir"] == "docs"


def test_the_page_of_commands_is_what_the_parser_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m tests.commands_page"


def test_every_setting_is_told() -> None:
    told = set(re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs/configuration.md").read_text("utf-8"), re.MULTILINE))
    assert set(KEYS) <= told


def test_what_is_printed_is_compared() -> None:
    assert matches(["a", "...", "b ..."], ["a", "x", "y", "b 12 s"])
    assert matches(["...", "b"], ["b"])
    assert matches(["a ..."], ["a"])
    assert not matches(["a", "b"], ["a", "x", "b"])
    assert not matches(["a"], ["a b"])
    assert not matches([], ["a"])
    found = [*steps('```python title="a.py"\nx = 1\n```\n\n```console\n$ one\n1\n$ two\n```\n')]
    assert found == [("a.py", "x = 1\n"), Step("one", ("1",)), Step("two", ())]
