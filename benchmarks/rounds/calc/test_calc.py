import pytest
from calc import calc


def test_groups():
    assert calc("(1 + 2) * 3") == 9
    assert calc("1 + 2 * 3") == 7


def test_from_left_to_right():
    assert calc("10 - 4 - 3") == 3
    assert calc("2 * 6 / 3 * 2") == 8


def test_nothing():
    assert calc("5 * 0 + 1") == 1


def test_numbers():
    assert calc("1.5 + .5") == 2
    assert calc("2e3 + 1E-1") == 2000.1


def test_names_and_functions():
    assert calc("rate * 2 + x1", rate=3, x1=1) == 7
    assert calc("max(1, 2 + 5, 3) + sqrt(9)") == 10


def test_powers():
    assert calc("2 ^ 3 ^ 2") == 512
    assert calc("2 * 3 ^ 2") == 18


def test_signs():
    assert calc("-3 + 5") == 2
    assert calc("-2 ^ 2") == -4
    assert calc("2 ^ -1") == 0.5
    assert calc("4 - -1") == 5


def test_without_a_sign():
    assert calc("2(3 + 1)") == 8
    assert calc("8 / 2(1 + 3)") == 1
    assert calc("3x ^ 2", x=2) == 12


def test_behind_a_number():
    assert calc("3!^2 + 1") == 37
    assert calc("200 * 5%") == 10
    assert calc("200 + 5%") == 210


def test_several():
    assert calc("a = 2 + 1; b = 2a; b - 1") == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(1 + 2", r"^something is missing at the end$"),
        ("1 + * 2", r"^\* is not understood at 4$"),
        ("1 + $", r"^\$ is not understood at 4$"),
        ("1 2", r"^2 is not understood at 2$"),
        ("1 + y", r"^y is not known$"),
    ],
)
def test_what_is_wrong(text, said):
    with pytest.raises(ValueError, match=said):
        calc(text)
