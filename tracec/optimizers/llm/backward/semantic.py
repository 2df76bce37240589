"""SEMANTIC: one question to the critic for each step with all that went into it together; strict on the panel.

Wang, Alyahya, Ashley, Serikov, Khizbullin, Faccio, Schmidhuber, "How to Correctly do Semantic Backpropagation on
Language-based Agentic Systems", 2024, arXiv 2412.03624; release followed: semantic_backprop at its second commit. What
went into one step is told apart, so that one is not blamed for what another did. Of a round the whole update is tried
and each part of it alone, in place of a random choice among old and new: that costs runs, and no call.

Not copied: feedback found by looking for "Hint 2" in the reply; a reply without tags that becomes the prompt; a
statement that is never asked about again once it had feedback; an ablation that is lost with the first accepted update;
a seed that the cluster overwrites; one exception that makes the score of all cases 0.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tracec.optimizers.llm.backward.proposer import Backward
from tracec.optimizers.llm.strategy import Sound
from tracec.optimizers.policies import FirstSolution, Gain, Head
from tracec.passes.propagate import sbfl
from tracec.passes.propagate.backward.flow import ALONE, BY_STEP, NO_WORDS
from tracec.recording.trace_cases import sample
from tracec.strategy import Strategy

STEPS = partial(Backward, grouping=BY_STEP, each=True, parts=True)
ON_METRIC = Strategy(sample, sbfl.propagate, STEPS, Gain, Head, FirstSolution, needs_model=True)
SEMANTIC = replace(ON_METRIC, stop=Sound, on_metric=ON_METRIC, complete=True)
# The ablations of the paper: what went into a step is asked about one by one, or not at all.
NO_SIBLINGS = partial(STEPS, grouping=ALONE)
NO_GRADIENT = partial(STEPS, grouping=NO_WORDS)
