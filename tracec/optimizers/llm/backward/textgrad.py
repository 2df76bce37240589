"""TEXTGRAD: one question to the critic for each edge, one to the model for each target; each step is taken or reverted.

Yuksekgonul et al., "TextGrad: Automatic Differentiation via Text", 2024, arXiv 2406.07496; release followed: textgrad
0.1.8, textgrad/autograd and textgrad/optimizer, and the validation revert of its evaluation/prompt_optimization.py.

Not copied: gradients only for the last input of an aggregate, and twice for a sum; gradients in a set, so in another
order in each process; a variable of which the optimizer is shown the first and the last words only; a context of
gradients that outlives the step; a failing program that leaves no feedback; a missing tag that raises; a momentum that
asks nothing. Edges through arithmetic and through plain code ask nothing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tracec.optimizers.llm.backward.latest import Latest
from tracec.optimizers.llm.backward.proposer import Backward
from tracec.optimizers.llm.strategy import Sound
from tracec.optimizers.policies import FirstSolution, Gain
from tracec.passes.propagate import sbfl
from tracec.passes.propagate.backward.flow import BY_EDGE
from tracec.recording.trace_cases import sample
from tracec.strategy import Strategy

EDGES = partial(Backward, grouping=BY_EDGE, each=True)
ON_METRIC = Strategy(sample, sbfl.propagate, EDGES, Gain, Latest, FirstSolution, needs_model=True)
TEXTGRAD = replace(ON_METRIC, stop=Sound, on_metric=ON_METRIC, complete=True)
ALWAYS = partial(Latest, always=True)  # the library's own rule: every step is taken
