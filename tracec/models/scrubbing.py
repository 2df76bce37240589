"""A text -> the same without the keys of the user's environment, and in Unicode that can be written."""

from __future__ import annotations

import os
from collections.abc import Mapping

from tracec.guests.environment import is_secret

SHORTEST = 8  # characters of a value that is taken for a key: shorter ones are words of every text; chosen
MARK = "[key]"


class Scrubber:
    """Knows the secrets of the environment as it is when this is made."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        known = os.environ if environ is None else environ
        found = {value for name, value in known.items() if len(value) >= SHORTEST and is_secret(name, value)}
        self._secrets = sorted(found, key=len, reverse=True)  # one may be the beginning of another

    def clean(self, text: str) -> str:
        """Without secrets; half a character, as JSON can carry it, becomes a question mark."""
        for secret in self._secrets:
            text = text.replace(secret, MARK)
        return text.encode("utf-8", "replace").decode("utf-8")
