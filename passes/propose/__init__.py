"""Proposers: Credit -> Candidates, by name."""

from __future__ import annotations

from tracec.passes.propose.random import propose as _random
from tracec.passes.propose.random import shuffled
from tracec.passes.propose.search import propose as _search

PROPOSERS = {"search": _search, "random": _random}

__all__ = ["PROPOSERS", "shuffled"]
