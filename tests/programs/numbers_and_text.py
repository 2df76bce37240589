"""Values at the edges: big ints, floats, complex, bytes, text of odd characters, and that identity is kept."""
import decimal
import fractions
import math
import sys


def ints(n): return n ** 100, -n // 3, n << 70, (n << 70).bit_length(), ~n, n & -n, int("9" * 30) % 97, -7 // 2, divmod(-7, 3), pow(3, -1, 7), 10 ** 20 // 10 ** 18
def floats(x): return x / 3, -0.0, 0.0 == -0.0, math.nan != math.nan, float("inf") - float("inf"), 1e308 * 10, 0.1 + 0.2, x // 0.3, x % 0.3, (1.5).hex(), 1e-320, round(2.5), round(-0.5), x is x
def complexes(z): return z * z, z.conjugate(), abs(3 + 4j), z / 2, z == 1 + 2j, -z, complex("1e5j"), z ** 2, (-1) ** 0.5
def texts(s): return s * 2, s[::-1], s.encode("utf-8", "surrogatepass"), ascii(s), s in s, s.casefold(), "ß".upper(), "\ud800".encode("utf-16", "surrogatepass"), "a\0b", "\N{SNOWMAN}", "%5.2f|%-5s|%r" % (1, "a", s[:1]), "{:>{w}}".format("x", w=4)
def byteses(b): return b + b"\x00\xff", b[0], b[1:], list(b), bytearray(b) + b, memoryview(b)[1], b.hex(), b"%d" % 5, b.translate(None, b"a"), bytes(3), b is b


def identity():
    nan = float("nan")
    big = 10 ** 50
    xs = [nan, big]
    text = "".join(["a", "b"])
    ys = xs
    t = (big, nan)
    return xs[0] is nan, nan in xs, [nan] == [nan], xs[1] is big, ys is xs, t[0] is big, (lambda x: x)(text) is text, {nan: 1}[nan], (big or 0) is big, (0 or big) is big, (big if big else 0) is big, max(big, 1) is big


print(ints(7), floats(1.0), complexes(1 + 2j), byteses(b"abc"), identity(), sep="\n")
print([ascii(t) for t in texts("aé日\U0001f600")])
for bad in (lambda: 1 / 0, lambda: 1.0 // 0, lambda: 2.0 ** 10000, lambda: int("x"), lambda: "a" * -1 + 1, lambda: "é".encode("ascii"), lambda: b"\xff".decode(), lambda: 1j < 2j, lambda: int("1" * 5000), lambda: math.sqrt(-1), lambda: chr(-1), lambda: "abc"[5], lambda: bytes([256]), lambda: 1 << -1, lambda: round("a"), lambda: [1] * "a"):
    try: print(repr(bad()))
    except Exception as error: print(type(error).__name__, error)
print(decimal.Decimal("0.1") + 1, fractions.Fraction(1, 3) * 3 == 1, decimal.Decimal(1) / 3, sum([0.1] * 10), math.fsum([0.1] * 10), sys.maxsize + 1, 0x_FF, 0b1_0, 1_0.0_1, 1E5, 0o17, 00, .5, 5., 1e-7, True + True, ... is Ellipsis)
a = 257; b = 257; c = a; print(a is c, a == b, (1, 2) == (1, 2), frozenset() == set(), {1, True, 1.0}, {0: "a", False: "b", 0.0: "c"})
