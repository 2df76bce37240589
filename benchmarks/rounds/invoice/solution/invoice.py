"""Invoices: lines of text become amounts in cents, a discount is shared out, and tax is added by rate."""

RATES = {"standard": 20, "reduced": 5, "zero": 0}


def cents(text):
    """Turn an amount such as 12.50 into cents."""
    text = text.strip().replace(",", "")
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("-").partition(".")
    return sign * (int(whole or 0) * 100 + int((part + "00")[:2]))


def parse(line):
    """Read `name; count x price; kind`: the name, the cents of all pieces, and the rate in percent."""
    name, amount, *kind = (part.strip() for part in line.split(";"))
    count, times, price = amount.partition(" x ")
    pieces = int(count) * cents(price) if times else cents(amount)
    return name, pieces, RATES[kind[0] if kind else "standard"]


def shared(total, weights):
    """Share out cents by weight."""
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts


def taxes(amounts, rates):
    """Find the tax of each rate, in cents."""
    sums = {}
    for amount, rate in zip(amounts, rates):
        sums[rate] = sums.get(rate, 0) + amount
    return {rate: (amount * rate + 50) // 100 for rate, amount in sums.items()}


def invoice(lines, discount="0.00"):
    """Put an invoice together: what each line costs after the discount, the taxes, and what is to be paid."""
    items = [parse(line) for line in lines]
    amounts = [amount for _, amount, _ in items]
    bought = [max(amount, 0) for amount in amounts]
    if discount.endswith("%"):
        total = sum(bought) * int(discount[:-1]) // 100
    else:
        total = cents(discount)
    net = [amount - part for amount, part in zip(amounts, shared(total, bought))]
    tax = taxes(net, [rate for _, _, rate in items])
    return {"lines": dict(zip([name for name, _, _ in items], net)), "tax": tax, "due": sum(net) + sum(tax.values())}
