import datetime

import pytest
from router import Router


def made(*patterns):
    router = Router()
    for pattern in patterns:
        router.add(pattern, pattern)
    return router


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/b", "/a/b"),
        ("/a/7", "/a/<int:x>"),
        ("/a/x", "/a/<str:x>"),
        ("/7/b", "/<int:x>/b"),
        ("/x/b", "/<str:x>/b"),
        ("/a/2026-01-31", "/a/<date:x>"),
        ("/a/b/c", "/a/<path:x>"),
        ("/x/y/z", "/<path:x>"),
    ],
)
def test_the_most_special_first(path, expected):
    patterns = [
        "/<path:x>", "/a/<path:x>", "/<str:x>/b", "/a/<str:x>", "/<int:x>/b", "/a/<date:x>", "/a/<int:x>", "/a/b",
    ]  # fmt: skip
    for some in (patterns, patterns[::-1]):
        assert made(*some).match(path)[0] == expected


def test_a_day_that_is_none_may_be_another_page():
    assert made("/<date:x>", "/<str:x>").match("/2026-13-01") == ("/<str:x>", {"x": "2026-13-01"})


def test_fixed_fields_stand_beside_others():
    router = Router()
    router.add("/x/<int:a>", "x", b=2)
    assert router.match("/x/1") == ("x", {"a": 1, "b": 2})


def test_a_stroke_in_the_pattern():
    router = made("/a/")
    assert router.match("/a/") == ("/a/", {})
    assert router.match("/a") is None


def test_questions_are_escaped_and_sorted():
    router = made("/s")
    assert router.path("/s", q="a b&c", a=1) == "/s?a=1&q=a%20b%26c"


def test_there_and_back():
    router = made("/<str:a>/<path:b>/<date:c>")
    fields = {"a": "x/ü", "b": "p q/r", "c": datetime.date(2026, 5, 6)}
    path = router.path("/<str:a>/<path:b>/<date:c>", **fields)
    assert router.match(path) == ("/<str:a>/<path:b>/<date:c>", fields)
