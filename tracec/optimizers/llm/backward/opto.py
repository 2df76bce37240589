"""OPTO: the minimal subgraph of a failure, whole, in one question about all targets (OptoPrime).

Cheng, Nie, Swaminathan, "Trace is the Next AutoDiff", NeurIPS 2024, arXiv 2406.16218; release followed: trace-opt
0.1.3, opto/optimizers/optoprime.py. One call a step, whatever the number of targets; what was tried is its memory.

Not copied: the word TERMINATE anywhere in a reply that means no change; names of variables that are not there and are
passed over in silence; code that does not parse and values of another type that are taken as they are; numbers in the
prompt (the tuner has them); a step that is taken whatever comes of it, where here only a gain is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tracec.optimizers.llm.backward.proposer import Backward
from tracec.optimizers.llm.strategy import Sound
from tracec.optimizers.policies import FirstSolution, Gain, Head
from tracec.passes.propagate import sbfl
from tracec.passes.propagate.backward.flow import NO_WORDS
from tracec.passes.propose.llm.critic.graph_prompt import graph_prompt
from tracec.recording.trace_cases import sample
from tracec.strategy import Strategy

WHOLE = partial(Backward, grouping=NO_WORDS, each=False, write=graph_prompt)
ON_METRIC = Strategy(sample, sbfl.propagate, WHOLE, Gain, Head, FirstSolution, needs_model=True)
OPTO = replace(ON_METRIC, stop=Sound, on_metric=ON_METRIC, complete=True)
