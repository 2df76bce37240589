import pytest
from stock import Stock


@pytest.fixture
def stock():
    made = Stock()
    made.receive("lamp", 3, 100)
    made.receive("lamp", 2, 150)
    made.receive("chair", 4, 500)
    return made


def test_on_hand(stock):
    assert (stock.on_hand("lamp"), stock.on_hand("chair"), stock.on_hand("desk")) == (5, 4, 0)


def test_value(stock):
    assert stock.value() == 3 * 100 + 2 * 150 + 4 * 500


def test_a_sale(stock):
    sale = stock.sell({"lamp": 4, "chair": 1}, {"lamp": 200, "chair": 900})
    assert stock.earned(sale) == 800 + 900 - (300 + 150) - 500
    assert stock.value() == 150 + 3 * 500


def test_what_is_not_there(stock):
    with pytest.raises(ValueError, match=r"^6 lamp are asked for, 5 are there$"):
        stock.sell({"lamp": 6}, {"lamp": 200})
    assert stock.on_hand("lamp") == 5


def test_a_basket_is_sold_as_a_whole(stock):
    with pytest.raises(ValueError, match=r"^1 desk are asked for, 0 are there$"):
        stock.sell({"chair": 2, "desk": 1}, {"chair": 900, "desk": 1})
    assert (stock.on_hand("chair"), stock.value()) == (4, 2600)


def test_given_back(stock):
    sale = stock.sell({"lamp": 4}, {"lamp": 200})
    stock.give_back(sale, "lamp", 2)
    assert stock.value() == 2 * 150 + 100 + 2000
    assert stock.earned(sale) == 2 * 200 - 200
    other = stock.sell({"lamp": 2}, {"lamp": 200})
    assert stock.earned(other) == 400 - 250
    assert stock.value() == 150 + 2000


def test_given_back_twice(stock):
    sale = stock.sell({"lamp": 4}, {"lamp": 200})
    stock.give_back(sale, "lamp", 1)
    stock.give_back(sale, "lamp", 1)
    assert (stock.earned(sale), stock.on_hand("lamp")) == (200, 3)
    with pytest.raises(ValueError, match=r"^3 lamp are given back, 2 are sold$"):
        stock.give_back(sale, "lamp", 3)


def test_prices_of_then(stock):
    prices = {"chair": 900}
    sale = stock.sell({"chair": 2}, prices)
    prices["chair"] = 100
    stock.give_back(sale, "chair", 1)
    assert stock.earned(sale) == 400


def test_reserved(stock):
    stock.reserve("lamp", 2)
    assert (stock.on_hand("lamp"), stock.free("lamp")) == (5, 3)
    with pytest.raises(ValueError, match=r"^4 lamp are asked for, 3 are there$"):
        stock.sell({"lamp": 4}, {"lamp": 200})
    stock.release("lamp", 1)
    assert stock.earned(stock.sell({"lamp": 4}, {"lamp": 200})) == 800 - 450


def test_no_more_is_reserved_than_there_is(stock):
    stock.reserve("chair", 3)
    with pytest.raises(ValueError, match=r"^2 chair are asked for, 1 are there$"):
        stock.reserve("chair", 2)
    with pytest.raises(ValueError, match=r"^4 chair are released, 3 are reserved$"):
        stock.release("chair", 4)
