"""DataLoader: data in batches, epoch after epoch."""

from __future__ import annotations

import random
from typing import Any

Batch = tuple[list[Any], list[Any]]


class DataLoader:
    """Batches of `dataset`, which has lists "inputs" and "infos". A `for` goes through one epoch, `sample` never ends.

    The last batch of an epoch is filled up from the next one. `seed` makes the order the same every time.
    """

    def __init__(
        self,
        dataset: dict[str, Any],
        batch_size: int = 1,
        randomize: bool = True,
        replacement: bool = False,
        shuffle: bool = True,
        seed: int | None = None,
    ) -> None:
        if len(dataset["inputs"]) != len(dataset["infos"]) or not len(dataset["inputs"]):
            raise ValueError("a dataset has as many infos as inputs, and at least one")
        self.dataset, self.batch_size = dataset, batch_size
        self.randomize, self.replacement, self.shuffle = randomize, replacement, shuffle
        self._random = random.Random(seed)
        self.n_epochs, self._exhausted = -1, False
        self._start_new_epoch()

    def _start_new_epoch(self) -> None:
        size = len(self.dataset["inputs"])
        order = list(range(size))
        if self.shuffle and self.randomize:
            order = self._random.choices(order, k=size) if self.replacement else self._random.sample(order, size)
        self._indices, self._i = order, 0
        self.n_epochs += 1
        self._exhausted = False

    def __iter__(self) -> DataLoader:
        return self

    def __next__(self) -> Batch:
        if self._exhausted or self._i >= len(self._indices):
            self._start_new_epoch()
            raise StopIteration
        places: list[int] = []
        while len(places) < self.batch_size:
            if self._i >= len(self._indices):
                self._start_new_epoch()
                self._exhausted = True
            found = self._indices[self._i : self._i + self.batch_size - len(places)]
            places += found
            self._i += len(found)
        return [self.dataset["inputs"][at] for at in places], [self.dataset["infos"][at] for at in places]

    def sample(self) -> Batch:
        """The next batch, whichever epoch it is of."""
        found = next(self, None)
        found = found if found is not None else next(self)
        self._exhausted = False
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "dataset"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)  # the dataset is set by whoever goes on with it
