"""Propagators: what a node tells those that it was computed from."""

from tracec.opto.flow.feedback import TraceGraph
from tracec.opto.trace.propagators.graph_propagator import GraphPropagator
from tracec.opto.trace.propagators.propagators import AbstractFeedback, AbstractPropagator, Propagator, SumPropagator

__all__ = [
    "AbstractFeedback", "AbstractPropagator", "GraphPropagator", "Propagator", "SumPropagator", "TraceGraph",
]  # fmt: skip
