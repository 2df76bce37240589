"""A message -> the date in it, by a model."""

from service import answer

PROMPT = """\
Find the date in the message. Answer with the date alone, as DD.MM.YY: two digits each for day, month and year.
Where there is no date, answer: none
Example: "It began on 4 July 2023." -> 04.07.23"""  # tracec: trainable the date in the wanted form


def date_in(message):
    """A date as text."""
    return answer(PROMPT, message).strip()
