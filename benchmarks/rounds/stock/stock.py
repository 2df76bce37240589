"""A store: what came in at which cost, what was sold, and what each sale earned."""


class Stock:
    """Counts and costs of articles, in cents."""

    def __init__(self):
        self.counts = {}
        self.costs = {}
        self.sales = []

    def receive(self, article, count, cost):
        """Take in some pieces that cost so much each."""
        self.counts[article] = self.counts.get(article, 0) + count
        self.costs[article] = cost

    def on_hand(self, article):
        """Count the pieces of an article."""
        return self.counts[article]

    def take(self, article, count):
        """Take pieces out: what they cost together."""
        self.counts[article] -= count
        return count * self.costs[article]

    def sell(self, basket, prices):
        """Sell `{article: count}`: the number of the sale."""
        cost = 0
        for article, count in basket.items():
            cost += self.take(article, count)
        paid = sum(count * prices[article] for article, count in basket.items())
        self.sales.append([paid, cost, dict(basket), prices])
        return len(self.sales) - 1

    def give_back(self, sale, article, count):
        """Take back pieces of a sale; their price is paid back."""
        paid, cost, basket, prices = self.sales[sale]
        self.receive(article, count, self.costs[article])
        self.sales[sale] = [paid - count * prices[article], cost - count * self.costs[article], basket, prices]

    def earned(self, sale):
        """Say what a sale earned."""
        return self.sales[sale][0] - self.sales[sale][1]

    def value(self):
        """Say what all that is on hand did cost."""
        return sum(count * self.costs[article] for article, count in self.counts.items())
