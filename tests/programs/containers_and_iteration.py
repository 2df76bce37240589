"""Own containers and iterators: `__contains__`, `__missing__`, `__length_hint__`, slices, views, sorting, mutation while iterating."""
import collections
import itertools


class Hinted:
    def __init__(self, n, hint): self.n, self.hint = n, hint
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1
        return self.n
    def __length_hint__(self): print("hint", end=" "); return self.hint


class Grid:
    def __init__(self): self.d = {}
    def __getitem__(self, key): return self.d.get(str(key), f"no {key}")
    def __setitem__(self, key, value): self.d[str(key)] = value
    def __delitem__(self, key): del self.d[str(key)]
    def __contains__(self, key): print(f"contains {key}", end=" "); return "yes"
    def __reversed__(self): yield from "reversed"
    def __index__(self): return 1


class Default(dict):
    def __missing__(self, key): self[key] = value = f"made {key}"; return value


class Sorted:
    def __init__(self, k): self.k = k
    def __lt__(self, other): seen.append((self.k, other.k)); return self.k < other.k


seen = []


def run():
    print(list(Hinted(3, 1)), list(Hinted(2, NotImplemented)), [*Hinted(1, 100)], tuple(Hinted(0, 0)))
    try: list(Hinted(1, -1))
    except ValueError as error: print(error)
    g = Grid()
    g[1] = g[1, 2] = g[1:2] = g[...] = g[1:2, ::3] = "set"
    del g[1]
    print(sorted(g.d), g["1"], g[:], g[1:2:3, ...], 5 in g, 5 not in g, "".join(reversed(g)), [10, 20][g], "abc"[:g])
    d = Default(a=1)
    print(d["a"], d["b"], d.get("c"), "b" in d, {**d}, d | {"z": 1}, [k for k in d], d.keys() & {"a"}, dict(d.items() - {("a", 1)}))
    xs = [Sorted(k) for k in (3, 1, 2)]
    print([x.k for x in sorted(xs)], seen, min(xs).k)
    ys = [1, 2, 3, 4, 5]
    ys[1:3] = "abc"; ys[::2] = [0] * 3; del ys[-1], ys[0:1]; ys[len(ys):] = [9]; ys += (i for i in "z"); ys.sort(key=str, reverse=True)
    print(ys, ys[-2:], ys[::-1], ys.index(9), [*map(str, ys)][0])
    a = b = [[]] * 2
    a[0].append(1); b = b + [[2]]
    return a, b, a is b, collections.Counter("abca").most_common(1), collections.ChainMap({1: 2}, {1: 3, 2: 4})[2], collections.deque([1, 2, 3], 2)


print(run())
dd = collections.defaultdict(lambda: [len(dd)]); dd["a"]; dd["b"].append(1); print(dict(dd))
od = collections.OrderedDict(a=1, b=2); od.move_to_end("a"); print([*od], *od.popitem())
print(list(itertools.accumulate([1, 2, 3], lambda a, b: a * b)), [(k, [*g]) for k, g in itertools.groupby("aabc", key=lambda c: c < "b")], list(itertools.starmap(lambda a, b: a - b, [(3, 1)])), list(zip(*[[1, 2], [3, 4]], strict=True)))
try: list(zip([1], [], strict=True))
except ValueError as error: print(error)
s = {1, 2}; s |= {3}; s -= {1}; s ^= {2, 9}; print(s, frozenset(s) <= {3, 9, 1}, {*s} & {3}, sum({1: "a"}, 5), max({1: "a"}), sorted({"b": 1, "a": 2}.items(), key=lambda kv: kv[1]), any(c == "b" for c in "abc"))
