"""Optimizers that ask a model and keep many programs, or lessons, to go on from."""
