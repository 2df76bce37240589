"""try in all its orders: returns, breaks and continues in finally, else, nested handlers, bare raise, sys.exc_info."""
import sys


def returns(how):
    for i in range(3):
        try:
            if how == "return": return f"try {i}"
            if how == "break": break
            if how == "continue": continue
            if how == "raise": raise ValueError(i)
        except ValueError as error:
            if error.args[0] == 1: return "handler"
        else:
            print("else", end=" ")
        finally:
            print(f"finally {i}", end=" ")
    else:
        return "loop else"
    return "end"


def finally_wins(how):
    while True:
        try:
            if how == "swallow": raise KeyError("lost")
            return "from try"
        finally:
            if how == "return": return "from finally"
            if how in ("break", "swallow"): break
    return "after break"


def skip():
    seen = []
    for i in range(3):
        try: seen.append(1 // i)
        except ZeroDivisionError: seen.append("zero"); continue
        finally: seen.append(i)
    return seen


def info():
    out = [sys.exc_info()[0]]
    try:
        try: raise KeyError("a")
        except KeyError:
            out.append(sys.exc_info()[0].__name__)
            try: raise ValueError("b")
            except (TypeError, ValueError): out.append(sys.exc_info()[0].__name__)
            out.append(sys.exc_info()[0].__name__)
            raise
        finally: out.append(sys.exc_info()[0].__name__)
    except LookupError as e: out.append(e.args)
    return out, sys.exc_info()[0]


def classes():
    def pick(): print("evaluated", end=" "); return (KeyError, (IndexError,)) if sys.version_info < (3,) else (KeyError, IndexError)
    try: [][1]
    except TypeError: print("never")
    except pick() as e: print(type(e).__name__)
    try:
        try: 1 / 0
        except "not a class": pass
    except TypeError as e: print(e, repr(e.__context__))
    try: raise ValueError
    except: print("bare")


print([returns(h) for h in ("return", "break", "continue", "raise", "")])
print([finally_wins(h) for h in ("", "return", "break", "swallow")], skip(), info())
classes()
def deep(n):
    try: return deep(n - 1) if n else 1 / 0
    except ZeroDivisionError: raise if_any(n)
    finally: print(n, end=" ")
def if_any(n): return ZeroDivisionError(n)
try: deep(3)
except ZeroDivisionError as e:
    while e: print(e, end=" < "); e = e.__context__
print()
