"""Nodes, where users look for them."""

from tracec.opto.engine.core import Row as AbstractNode
from tracec.opto.engine.core import get_op_name
from tracec.opto.engine.kinds import ExceptionNode, MessageNode, Node, ParameterNode, node
from tracec.opto.engine.names import GRAPH, NAME_SCOPES, Graph
from tracec.opto.engine.operations import IDENTITY_OPERATORS
from tracec.opto.engine.switches import READS as USED_NODES
from tracec.opto.flow.drawing import NodeVizStyleGuide, NodeVizStyleGuideColorful

__all__ = [
    "GRAPH", "IDENTITY_OPERATORS", "NAME_SCOPES", "USED_NODES", "AbstractNode", "ExceptionNode", "Graph",
    "MessageNode", "Node", "NodeVizStyleGuide", "NodeVizStyleGuideColorful", "ParameterNode", "get_op_name", "node",
]  # fmt: skip
