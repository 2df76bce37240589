"""Operators for what a failing test shows: they are few and cheap where there is evidence, and silent elsewhere."""
