"""gepa 0.1.4: `optimize_anything` on the file or the prompt, as its guide shows.

Under tests one hard problem is searched (no dataset): the score is the share of tests that pass, the side information
is the report of those that fail. Under a metric the visible cases are the dataset. A proposal takes one call; the
result is gepa's own choice.
"""

from __future__ import annotations

from typing import Any

from gepa.optimize_anything import EngineConfig, GEPAConfig, ReflectionConfig, optimize_anything
from gepa.utils.stop_condition import ScoreThresholdStopper, TimeoutStopCondition
from peer_work import Given, arm

EVALUATIONS = 10_000  # so that only calls are the limit
MARGIN = 0.8  # of the arm's seconds, after which no further proposal begins; chosen


def run(given: Given) -> None:
    def of_all(candidate: str) -> tuple[float, dict[str, Any]]:
        report = given.report(given.program(candidate))
        return report.mean, {"Feedback": report.text(given.metric)}

    def of_one(candidate: str, example: int) -> tuple[float, dict[str, Any]]:
        case = given.report(given.program(candidate)).cases[example]
        return case.score, {"Feedback": case.text}

    engine = EngineConfig(
        seed=given.seed,
        max_candidate_proposals=given.calls,
        max_metric_calls=EVALUATIONS,
        raise_on_exception=False,
        parallel=False,
    )
    config = GEPAConfig(
        engine=engine,
        reflection=ReflectionConfig(reflection_lm=f"openai/{given.model}"),
        stop_callbacks=[ScoreThresholdStopper(1.0), TimeoutStopCondition(MARGIN * given.seconds)],
    )
    cases = len(given.report(given.source).cases)
    result = optimize_anything(
        seed_candidate=given.artifact(),
        evaluator=of_one if given.metric else of_all,
        dataset=list(range(cases)) if given.metric else None,
        objective=given.goal,
        config=config,
    )
    best = result.best_candidate
    given.path.write_text(given.program(best if isinstance(best, str) else next(iter(best.values()))))


if __name__ == "__main__":
    arm(run)
