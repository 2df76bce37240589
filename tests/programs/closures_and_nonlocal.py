"""Cells: nonlocal, late binding in loops, sharing, deleting, cells seen from outside, recursion in closures."""


def counter(start=0):
    count = start

    def up(by=1):
        nonlocal count
        count += by
        return count

    def reset():
        nonlocal count
        count, old = start, count
        return old

    return up, reset, lambda: count


up, reset, get = counter(10)
print(up(), up(5), get(), reset(), get(), up.__closure__[0].cell_contents, up.__code__.co_freevars, counter.__code__.co_cellvars)
made = []
for i in range(3):
    def show(): return i
    made.append(show)
print([f() for f in made])


def late():
    made = []
    for i in range(3):
        def show(j=i): return i, j
        made.append((show, lambda: i * 10, lambda i=i: i))
    i = "end"
    return [[f() for f in row] for row in made]


print(late())


def three():
    x = "outer"
    def middle():
        def inner():
            nonlocal x
            x += "!"
            return x
        return inner
    inner = middle()
    inner(), inner()
    return x, inner.__code__.co_freevars, middle.__code__.co_freevars


print(three())


def gone():
    x = 1
    def read(): return x
    first = read()
    del x
    try: read()
    except NameError as error: return first, type(error).__name__, str(error), read.__closure__[0] == (lambda: x).__closure__[0]


print(gone())


def empty():
    def read(): return value
    try: read.__closure__[0].cell_contents
    except ValueError as error: print(error)
    value = [1]
    return read


f = empty()
f.__closure__[0].cell_contents = "set from outside"
print(f())
def outer(n):
    def fact(k): return 1 if k < 2 else k * fact(k - 1)
    class Local:
        n = n if False else "class n"
        def get(self): return n
    return fact(n), Local().get(), Local.n if False else "x"
try: print(outer(5))
except NameError as error: print(error)
def shared(xs=[]): xs.append(len(xs)); return xs
print(shared(), shared() is shared(), shared.__defaults__, (lambda *, k={}: k).__kwdefaults__)
def param(x):
    def set_(): nonlocal x; x = [x]
    set_(); set_(); return x
print(param(1))
