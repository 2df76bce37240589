"""The strategy that sets values."""

from __future__ import annotations
