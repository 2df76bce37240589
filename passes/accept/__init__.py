"""Acceptance: attempts -> whether they are better than their parent, and honest."""
