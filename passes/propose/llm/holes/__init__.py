"""Holes that a model left in its code, and numbers that it was not sure of -> candidates with them filled."""
