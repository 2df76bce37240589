"""Optimizers that ask a model."""
