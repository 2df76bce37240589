"""Arguments, defaults, closures, decorators, lambdas, recursion."""
import functools


def shout(f):
    @functools.wraps(f)
    def inner(*a, **k):
        return str(f(*a, **k)).upper()
    return inner


@shout
def greet(name, /, greeting="hello", *rest, mark="!", **more):
    """A docstring."""
    return f"{greeting} {name}{mark}{rest}{sorted(more)}"


def counter():
    n = 0
    def step(by=1):
        nonlocal n
        n += by
        return n
    return step


total = 0


def add(k):
    global total
    total += k


def fact(n): return 1 if n < 2 else n * fact(n - 1)


def one(): pass
def two(): "only a docstring"
def three(): x = 1; y = 2; return x + y


step = counter()
print(greet("bob"), greet("al", "hi", 1, 2, mark="?", z=1), greet.__doc__, greet.__name__)
print(step(), step(5), step(by=2), fact(10), one(), two(), two.__doc__, three())
add(3); add(4)
print(total, (lambda a, *b, c=2, **d: (a, b, c, d))(1, 2, 3, e=4), sorted("bca", key=lambda s: -ord(s)))
print(list(map(lambda v: v * 2, [1, 2])), functools.reduce(lambda p, q: p + q, range(5)))
compose = lambda f, g: lambda v: f(g(v))
print(compose(str, abs)(-3))
try:
    greet()
except TypeError as error:
    print(type(error).__name__)
