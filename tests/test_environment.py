"""Which variables the tests see."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command import project, tracec
from tests.full import FULL, slow
from tracec.guests.environment import environment, missed, passes
from tracec.guests.suite import Request, Suite, confirm
from tracec.passes.nouns.errors import TracecError

SECRETS = """
AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY OPENAI_API_KEY OPENAI_KEY ANTHROPIC_API_KEY my_token GITHUB_TOKEN KEY JWT
MYSQL_PASSWORD MYSQL_PWD DB_PASS PGPASSWORD PGPASSFILE GITHUB_PAT DATABASE_URL SENTRY_DSN SESSION_COOKIE SSH_AUTH_SOCK
NPM_AUTH BASIC_AUTH_2 SSH_PRIVATE AZURE_STORAGE_CONNECTION_STRING SLACK_WEBHOOK_URL APP_CREDENTIALS
"""
CLOSED = """
GIT_DIR DBUS_SESSION_BUS_ADDRESS GPG_AGENT_INFO DISPLAY XDG_RUNTIME_DIR DOCKER_HOST KUBECONFIG http_proxy MY_THING
PYTEST_CURRENT_TEST PYTEST_XDIST_WORKER SSH_CONNECTION
"""
OPEN = """
PATH HOME LANG LC_ALL TZ PYTHONPATH PYTHONWARNINGS VIRTUAL_ENV USER TERM CI PWD PYTEST_ADDOPTS
PYTEST_DISABLE_PLUGIN_AUTOLOAD HYPOTHESIS_PROFILE XDG_CONFIG_HOME OMP_NUM_THREADS SSL_CERT_FILE LD_LIBRARY_PATH
"""


@pytest.mark.parametrize("name", SECRETS.split())
def test_a_secret_needs_its_very_name(name: str) -> None:
    assert not passes(name, "x")
    assert not passes(name, "x", ["*", "*KEY*", name[:-1] + "?"])
    assert passes(name, "x", [name])


@pytest.mark.parametrize("name", CLOSED.split())
def test_what_is_not_on_the_list_stays_with_us(name: str) -> None:
    assert not passes(name, "x")
    assert passes(name, "x", [name])


@pytest.mark.parametrize("name", OPEN.split())
def test_what_tests_need_is_on_it(name: str) -> None:
    assert passes(name, "x")


def test_a_pattern_lets_in_what_it_matches_and_no_secret() -> None:
    known = {"MY_THING": "1", "MY_TOKEN": "2", "THEIR_THING": "3", "my_thing": "4", "MY_STORE": "redis://u:pw@host"}
    found = environment("/f", 3, ["MY_*", "NOT_THERE_*"], known)
    fixed = {"TMPDIR": "/f", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "3", "TRACEC_GUEST": "/f"}
    assert found == {"MY_THING": "1", **fixed}
    assert environment("/f", 3, ["MY_STORE"], known)["MY_STORE"] == "redis://u:pw@host"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("-p no:cacheprovider", True),
        ("https://example.org/a:b@c", True),
        ("https://user@example.org/", True),
        ("https://user:pw@example.org/", False),
        ("-----BEGIN RSA PRIVATE KEY-----", False),
    ],
)
def test_a_password_in_a_value_is_a_secret_too(value: Any, kept: Any) -> None:
    assert passes("PYTEST_ADDOPTS", value) is kept


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("KeyError: 'MY_THING'", "MY_THING"),
        ("KeyError('MY_THING')", "MY_THING"),
        ("KeyError: 'OTHER'", ""),
        ("KeyError: 'PATH'", ""),
        ("You must define the environment variable MY_THING before", "MY_THING"),
        ("assert os.environ.get('MY_THING') == '1'", "MY_THING"),
        ("the environment variable MY_THING_2 is not there", ""),
        ("MY_THING is wrong", ""),
    ],
)
def test_what_a_failure_says_is_missing(message: str, name: str) -> None:
    assert missed([message], (), {"MY_THING": "1", "PATH": "/bin"}) == [name] * bool(name)
    assert missed([message], ["MY_*"], {"MY_THING": "1", "PATH": "/bin"}) == []


SHOWS = """
import os
from subject import double
def test_two() -> None:
    assert double(2) == 4
def test_seen() -> None:
    raise ValueError(sorted({"SSH_AUTH_SOCK", "OPENAI_KEY", "MY_THING", "GIT_DIR", "LANG"} & set(os.environ)))
"""
SUBJECT = "def double(x):\n    return x + x + 1\n"


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSH_AUTH_SOCK", "OPENAI_KEY", "MY_THING", "GIT_DIR", "LANG"):
        monkeypatch.setenv(name, "C")


@pytest.mark.parametrize(
    ("more", "seen"),
    [((), ["LANG"]), (("MY_*", "*KEY"), ["LANG", "MY_THING"]), (("OPENAI_KEY",), ["LANG", "OPENAI_KEY"])],
)
def test_guests_and_the_last_run_see_the_same(tmp_path: Path, known: Any, more: Any, seen: Any) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=SHOWS)
    with Suite(tmp_path, [], variables=more) as suite:
        assert suite.run(Request(suite.ids)).outcomes[1].message == f"ValueError: {seen}"
    assert confirm(tmp_path, [], sys.executable, 60, more)[1].message == f"ValueError: {seen}"


NEEDS = """
import os
from subject import double
def test_two() -> None:
    assert double(2) == 4
def test_thing() -> None:
    assert double(int(os.environ["MY_THING"])) == 4
"""


READS = NEEDS.replace("double(2)", "double(int(os.environ['MY_THING']))")


@slow
@pytest.mark.parametrize("tests", [NEEDS, READS] if FULL else [READS])
def test_who_misses_a_variable_is_told(tmp_path: Path, tests: Any) -> None:
    """Where some tests fail for it, and where all do, so that there is nothing to repair."""
    project(tmp_path, subject=SUBJECT, test_subject=tests)
    asked = ("optimize", "subject.py", "--tests", "test_subject.py", "--budget-evals", "300", "--jobs", "1", "-q")
    todo = '`environment = ["MY_THING"]` in [tool.tracec] hands it down'
    for words in (asked, ("blame", *asked[1:4])):
        assert todo in tracec(tmp_path, *words, MY_THING="2").err
        assert todo not in tracec(tmp_path, *words).err  # nobody has it
    (tmp_path / "pyproject.toml").write_text('[tool.tracec]\nenvironment = ["MY_*"]\n')
    said = tracec(tmp_path, *asked, MY_THING="2")
    assert (said.code, "MY_THING" in said.err) == (0, False)


def test_who_misses_a_variable_in_collecting_is_told(tmp_path: Path) -> None:
    project(tmp_path, subject=SUBJECT, test_subject=SHOWS, conftest="import os\nos.environ['MY_THING']\n")
    said = tracec(tmp_path, "optimize", "subject.py", "--tests", "test_subject.py", MY_THING="2")
    todo = '`environment = ["MY_THING"]` in [tool.tracec] hands it down'
    assert (said.code, said.err) == (2, f"conftest.py:2: KeyError: 'MY_THING'; {todo}\n")
    with pytest.raises(TracecError, match="mend it until"), Suite(tmp_path, []):
        pass
