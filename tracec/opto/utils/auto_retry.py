"""Another try for what fails for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PASSING = ("rate limit", "ratelimit", "timeout", "timed out", "temporar", "unavailable", "overloaded", "connection")


def retry_with_exponential_backoff(
    func: Callable[[], T], max_retries: int = 10, base_delay: float = 1.0, operation_name: str = "operation"
) -> T:
    """Call a function again, after pauses that double, as long as its errors may pass; the last error is raised."""
    for attempt in range(max_retries):
        try:
            return func()
        except Exception as error:
            said = f"{type(error).__name__} {error}".lower()
            if attempt + 1 == max_retries or not any(word in said for word in PASSING):
                raise
            time.sleep(base_delay * 2**attempt)
    raise ValueError(f"{operation_name} needs at least one try")
