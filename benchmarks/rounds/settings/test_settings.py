import pytest
from settings import load


def test_plain():
    assert load("[web]\nport = 80\nname = shop # ours\n\nopen = yes\n") == {
        "web": {"port": 80, "name": "shop", "open": True}
    }


def test_a_value_with_marks_of_its_own():
    text = '[web]\nquery = a=1\ncolour = "#ff0000"  # red\nsay = "it is # 1"\n'
    assert load(text) == {"web": {"query": "a=1", "colour": "#ff0000", "say": "it is # 1"}}


def test_lines_that_go_on():
    text = "[web]\nhosts = one,\n    two,  # the new one\n    three\nname = shop\n"
    assert load(text) == {"web": {"hosts": ["one", "two", "three"], "name": "shop"}}


def test_numbers():
    text = "[a]\nrate = 0.25\nlimit = 1_000\nsize = 4k\nlarge = 2M\nlow = -3\nid = 007\n"
    assert load(text) == {"a": {"rate": 0.25, "limit": 1000, "size": 4096, "large": 2097152, "low": -3, "id": "007"}}


def test_lists():
    text = '[a]\nones = 1, 2,3\nmixed = x, yes, "a, b"\nlast = 5,\n'
    assert load(text) == {"a": {"ones": [1, 2, 3], "mixed": ["x", True, "a, b"], "last": [5]}}


def test_quoted_values_are_texts():
    assert load('[a]\nx = "80"\ny = "yes"\nz = ""\n') == {"a": {"x": "80", "y": "yes", "z": ""}}


def test_a_section_goes_on_from_another():
    text = "[base]\nport = 80\nhost = here\n[test : base]\nport = 81\n[more : test]\ndebug = yes\n"
    assert load(text) == {
        "base": {"port": 80, "host": "here"},
        "test": {"port": 81, "host": "here"},
        "more": {"port": 81, "host": "here", "debug": True},
    }


def test_other_keys():
    text = "[a]\nroot = /srv\nlogs = ${root}/logs\n[b]\nport = 80\nurl = ${a.logs}:${port}\n"
    assert load(text)["b"] == {"port": 80, "url": "/srv/logs:80"}


def test_what_is_taken_over_is_made_of_the_new_values():
    text = "[base]\nname = old\nhello = hi ${name}\n[new : base]\nname = new\n"
    assert load(text) == {"base": {"name": "old", "hello": "hi old"}, "new": {"hello": "hi new", "name": "new"}}


def test_round_in_a_circle():
    with pytest.raises(ValueError, match=r"^a\.x -> b\.y -> a\.x$"):
        load("[a]\nx = ${b.y}\n[b]\ny = ${a.x}\n")


def test_a_dollar_sign():
    assert load("[a]\nprice = $$5\nx = $${no}\n") == {"a": {"price": "$5", "x": "${no}"}}


def test_what_is_not_there():
    with pytest.raises(KeyError, match=r"a\.nothing"):
        load("[a]\nx = ${nothing}\n")
