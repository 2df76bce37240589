"""Invoices: lines of text become amounts in cents, a discount is shared out, and tax is added by rate."""

RATES = {"standard": 20, "reduced": 5}


def cents(text):
    """Turn an amount such as 12.50 into cents."""
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part)


def parse(line):
    """Read `name; count x price; kind`: the name, the cents of all pieces, and the rate in percent."""
    name, amount, kind = (part.strip() for part in line.split(";"))
    count, _, price = amount.partition(" x ")
    return name, int(count) * cents(price), RATES[kind]


def shared(total, weights):
    """Share out cents by weight."""
    return [total * weight // sum(weights) for weight in weights]


def taxes(amounts, rates):
    """Find the tax of each rate, in cents."""
    found = {}
    for amount, rate in zip(amounts, rates):
        found[rate] = found.get(rate, 0) + amount * rate // 100
    return found


def invoice(lines, discount="0.00"):
    """Put an invoice together: what each line costs after the discount, the taxes, and what is to be paid."""
    items = [parse(line) for line in lines]
    amounts = [amount for _, amount, _ in items]
    off = shared(cents(discount), amounts)
    net = [amount - part for amount, part in zip(amounts, off)]
    tax = taxes(net, [rate for _, _, rate in items])
    return {"lines": dict(zip([name for name, _, _ in items], net)), "tax": tax, "due": sum(net) + sum(tax.values())}
