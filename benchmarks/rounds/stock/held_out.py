import pytest
from stock import Stock


def test_first_in_first_out():
    stock = Stock()
    for cost in (10, 20, 30):
        stock.receive("x", 2, cost)
    sales = [stock.sell({"x": 1}, {"x": 50}) for _ in range(6)]
    assert [stock.earned(sale) for sale in sales] == [40, 40, 30, 30, 20, 20]
    assert (stock.value(), stock.on_hand("x")) == (0, 0)


def test_the_last_ones_of_a_sale_come_back_first():
    stock = Stock()
    for cost in (10, 20, 30):
        stock.receive("x", 1, cost)
    sale = stock.sell({"x": 3}, {"x": 50})
    stock.give_back(sale, "x", 1)
    assert (stock.value(), stock.earned(sale)) == (30, 70)
    stock.give_back(sale, "x", 1)
    assert (stock.value(), stock.earned(sale)) == (50, 40)
    again = stock.sell({"x": 1}, {"x": 50})
    assert stock.earned(again) == 30


def test_what_comes_back_is_sold_before_what_came_later():
    stock = Stock()
    stock.receive("x", 1, 10)
    sale = stock.sell({"x": 1}, {"x": 50})
    stock.receive("x", 1, 40)
    stock.give_back(sale, "x", 1)
    assert stock.earned(stock.sell({"x": 1}, {"x": 50})) == 40


def test_two_articles_in_a_sale():
    stock = Stock()
    stock.receive("x", 2, 10)
    stock.receive("y", 2, 7)
    sale = stock.sell({"x": 2, "y": 1}, {"x": 20, "y": 9})
    stock.give_back(sale, "y", 1)
    assert (stock.earned(sale), stock.value(), stock.on_hand("y")) == (20, 14, 2)
    with pytest.raises(ValueError, match=r"^1 y are given back, 0 are sold$"):
        stock.give_back(sale, "y", 1)


def test_reserved_is_still_of_worth():
    stock = Stock()
    stock.receive("x", 2, 10)
    stock.reserve("x", 2)
    assert (stock.free("x"), stock.value()) == (0, 20)
