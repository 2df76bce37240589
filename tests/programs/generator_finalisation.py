"""A generator that is given up runs its `finally` at once, in the order a plain program would."""


def guarded(name, n=5):
    try:
        for i in range(n):
            yield f"{name}{i}"
    finally:
        print(f"[{name} closed]", end=" ")


def leave_loop():
    for x in guarded("a"):
        if x == "a1": break
    print("after break")
    for x in guarded("b"):
        return x


def drop():
    g = guarded("c")
    print(next(g), end=" ")
    del g
    print("after del")
    g = guarded("d")
    next(g)
    g = None
    print("after rebinding")
    g = guarded("e"); next(g)
    print("end of function", end=" ")


def raise_in_loop():
    for x in guarded("f"):
        raise ValueError(x)


print(leave_loop())
drop()
print("after return")
try:
    raise_in_loop()
except ValueError as error:
    print("handler", error)
print("after handler")
print(next(guarded("g")), "called once")
first, second = guarded("h", 2)
print(first, second)
print(any(x == "i1" for x in guarded("i")), "after any")
print([x for x, _ in zip(guarded("j"), range(2))], "after zip")
next(x for x in guarded("k"))
print("after next")
for x in guarded("l"):
    if x == "l2": break
print("after module loop")


def nested():
    yield from guarded("m")


for x in nested(): break
print("after delegation")
with_ = guarded("n"); next(with_)
holder = [with_]
del with_
print("still held", end=" ")
holder.clear()
print("after clear")
last = guarded("z"); next(last)
