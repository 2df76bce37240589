import pytest
from settings import load


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1k", 1024), ("3M", 3145728), ("no", False), ("1.5", 1.5), ("0", 0), ("-2.5", -2.5), ("a b", "a b"),
        ('"a # b" # c', "a # b"), ("x, y", ["x", "y"]), ("00", "00"), ('"1, 2"', "1, 2"), ("a = b = c", "a = b = c"),
        ("$$$$", "$$"),
    ],
)  # fmt: skip
def test_values(text, expected):
    assert load(f"[s]\nkey = {text}\n") == {"s": {"key": expected}}


def test_three_generations():
    text = "[a]\nx = 1\ny = ${x}${x}\n[b : a]\nx = 2\n[c : b]\nz = ${y}\n[d : c]\nx = 3\n"
    assert load(text) == {
        "a": {"x": 1, "y": 11},
        "b": {"x": 2, "y": 22},
        "c": {"x": 2, "y": 22, "z": 22},
        "d": {"x": 3, "y": 33, "z": 33},
    }


def test_a_value_of_another_section_that_takes_it_over():
    text = "[a]\nhost = here\nurl = http://${host}\n[b : a]\nhost = there\n[c]\nlink = ${b.url}/x\n"
    assert load(text)["c"] == {"link": "http://there/x"}


def test_a_longer_circle():
    with pytest.raises(ValueError, match=r"^s\.a -> s\.b -> s\.c -> s\.a$"):
        load("[s]\na = ${b}\nb = ${c}\nc = ${a}\n")


def test_the_same_twice_is_no_circle():
    assert load("[s]\na = 1\nb = ${a}-${a}\n")["s"]["b"] == "1-1"


def test_going_on_twice():
    assert load("[s]\na = x\n  y\n  z\nb = 1\n") == {"s": {"a": "x y z", "b": 1}}
