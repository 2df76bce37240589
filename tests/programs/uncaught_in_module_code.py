"""Ends in an error at module level, within a loop in a `with` in a `try`: one frame, its carets, exit code 1."""
import atexit
import sys

atexit.register(print, "at exit")
atexit.register(lambda: print("last registered, first called"))


class Manager:
    def __enter__(self): print("enter"); return self
    def __exit__(self, kind, error, tb): print("exit", kind.__name__, tb.tb_lineno, tb.tb_frame.f_code.co_name, tb.tb_next)


def hook(kind, error, tb):
    lines = []
    while tb:
        lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    print("hook", kind.__name__, error, lines, error.__traceback__.tb_frame.f_code.co_name)
    sys.__excepthook__(kind, error, error.__traceback__)


sys.excepthook = hook
table = {"a": [1, 2]}
for key in ("a", "b"):
    try:
        with Manager() as m:
            print(key, table[key][0] + (
                table[key][1] if key == "b" else 0) + len(table["c" if key == "b" else "a"]))
            if key == "a":
                raise KeyError(key)
    except KeyError as error:
        print("caught", error)
    else:
        print("else")
    finally:
        print("finally", key)
total = sum(x for x in [1, 2, 3]) + table["a"][2 if key else 0] * 4
print("never")
