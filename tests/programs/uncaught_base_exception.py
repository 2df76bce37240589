"""Ends in an uncaught error that is no Exception."""


class Stop(BaseException):
    """Passes through `except Exception`."""


def inner(n):
    try:
        if n: raise Stop(f"at {n}")
    except Exception:
        print("never")
    finally:
        print("finally", n)
    return n


def outer():
    for n in range(2):
        try:
            inner(n)
        except Exception: print("never")
        except: print("bare", n); raise


try:
    outer()
except Stop as error:
    print("once", error)
outer()
