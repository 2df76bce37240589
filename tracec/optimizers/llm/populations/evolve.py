"""EVOLVE: islands of programs, each with cells in which like competes with like; small changes, rewritings, crossings.

AlphaEvolve (Novikov et al. 2025, arXiv 2506.13131) as in OpenEvolve 0.4.0 (islands, MAP-Elites cells, what a run said
in the next prompt) and ShinkaEvolve 2026-08-21 (ways of change in turn, parents with many children are taken less,
what is no new program is not run). Not copied: a history that differs from run to run with the same seed; edits
outside of what may change, and those that match nothing or two places; copies in the archive; programs that only their
island knows to be broken. Islands are few and change places soon, as calls are counted by the ten.
"""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracec.evaluate.panel import Parent
from tracec.optimizers.llm.populations.pool import Pool, best_first, score
from tracec.optimizers.llm.questioner import Questioner
from tracec.optimizers.llm.strategy import Sound
from tracec.optimizers.policies import FirstSolution, Gain
from tracec.passes.accept.verdict import UNFIT, Verdict
from tracec.passes.archive.cells import Cell, cell
from tracec.passes.nouns.candidate import NO_CHANGE, Attempt, Candidate
from tracec.passes.nouns.credit import Credit
from tracec.passes.propagate import sbfl
from tracec.passes.propose.llm.told.brief import PLAIN, Brief
from tracec.passes.propose.llm.told.programs import changed_in, standing, variant
from tracec.passes.propose.llm.told.variation import Way, brief
from tracec.passes.syntax.parsing import module_of
from tracec.project.program import Program
from tracec.recording.trace_cases import sample
from tracec.runtime.outcome import Ended
from tracec.strategy import Strategy
from tracec.work.work import Work

ISLANDS = 3  # chosen: OpenEvolve has 5 for 1,000 programs
MIGRATES = 6  # programs that an island takes in before its best one is copied to the next; chosen
EXPLORES = 0.2  # of the turns a parent is drawn from all cells alike, as in OpenEvolve
INSPIRE = 2  # programs that are told beside the parent: the best, and the one least like it; chosen
WAYS = {Way.DIFF: 0.6, Way.REWRITE: 0.3, Way.CROSS: 0.1}  # shares of the turns, as in ShinkaEvolve
SAME = "but for its layout it is a program that was tried before; write another one"


class Islands(Pool):
    """Programs in cells, on islands that take turns. Whatever ran is kept where its cell has nothing better."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, [work.root])
        self._seed = work.job.config.seed
        self._origin = {target.id: target.value for target in work.root.program.targets}
        self._islands: list[dict[Cell, Parent]] = [{(0, 0): work.root} for _ in range(ISLANDS)]
        self._taken_in = [0] * ISLANDS
        self._children = Counter[Parent]()
        self._turn = self._at = 0

    def add(self, parent: Parent, attempt: Attempt, verdict: Verdict) -> None:
        """Put a program that ran into its cell on the island whose turn it is; now and then its best one moves on."""
        if attempt.ended != Ended.DONE or verdict in UNFIT:
            return
        child = parent.child(attempt)
        self._pool.append(child)
        self._settled(self._at, child)
        self._taken_in[self._at] += 1
        if self._taken_in[self._at] % MIGRATES == 0:
            best = best_first(self._work, [*self._islands[self._at].values()])[0]
            self._settled((self._at + 1) % ISLANDS, best)

    def select(self) -> Parent | None:
        """A program of the next island that has one to go on from, with others of the island beside it."""
        for _ in range(ISLANDS):
            self._at, self._turn = self._turn % ISLANDS, self._turn + 1
            ranked = best_first(self._work, [*self._islands[self._at].values()])
            free = [parent for parent in ranked if parent not in self._dropped]
            if free:
                chosen = self._drawn(free)
                self._children[chosen] += 1
                chosen.beside = self._inspiring(ranked, chosen)
                return chosen
        return None

    def _settled(self, island: int, child: Parent) -> None:
        place, content = self._cell(child), child.program.content(NO_CHANGE)
        old = self._islands[island].get(place)
        if any(one.program.content(NO_CHANGE) == content for one in self._islands[island].values()):
            return
        if old is None or score(self._work, old) < score(self._work, child):
            self._islands[island][place] = child

    def _drawn(self, ranked: Sequence[Parent]) -> Parent:
        """Mostly one of the best, less often where it has children already."""
        draw = random.Random(f"{self._seed} {self._turn}")
        if draw.random() < EXPLORES:
            return draw.choice(ranked)
        weights = [0.5**rank / (1 + self._children[parent]) for rank, parent in enumerate(ranked)]
        return draw.choices(ranked, weights)[0]

    def _inspiring(self, ranked: Sequence[Parent], chosen: Parent) -> tuple[Parent, ...]:
        """Others that differ from the user's program: the one least like the chosen, then the best."""
        others = [parent for parent in ranked if parent is not chosen and parent is not self._work.root]
        here = self._cell(chosen)
        far = sorted(others[1:], key=lambda parent: -sum(abs(a - b) for a, b in zip(self._cell(parent), here)))
        return (*far[: INSPIRE - 1], *others[:1])

    def _cell(self, parent: Parent) -> Cell:
        values = changed_in(parent.program.targets, self._origin)
        added = [str(getattr(edit, "source", "")) for edit in parent.program.added]
        now = "\n".join([*(values.get(name, value) for name, value in self._origin.items()), *added])
        return cell(now, "\n".join(self._origin.values()))


