"""f-strings: nested, `=`, conversions, format specs with fields, quotes, braces, lambdas, walrus, joined and multi-line."""
import datetime


class F:
    def __format__(self, spec): return f"<{spec}>"
    def __repr__(self): return "F()"
    def __str__(self): return "str F"


def run(x, xs, width=8):
    f, d, name, prec = F(), {"k": 1, 'q"': 2}, "é\n", 3
    print(f"{x}{xs!r}{name!a}{f!s}{f}{f:spec}{f!r:>6}{f!s:^{width}}|")
    print(f"{x=}{x = }{xs[0]=:>4}{ x + 1 =}{f=!s}{f=:a}{xs = !s:>12}")
    print(f"{x:{width}.{prec}f}|{x:{'>'}{width}}|{x:{width}{'.2f' if x else ''}}|{'a' 'b':*^{width + len(xs)}}|{x:0{width}}")
    print(f"{d['k']} {{}} {{{x}}} {{{{{x}}}}} {'}'} {'{'} {{x}}")
    print(f"{(lambda y: y * 2)(x)} {[i for i in xs if i]} { {i for i in xs} } { {i: i for i in xs} } {(z := x + 1)} {z:=+5} {x if x else 'no'} {x, z} {*xs, x}")
    print(f"{f'{x}' + f'{xs[1]!r:>{width}}'}")
    print(f"""{
        x
        + 1
    } multi {x!r:>4}
    line {'''triple'''}""", rf"\d{x}\n", fr'{x}\d', F"{x}" "plain{x}" f'{x}' r"\p{x}", f"" "", f"{x}" if x else f"")
    print(f"{datetime.date(2020, 1, 2):%Y-%m-%d} {1234567.891:,.2f} {255:#x} {255:08b} {0.5:.0%} {'s':>3} {True:d} {3+4j:.1f} {'abc':.2}")
    print(f"{yield_()} {not x} {x < 5 < 9} {x and xs or f} {x == 1} {x != 1} {x >= 1 =} {'a' < 'b'=}")
    return f"{x:{f'{width}'}}" f"{'nested':{'>' if x else '<'}{width}}"


def yield_(): return next(gen())
def gen(): yield f"{(yield 1)}"
def sent():
    g = inner()
    return next(g), g.send(1), list(g)
def inner():
    text = f"{(yield 'a')} and {(yield 'b')!r:>5}"
    yield text


print(run(1.5, [1, 2]), sent())
x = 5
print(f"{x=} {x:>{x}} {[x for x in 'ab']} {x}", "%s" % f"{x}", f"{x}".join("ab"))
class C: a = 1; t = f"{a} {a + 1=}"; u = [f"{b}{b!r}" for b in "xy"]
print(C.t, C.u, f"{C.a}{C().t}" f"{C}"[-5:], f'{"a"}{x}' '%')
for bad in (lambda: f"{undefined}", lambda: f"{x:q}", lambda: f"{x!r:d}", lambda: f"{'a':{'b'}}", lambda: f"{x:{undefined}}", lambda: f"{x.nope=}"):
    try: bad()
    except (NameError, ValueError, AttributeError) as e: print(type(e).__name__, e)
def doc(): f"{x} is no doc"; return doc.__doc__
print(doc(), f'{x}\t\x41\u00e9\N{BULLET}{{', rb"\x00" + b"a")
