"""A store: what came in at which cost, what was sold, and what each sale earned."""


class Stock:
    """Counts and costs of articles, in cents."""

    def __init__(self):
        self.pieces = {}  # by article the cost of each piece, the next to be sold first
        self.reserved = {}
        self.sales = []

    def receive(self, article, count, cost):
        """Take in some pieces that cost so much each."""
        self.pieces.setdefault(article, []).extend([cost] * count)

    def on_hand(self, article):
        """Count the pieces of an article."""
        return len(self.pieces.get(article, ()))

    def free(self, article):
        """Count the pieces that are not reserved."""
        return self.on_hand(article) - self.reserved.get(article, 0)

    def reserve(self, article, count):
        """Keep pieces back."""
        self.check(article, count)
        self.reserved[article] = self.reserved.get(article, 0) + count

    def release(self, article, count):
        """Keep pieces back no longer."""
        have = self.reserved.get(article, 0)
        if count > have:
            raise ValueError(f"{count} {article} are released, {have} are reserved")
        self.reserved[article] = have - count

    def check(self, article, count):
        """ValueError where there are not so many."""
        if count > self.free(article):
            raise ValueError(f"{count} {article} are asked for, {self.free(article)} are there")

    def take(self, article, count):
        """Take pieces out: what each of them did cost."""
        have = self.pieces.get(article, [])
        taken, have[:count] = have[:count], []
        return taken

    def sell(self, basket, prices):
        """Sell `{article: count}`: the number of the sale."""
        for article, count in basket.items():
            self.check(article, count)
        sold = {article: (prices[article], self.take(article, count)) for article, count in basket.items()}
        self.sales.append(sold)
        return len(self.sales) - 1

    def give_back(self, sale, article, count):
        """Take back pieces of a sale; their price is paid back."""
        _, costs = self.sales[sale].get(article, (0, []))
        if count > len(costs):
            raise ValueError(f"{count} {article} are given back, {len(costs)} are sold")
        back = costs[len(costs) - count :]
        del costs[len(costs) - count :]
        self.pieces[article][:0] = back

    def earned(self, sale):
        """Say what a sale earned."""
        return sum(price * len(costs) - sum(costs) for price, costs in self.sales[sale].values())

    def value(self):
        """Say what all that is on hand did cost."""
        return sum(map(sum, self.pieces.values()))
