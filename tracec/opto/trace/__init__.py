"""Nodes, bundled functions and models."""

from tracec.opto.engine.switches import stop_tracing
from tracec.opto.trace import nodes, operators, projections, propagators, utils
from tracec.opto.trace.broadcast import apply_op
from tracec.opto.trace.bundle import bundle
from tracec.opto.trace.containers import NodeContainer
from tracec.opto.trace.errors import ExecutionError
from tracec.opto.trace.modules import Model, Module, model
from tracec.opto.trace.nodes import GRAPH, ExceptionNode, Node, ParameterNode, node

__all__ = [
    "GRAPH", "ExceptionNode", "ExecutionError", "Model", "Module", "Node", "NodeContainer", "ParameterNode", "apply_op",
    "bundle", "model", "node", "nodes", "operators", "projections", "propagators", "stop_tracing", "utils",
]  # fmt: skip
