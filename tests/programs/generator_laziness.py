"""Nothing runs before it is asked for: generators, generator expressions, map, zip, any, all, islice."""
import itertools


def loud(name, items):
    print(f"<{name} begins>", end="")
    for item in items:
        print(f"<{name} {item}>", end="")
        yield item
    print(f"<{name} ends>")


def pipeline():
    source = loud("src", range(10))
    print("made")
    evens = (x for x in source if x % 2 == 0)
    squares = (x * x for x in evens)
    print("still nothing")
    print(next(squares), next(squares))
    print(list(itertools.islice(squares, 1)))
    print(any(x > 20 for x in squares), next(source))
    print(all(x < 3 for x in loud("all", range(5))))


pipeline()


def source():
    print("source evaluated at once", end=" ")
    return [1, 2]


gen = (x for x in source())
print("then", list(gen))
try:
    bad = (x for x in 5)
    print("made, error later", end=" ")
    next(bad)
except TypeError as error:
    print(error)
bound = 1
gen = (bound + x for x in [bound])
bound = 100
print(list(gen))
pairs = ((x, y) for x in loud("x", "ab") for y in loud("y", "cd"))
print(next(pairs), next(pairs))
print(list(zip(loud("p", [1, 2]), loud("q", [3]))))
m = map(lambda x: print(f"(map {x})", end="") or x, loud("m", [1, 2]))
print(next(m)); print(3 in loud("in", [1, 3, 5]))
first, second, *_ = loud("star", [1, 2, 3])
print(first, second, next(loud("def", []), "default"), next(iter(lambda: 5, 5), "sentinel"))
a, b = itertools.tee(loud("tee", [1, 2]))
print(next(a), next(b), next(b), next(a))


def late():
    value = 1
    g = (value for _ in range(2))
    yield next(g)
    value = 2
    yield next(g)


print(list(late()), sum(1 for _ in loud("count", "abc")))
