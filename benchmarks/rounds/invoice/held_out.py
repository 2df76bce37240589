import pytest
from invoice import cents, invoice, shared


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7", 700), ("1,234,567.89", 123456789), ("0.5", 50), ("-3.25", -325), ("-0.05", -5), ("10.00", 1000)],
)
def test_cents(text, expected):
    assert cents(text) == expected


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [(5, [3, 3, 3], [2, 2, 1]), (7, [5, 1, 1], [5, 1, 1]), (99, [10, 0, 20], [33, 0, 66]), (1, [1, 2, 2], [0, 1, 0])],
)
def test_shared(total, weights, expected):
    assert shared(total, weights) == expected


def test_tax_is_rounded_once_for_each_rate():
    made = invoice([f"L{n}; 1 x 0.52; reduced" for n in range(5)] + ["S; 1 x 0.03"])
    assert made["tax"] == {5: 13, 20: 1}


def test_percent_is_of_what_is_bought():
    made = invoice(["A; 2 x 50.00; standard", "Back; 1 x -20.00; standard"], "10%")
    assert made == {"lines": {"A": 9000, "Back": -2000}, "tax": {20: 1400}, "due": 8400}


def test_no_discount():
    assert invoice(["A; 2.50"])["due"] == 300
