"""A program that traces itself with sys.settrace: events, names and lines of its own code."""
import sys

events, leaving = [], set()


def tracer(frame, event, arg):
    if frame.f_code.co_filename != __file__: return None
    if event == "exception": leaving.add(frame)
    elif frame in leaving and frame.f_code.co_name == "fail": return tracer  # how it goes on: see docs/fidelity.md
    shown = arg if event == "return" and isinstance(arg, (int, str)) else arg[0].__name__ if event == "exception" else None
    events.append((event, frame.f_code.co_name, frame.f_lineno, shown))
    return tracer


def work(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += double(i)
        else:
            total -= 1
    while total > 3:
        total -= 2
    try:
        fail(total)
    except ValueError:
        total = (
            total +
            1
        )
    finally:
        total *= 2
    return total


def double(x):
    """Doc."""
    return x and x * 2


def fail(x):
    if x > 0 and x < 100: raise ValueError(x)


def gen(n):
    for i in range(n):
        yield i


class C:
    def __init__(self): self.x = 1


def more():
    a = list(gen(2))
    b = C().x
    with open(__file__) as f:
        pass
    match a:
        case [0, x]: y = x
    assert y == 1, "no"
    if not a: return None
    f = lambda z: z + 1
    return f(b)


for f, args in ((work, (4,)), (more, ())):
    events.clear()
    sys.settrace(tracer)
    result = f(*args)
    sys.settrace(None)
    print(f.__name__, result)
    for event in events: print(" ", *event)
