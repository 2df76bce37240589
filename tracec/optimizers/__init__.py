"""The optimizers: a folder each, policies of the one loop."""
