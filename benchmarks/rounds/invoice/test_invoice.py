from invoice import cents, invoice, shared


def test_cents():
    assert cents("12.50") == 1250
    assert cents("0.07") == 7


def test_plain():
    made = invoice(["Lamp; 2 x 20.00; standard", "Book; 1 x 10.00; reduced"])
    assert made == {"lines": {"Lamp": 4000, "Book": 1000}, "tax": {20: 800, 5: 50}, "due": 5850}


def test_large():
    made = invoice(["Desk; 1 x 1,250.5; standard"])
    assert made == {"lines": {"Desk": 125050}, "tax": {20: 25010}, "due": 150060}


def test_one_piece():
    made = invoice(["Delivery; 9; standard", "Stamp; 4.35; zero"])
    assert made == {"lines": {"Delivery": 900, "Stamp": 435}, "tax": {20: 180, 0: 0}, "due": 1515}


def test_kind_left_out():
    made = invoice(["Chair; 3 x 33.33", "Book; 1 x 0.99; reduced"])
    assert made == {"lines": {"Chair": 9999, "Book": 99}, "tax": {20: 2000, 5: 5}, "due": 12103}


def test_tax_of_many_lines():
    made = invoice(["A; 1 x 0.13; reduced", "B; 1 x 0.13; reduced", "C; 1 x 0.14; reduced"])
    assert made["tax"] == {5: 2}


def test_every_cent_is_shared_out():
    assert shared(100, [1, 1, 1]) == [34, 33, 33]
    assert shared(10, [1, 2, 4]) == [1, 3, 6]


def test_discount():
    made = invoice(["A; 1 x 10.00; standard", "B; 1 x 5.00; reduced", "C; 1 x 5.01; reduced"], "2.00")
    assert made["lines"] == {"A": 900, "B": 450, "C": 451}
    assert made["due"] == 900 + 450 + 451 + 180 + 45


def test_discount_in_percent():
    made = invoice(["A; 1 x 10.00; zero", "B; 1 x 0.25; zero"], "10%")
    assert made == {"lines": {"A": 900, "B": 23}, "tax": {0: 0}, "due": 923}


def test_credit():
    made = invoice(["A; 1 x 30.00; zero", "Returned; 1 x -5.50; zero"], "3.00")
    assert made == {"lines": {"A": 2700, "Returned": -550}, "tax": {0: 0}, "due": 2150}
