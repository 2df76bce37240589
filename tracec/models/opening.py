"""A job -> its desk."""

from __future__ import annotations

from collections.abc import Callable

from tracec.models.desk import CRITIC, Desk
from tracec.models.model import model_of
from tracec.passes.nouns.errors import TracecError
from tracec.run.job import Job
from tracec.run.ledger import Ledger


def desk_of(job: Job, ledger: Ledger, warn: Callable[[str], None]) -> Desk:
    """The desk at which a job's models are asked. TracecError where no model is named, or one cannot be found."""
    config = job.config
    if not config.model:
        raise TracecError(f"the optimizer {config.with_} asks a model, and none is named", "name one with --model")
    models = {"": model_of(config.model, job.root, config.prices)}
    if config.model_critic:
        models[CRITIC] = model_of(config.model_critic, job.root, config.prices)
    width, seconds = config.model_width, config.model_seconds
    return Desk(models, ledger, warn, job.tell, width=width, seconds=seconds, seed=config.seed, dry=job.dry)
