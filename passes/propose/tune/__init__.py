"""Tuning: numbers, choices and texts -> values to try, given where the outcome of a run is known."""
