"""A strategy from outside: a scripted writer that reads the feedback at failing nodes, in two rounds."""

from collections.abc import Mapping, Sequence

from tracec.evaluate.panel import Parent
from tracec.optimizers.policies import FirstSolution, Gain, ParetoArchive
from tracec.passes.nouns.candidate import Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.nouns.edits import Refused
from tracec.passes.nouns.runs import TracedRun
from tracec.passes.nouns.target import Target
from tracec.passes.propose.llm.answers.reply import split
from tracec.recording.trace_cases import sample
from tracec.strategy import Strategy
from tracec.work.work import Work

SCRIPT = {  # what feedback says -> what is written then
    "length": "from itertools import count\n\n\ndef one(word):\n    return next(count(1))\n\n\n"
    "def size(words):\n    return sum(map(one, words))\n",
    "case": "def shout(text):\n    return text.upper()\n",
}


def by_node(targets: Sequence[Target], runs: Sequence[TracedRun]) -> dict[str, Credit]:
    found = {}
    for t in targets:
        nodes = [(r, n) for r in runs if r.failing for n in r.trace.nodes if t.span.holds(n.site.span)]
        texts = tuple(dict.fromkeys(run.outcome.message for run, _ in nodes))
        found[t.id] = Credit(t.id, float(bool(nodes)), feedback=texts, nodes=tuple((r.case, n.id) for r, n in nodes))
    return found


class Writer:
    lookahead = 1

    def __init__(self, work: Work) -> None:
        self.written: set[tuple[Parent, str]] = set()
        self.learnt: list[Attempt] = []

    def propose(self, parent: Parent, credit: Mapping[str, Credit], most: int) -> list[Candidate]:
        for target in sorted(parent.program.targets, key=lambda t: -len(credit[t.id].nodes)):
            said = " ".join(credit[target.id].feedback)
            for word in (w for w in SCRIPT if w in said and target.qualname in SCRIPT[w]):
                edits = split(SCRIPT[word], target, parent.program.sources[target.span.path].text)
                if (parent, word) not in self.written and not isinstance(edits, Refused):
                    self.written.add((parent, word))
                    return [Candidate(edits, "scripted", f"it says {word}")]
        return []

    def learn(self, parent: Parent, attempts: Sequence[Attempt]) -> None:
        self.learnt += attempts


SCRIPTED = Strategy(sample, by_node, Writer, Gain, ParetoArchive, FirstSolution, complete=True, holdout=False)
