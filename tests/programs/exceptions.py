"""Exceptions: handlers, else, finally, chaining, notes, tracebacks, with."""
import contextlib
import traceback


def risky(k):
    try:
        if k == 0:
            raise ValueError("zero")
        if k == 1:
            return "returned"
        if k == 2:
            return 1 / 0
        out = "ok"
    except ValueError as e:
        out = f"value {e}"
    except (ZeroDivisionError, KeyError) as e:
        raise RuntimeError("wrapped") from e
    else:
        out += " else"
    finally:
        print("finally", k)
    return out


def loop():
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
        finally:
            print("f", i)
    return i


def override():
    try:
        return 1
    finally:
        return 2


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, t, v, tb):
        print("exit", t.__name__ if t else None)
        return t is ValueError


def managed(n):
    with Quiet() as q, contextlib.suppress(KeyError):
        if n == 1:
            raise ValueError
        if n == 2:
            raise KeyError("k")
        return "inside"
    return "after"


for k in range(4):
    try:
        print(risky(k))
    except RuntimeError as e:
        print(repr(e), repr(e.__cause__), len(traceback.extract_tb(e.__traceback__)))
print(loop(), override(), [managed(n) for n in range(3)])


def deep(n):
    if n == 0:
        assert n == 1, f"n is {n}"
    deep(n - 1)


try:
    deep(3)
except AssertionError as e:
    for f in traceback.extract_tb(e.__traceback__):
        print(f.lineno, f.name, f.line)
try:
    try:
        {}["x"]
    except KeyError:
        int("y")
except ValueError as e:
    print(repr(e.__context__))
