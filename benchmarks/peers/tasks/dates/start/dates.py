"""A message -> the date in it, by a model."""

from service import answer

PROMPT = "Which date is in this message?"  # tracec: trainable the date in the wanted form


def date_in(message):
    """A date as text."""
    return answer(PROMPT, message).strip()
