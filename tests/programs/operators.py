"""Operators, comparisons, and how often truth is asked."""
asked = []


class Truth:
    def __init__(self, name, value):
        self.name, self.value = name, value

    def __bool__(self):
        asked.append(self.name)
        return self.value


def both(a, b, c):
    if a and b or c:
        return "yes"
    return "no"


def pick(a, b):
    x = a and b
    y = a or b
    z = not a
    return x.name, y.name, z


class Odd:
    def __lt__(self, other):
        return Truth("lt", False)

    def __eq__(self, other):
        return [1]


def chain(a):
    return 1 < a < 10 != a, (a == 3) is True


def weird():
    o = Odd()
    if o < 3 < 5:
        return 1
    r = o == 2
    return r, bool(o < 1 < 2)


print(both(Truth("a", True), Truth("b", False), Truth("c", True)), asked)
asked.clear()
print(pick(Truth("p", False), Truth("q", True)), asked)
asked.clear()
print(weird(), asked, chain(5), chain(3), chain(0))
print(-3 ** 2, ~5, +1, 7 // 2, 7 % 3, 2 ** 8, 1 << 3, 6 & 3, 6 | 1, 6 ^ 3, [1] @ 2 if False else "no matmul")
x = 5
print(x if x > 3 else -x, x in (1, 5), x not in [5], x is None, x is not None)
