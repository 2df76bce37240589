"""What lies in a warehouse: pieces by article."""


class Stock:
    """Pieces on the shelf, and of these the ones that are promised to an order."""

    def __init__(self, shelf=None):
        self.shelf = dict(shelf or {})
        self.reserved = {}

    def free(self, article):
        """Pieces that can still be promised."""
        return self.shelf.get(article, 0) - self.reserved.get(article, 0)

    def reserve(self, article, pieces):
        """Promise pieces to an order, at least one. ValueError when that cannot be."""
        if pieces > self.free(article):
            raise ValueError(f"cannot reserve {pieces} of {article}")
        self.reserved[article] = self.reserved.get(article, 0) + pieces

    def ship(self, article, pieces):
        """Take promised pieces off the shelf."""
        promised = self.reserved.get(article, 0)
        if pieces > promised:
            raise ValueError(f"only {promised} of {article} reserved")
        self.reserved[article] = promised - pieces
        self.shelf[article] = self.shelf[article] - pieces
