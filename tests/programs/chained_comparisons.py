"""Chains: operands once, stop at the first false, the value of the link that decided; objects that answer no bool."""


def say(name, value):
    print(name, end=" ")
    return value


class Odd:
    def __init__(self, name): self.name = name
    def __lt__(self, other): return Answer(f"{self.name}<{other.name}", self.name < other.name)
    def __gt__(self, other): return Answer(f"{self.name}>{other.name}", self.name > other.name)
    def __eq__(self, other): return NotImplemented
    def __contains__(self, item): return Answer("in", True)
    def __repr__(self): return f"Odd({self.name})"


class Answer:
    def __init__(self, text, truth): self.text, self.truth = text, truth
    def __bool__(self):
        print(f"[bool {self.text}]", end=" ")
        return self.truth
    def __repr__(self): return f"<{self.text}>"


def chains(a, b, c):
    print(say("a", a) < say("b", b) < say("c", c))
    print(say("a", a) > say("b", b) > say("c", c))
    print(not say("a", a) < say("b", b) < say("c", c))
    if a < b < c: print("yes")
    if not (a < b > c): print("neither")
    while a > b > c: print("while"); break
    print([x for x in (a, b, c) if a < x < c], a == b, a != b, a is a is not b, a in b, a not in b)
    return a < b < c if c > a > b else b < c


print(chains(Odd("1"), Odd("2"), Odd("3")))
print(chains(Odd("3"), Odd("2"), Odd("1")))
print(1 < 2 < 3 > 2 >= 2 == 2 != 3, 1 < 3 < 2 < undefined, (1 < 2) < 2, 3 in [3] == True)
x = Odd("0") < Odd("5") < Odd("2") < undefined
print(x)
assert Odd("0") < Odd("1") < Odd("2"), "not"
try:
    assert say("z", Odd("0")) < Odd("5") < Odd("2"), say("m", "message")
except AssertionError as error:
    print(error)


class Broken:
    def __bool__(self): raise ValueError("no truth")
    def __lt__(self, other): return self


try:
    print(Broken() < 1)if Broken() < 1 < 2 else 0
except ValueError as error:
    print(error)
