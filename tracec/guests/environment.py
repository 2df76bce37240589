"""Which of our environment's variables the processes get that run the user's tests: an allow-list, and no secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

MARK = "TRACEC_GUEST"
# What a usual test run needs to be the same as without tracec, and what says how it shall be.
ALLOWED = (
    # where programs and files are
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "PWD", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV",
    "PYENV_ROOT", "PYENV_VERSION", "ASDF_DIR", "ASDF_DATA_DIR",
    "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_CACHE_HOME", "XDG_STATE_HOME",
    "LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_*", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    # language, time and the terminal
    "LANG", "LANGUAGE", "LC_*", "LOCALE_ARCHIVE", "TZ", "TZDIR", "TERM", "COLORTERM", "COLUMNS", "LINES",
    "NO_COLOR", "FORCE_COLOR", "PY_COLORS", "SOURCE_DATE_EPOCH",
    # the interpreter, pytest and its plugins
    "PYTHON*", "PYTEST_*", "HYPOTHESIS_*", "COVERAGE_*", "TOX_ENV_NAME", "NOX_CURRENT_SESSION",
    "PY_IGNORE_IMPORTMISMATCH", "TRACEC_PURE", "TRACEC_DEBUG",
    # whether it is a build server, by which tests are skipped
    "CI", "CONTINUOUS_INTEGRATION", "GITHUB_ACTIONS", "GITLAB_CI", "TRAVIS", "APPVEYOR", "CIRCLECI", "TF_BUILD",
    "BUILD_NUMBER", "RUNNER_OS",
    # compilers
    "CC", "CXX", "AR", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "PKG_CONFIG_PATH", "JAVA_HOME",
    # how numeric libraries and windows go about their work: other threads give other sums
    "OMP_*", "MKL_*", "OPENBLAS_*", "BLIS_*", "VECLIB_*", "NUMEXPR_*", "NUMBA_*", "KMP_*", "CUDA_*", "NVIDIA_*",
    "HIP_*", "ROCR_*", "XLA_*", "JAX_*", "TF_CPP_*", "TF_ENABLE_*", "TF_FORCE_*", "TF_DETERMINISTIC_OPS",
    "TF_XLA_FLAGS", "TF_USE_LEGACY_KERAS", "TORCH_*", "MPLBACKEND", "QT_QPA_PLATFORM", "SDL_VIDEODRIVER",
)  # fmt: skip
# Of pytest's these tell of a run that we are in, and are no settings of the one to come.
OTHERS = ("PYTEST_CURRENT_TEST", "PYTEST_XDIST_*", "PYTEST_VERSION")
_SECRET = re.compile(
    r"KEY|TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|COOKIE|PRIVATE|DATABASE_UR|PGPASS|NETRC|"
    r"(^|_)(PASS|PWD|PAT|DSN|AUTH|JWT|AUTHORIZATION|BEARER|SALT|CONNECTION_STRING|CONN_STR|WEBHOOK)(_|\d|$)"
)
_WITH_PASSWORD = re.compile(r"\w://[^/\s@]*:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY")  # in a value


def environment(
    folder: str, seed: int, more: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> dict[str, str]:
    """For a child: what it may see, temporary files below `folder`, hashes that do not vary.

    `more` are names and patterns (`MY_*`) of the user's. `environ` is `os.environ` when None.
    """
    known = os.environ if environ is None else environ
    kept = {name: value for name, value in known.items() if passes(name, value, more)}
    fixed = {"TMPDIR": folder, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": str(seed), MARK: folder}
    return {**kept, **fixed}


def passes(name: str, value: str, more: Sequence[str] = ()) -> bool:
    """Whether a variable is handed down. A secret is only where its very name is in `more`."""
    if name in more:
        return True
    if is_secret(name, value) or _matches(name, OTHERS):
        return False
    return _matches(name, ALLOWED) or _matches(name, more)


def is_secret(name: str, value: str) -> bool:
    """Whether a variable looks like a password, a key or a way to use one."""
    named = name != "PWD" and _SECRET.search(name.upper()) is not None  # that one is the working directory
    return named or _WITH_PASSWORD.search(value) is not None


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def mark(folder: str) -> bytes:
    """What `environment(folder)` leaves in the environment of every process started with it."""
    return f"{MARK}={folder}\0".encode()


def missed(messages: Iterable[str], more: Sequence[str] = (), environ: Mapping[str, str] | None = None) -> list[str]:
    """The variables that we have, that were withheld, and that these messages of failures say are not there."""
    known = os.environ if environ is None else environ
    withheld = [name for name, value in known.items() if not passes(name, value, more)]
    texts = list(messages)
    return sorted(name for name in withheld if any(_says_missing(text, name) for text in texts))


def _says_missing(message: str, name: str) -> bool:
    """`KeyError: 'NAME'`, or a text on the environment that has the name in it."""
    if re.search(rf"KeyError:? *\(?b?['\"]{re.escape(name)}['\"]", message):
        return True
    return (
        re.search(r"environ|\benv\b", message) is not None
        and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message) is not None
    )


def advice(names: Sequence[str]) -> str:
    """What to do about variables that are missed."""
    listed = ", ".join(f'"{name}"' for name in names)
    return f"`environment = [{listed}]` in [tool.tracec] hands {'it' if len(names) == 1 else 'them'} down"
