import datetime

import pytest
from router import Router


@pytest.fixture
def router():
    made = Router()
    made.add("/", "home")
    made.add("/<name>", "page")
    made.add("/users/<int:number>", "user")
    made.add("/users/<str:name>", "person")
    made.add("/users/me", "me")
    made.add("/files/<path:where>", "file")
    made.add("/files/<path:where>/history", "history")
    made.add("/news/<date:day>", "news")
    made.add("/news", "latest", day=None)
    return made


def test_the_start(router):
    assert router.match("/") == ("home", {})


def test_a_field_without_a_kind(router):
    assert router.match("/about") == ("page", {"name": "about"})


def test_all_of_the_path_counts(router):
    assert router.match("/about/us") is None
    assert router.match("/users/7/x") is None


def test_the_most_special_first(router):
    assert router.match("/users/me") == ("me", {})
    assert router.match("/users/7") == ("user", {"number": 7})
    assert router.match("/users/eve") == ("person", {"name": "eve"})
    assert router.match("/files/a/b/history") == ("history", {"where": "a/b"})


def test_paths_in_paths(router):
    assert router.match("/files/a/b.txt") == ("file", {"where": "a/b.txt"})


def test_days(router):
    assert router.match("/news/2026-02-28") == ("news", {"day": datetime.date(2026, 2, 28)})
    assert router.match("/news/2026-02-30") is None


def test_fixed_fields(router):
    assert router.match("/news") == ("latest", {"day": None})


def test_a_stroke_at_the_end(router):
    assert router.match("/users/7/") == ("moved", {"to": "/users/7"})
    assert router.match("/nothing/at/all/") is None


def test_signs_of_expressions():
    router = Router()
    router.add("/a.b/<str:x>(1)", "odd")
    assert router.match("/a.b/y(1)") == ("odd", {"x": "y"})
    assert router.match("/axb/y(1)") is None


def test_escapes(router):
    assert router.match("/users/Eve%20M%C3%BCller") == ("person", {"name": "Eve Müller"})
    assert router.path("person", name="Eve Müller/x") == "/users/Eve%20M%C3%BCller%2Fx"
    assert router.path("file", where="a b/c") == "/files/a%20b/c"


def test_paths_of_names(router):
    assert router.path("user", number=7) == "/users/7"
    assert router.path("news", day=datetime.date(2026, 3, 1)) == "/news/2026-03-01"
    assert router.path("user", number=7, tab="posts", page=2) == "/users/7?page=2&tab=posts"


def test_paths_that_cannot_be(router):
    with pytest.raises(ValueError, match=r"^user needs number$"):
        router.path("user")
    with pytest.raises(ValueError, match=r"^number of user cannot be 'x'$"):
        router.path("user", number="x")
    with pytest.raises(ValueError, match=r"^there is no page shop$"):
        router.path("shop")
