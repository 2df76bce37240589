"""A pytest plugin that switches recording on, before anything of the package is imported, and keeps little of it.

With $SUITE_EVENTS it writes there how many events there were.
"""

import os

from tracec.runtime import record

EVENTS = 1_000_000  # recorded at most: what is compared is how tests end

record.start(EVENTS)


def pytest_unconfigure() -> None:
    """Tell."""
    with open(os.environ["SUITE_EVENTS"], "a", encoding="ascii") as file:
        file.write(f"{record.size()}\n")
