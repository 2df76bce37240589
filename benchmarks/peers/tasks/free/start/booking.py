"""Rooms and when they are free."""


def free_times(bookings, opens, closes, least=1):
    """The free times [(start, end), ...] of a room between two hours, of at least `least` hours each."""
    free = []
    last = opens
    for start, end in bookings:
        if start - last > least:
            free.append((last, start))
        last = end
    return free
