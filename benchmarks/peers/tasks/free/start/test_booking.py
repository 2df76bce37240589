from booking import free_times


def test_between_two():
    assert free_times([(8, 10), (13, 18)], 8, 18) == [(10, 13)]


def test_until_it_closes():
    assert free_times([(9, 11)], 8, 18, 2) == [(11, 18)]


def test_nothing_booked():
    assert free_times([], 8, 18) == [(8, 18)]


def test_in_any_order():
    assert free_times([(14, 18), (8, 9), (10, 12)], 8, 18) == [(9, 10), (12, 14)]


def test_one_within_another():
    assert free_times([(8, 16), (9, 11)], 8, 18) == [(16, 18)]


def test_before_it_opens():
    assert free_times([(5, 7), (6, 10), (17, 20)], 8, 18) == [(10, 17)]


def test_just_long_enough():
    assert free_times([(8, 9), (11, 18)], 8, 18, 2) == [(9, 11)]


def test_too_short():
    assert free_times([(9, 17)], 8, 18, 2) == []
