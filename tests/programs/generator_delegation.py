"""`yield from`: values, sends, throws and closes go through; the return value comes back; other iterables too."""


def inner(name):
    try:
        x = yield f"{name} start"
        while x != "end":
            try:
                x = yield f"{name} {x}"
            except ValueError as error:
                x = yield f"{name} caught {error}"
        return f"{name} result"
    finally:
        print(f"{name} cleaned")


def middle():
    result = yield from inner("a")
    second = [(yield from inner("b")), (yield result)]
    print((yield from range(2)) or "range gives None")
    return second


def outer():
    final = yield from middle()
    yield final


g = outer()
print(next(g), g.send("x"), g.throw(ValueError("v")), g.send("end"), g.send("y"), g.send("end"), g.send("end2"), sep="|")
print([*g])
g = outer()
next(g)
print(g.gi_yieldfrom.__name__, g.gi_yieldfrom.gi_yieldfrom.__name__)
try:
    g.throw(KeyError("through"))
except KeyError as error:
    names = []
    tb = error.__traceback__
    while tb:
        names.append(tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    print(names)
g = outer()
next(g)
g.close()


class Plain:
    def __iter__(self): return iter([1, 2])


def mixed():
    a = yield from Plain()
    b = yield from "xy"
    c = yield from (i for i in [a, b])
    d = yield from []
    return (yield from returns()), c, d


def returns():
    return 7
    yield


def collect(gen):
    out = []
    while True:
        try:
            out.append(next(gen))
        except StopIteration as stop:
            return out, stop.value


print(collect(mixed()))


def tree(t):
    if isinstance(t, list):
        for x in t: yield from tree(x)
    else:
        yield t


print(list(tree([1, [2, [3, [4]], 5]])))
def sends_to_list():
    yield from [1, 2]
s = sends_to_list(); next(s)
try:
    s.send(1)
except AttributeError as error:
    print(error)
