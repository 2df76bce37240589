"""Tune: numbers, choices and texts are set so that tests pass or a metric rises."""
