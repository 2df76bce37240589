"""assert: messages evaluated only on failure, of every type, in functions, loops and classes; ends in one that fails."""


def message(text):
    print("message evaluated:", text)
    return text


class Truth:
    def __init__(self, value): self.value = value
    def __bool__(self): print("asked", end=" "); return self.value
    def __len__(self): print("never asked"); return 0


def check(value, *message):
    try:
        if message: assert value, message[0]
        else: assert value
    except AssertionError as error: return error.args
    return "fine"


print(check(1), check(0), check([], "text"), check(None, ("tuple", 1)), check(0, None), check("", ValueError("v")), check(Truth(True), "m"), check(Truth(False)))


def lazy(x):
    assert x, message("called")
    assert (x and
            x > 0), f"{x} in text"
    assert x < 5 < 9, [message("list")]
    assert not x == 3
    return x


for value in (1, 0, -1, 7, 3):
    try: print(lazy(value))
    except AssertionError as error: print(repr(error), error.__traceback__.tb_next.tb_lineno)


class Body:
    n = 1
    assert n == 1, "in class"
    for i in range(2): assert i < 2
    try: assert n == 2, n
    except AssertionError as e: caught = e.args


print(Body.caught, [check(i) for i in range(2)])
AssertionError_, AssertionError = AssertionError, KeyError
try: assert 0, "shadowed"
except AssertionError_ as error: print(type(error).__name__)
AssertionError = AssertionError_
def boom(): raise ValueError("in message")
try: assert not 1, boom()
except ValueError as error: print(error, repr(error.__context__))
assert all(x > 0 for x in [1, 2]), "generator"
assert [
    1,
    2,
] == [1, 2] and lazy(1) == 2, \
    f"the end of {lazy(1)}"
