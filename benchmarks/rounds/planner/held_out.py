import pytest
from planner import minutes, plan

MONDAY, DAY = 9 * 60, 24 * 60


@pytest.mark.parametrize(("text", "expected"), [("5m", 5), ("3h05", 185), ("2d", 840), ("1d30m", 450), ("1h15m", 75)])
def test_lengths(text, expected):
    assert minutes(text) == expected


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (MONDAY, "1d", "Mon 09:00 - Mon 17:00"),
        (MONDAY, "5d", "Mon 09:00 - Mon 11:00"),
        (12 * 60 + 30, "30m", "Mon 13:00 - Mon 13:30"),
        (20 * 60, "1h", "Tue 09:00 - Tue 10:00"),
        (4 * DAY + 15 * 60, "10m", "Mon 09:00 - Mon 09:10"),
        (4 * DAY + 9 * 60, "5h", "Fri 09:00 - Fri 15:00"),
        (6 * DAY, "2d", "Mon 09:00 - Tue 17:00"),
    ],
)
def test_times(start, length, expected):
    assert plan([f"x {length}"], start) == {"x": expected}


def test_the_longest_chain_first():
    lines = ["x 1h", "y 10m", "z 2h after y", "v 5m after x", "w 5m after z"]
    assert list(plan(lines, MONDAY)) == ["y", "z", "x", "v", "w"]


def test_a_longer_circle():
    with pytest.raises(ValueError, match=r"^in a circle: b, c, d$"):
        plan(["a 1h", "d 1h after c", "b 1h after a, d", "c 1h after b", "e 1h after d"], MONDAY)
