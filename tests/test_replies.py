"""Replies of models: a table of real kinds, each with its edits or its refusal; and that reading never goes wrong."""

from __future__ import annotations

import ast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.replies import FILE, Case, all_targets, answered, as_text, cases
from tracec.passes.find import functions
from tracec.passes.nouns.edits import AddDefinition, AddImport, Edit, ReplaceDefinition, SetLiteral
from tracec.passes.nouns.source import Source
from tracec.passes.patch.apply import apply
from tracec.passes.propose.llm.answers.answer import Why
from tracec.passes.propose.llm.answers.read import read

CASES = list(cases())
SOURCE = Source.decode("subject.py", FILE.encode())
KNOWN = all_targets()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_reply(case: Case) -> None:
    assert as_text(answered(case)) == case.told


def test_the_table_is_large_and_has_every_refusal() -> None:
    assert len(CASES) >= 100
    told = "\n".join(case.told for case in CASES)
    missing = [why for why in Why if f"refused {why}:" not in told and why is not Why.HOLES]  # holes: test_holes.py
    assert missing == []


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_edits_can_be_placed(case: Case) -> None:
    answer = answered(case)
    targets = [target for target in KNOWN.values() if target.qualname != "f_string"]
    if answer.edits and not any(of(edit) == "subject.py:f_string" for edit in answer.edits):
        made = apply({"subject.py": SOURCE}, targets, answer.edits)
        assert isinstance(made, dict), made
        ast.parse(made["subject.py"])
        assert made["subject.py"] != FILE


def of(edit: Edit) -> str:
    return edit.target if isinstance(edit, (ReplaceDefinition, SetLiteral)) else edit.path


LINES = sorted({line for case in CASES for line in case.reply.split("\n")}) + FILE.split("\n")
CHANGED = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(LINES), max_size=25).map("\n".join),
    st.builds(
        lambda case, start, end, put: case.reply[:start] + put + case.reply[end:],
        st.sampled_from(CASES), st.integers(0, 300), st.integers(0, 300), st.text("`<>=+-{}\"'\\#:\n @", max_size=8),
    ),
)  # fmt: skip
NAMES = st.lists(st.sampled_from(sorted(KNOWN)), min_size=1, max_size=4, unique=True)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(CHANGED, NAMES, st.booleans())
def test_reading_never_raises_and_stays_within_the_targets(reply: str, names: list[str], cut: bool) -> None:
    targets = [KNOWN[name] for name in names]
    answer = read(reply, targets, {"subject.py": FILE}, cut=cut)
    assert bool(answer.edits) or bool(answer.refusals)
    assert bool(answer.edits) == bool(answer.stage)
    for edit in answer.edits:
        if isinstance(edit, (ReplaceDefinition, SetLiteral)):
            assert edit.target in {target.id for target in targets}
            assert KNOWN[edit.target.rpartition(":")[2]].kind in ("code", "text")
        else:
            assert isinstance(edit, (AddDefinition, AddImport))
            assert edit.path == "subject.py"


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([case for case in CASES if case.told.startswith("stage")]), st.integers(0, 400))
def test_a_cut_reply_gives_no_half_function(case: Case, at: int) -> None:
    targets = [KNOWN[name] for name in case.targets]
    answer = read(case.reply[:at], targets, {"subject.py": FILE}, cut=True)
    for edit in answer.edits:
        if isinstance(edit, ReplaceDefinition):
            old = KNOWN[edit.target.rpartition(":")[2]].value
            ends = [ast.unparse(ast.parse(text).body[0].body[-1]) for text in (old, edit.source)]  # type: ignore[attr-defined]
            assert ends[1].startswith(("return", "raise")) or not ends[0].startswith("return")


def test_two_files() -> None:
    first, second = "def one(x):\n    return x\n", "import os\n\n\ndef two(x):\n    return one(x)\n"
    texts = {"a.py": first, "pkg/b.py": second}
    targets = [t for path, text in texts.items() for t in functions(Source.decode(path, text.encode()))]
    reply = "```python\n# pkg/b.py\ndef two(x):\n    return one(x) + 1\n```\n\na.py:\n"
    reply += "```python\ndef one(x):\n    return -x\n```"
    answer = read(reply, targets, texts)
    assert {of(edit) for edit in answer.edits} == {"a.py:one", "pkg/b.py:two"}
    both = read("```python\ndef one(x):\n    return -x\n\n\ndef two(x):\n    return 3\n```", targets, texts)
    assert {of(edit) for edit in both.edits} == {"a.py:one", "pkg/b.py:two"}
