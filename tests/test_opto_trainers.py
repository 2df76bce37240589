"""Training loops under the old names: what they keep, what they return, and that they can be resumed."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import pytest

from tracec.opto import trainer
from tracec.opto.optimizers import OptoPrimeV2
from tracec.opto.trace import ExecutionError, bundle, model, node
from tracec.opto.trainer.algorithms import BasicSearchAlgorithm, BeamSearch, PrioritySearch
from tracec.opto.trainer.algorithms.candidates import HeapMemory, ModuleCandidate, ParetoHeapMemory
from tracec.opto.trainer.evaluators import evaluate
from tracec.opto.trainer.guide import Guide, LLMJudge
from tracec.opto.trainer.loader import DataLoader
from tracec.opto.trainer.objectives import ObjectiveConfig, pareto_rank, select_best, select_top_k
from tracec.opto.trainer.sampler import Sampler
from tracec.opto.trainer.utils import async_run, batch_run
from tracec.opto.utils.llm import DummyLLM

DATA = {"inputs": [1, 2, 3], "infos": [6, 7, 8]}


class Near(Guide):
    """The nearer the answer is to the expected one, the better."""

    def get_feedback(self, query: Any, response: Any, reference: Any = None, **kwargs: Any) -> tuple[float, str]:
        away = abs(response - reference)
        return 1 / (1 + away), f"{response} should be {reference}"


@model
class Adder:
    def __init__(self) -> None:
        self.offset = node(1, trainable=True)

    def forward(self, x: int) -> Any:
        return self.offset + x


def suggests(messages: Any, **_: Any) -> str:
    """One more each time, up to five."""
    found = re.search(r'<variable name="(\w+)" type="int">\n<value>\n(\d+)', messages[1]["content"])
    assert found
    value = min(5, int(found[2]) + 1)
    return f"<variable><name>{found[1]}</name><value>{value}</value></variable>"


def test_train_by_names() -> None:
    agent: Any = Adder()
    scores, last = trainer.train(
        model=agent, train_dataset=DATA, guide=Near(), optimizer_kwargs={"llm": DummyLLM(suggests)}, num_epochs=5,
        batch_size=3, num_threads=2,
    )  # fmt: skip
    assert (agent.offset.data, last) == (5, 1.0)
    assert scores == sorted(scores)
    with pytest.raises(ValueError, match="there is no algorithm 'Nothing'"):
        trainer.train(model=agent, train_dataset=DATA, algorithm="Nothing", guide=Near())
    with pytest.raises(ValueError, match="as many infos as inputs"):
        trainer.train(model=agent, train_dataset={"inputs": [1], "infos": []})


def test_one_parameter_is_trained() -> None:
    prompt = node("bad", trainable=True)
    said = f"<solution><name>{prompt.py_name}</name><value>good</value></solution>"

    class Exact(Guide):
        def get_feedback(self, query: Any, response: Any, reference: Any = None, **kwargs: Any) -> tuple[float, str]:
            return float(response == reference), "it should be good"

    trainer.train(
        model=prompt, train_dataset={"inputs": [0], "infos": ["good"]}, guide=Exact(),
        optimizer_kwargs={"llm": DummyLLM(lambda **_: said)},
    )  # fmt: skip
    assert prompt.data == "good"


@pytest.mark.parametrize("kind", [BasicSearchAlgorithm, PrioritySearch, BeamSearch])
def test_searches_reach_the_goal(kind: Any) -> None:
    agent: Any = Adder()
    made = kind(agent, OptoPrimeV2(agent.parameters(), llm=DummyLLM(suggests)), num_threads=2)
    made.train(guide=Near(), train_dataset=DATA, num_epochs=8, batch_size=3, num_candidates=2, num_proposals=2)
    assert agent.offset.data == 5


def test_a_search_is_resumed(tmp_path: Path) -> None:
    agent: Any = Adder()
    search = PrioritySearch(agent, OptoPrimeV2(agent.parameters(), llm=DummyLLM(suggests)))
    search.train(
        guide=Near(), train_dataset=DATA, num_epochs=2, batch_size=3, save_frequency=1, save_path=str(tmp_path)
    )
    again = PrioritySearch.load(str(tmp_path))
    assert again.n_iters == search.n_iters - 1
    fresh: Any = Adder()
    again.resume(model=fresh, train_dataset=DATA, num_epochs=9)
    assert fresh.offset.data == 5
    with pytest.raises(TypeError, match="not a BeamSearch"):
        BeamSearch.load(str(tmp_path))


def test_a_heap_keeps_the_best() -> None:
    heap = HeapMemory(3)
    for score in (5, 4, 1, 2):
        heap.push(score, str(score))
    assert sorted(-row[0] for row in heap) == [2, 4, 5]
    assert heap.pop()[1] == "5"
    front = ParetoHeapMemory(
        score_dict_fn={"a": {"x": 1.0, "y": 0.0}, "b": {"x": 0.0, "y": 1.0}, "c": {"x": 0.0, "y": 0.0}}.get,
        objective_config=ObjectiveConfig(mode="pareto", weights={"x": 0.3, "y": 0.7}),
    )
    for name in "cab":
        front.push(0.5, name)
    assert [front.pop()[1] for _ in range(3)] == ["b", "a", "c"]


def test_candidates_are_modules_with_other_values() -> None:
    agent: Any = Adder()
    candidate = ModuleCandidate(agent, {agent.offset: 7}, object())
    made = candidate.get_module()
    assert (made.offset.data, agent.offset.data) == (7, 1)
    assert candidate == ModuleCandidate(agent, {made.offset: 7}, candidate.optimizer)
    candidate.apply_update()
    assert agent.offset.data == 7


def test_objectives() -> None:
    scores = [{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}, {"a": 0.0, "b": 0.0}]
    assert pareto_rank(scores) == [0, 0, 1]
    rows = [(one, "") for one in scores]
    assert select_best(rows, ObjectiveConfig(mode="weighted", weights={"a": 1, "b": 2})) == 1
    assert select_top_k(rows, ObjectiveConfig(mode="pareto", tie_break="lexicographic"), 3) == [0, 1, 2]
    assert select_best([(0.1, ""), (0.9, "")]) == 1


def test_data_goes_round_and_is_the_same_with_a_seed() -> None:
    first, second = (DataLoader(DATA, batch_size=2, seed=3) for _ in range(2))
    assert [first.sample() for _ in range(4)] == [second.sample() for _ in range(4)]
    ordered = DataLoader(DATA, batch_size=2, randomize=False)
    assert [inputs for inputs, _ in ordered] == [[1, 2], [3, 1]]
    kept = pickle.loads(pickle.dumps(first))
    kept.dataset = DATA
    assert kept.sample() == first.sample()


def test_calls_of_a_batch_do_not_meet() -> None:
    @model
    class Counting:
        def __init__(self) -> None:
            self.seen = 0

        @bundle()
        def forward(self, x: int) -> int:
            self.seen += 1
            if x == 3:
                raise ValueError("three")
            return self.seen

    agent: Any = Counting()
    batches, batch = Sampler(DataLoader(DATA, 3, randomize=False), Near(), 2, subbatch_size=2).sample([agent])
    assert batch["inputs"] == [1, 2, 3]
    assert [[row.target.data for row in one] for one in batches] == [[1, 1], ["(ValueError) three"]]
    assert [*evaluate(agent, Near(), [1, 3], [1, 1], min_score=-1)] == [1.0, -1]
    with pytest.raises(ExecutionError):
        batch_run()(agent.forward)([3])
    assert async_run([lambda a, b=1: a + b] * 2, [(1,), (2,)], [{}, {"b": 5}]) == [2, 7]


def test_a_judge_asks_a_model() -> None:
    judge = LLMJudge(llm=DummyLLM(lambda messages: "Correct [TERMINATE]" if "four" in messages[1]["content"] else "no"))
    assert judge("2+2", "four", "4") == (1.0, "Correct [TERMINATE]")
    assert judge("2+2", "five", "4")[0] == 0.0
    with pytest.raises(ValueError, match="expected answer"):
        judge("2+2", "four", None)
