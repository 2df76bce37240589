"""`except*`: splitting, nested groups, re-raising, what is left over, and the name that goes away."""


def group():
    return ExceptionGroup("all", [ValueError("v"), ExceptionGroup("in", [TypeError("t"), KeyError("k")]), OSError(2, "o")])


def show(error, depth=0):
    print("  " * depth + repr(error))
    for inner in getattr(error, "exceptions", ()):
        show(inner, depth + 1)


def split():
    try:
        raise group()
    except* ValueError as e:
        show(e)
    except* (TypeError, OSError) as e:
        show(e)
        raise RuntimeError("from a handler") from e
    except* KeyError as e:
        show(e)
        raise
    else:
        print("never")
    finally:
        print("finally", "e" in locals())


try:
    split()
except ExceptionGroup as e:
    show(e)
    print(e.__cause__, repr(e.__context__))

try:
    try:
        raise group()
    except* KeyError:
        print("key")
except ExceptionGroup as e:
    show(e)

try:
    raise ValueError("bare")
except* ValueError as e:
    show(e)

for n in range(3):
    try:
        if n: raise ExceptionGroup(str(n), [IndexError(n)])
    except* IndexError as e:
        print(n, e.exceptions)
    else:
        print(n, "none")
try:
    try:
        raise ExceptionGroup("x", [ValueError(1)])
    except* ExceptionGroup:
        pass
except TypeError as e:
    print(e)
try:
    1 / 0
except* ZeroDivisionError as e:
    print(e, e.derive([ValueError()]), e.split(ZeroDivisionError)[1])
