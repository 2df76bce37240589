from zones import between, common, moved, weekly


def test_winter():
    assert moved("2026-01-15 12:00", "Paris", "London") == "2026-01-15 11:00"
    assert moved("2026-01-15 12:00", "Delhi", "New York") == "2026-01-15 01:30"


def test_summer():
    assert moved("2026-07-15 12:00", "Paris", "Delhi") == "2026-07-15 15:30"


def test_the_last_sunday_of_march():
    assert moved("2026-03-28 12:00", "Delhi", "Paris") == "2026-03-28 07:30"
    assert moved("2026-03-29 06:29", "Delhi", "Paris") == "2026-03-29 01:59"
    assert moved("2026-03-29 06:30", "Delhi", "Paris") == "2026-03-29 03:00"
    assert moved("2026-03-29 12:00", "London", "Delhi") == "2026-03-29 16:30"


def test_the_last_sunday_of_october():
    assert moved("2026-10-25 06:29", "Delhi", "London") == "2026-10-25 01:59"
    assert moved("2026-10-25 06:30", "Delhi", "London") == "2026-10-25 01:00+"
    assert moved("2026-10-25 08:00", "Delhi", "Paris") == "2026-10-25 03:30"


def test_an_hour_that_is_there_twice():
    assert moved("2026-10-25 02:30", "Paris", "Delhi") == "2026-10-25 06:00"
    assert moved("2026-10-25 02:30+", "Paris", "Delhi") == "2026-10-25 07:00"


def test_an_hour_that_is_not_there():
    assert moved("2026-03-29 02:30", "Paris", "Paris") == "2026-03-29 03:30"
    assert moved("2026-03-08 02:15", "New York", "Delhi") == "2026-03-08 12:45"


def test_other_rules():
    assert moved("2026-03-08 12:00", "New York", "London") == "2026-03-08 16:00"
    assert moved("2026-11-01 12:00", "New York", "London") == "2026-11-01 17:00"
    assert moved("2026-10-31 12:00", "New York", "London") == "2026-10-31 16:00"
    assert moved("2026-11-01 11:15", "Delhi", "New York") == "2026-11-01 01:45"
    assert moved("2026-11-01 11:45", "Delhi", "New York") == "2026-11-01 01:15+"


def test_the_south():
    assert moved("2026-01-15 12:00", "Sydney", "London") == "2026-01-15 01:00"
    assert moved("2026-07-15 12:00", "Sydney", "London") == "2026-07-15 03:00"
    assert moved("2026-04-04 12:00", "London", "Sydney") == "2026-04-04 22:00"
    assert moved("2026-10-04 12:00", "London", "Sydney") == "2026-10-04 22:00"


def test_a_meeting_keeps_its_hour():
    assert weekly("2026-03-20 10:00", "Paris", 3, "Paris") == [
        "2026-03-20 10:00",
        "2026-03-27 10:00",
        "2026-04-03 10:00",
    ]
    assert weekly("2026-03-20 10:00", "Paris", 3, "Delhi") == [
        "2026-03-20 14:30",
        "2026-03-27 14:30",
        "2026-04-03 13:30",
    ]


def test_a_meeting_on_the_day_itself():
    assert weekly("2026-10-18 02:30", "Paris", 3, "London") == [
        "2026-10-18 01:30",
        "2026-10-25 01:30",
        "2026-11-01 01:30",
    ]


def test_how_long():
    assert between("2026-06-01 09:00", "London", "2026-06-01 15:45", "Paris") == "5:45"
    assert between("2026-03-28 12:00", "Paris", "2026-03-29 12:00", "Paris") == "23:00"
    assert between("2026-10-24 12:00", "Paris", "2026-10-25 12:00", "Paris") == "1d 1:00"
    assert between("2026-06-01 12:00", "Delhi", "2026-06-01 08:00", "Paris") == "-0:30"
    assert between("2026-06-01 12:00", "Delhi", "2026-06-01 12:00", "Delhi") == "0:00"


def test_business_time():
    assert common(["London", "Paris"], "2026-06-01") == "09:00 - 16:00"
    assert common(["Paris", "Delhi"], "2026-06-02") == "09:00 - 13:30"
    assert common(["Delhi", "New York"], "2026-06-02") == "never"
    assert common(["London", "Paris"], "2026-06-06") == "never"
