"""The named trainers."""

from tracec.opto.trainer.algorithms.algorithm import Trainer
from tracec.opto.trainer.algorithms.basic_algorithms import (
    AggregatedUpdate,
    BasicSearchAlgorithm,
    Minibatch,
    MinibatchAlgorithm,
)
from tracec.opto.trainer.algorithms.classical_algorithms import (
    BeamSearch,
    BeamsearchAlgorithm,
    ParetobasedPS,
    SequentialSearch,
    SequentialUpdate,
)
from tracec.opto.trainer.algorithms.priority_search import PrioritySearch

__all__ = [
    "AggregatedUpdate", "BasicSearchAlgorithm", "BeamSearch", "BeamsearchAlgorithm", "Minibatch", "MinibatchAlgorithm",
    "ParetobasedPS", "PrioritySearch", "SequentialSearch", "SequentialUpdate", "Trainer",
]  # fmt: skip
