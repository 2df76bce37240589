"""A run -> one HTML page that needs nothing else.

Its size is bounded, whatever the run did: each list has a constant that says how much of it is shown. Nothing in it is
loaded from elsewhere, and no script runs but its own, which the page names by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from tracec.view import report
from tracec.view.run_page.asked import asked
from tracec.view.run_page.candidates import candidates
from tracec.view.run_page.change import alternatives, change
from tracec.view.run_page.failures import failures
from tracec.view.run_page.markup import NOTHING, Html, cut, h, joined
from tracec.view.run_page.spending import spending

if TYPE_CHECKING:
    from tracec.explaining.run_roads import Explained
    from tracec.models.exchanges import Exchange
    from tracec.run.story import Story

TITLE = 80  # characters of the page's title; chosen
CUT_OFF = "cut off"  # the status of a run that did not come to its end


def page(story: Story, roads: Sequence[Explained], exchanges: Sequence[Exchange]) -> str:
    """The page's text."""
    style, script = (asset(f"run.{kind}") for kind in ("css", "js"))
    parts = {
        "why": ("What failed, and why", failures(story, roads)),
        "change": ("The change", change(story)),
        "alternatives": ("Other changes that pass", alternatives(story)),
        "candidates": ("Candidates", candidates(story)),
        "spent": ("What was spent", spending(story, exchanges)),
        "models": ("What models were asked", asked(exchanges)),
    }
    links = h("nav", *(h("a", title, href=f"#{name}") for name, (title, _) in parts.items()), aria_label="sections")
    sections = [h("section", h("h2", title), inside, id=name) for name, (title, inside) in parts.items()]
    skip = h("a", "to the change", href="#change", class_="skip")
    body = h("body", skip, head(story), links, h("main", *sections), foot(), h("script", Html(script)))
    names = [
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("meta", name="color-scheme", content="light dark"),
        h("meta", http_equiv="Content-Security-Policy", content=policy(script)),
        h("title", cut(f"tracec {status(story)}: {target(story)}", TITLE)),
    ]
    return "<!doctype html>\n" + h("html", h("head", *names, h("style", Html(style))), body, lang="en") + "\n"


def asset(name: str) -> str:
    """A file of ours that goes into the page as it is."""
    return (files("tracec.view") / "assets" / name).read_text(encoding="utf-8")


def policy(script: str) -> str:
    """What a browser may do with the page: nothing is loaded, and this one script runs."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"


def status(story: Story) -> str:
    """`solved`, `plausible`, `improved`, `unchanged`, or that it was cut off."""
    return str(story.summary.get("status", CUT_OFF))


def target(story: Story) -> str:
    """What was changed, or was to change."""
    said, job = story.summary, story.job
    return str(said.get("target") or ", ".join([*job.get("names", ()), *job.get("paths", ())]) or story.folder.name)


def head(story: Story) -> Html:
    """What came of the run, in a few lines."""
    job, said = story.job, story.summary
    words = (
        report.in_words(said) if said else f"cut off after {story.seconds:.1f} s and {len(story.tried):,} candidates"
    )
    seen = [job.get("began"), f"optimizer {job.get('optimizer')}", job.get("model"), f"seed {job.get('seed')}"]
    tests, metric = " ".join(job.get("tests", ())), job.get("metric", "")
    goal = f"{' --metric ' if metric else ''}{metric}{' --tests ' if tests else ''}{tests}"
    asked_for = h("p", h("code", f"tracec optimize {' '.join(job.get('paths', ()))}{goal}")) if job else NOTHING
    about = h("p", " · ".join(str(one) for one in seen if one), class_="dim") if job else NOTHING
    warnings = [h("p", one, class_="warning") for one in said.get("warnings", ())]
    badge = h("span", status(story), class_=f"badge {status(story).replace(' ', '-')}")
    return h("header", h("h1", badge, " ", target(story)), h("p", words, class_="lead"), asked_for, about, *warnings)


def foot() -> Html:
    """How the page is read without a mouse."""
    keys = joined([h("kbd", "j"), " ", h("kbd", "k"), " sections · ", h("kbd", "o"), " open or close all of one · "])
    return h(
        "footer", keys, h("kbd", "/"), " filter candidates · ", h("kbd", "Tab"), " and ", h("kbd", "Enter"), " the rest"
    )
