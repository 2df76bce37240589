from parcel import chargeable, price, rate


def test_steps_of_half_a_kilogram():
    assert chargeable(500, (10, 10, 10)) == 1
    assert chargeable(501, (10, 10, 10)) == 2


def test_light_but_large():
    # A litre counts as 200 g at least.
    assert chargeable(100, (50, 50, 20)) == 20


def test_rates():
    assert rate("near", False) == 250
    assert rate("near", True) == 375


def test_a_parcel_costs_300_cents_and_its_steps():
    assert price(400, (10, 10, 10), "home") == 400
    assert price(1200, (20, 10, 10), "near") == 1050


def test_express():
    assert price(2000, (20, 20, 10), "far", True) == 3900


def test_large_ones():
    assert price(100, (50, 50, 20), "home") == 2300


def test_longer_than_120():
    assert price(1000, (121, 5, 5), "home") == 900
    assert price(1000, (120, 5, 5), "home") == 500
