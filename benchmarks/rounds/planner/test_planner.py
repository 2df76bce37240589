import pytest
from planner import minutes, plan

MONDAY = 9 * 60


def test_lengths():
    assert [minutes(text) for text in ("45m", "2h", "1h30", "1d", "1d2h", "2d1h15")] == [45, 120, 90, 420, 540, 915]


def test_one():
    assert plan(["saw 2h"], MONDAY) == {"saw": "Mon 09:00 - Mon 11:00"}


def test_one_after_another():
    assert plan(["saw 1h", "glue 45m after saw"], MONDAY) == {
        "saw": "Mon 09:00 - Mon 10:00",
        "glue": "Mon 10:00 - Mon 10:45",
    }


def test_what_it_waits_for_comes_first():
    made = plan(["paint 1h after sand, glue", "sand 30m after saw", "saw 15m", "glue 15m after saw"], MONDAY)
    assert list(made) == ["saw", "sand", "glue", "paint"]
    assert made["paint"] == "Mon 10:00 - Mon 11:00"


def test_of_those_that_can_be_done_some_come_first():
    lines = ["a 30m", "b 30m", "c 20m after b", "d 10m after c", "e 50m", "f 15m after a"]
    assert list(plan(lines, MONDAY)) == ["b", "e", "a", "c", "f", "d"]


def test_over_noon():
    assert plan(["saw 3h30"], MONDAY) == {"saw": "Mon 09:00 - Mon 13:30"}


def test_right_at_noon():
    assert plan(["saw 3h", "glue 1h after saw"], MONDAY) == {
        "saw": "Mon 09:00 - Mon 12:00",
        "glue": "Mon 13:00 - Mon 14:00",
    }


def test_over_night():
    assert plan(["saw 1d2h30"], MONDAY) == {"saw": "Mon 09:00 - Tue 11:30"}


def test_over_the_weekend():
    friday = 4 * 24 * 60 + 14 * 60
    assert plan(["saw 2h", "glue 1h after saw"], friday) == {
        "saw": "Fri 14:00 - Mon 10:00",
        "glue": "Mon 10:00 - Mon 11:00",
    }


def test_begun_while_it_is_closed():
    saturday = 5 * 24 * 60 + 10 * 60
    assert plan(["saw 30m"], saturday) == {"saw": "Mon 09:00 - Mon 09:30"}


def test_a_circle():
    with pytest.raises(ValueError, match=r"^in a circle: a, b$"):
        plan(["c 1h after b", "a 1h after b", "b 1h after a"], MONDAY)


def test_what_is_not_there():
    with pytest.raises(ValueError, match=r"^paint waits for sand, which is no job$"):
        plan(["paint 1h after sand"], MONDAY)
