"""`tracec opto`, the name `opto`, what was learned as source, one Trace, and what an import costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command import tracec
from tracec.opto.optimizers import OptoPrime
from tracec.opto.trace import bundle, node
from tracec.opto.trace.utils import render_opt_step
from tracec.opto.utils.llm import LLM, DummyLLM, LiteLLM, LLMFactory
from tracec.opto.writing.checks import differences
from tracec.passes.graph.slice import backward
from tracec.passes.nouns.errors import TracecError
from tracec.recording.trace_store import load

PROGRAM = '''
"""A program as Trace's users write it."""
import json
import subprocess
import sys

import opto.trace as trace
import opto.trace.bundle
from opto.trace import bundle, node
from opto.optimizers import OptoPrime
from opto.utils.llm import DummyLLM

GREETING = node("hi", trainable=True, name="greeting")  # what it says


@bundle(
    "[shout] with a bracket )",  # and a comment
    trainable=True,
)
def shout(text, loud):
    # stays
    made = text + "!"  # one
    return made


def main():
    said = shout(GREETING, False)
    answer = {"suggestion": {"__code0": "def shout(text, loud):\\n    # stays\\n    made = text + '!!'  # two\\n"
                             "    return made", "greeting0": "hello you"}}
    optimizer = OptoPrime([shout.parameter, GREETING], llm=DummyLLM(lambda **_: json.dumps(answer)))
    optimizer.zero_feedback()
    optimizer.backward(said, "louder")
    optimizer.step()
    print(shout(GREETING, False).data)
    if len(said.data) > 2:
        print(optimizer.patch().record.id)
    inner = subprocess.run([sys.executable, "-c", "import opto.trace; print(opto.trace.__name__)"],
                           capture_output=True, text=True)
    print(inner.stdout.strip(), trace.__name__, CUSTOMIZED, inner.stderr[-200:])


if __name__ == "__main__":
    main()
