"""GraphPropagator: parameters get the subgraph between them and the output."""

from __future__ import annotations

from typing import Any

from tracec.opto.flow.feedback import TraceGraph
from tracec.opto.trace.propagators.propagators import Propagator


class GraphPropagator(Propagator):
    """The usual one: feedback is a TraceGraph."""

    @property
    def is_plain(self) -> bool:  # type: ignore[override]
        """Whether no rule is the user's own, so that one quick pass does it."""
        return not self.override and type(self) is GraphPropagator

    def init_feedback(self, node: Any, feedback: Any) -> TraceGraph:
        """The output alone."""
        return TraceGraph([(node.level, node)], feedback)

    def _propagate(self, child: Any) -> dict[Any, Any]:
        whole = self.aggregate(child.feedback) + TraceGraph([(parent.level, parent) for parent in child.parents])
        for parameter in child.hidden_dependencies:
            parameter._add_feedback(child, whole)
        return dict.fromkeys(child.parents, whole)

    def aggregate(self, feedback: dict[Any, list[TraceGraph]]) -> TraceGraph:
        """All that came back to a node, as one."""
        return TraceGraph.total(one for given in feedback.values() for one in given)


__all__ = ["GraphPropagator", "TraceGraph"]
