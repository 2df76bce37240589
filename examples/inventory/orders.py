"""What to buy, and when."""


def days_left(pieces, per_day):
    """Whole days until the pieces are used up; None when none are used."""
    if per_day <= 0:
        return None
    return pieces // per_day


def to_order(free, wanted, pack):
    """How many pieces to buy so that at least `wanted` are free, in whole packs of `pack`."""
    missing = wanted - free
    if missing <= 0:
        return 0
    packs = -(-wanted // pack)  # rounded up
    return packs * pack


def urgent(stock, usage, delivery_days):
    """Articles that run out before a delivery would arrive, the most urgent first."""
    left = {article: days_left(stock.free(article), per_day) for article, per_day in usage.items()}
    late = [article for article, days in left.items() if days is not None and days < delivery_days]
    return sorted(late, key=lambda article: (left[article], article))
