"""The examples are broken exactly where they say, and repaired by the change they are made for."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
REPAIRS = {
    "pricing": {"cart.py": ("self.quantity > BULK_FROM", "self.quantity >= BULK_FROM")},
    "inventory": {
        "stock.py": ("if pieces > self.free(article)", "if pieces < 1 or pieces > self.free(article)"),
        "orders.py": ("-(-wanted // pack)", "-(-missing // pack)"),
    },
}
FAILING = {
    "pricing": {"test_bulk_starts_at_ten_pieces", "test_pieces_added_later_count_for_bulk"},
    "inventory": {"test_at_least_one_piece", "test_to_order"},
}


def failing(folder: Path) -> set[str]:
    """Names of the failing tests, without their parameters."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(folder), "-rfE", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert "passed" in done.stdout, done.stdout
    lines = (line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR ")))
    return {line.split("::")[1].split(" ")[0].split("[")[0] for line in lines}


@pytest.mark.parametrize("name", REPAIRS)
def test_broken_and_mended(name: str, tmp_path: Path) -> None:
    for path in (EXAMPLES / name).glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text())
    assert failing(tmp_path) == FAILING[name]
    for file, (wrong, right) in REPAIRS[name].items():
        text = (tmp_path / file).read_text()
        assert text.count(wrong) == 1
        (tmp_path / file).write_text(text.replace(wrong, right))
    assert failing(tmp_path) == set()
