"""Acceptance: whether an Attempt is better than its parent."""
