"""How often a program calls `__eq__`, `__hash__`, `__bool__`, `__len__`, `__iter__`, `__repr__`: no more, no less."""
from collections import Counter

calls = Counter()


class Item:
    def __init__(self, n): calls["init"] += 1; self.n = n
    def __eq__(self, other): calls["eq"] += 1; return isinstance(other, Item) and self.n == other.n
    def __lt__(self, other): calls["lt"] += 1; return self.n < other.n
    def __hash__(self): calls["hash"] += 1; return hash(self.n)
    def __bool__(self): calls["bool"] += 1; return self.n > 0
    def __repr__(self): calls["repr"] += 1; return f"I{self.n}"
    def __str__(self): calls["str"] += 1; return f"S{self.n}"
    def __getattr__(self, name): calls[f"getattr {name}"] += 1; raise AttributeError(name)
    def __call__(self): calls["call"] += 1; return self


class Bag:
    def __init__(self, *items): self.items = items
    def __len__(self): calls["len"] += 1; return len(self.items)
    def __iter__(self): calls["iter"] += 1; return iter(self.items)
    def __contains__(self, x): calls["contains"] += 1; return x in self.items
    def __getitem__(self, i): calls["getitem"] += 1; return self.items[i]
    def __length_hint__(self): calls["hint"] += 1; return 1


def work():
    a, b, c = Item(1), Item(2), Item(0)
    bag = Bag(a, b, c)
    if bag: pass
    x = a or b; y = c and a; z = not c; w = x if y else z
    d = {a: 1, b: 2}; d[a] += 1
    s = {a, b, c, Item(1)}
    found = Item(2) in d, c in [a, b, c], b in bag, a == b, a != c
    first, *rest = bag
    xs = [*bag, *bag]
    ordered = sorted(bag, reverse=True), min(a, b), max(bag)
    text = f"{a} {b!r} {c!s:>4}" + str(a)
    hasattr(a, "nothing"), getattr(a, "more", None), a()
    for i in bag:
        if i and i == a: break
    while not a: pass
    return len(s), found, first.n, len(rest), len(xs), text, bag[0] is a, list(bag)[0] is a


print(work())
print(sorted(calls.items()))
calls.clear()
a, b = Item(1), Item(2)
bag = Bag(a, b)
c = a and b
if c or a: d = [i for i in bag if i]
e = a()() is a, bag[1], a < b < Item(3)
print(sorted(calls.items()))
