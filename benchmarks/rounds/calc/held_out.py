import pytest
from calc import calc


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7 - 2 * 3 + 1", 2), ("100 / 10 / 5", 2), ("2 ^ 2 ^ 0", 2), ("-(2 + 1)", -3), ("--2", 2), ("2 * -3", -6),
        ("-2(3)", -6), ("6 / 2(3)", 1), ("2 ^ 3(2)", 16), ("4!/3!", 4), ("50%", 0.5), ("80 - 25%", 60),
        ("min(4, 2)", 2), ("abs(-3)", 3), ("0.25 * 4", 1), ("10%* 50", 5), ("a = 5; a(a + 1)", 30), ("-3!", -6),
        ("100 + 10% + 10%", 121), ("2(3)(4)", 24), ("(1 + 1)!", 2), ("1e2", 100), ("2sqrt(16)", 8),
    ],
)  # fmt: skip
def test_worth(text, expected):
    assert calc(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "^something is missing at the end$"),
        ("2 *", "^something is missing at the end$"),
        ("2 + )", r"^\) is not understood at 4$"),
        ("(1 + 2))", r"^\) is not understood at 7$"),
        ("nothing(2)", "^nothing is not known$"),
    ],
)
def test_what_is_wrong(text, said):
    with pytest.raises(ValueError, match=said):
        calc(text)
