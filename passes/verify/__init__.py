"""Recorded operations are computed again, and what does not agree is told."""