class Variator(Questioner):
    """Asks for a small change, a rewriting or a crossing; what is no new program is not run."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._origin = {target.id: target.value for target in work.root.program.targets}
        self._turn = 0
        self._seen = {form_of(work.root.program, NO_CHANGE)}

    def brief(self, parent: Parent, credit: Mapping[str, Credit]) -> Brief:
        """The way of the turn, and the programs beside the parent; nothing at first, when there is no other program."""
        self._turn += 1
        if len(self._seen) == 1:
            return PLAIN
        draw = random.Random(f"{self.work.job.config.seed} way {self._turn}")
        way = draw.choices([*WAYS], [*WAYS.values()])[0]
        if way == Way.CROSS and not parent.beside:
            way = Way.REWRITE
        targets = {target.id: target for target in parent.program.targets}
        told = [self._told(other, targets) for other in parent.beside]
        return brief(way, told)

    def fit(self, parent: Parent, found: Sequence[Candidate]) -> Sequence[Candidate]:
        """Those that differ in more than layout, comments and docstrings from all programs before."""
        new = list[Candidate]()
        for candidate in found:
            form = form_of(parent.program, candidate)
            if form not in self._seen:
                self._seen.add(form)
                new.append(candidate)
        if found and not new:
            self.asker.refuse(parent, SAME)
        return new

    def _told(self, other: Parent, targets: Mapping[str, object]) -> str:
        values = changed_in(other.program.targets, self._origin)
        known = {target.id: target for target in other.program.targets}
        return variant(f"### {standing(other.panel.judging())}", values, known)


def form_of(program: Program, candidate: Candidate) -> str:
    """The content of a program without its layout: equal for programs that only look different."""
    values = {target.id: target.value for target in program.targets} | candidate.values
    added = sorted(str(getattr(edit, "source", "")) for edit in (*program.added, *candidate.additions))
    return "\n".join(map(plain, [*(values[name] for name in sorted(values)), *added]))


def plain(source: str) -> str:
    """Source without layout, comments and docstrings; what is no Python as it is."""
    tree = module_of(source)
    if tree is None:
        return source
    tree = ast.parse(ast.unparse(tree))  # of our own, as this one is changed
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


ON_METRIC = Strategy(sample, sbfl.propagate, Variator, Gain, Islands, FirstSolution, needs_model=True)
EVOLVE = replace(ON_METRIC, stop=Sound, on_metric=ON_METRIC, complete=True)
