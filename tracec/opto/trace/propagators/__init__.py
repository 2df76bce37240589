"""Propagators: what a node tells those that it was computed from."""

from tracec.opto.trace.propagators.graph_propagator import GraphPropagator, TraceGraph
from tracec.opto.trace.propagators.propagators import AbstractFeedback, AbstractPropagator, Propagator, SumPropagator

__all__ = [
    "AbstractFeedback", "AbstractPropagator", "GraphPropagator", "Propagator", "SumPropagator", "TraceGraph",
]  # fmt: skip
