from figures import short


def test_small():
    assert short(7) == "7"
    assert short(999) == "999"


def test_rounded():
    assert short(12.6) == "13"


def test_thousands():
    assert short(1234) == "1.2k"
    assert short(56780) == "56.8k"


def test_no_needless_digit():
    assert short(2000) == "2k"
    assert short(30_000_000) == "30M"


def test_millions():
    assert short(4_560_000) == "4.6M"


def test_the_next_unit_begins_where_rounding_leads_there():
    assert short(999_960) == "1M"


def test_below_zero():
    assert short(-45) == "(45)"
    assert short(-1500) == "(1.5k)"


def test_nothing():
    assert short(0) == "-"
    assert short(-0.2) == "-"
