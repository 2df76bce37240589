"""Lines and columns, from and to, of each frame of a traceback, and of a code object's instructions that raise."""
import sys
import traceback


def positions(error):
    out = []
    tb = error.__traceback__
    while tb:
        code = tb.tb_frame.f_code
        place = list(code.co_positions())[tb.tb_lasti // 2]
        out.append((code.co_name, tb.tb_lineno, place))
        tb = tb.tb_next
    return out


def fail(kind):
    xs = [1, {"k": None}]
    if kind == "call": return int("a", base=10)
    if kind == "attr": return xs[1].get("k").upper()
    if kind == "binary": return 1 + xs[0] + xs[1]
    if kind == "item": return (xs[1]["k"],
                               xs[1]["z"])
    if kind == "compare": return xs[0] < 5 < xs[1]
    if kind == "nested": return [fail("call") for _ in range(1)]
    if kind == "lambda": return (lambda x: 1 // x)(0)
    if kind == "raise": raise ValueError(
        "over two lines")
    if kind == "assert": assert xs == [], "no"
    if kind == "name": return undefined + 1
    if kind == "fstring": return f"{xs[0]} {xs[5]!r}"
    if kind == "store": xs.x = 1
    if kind == "unpack": a, b, c = xs
    if kind == "await": return next(generator())
    if kind == "for":
        for x in 5: pass
    if kind == "with":
        with xs: pass


def generator():
    got = yield from inner()
def inner():
    x = (yield (1 // 0))


for kind in "call attr binary item compare nested lambda raise assert name fstring store unpack await for with".split():
    try: fail(kind)
    except Exception as error:
        print(kind, positions(error))
        summary = traceback.extract_tb(sys.exc_info()[2])
        print([(f.name, f.lineno, f.end_lineno, f.colno, f.end_colno, f.line) for f in summary])
        print(traceback.walk_tb(error.__traceback__).__next__()[1])
