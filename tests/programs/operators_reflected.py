"""Every operator: forward, reflected, subclass first, NotImplemented on both sides, and unary ones."""
import operator

NAMES = "add sub mul truediv floordiv mod pow matmul lshift rshift and xor or divmod".split()
calls = []


def make(name, answer=True):
    space = {}
    for op in NAMES:
        def forward(self, other, *rest, op=op):
            calls.append(f"{name}.{op}{rest or ''}")
            return f"{name}.{op}" if answer else NotImplemented
        def reflected(self, other, *rest, op=op):
            calls.append(f"{name}.r{op}")
            return f"{name}.r{op}"
        space[f"__{op}__"], space[f"__r{op}__"] = forward, reflected
    return type(name, (), space)


A, Shy = make("A"), make("Shy", answer=False)
B = type("B", (A,), {f"__r{op}__": (lambda self, o, *r, op=op: calls.append(f"B.r{op}") or f"B.r{op}") for op in NAMES})


def every(x, y):
    return [x + y, x - y, x * y, x / y, x // y, x % y, x ** y, x @ y, x << y, x >> y, x & y, x ^ y, x | y, divmod(x, y)]


for x, y in ((A(), 1), (1, A()), (A(), B()), (Shy(), A()), (B(), A())):
    calls.clear()
    print(every(x, y), calls)
print(pow(A(), 2, 3), calls[-1])


class Unary:
    def __neg__(self): return "neg"
    def __pos__(self): return "pos"
    def __invert__(self): return "invert"
    def __abs__(self): return "abs"
    def __round__(self, n=None): return f"round {n}"
    def __index__(self): print("index"); return 2
    def __complex__(self): return 1j
    def __bytes__(self): return b"x"
    def __reversed__(self): return iter("ba")


u = Unary()
print(-u, +u, ~u, abs(u), round(u), round(u, 2), [1, 2, 3][u], "abcd"[u:], complex(u), bytes(u), list(reversed(u)), hex(u))
print(-(-3), - -3, ~~5, not not u, -2 ** 2, (-2) ** 2, 2 ** -1, -1 .real, +True, -True)
print(operator.add(1, 2), operator.iadd([1], [2]), 7 // -2, 7 % -2, -7 % 2, 1 / 4, 2 ** 0.5, 5 @ A(), 1_000 * 0x_ff + 0b11 + 0o7)
for bad in (lambda: 1 + "a", lambda: -"a", lambda: [] @ [], lambda: 1 < "a", lambda: (lambda: None)()[0], lambda: 3 in 3, lambda: 1 << -1):
    try:
        bad()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
