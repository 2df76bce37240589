"""Optimizers through which feedback flows backward: opto, textgrad, semantic."""
