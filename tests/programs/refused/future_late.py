"""Told by the compiler only."""
x = 1
from __future__ import annotations
