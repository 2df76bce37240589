"""Tune sets numbers, choices and texts so that tests pass or a metric rises."""
