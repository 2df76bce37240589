"""Rooms and when they are free."""


def free_times(bookings, opens, closes, least=1):
    """The free times [(start, end), ...] of a room between two hours, of at least `least` hours each."""
    free = []
    last = opens
    for start, end in sorted(bookings):
        start, end = max(start, opens), min(end, closes)
        if start >= end:
            continue
        if start - last >= least:
            free.append((last, start))
        last = max(last, end)
    if closes - last >= least:
        free.append((last, closes))
    return free
