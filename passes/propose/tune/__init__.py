"""Numbers, choices and texts: what values to try, given where the outcome of a run is known."""
