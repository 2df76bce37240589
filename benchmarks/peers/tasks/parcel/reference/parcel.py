"""What it costs to send a parcel."""

ZONES = {"home": 100, "near": 250, "far": 600}  # cents a step


def chargeable(grams, sides):
    """The weight that counts."""
    length, width, height = sides
    weight = max(grams, length * width * height // 5)
    return -(-weight // 500)


def rate(zone, express):
    """Cents for one step of weight."""
    return ZONES[zone] * 3 // 2 if express else ZONES[zone]


def price(grams, sides, zone, express=False):
    """Cents for a parcel with three sides in centimetres."""
    surcharge = 400 if max(sides) > 120 else 0
    return 300 + chargeable(grams, sides) * rate(zone, express) + surcharge
