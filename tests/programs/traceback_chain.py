"""Ends in a traceback with a cause, a context, a suppressed context and notes."""
import traceback


def low(): return {}["missing"]


def middle():
    try:
        low()
    except KeyError as error:
        error.add_note("a note\nof two lines")
        raise LookupError("middle") from error


def high():
    try:
        middle()
    except LookupError:
        1 / 0


def suppressed():
    try:
        high()
    except ZeroDivisionError:
        raise RuntimeError("no context") from None


def reraise():
    try: low()
    except KeyError:
        try: raise ValueError("inner")
        except ValueError: pass
        raise


def explicit():
    cause = OSError("never raised")
    cause.__notes__ = ["n1", "n2"]
    raise TypeError("explicit") from cause


def in_finally():
    try: low()
    finally: high()


for f in (suppressed, reraise, explicit, in_finally):
    try: f()
    except Exception as error:
        print(type(error).__name__, repr(error.__cause__), repr(error.__context__), error.__suppress_context__)
        traceback.print_exc(limit=1, chain=False)
        print(*traceback.format_exception(error), sep="")
try: raise ValueError("a")
except ValueError as a:
    try: raise TypeError("b")
    except TypeError as b:
        print(b.__context__ is a, a.__context__)
        raised = b
try: raise "text"
except TypeError as error: print(error)
try: raise ValueError from "text"
except TypeError as error: print(error)
try: raise
except RuntimeError as error: print(error)
new = ValueError("with note")
new.add_note("last note")
try:
    high()
except Exception as last:
    raise new from last
