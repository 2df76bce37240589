from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from zones import between, common, moved, read, told, weekly

NAMES = {
    "London": "Europe/London", "Paris": "Europe/Paris", "New York": "America/New_York", "Delhi": "Asia/Kolkata",
    "Sydney": "Australia/Sydney",
}  # fmt: skip


@pytest.mark.parametrize("town", NAMES)
@pytest.mark.parametrize("year", [2025, 2027])
def test_all_of_a_year(town, year):
    zone, moment = ZoneInfo(NAMES[town]), datetime(year, 1, 1, 0, 30)
    while moment.year == year:
        local = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
        text = local.strftime("%Y-%m-%d %H:%M") + "+" * local.fold
        assert told(moment, town) == text
        assert read(text, town) == moment
        moment += timedelta(hours=1)


def test_hours_that_are_not_there():
    assert moved("2025-03-30 01:10", "London", "London") == "2025-03-30 02:10"
    assert moved("2027-10-03 02:40", "Sydney", "Sydney") == "2027-10-03 03:40"


def test_a_meeting_over_the_hour_that_is_not_there():
    assert weekly("2026-03-22 02:30", "Paris", 3, "Paris") == [
        "2026-03-22 02:30",
        "2026-03-29 03:30",
        "2026-04-05 02:30",
    ]


@pytest.mark.parametrize(
    ("start", "town", "end", "other", "expected"),
    [
        ("2026-06-01 12:00", "Paris", "2026-06-04 13:30", "Paris", "3d 1:30"),
        ("2026-06-02 12:00", "Paris", "2026-06-01 11:00", "Paris", "-1d 1:00"),
        ("2026-10-25 02:30", "Paris", "2026-10-25 02:30+", "Paris", "1:00"),
    ],
)
def test_how_long(start, town, end, other, expected):
    assert between(start, town, end, other) == expected


def test_business_time():
    assert common(["New York", "London"], "2026-03-16") == "09:00 - 13:00"
    assert common(["New York", "London"], "2026-04-06") == "09:00 - 12:00"
    assert common(["Sydney", "London"], "2026-06-01") == "never"
    assert common(["Paris"], "2026-06-07") == "never"
