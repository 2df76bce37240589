"""When litellm is imported, and what it says: at the first call, and nothing."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from tests.bad_service import serving
from tracec.models.adapters.litellm_model import LitellmModel
from tracec.passes.nouns.errors import TracecError


def test_nothing_of_ours_imports_it() -> None:
    code = "import sys, tracec.api, tracec.pipeline, tracec.models.opening; print('litellm' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_where_it_is_not_installed_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(TracecError) as caught:
        LitellmModel("openai/x", None)
    assert str(caught.value) == (
        "litellm is not installed, and openai/x is asked through it; pip install 'tracec[llm]', "
        "or use python:MODULE:FUNCTION or command:PROGRAM"
    )


@pytest.mark.skipif(importlib.util.find_spec("litellm") is None, reason="litellm is not installed")
def test_litellm_says_nothing_and_is_imported_at_the_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    code = """
import sys
from tracec.models.adapters.litellm_model import LitellmModel
model = LitellmModel("openai/tiny-1", None)
assert "litellm" not in sys.modules
for word in ("hello", "500", "reset", "401"):
    model.ready()
    said = model.ask([{"role": "user", "content": word}], None, 10, 5.0)
assert "litellm" in sys.modules
print(said.kind)
"""
    with serving() as service:
        monkeypatch.setenv("OPENAI_API_BASE", service.base)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("invalid key\n", "")
