"""A page as a person sees it: a real browser, driven by playwright, where both are there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FOUND = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
BROWSER = FOUND if find_spec("playwright") else ""


@contextmanager
def browser() -> Iterator[Any]:
    """The browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@contextmanager
def opened(started: Any, page: Path, size: tuple[int, int], colours: str = "light") -> Iterator[tuple[Any, list[str]]]:
    """A page in a window of some size, and what went wrong in it: errors, dialogs, and requests beyond the page."""
    tab = started.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=colours)
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    tab.on("dialog", lambda dialog: faults.extend([dialog.message][: dialog.dismiss() is None]))
    tab.on("request", lambda asked: None if asked.url == page.as_uri() else faults.append(asked.url))
    tab.goto(page.as_uri())
    yield tab, faults
    tab.close()
