"""A customer's ticket -> the code of the desk that answers it, by a model."""

from service import answer

PROMPT = "Classify the ticket."  # tracec: trainable the right code of each ticket


def desk(ticket):
    """A code."""
    return answer(PROMPT, ticket).strip()
