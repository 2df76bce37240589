"""What the warehouse must do. Two functions in two files are wrong: `Stock.reserve` and `to_order`."""

import pytest
from orders import days_left, to_order, urgent
from stock import Stock


@pytest.fixture
def stock():
    return Stock({"bolt": 100, "nut": 40, "gear": 6})


def test_all_is_free_at_first(stock):
    assert stock.free("bolt") == 100


def test_unknown_article(stock):
    assert stock.free("cog") == 0


def test_reserved_pieces_are_not_free(stock):
    stock.reserve("bolt", 30)
    stock.reserve("bolt", 20)
    assert stock.free("bolt") == 50


def test_everything_can_be_reserved(stock):
    stock.reserve("gear", 6)
    assert stock.free("gear") == 0


def test_one_piece_can_be_reserved(stock):
    stock.reserve("gear", 1)
    assert stock.free("gear") == 5


def test_too_many(stock):
    stock.reserve("gear", 4)
    with pytest.raises(ValueError, match="cannot reserve 3 of gear"):
        stock.reserve("gear", 3)


@pytest.mark.parametrize("pieces", [0, -1, -5])
def test_at_least_one_piece(stock, pieces):
    with pytest.raises(ValueError, match="cannot reserve"):
        stock.reserve("bolt", pieces)


def test_shipping_takes_what_was_reserved(stock):
    stock.reserve("nut", 10)
    stock.ship("nut", 4)
    assert (stock.shelf["nut"], stock.reserved["nut"], stock.free("nut")) == (36, 6, 30)


def test_shipping_needs_a_reservation(stock):
    with pytest.raises(ValueError, match="only 0 of nut reserved"):
        stock.ship("nut", 1)


@pytest.mark.parametrize(("per_day", "days"), [(7, 14), (100, 1), (101, 0), (0, None)])
def test_days_left(per_day, days):
    assert days_left(100, per_day) == days


@pytest.mark.parametrize(
    ("free", "wanted", "pack", "pieces"),
    [(0, 10, 5, 10), (0, 11, 5, 15), (4, 10, 5, 10), (8, 10, 5, 5), (10, 10, 5, 0), (12, 10, 5, 0), (90, 100, 1, 10)],
)
def test_to_order(free, wanted, pack, pieces):
    assert to_order(free, wanted, pack) == pieces


def test_urgent_first(stock):
    stock.reserve("bolt", 80)
    assert urgent(stock, {"bolt": 10, "nut": 4, "gear": 6, "cog": 0}, delivery_days=5) == ["gear", "bolt"]
