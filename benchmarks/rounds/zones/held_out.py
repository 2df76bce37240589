from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from zones import moved, read, told, weekly

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
