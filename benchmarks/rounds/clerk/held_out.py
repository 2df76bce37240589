import json
from pathlib import Path

import pytest
from quality import score

CASES = [json.loads(line) for line in (Path(__file__).parent / "held_out.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_score(number):
    assert score(CASES[number]) == (1, "")
