"""What it costs to send a parcel."""

ZONES = {"home": 100, "near": 250, "far": 600}  # cents a step


def chargeable(grams, sides):
    """The weight that counts."""
    return grams


def rate(zone, express):
    """Cents for one step of weight."""
    return ZONES[zone]


def price(grams, sides, zone, express=False):
    """Cents for a parcel with three sides in centimetres."""
    return chargeable(grams, sides) * rate(zone, express) // 1000
