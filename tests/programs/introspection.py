"""locals, eval, exec, inspect, pickling, threads, weakrefs, recursion."""
import copy
import inspect
import pickle
import threading


def names(a):
    b = 2
    return sorted(locals())


def evaluate(x):
    return eval("x + 1"), sorted(vars())


class Thing:
    """Doc."""

    def __init__(self, v: int = 1) -> None:
        self.v = v

    def method(self, a, b=2, *, c: str = "x"):
        return a, b, c


def line():
    return inspect.currentframe().f_lineno


space = {}
exec("def made(): return 42", space)
print(names(1), evaluate(1), space["made"]())
print(inspect.signature(Thing.method), inspect.getsource(line).splitlines()[0], line(), Thing.method.__qualname__)
print(pickle.loads(pickle.dumps(Thing(5))).v, copy.deepcopy(Thing([1])).v, Thing.__init__.__annotations__)
results = []


def work(n):
    s = 0
    for i in range(n):
        s += i
    results.append(s)


threads = [threading.Thread(target=work, args=(k * 100,)) for k in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(results))


def down(n):
    return 0 if n == 0 else 1 + down(n - 1)


print(down(400), sorted(k for k in globals() if not k.startswith("__")))
try:
    down(10 ** 6)
except RecursionError:
    print("too deep")
