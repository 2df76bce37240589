from repeat import days


def test_days():
    assert days("every 2 days", "2026-03-01", 3) == ["2026-03-01", "2026-03-03", "2026-03-05"]


def test_each_day():
    assert days("every day", "2026-03-01", 2) == ["2026-03-01", "2026-03-02"]


def test_weeks():
    assert days("every 2 weeks", "2026-03-04", 3) == ["2026-03-04", "2026-03-18", "2026-04-01"]


def test_each_week_on_days():
    assert days("every week on mon,wed", "2026-03-02", 4) == ["2026-03-02", "2026-03-04", "2026-03-09", "2026-03-11"]


def test_weeks_begin_on_monday():
    # The first week is the one of the first day, of which only what is left counts.
    assert days("every 2 weeks on mon,fri", "2026-03-04", 3) == ["2026-03-06", "2026-03-16", "2026-03-20"]


def test_each_month():
    assert days("every month", "2026-01-15", 3) == ["2026-01-15", "2026-02-15", "2026-03-15"]


def test_months_that_have_such_a_day():
    assert days("every month", "2026-01-31", 3) == ["2026-01-31", "2026-03-31", "2026-05-31"]


def test_quarters():
    assert days("every 3 months", "2026-01-10", 3) == ["2026-01-10", "2026-04-10", "2026-07-10"]
