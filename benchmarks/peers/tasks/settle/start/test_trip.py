from trip import settle


def test_two():
    assert settle({"ann": 1000, "bob": 0}) == [("bob", "ann", 500)]


def test_all_even():
    assert settle({"ann": 300, "bob": 300}) == []


def test_nobody():
    assert settle({}) == []


def test_who_owes_most_gives_to_who_is_owed_most():
    paid = {"ann": 900, "bob": 100, "cid": 0, "dan": 1000}
    assert settle(paid) == [("cid", "dan", 500), ("bob", "ann", 400)]


def test_one_gives_to_two():
    assert settle({"ann": 500, "bob": 400, "cid": 0}) == [("cid", "ann", 200), ("cid", "bob", 100)]


def test_the_order_of_names_decides_where_sums_are_even():
    assert settle({"cid": 600, "bob": 0, "ann": 0}) == [("ann", "cid", 200), ("bob", "cid", 200)]


def test_odd_cents_are_paid_by_the_first_names():
    assert settle({"bob": 0, "ann": 0, "cid": 100}) == [("ann", "cid", 34), ("bob", "cid", 33)]


def test_two_odd_cents():
    assert settle({"ann": 200, "bob": 0, "cid": 0}) == [("bob", "ann", 67), ("cid", "ann", 66)]
