"""The HTML page, in a real browser where there is one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.command import tracec

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--virtual-time-budget=20000", "--dump-dom",
    "--window-size=1400,900",
)  # fmt: skip
PROGRAM = """\
def price(n, rate=0.5):
    return n * rate + 1
def total(n):
    whole = 0
    for i in range(n):
        whole += price(i)
    if whole > 1000:
        whole = 0
    return whole
t = total(4)
"""
NEEDS = pytest.mark.skipif(not BROWSER, reason="no Chromium here")


def page(folder: Path, program: str, *more: str) -> str:
    (folder / "p.py").write_text(program)
    assert tracec(folder, "run", "--record", "t", "p.py").code == 0
    said = tracec(folder, "show", "t", "--format", "html", *more)
    assert said.code == 0
    return said.out


def browsed(folder: Path, html: str, script: str) -> dict[str, object]:
    """What a script at the end of the page puts into `out`."""
    tail = f"<script>const out = {{}}; {script}; document.body.dataset.out = JSON.stringify(out);</script></body>"
    (folder / "p.html").write_text(html.replace("</body>", tail))
    command = [BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", (folder / "p.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    found = re.search(r'data-out="([^"]*)"', done.stdout)
    assert found, done.stderr[-2000:]
    return dict(json.loads(found[1].replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<")))


def test_the_page_needs_nothing_else(tmp_path: Path) -> None:
    html = page(tmp_path, PROGRAM)
    assert not re.search(r"<(script|link|img)[^>]*(src|href)=", html)
    assert "@import" not in html.partition("<script>")[0]


@NEEDS
def test_nodes_edges_and_a_slice(tmp_path: Path) -> None:
    seen = browsed(
        tmp_path,
        page(tmp_path, PROGRAM),
        """
        out.drawn = cy.nodes().length; out.all = nodes.length; out.edges = cy.edges().length;
        const price = nodes.find(n => n.text === "n * rate");
        choose("n" + price.id); out.side = document.getElementById("side").textContent;
        document.getElementById("back").click(); out.back = cy.nodes().map(n => n.data("label").split("\\n")[0]);
        document.getElementById("all").click(); out.again = cy.nodes().length;
        const box = document.getElementById("search"); box.value = "whole > 1000";
        box.dispatchEvent(new Event("input")); out.hits = cy.nodes(".hit").length;
        """,
    )
    assert seen["drawn"] == seen["again"] == seen["all"]
    assert int(str(seen["edges"])) > 20
    assert "return n * rate + 1" in str(seen["side"])
    assert "0.5" in str(seen["side"])
    assert "n * rate" in list(seen["back"])  # type: ignore[call-overload]
    assert "whole > 1000" not in list(seen["back"])  # type: ignore[call-overload]
    assert seen["hits"] == 1


@NEEDS
def test_calls_fold_and_open(tmp_path: Path) -> None:
    seen = browsed(
        tmp_path,
        page(tmp_path, PROGRAM),
        """
        document.getElementById("fold").click(); out.few = cy.nodes().length;
        out.folded = cy.nodes("[kind='frame']").length;
        toggle(cy.nodes("[kind='frame']")[0].id()); out.more = cy.nodes().length;
        """,
    )
    assert seen["folded"] == 1  # the whole call of total
    assert int(str(seen["more"])) > int(str(seen["few"]))


@NEEDS
def test_a_large_trace_is_folded_to_what_can_be_seen(tmp_path: Path) -> None:
    html = page(tmp_path, PROGRAM.replace("total(4)", "total(3000)"))
    seen = browsed(tmp_path, html, "out.drawn = cy.nodes().length; out.all = nodes.length")
    assert int(str(seen["all"])) > 10_000
    assert 5 < int(str(seen["drawn"])) <= 2000


LOOPED = """\
def whole(items):
    total = 0
    for item in items:
        total += item * 2
    return total
items = [3, 4, 5]
print(whole(items))
"""


@NEEDS
def test_the_source_has_the_values_of_a_turn_and_leads_back(tmp_path: Path) -> None:
    seen = browsed(
        tmp_path,
        page(tmp_path, LOOPED),
        """
        const told = () => [...document.querySelectorAll("#code .row")].map(r => r.lastChild.textContent);
        const press = key => document.dispatchEvent(new KeyboardEvent("keydown", {key}));
        walk(nodes.findLast(n => n.text === "total += item * 2").id);
        out.turn = document.getElementById("turns").textContent; out.line = told()[3];
        press("h"); out.before = told()[3]; out.item = told()[2]; out.after = told()[4];
        press("i"); out.earlier = at.get(chosen).value; press("b"); out.back = at.get(chosen).value;
        press("u"); out.why = at.get(chosen).text;
        const e = document.querySelector("#code .row:nth-child(2) .x");
        e.dispatchEvent(new MouseEvent("mousemove", {bubbles: true}));
        out.tip = document.getElementById("tip").textContent;
        """,
    )
    assert "turn 3 of 3" in str(seen["turn"])
    assert seen["line"] == "total = 24"
    assert seen["before"] == "total = 14"
    assert seen["item"] == "item = 4"
    assert seen["after"] == ""  # it was not returned yet
    assert (seen["earlier"], seen["back"], seen["why"]) == ("6", "14", "item")
    assert seen["tip"] == "0 = 0"


@NEEDS
def test_two_runs_stand_side_by_side(tmp_path: Path) -> None:
    page(tmp_path, LOOPED)
    (tmp_path / "t").rename(tmp_path / "good")
    html = page(tmp_path, LOOPED.replace("3, 4, 5", "3, 9, 5"), "--against", "good")
    seen = browsed(
        tmp_path,
        html,
        """
        const side = () => document.getElementById("side").textContent;
        out.first = at.get(chosen).text;
        walk(nodes.find(n => n.text === "total += item * 2" && n.value === "24").id);
        out.side = side(); out.theirs = document.querySelector("#othercode .row.here > span").textContent;
        out.line = document.querySelector("#othercode .row.here > i").textContent;
        """,
    )
    assert seen["first"] == "[3, 9, 5]"
    assert "where the runs part" in str(seen["side"])
    assert "in the other run14" in str(seen["side"])
    assert seen["theirs"] == "total = 14"
    assert seen["line"] == "4"


def test_values_are_no_markup_and_stand_in_the_page_once(tmp_path: Path) -> None:
    program = "mark = '</script><script>alert(1)</script>'\nfor n in range(50):\n    other = mark + ''\n"
    html = page(tmp_path, program)
    assert html.count("<script>alert") == 0
    assert html.count("\\u003cscript>alert(1)") <= 4  # the line, its places, the value


def test_a_long_file_is_shown_where_it_ran(tmp_path: Path) -> None:
    html = page(tmp_path, "\n" * 7000 + "x = 1\ny = x + 1\n")
    data = json.loads(html.partition('id="data">')[2].partition("</script>")[0])
    assert data["files"] == [{"path": "p.py", "first": 7001, "lines": ["x = 1", "y = x + 1"]}]