'''


def path_with(folder: Path) -> str:
    """A folder on the path of Python, besides what is there."""
    return os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH", "")]))


@pytest.mark.parametrize("plain", [True, False])
def test_an_unchanged_program_runs_and_ends_as_source(tmp_path: Path, plain: bool) -> None:
    (tmp_path / "agent.py").write_text(PROGRAM)
    (tmp_path / "opto").mkdir()  # a checkout of the real one is no hindrance
    (tmp_path / "opto" / "__init__.py").write_text("raise ImportError('not this one')\n")
    (tmp_path / "sitecustomize.py").write_text("import builtins\nbuiltins.CUSTOMIZED = 1\n")
    words = ["--plain"] if plain else ["--record", "t.trace"]
    said = tracec(tmp_path, "opto", *words, "agent.py", PYTHONPATH=path_with(tmp_path))
    assert said.code == 0, said.err
    text, patch, names = said.out.splitlines()
    assert text == "hello you!!"
    assert names.split() == ["tracec.opto.trace", "tracec.opto.trace", "1"]
    applied = tracec(tmp_path, "patch", "apply", patch)
    assert applied.code == 0, applied.err
    after = (tmp_path / "agent.py").read_text()
    wanted = PROGRAM.replace('text + "!"  # one', 'text + "!!"  # one').replace('node("hi",', 'node("hello you",')
    assert after.replace("'!!'", '"!!"') == wanted.replace("'!!'", '"!!"')
    assert tracec(tmp_path, "patch", "undo", patch).code == 0
    assert (tmp_path / "agent.py").read_text() == PROGRAM


def test_both_recordings_meet_in_one_trace(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "from opto.trace import node\nx = node(3)\nif x > 2:\n    y = 1\nelse:\n    y = 0\nz = y + 1\nw = x == 3\n"
    )
    said = tracec(tmp_path, "opto", "--record", "t", "main.py")
    assert said.code == 0, said.err
    (trace,) = load(tmp_path / "t")
    assert trace.check() == []
    last = {one.site.text: one.id for one in trace.nodes}
    assert last["x > 2"] in [*backward(trace, [last["y + 1"]])]  # control flow, which no box can see
    assert last["node(3)"] in [*backward(trace, [last["x == 3"]])]
    assert "_data=3" in str(trace.nodes[last["node(3)"]].value)


def test_nodes_are_a_trace() -> None:
    x, y = node(2, trainable=True, name="x"), node(5)

    @bundle()
    def twice(a: int) -> int:
        return 2 * a

    made = twice(x + 1) * y
    kept = made == 30
    trace = made.trace()
    assert kept is True
    assert trace.check() == []
    lines = str(trace).split("\n")
    assert any("= param     x" in line and "# 2" in line for line in lines)
    assert any("= call " in line and "(a=%" in line and "# 6" in line for line in lines)
    assert any("= compare   ==(multiply" in line for line in lines)
    assert all("test_opto.py:" in line for line in lines)
    last = next(one.id for one in trace.nodes if one.site.text.startswith("multiply("))
    assert {trace.nodes[one].site.kind for one in backward(trace, [last])} == {"param", "const", "op", "call"}


def test_a_name_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import opto.trace.nothing\n")
    said = tracec(tmp_path, "opto", "--plain", "main.py")
    assert said.code != 0
    assert "tracec opto --check" in said.err


def test_what_does_not_stand_in_a_file_is_warned_of(tmp_path: Path) -> None:
    x = node(sum([1, 2]), trainable=True)
    x._data = 5
    with pytest.warns(UserWarning, match="does not stand in a file as a literal"):
        patch = OptoPrime([x], llm=DummyLLM(lambda **_: "")).patch(root=tmp_path)
    assert not patch


CHECKED = {
    "x = node(1)\nprint(str(x))\n": ("2", "str(x) of a node gives the text of the value"),
    "x = node(1)\nprint(f'{x + 1}')\n": ("2", "f-string"),
    "from opto.trace import nonsense\n": ("1", "opto.trace has no nonsense here"),
    "import opto.nonsense\n": ("1", "there is no opto.nonsense here"),
    "import autogen\n": ("1", "autogen is not used"),
    "GRAPH.get('x:0')\n": ("1", "nodes are not kept by name"),
    "@bundle()\ndef f(x):\n    return x\ny = f(1)\ny[0] = 2\n": ("5", "is in the graph"),
}


@pytest.mark.parametrize("text", CHECKED)
def test_what_will_behave_otherwise(text: str) -> None:
    line, words = CHECKED[text]
    assert [(str(at), words in said) for at, said in differences(text)] == [(line, True)]


def test_check_says_the_place(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import autogen\n")
    (tmp_path / "b.py").write_text("from opto.trace import node\nx = node(1) + 1\n")
    said = tracec(tmp_path, "opto", "--check", "a.py", "b.py")
    assert (said.code, said.out) == (
        1,
        "a.py:1: autogen is not used: LLM(), CustomLLM or OAI_CONFIG_LIST name the model\n",
    )
    assert tracec(tmp_path, "opto", "--check", "b.py").code == 0
    assert differences("x = 1\n") == []
    with pytest.raises(TracecError, match="is not valid Python"):
        differences("x = (\n")


def test_models_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRACE_LITELLM_MODEL", "some/model")
    assert LLM().model_name == "some/model"
    monkeypatch.setenv("TRACE_DEFAULT_LLM_BACKEND", "CustomLLM")
    with pytest.raises(TracecError, match="TRACE_CUSTOMLLM_URL"):
        LLM()(messages=[])
    monkeypatch.setenv("TRACE_DEFAULT_LLM_BACKEND", "nothing")
    with pytest.raises(ValueError, match="no back end"):
        LLM()
    LLMFactory.register_profile("own", "LiteLLM", model="python:mine:answer")
    (tmp_path / "mine.py").write_text("def answer(messages):\n    return messages[-1]['content'].upper()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    asked = LLM(profile="own")
    assert isinstance(asked, LiteLLM)
    made = asked(messages=[{"role": "user", "content": "hi"}], max_tokens=10, n=2)
    assert [one.message.content for one in made.choices] == ["HI", "HI"]


def test_an_import_is_light() -> None:
    heavy = ("libcst", "litellm", "numpy", "pytest", "msgspec", "openai")
    text = "import sys, tracec.opto.trace, tracec.opto.optimizers, tracec.opto.trainer\n"
    text += f"print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_example_of_two_agents() -> None:
    folder = Path(__file__).parent.parent / "examples" / "household"
    done = subprocess.run([sys.executable, "agents.py"], cwd=folder, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "the table is laid after 8 rounds", done.stderr


def test_answers_in_any_form() -> None:
    @bundle(trainable=True)
    def f(x: int) -> int:
        return x

    x = node(1, name="x", trainable=True)
    name = x.py_name
    optimizer: Any = OptoPrime([x, f.parameter], llm=DummyLLM(lambda **_: ""))
    for said in (
        json.dumps({"suggestion": {name: 3}}),
        f'Sure!\n```json\n{{"reasoning": "two\nlines", "suggestion": {{"{name}": 3,}}}}\n```',
        f"{{'suggestion': {{'{name}': 3}}}}",
        f"<variable><name>{name}</name><value>3</value></variable>",
    ):
        assert optimizer.construct_update_dict(optimizer.extract_llm_suggestion(said)) == {x: 3}
    code = "```python\ndef f(x):\n    return x + 1\n```"
    assert optimizer.extract_llm_suggestion(code) == {f.parameter.py_name: "def f(x):\n    return x + 1"}
    assert optimizer.extract_llm_suggestion("I do not know") == {}


def test_a_step_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    value = node(1, trainable=True)
    said = {"reasoning": "it has to be <2>", "suggestion": {value.py_name: 2}}
    optimizer = OptoPrime([value], llm=DummyLLM(lambda **_: json.dumps(said)))
    with pytest.raises(ValueError, match="kept no log"):
        render_opt_step(0, optimizer)
    optimizer.backward(value + 1, "one more")
    optimizer.step()
    render_opt_step(0, optimizer)
    shown = capsys.readouterr().out
    assert [line for line in shown.splitlines() if line in ("Graph", "Feedback", "Reasoning", "Change")] == [
        "Graph", "Feedback", "Reasoning", "Change",
    ]  # fmt: skip
    assert "one more" in shown
    assert "it has to be <2>" in shown
    assert f"{value.py_name}:\n2" in shown
    render_opt_step(0, optimizer, no_trace_graph=True, no_improvement=True)
    assert [line for line in capsys.readouterr().out.splitlines() if line in ("Graph", "Change")] == []
