"""A job -> the models that it names, and its desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracec.models.desk import CRITIC, Desk
from tracec.models.model import Model, model_of
from tracec.models.patience import Terms
from tracec.passes.nouns.errors import TracecError
from tracec.run.job import Job
from tracec.run.ledger import Ledger


def models_of(job: Job) -> Mapping[str, Model]:
    """The models of a job by role, "" for every other one. Nothing is asked.

    TracecError where none is named, one cannot be found, or USD are limited and nobody knows what one costs.
    """
    config = job.config
    if not config.model:
        raise TracecError(f"the optimizer {config.with_} asks a model, and none is named", "name one with --model")
    models = {"": model_of(config.model, job.root, config.prices)}
    if config.model_critic:
        models[CRITIC] = model_of(config.model_critic, job.root, config.prices)
    for model in models.values() if config.budget_usd is not None else ():
        model.ready()
        if model.price() is None:
            what = f"budget-usd cannot be kept, as the price of {model.name} is not known"
            line = f'"{model.name}" = {{ in = 1.0, out = 4.0 }}'
            raise TracecError(what, f"give its USD per million tokens, as in [tool.tracec.prices] {line}")
    return models


def desk_of(job: Job, ledger: Ledger, warn: Callable[[str], None], models: Mapping[str, Model]) -> Desk:
    """The desk at which a job's models are asked; `warn` gets what the user is to know of them."""
    terms = Terms(job.config.model_width, job.config.model_seconds, job.config.seed)
    return Desk(models, ledger, warn, job.tell, terms, dry=job.dry)
