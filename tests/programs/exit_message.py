"""Ends with `sys.exit` of an object: it is printed to stderr, exit code 1, no traceback; atexit runs after."""
import atexit
import sys


class Reason:
    def __str__(self): return "the reason"


def first(): print("registered first")
def second(*args, **kwargs): print("registered second", args, kwargs)
class Failing:
    def __call__(self): raise ValueError("in atexit")
    def __repr__(self): return "Failing()"


atexit.register(first)
atexit.register(second, 1, k=2)
atexit.register(Failing())


@atexit.register
def decorated(): print("decorated")


atexit.register(first)
atexit.unregister(first)


def stop(): sys.exit(Reason())


try:
    stop()
except BaseException as error:
    print(type(error).__name__, error.code)
    raise
