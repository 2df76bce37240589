"""A small array whose comparisons answer arrays that refuse to be a bool, as numpy's do."""


class Array:
    def __init__(self, *items): self.items = items
    def __lt__(self, other): return Array(*(a < other for a in self.items))
    def __gt__(self, other): return Array(*(a > other for a in self.items))
    def __eq__(self, other): return Array(*(a == other for a in self.items))
    def __ne__(self, other): return Array(*(a != other for a in self.items))
    def __and__(self, other): return Array(*(a & b for a, b in zip(self.items, other.items)))
    def __or__(self, other): return Array(*(a | b for a, b in zip(self.items, other.items)))
    def __invert__(self): return Array(*(not a for a in self.items))
    def __getitem__(self, mask): return Array(*(a for a, m in zip(self.items, mask.items) if m))
    def __len__(self): return len(self.items)
    def __repr__(self): return f"Array{self.items}"

    def __bool__(self):
        if len(self.items) != 1:
            raise ValueError("the truth of an array with more than one element is ambiguous")
        return bool(self.items[0])

    __hash__ = None


def select(a):
    mask = (a > 1) & (a < 4) | ~(a != 9)
    print(a < 3, a == 2, a[mask], a[a > 2], mask)
    for attempt in (lambda: a and 1, lambda: a or 1, lambda: not a, lambda: 1 < a < 3, lambda: 1 if a > 1 else 2,
                    lambda: [x for x in [a] if x], lambda: a in [Array(1, 2)], lambda: {a}):
        try:
            print("value", attempt())
        except (ValueError, TypeError) as error:
            print(type(error).__name__, error)
    return a


print(select(Array(1, 2, 3, 9)) is not None)
one = Array(5)
print(one and "true", (one == 5) and (one > 1), one == 4 or "no", 1 if one > 4 else 0, not (one > 9), 4 < one < 6)
print(Array() == 1, len(Array()), (Array(1, 2) > 1).items)
try:
    while Array(1, 2): print("never")
except ValueError as error:
    print(error)
try:
    assert Array(1, 1) == 1
except ValueError as error:
    print(error)
x = Array(0, 1)
del x
