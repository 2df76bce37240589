"""A customer's ticket -> the code of the desk that answers it, by a model."""

from service import answer

PROMPT = """\
Answer with one code and nothing else.
K1: money: invoices, charges, refunds, cards.
K2: a parcel that is late, lost or sent to a wrong place.
K3: goods that are broken, faulty or wrong.
K4: accounts: passwords, logins, changes of name or address.
K9: anything else."""  # tracec: trainable the right code of each ticket


def desk(ticket):
    """A code."""
    return answer(PROMPT, ticket).strip()
