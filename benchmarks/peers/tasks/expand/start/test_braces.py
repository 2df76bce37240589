from braces import expand


def test_plain():
    assert expand("a.txt") == ["a.txt"]


def test_one_group():
    assert expand("a{b,c}d") == ["abd", "acd"]


def test_two_groups():
    assert expand("{a,b}{1,2}") == ["a1", "a2", "b1", "b2"]


def test_one_in_another():
    assert expand("x{a,b{c,d}}") == ["xa", "xbc", "xbd"]


def test_a_range():
    assert expand("v{1..3}") == ["v1", "v2", "v3"]


def test_a_range_that_falls():
    assert expand("{3..1}x") == ["3x", "2x", "1x"]


def test_a_single_choice_keeps_its_braces():
    assert expand("a{b}c") == ["a{b}c"]


def test_an_empty_choice():
    assert expand("log{,.old}") == ["log", "log.old"]


def test_a_brace_that_is_not_closed():
    assert expand("a{b,c") == ["a{b,c"]
