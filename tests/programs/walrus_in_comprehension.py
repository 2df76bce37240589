"""A walrus in a comprehension binds in the function around it, also when nested, global or nonlocal."""


def any_match(words):
    if any((hit := w).startswith("b") for w in words):
        return hit
    return ("none", hit)


print(any_match(["a", "bb", "c"]), any_match(["a", "c"]))


def running(values):
    total = 0
    sums = [total := total + v for v in values if (square := v * v) > 1]
    return sums, total, square


print(running([1, 2, 3]))


def nested():
    grid = [[last := (i, j) for j in range(2)] for i in range(2)]
    lazy = ((seen := k) for k in range(5))
    next(lazy), next(lazy)
    table = {(key := n): (value := n * key) for n in range(3)}
    return grid, last, seen, table, key, value


print(nested())


def outer():
    count = 0

    def inner():
        nonlocal count
        return [count := count + 1 for _ in range(3)]

    return inner(), count


def to_global():
    global shared
    return {shared := n for n in range(3)}


print(outer(), to_global(), shared)
print([top := n for n in range(4)], top, [y for x in range(3) if (y := x)], y)
print([(lambda: (z := 1) + z)() for f in "ab"], "z" in globals())


def late():
    try:
        return unset
    except NameError as error:
        print(type(error).__name__, error)
    return [unset := 1 for _ in "a"], unset


print(late())
