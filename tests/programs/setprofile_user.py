"""A program that profiles itself with sys.setprofile and cProfile: calls and returns, of Python and of C."""
import cProfile
import pstats
import sys

events = []


def profiler(frame, event, arg):
    if event.startswith("c_"):
        if arg.__name__ in ("len", "sum", "max", "abs"): events.append((event, arg.__name__, frame.f_code.co_name))
    elif frame.f_code.co_filename == __file__: events.append((event, frame.f_code.co_name, frame.f_lineno))


def work(n):
    xs = [1, 2, 3]
    xs.append(len(xs))
    return sum(xs) + helper(n)


def helper(n):
    if n: return helper(n - 1)
    return max(1, 2)


def fails():
    try: int("x")
    except ValueError: return "caught"


def gen():
    yield 1
    yield 2


class C:
    def __init__(self): self.n = abs(-1)
    def __add__(self, other): return 7


def objects():
    c = C()
    total = c + 1
    for x in gen(): total += x
    return total


for f, args in ((work, (2,)), (fails, ()), (objects, ())):
    events.clear()
    sys.setprofile(profiler)
    result = f(*args)
    sys.setprofile(None)
    print(f.__name__, result)
    for event in events: print(" ", *event)

profile = cProfile.Profile()
profile.runcall(work, 3)
stats = pstats.Stats(profile)
print(sorted((name, calls) for (file, line, name), (_, calls, *_) in stats.stats.items() if file == __file__ or "len" in name))
