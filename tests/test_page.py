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
