"""`with`: order of enter and exit, swallowing, errors in enter and exit, targets, contextlib, nested and parenthesised."""
import contextlib


class M:
    def __init__(self, name, swallow=False, fail=""): self.name, self.swallow, self.fail = name, swallow, fail
    def __enter__(self):
        print(f"enter {self.name}", end="; ")
        if self.fail == "enter": raise OSError(f"enter {self.name}")
        return self, self.name
    def __exit__(self, kind, error, tb):
        print(f"exit {self.name} {kind and kind.__name__} {tb and tb.tb_lineno}", end="; ")
        if self.fail == "exit": raise OSError(f"exit {self.name}")
        return self.swallow


def run(*managers, body=None):
    a, b = managers
    try:
        with a as (x, name), b as b.entered, M("c"):
            print("body", name, b.entered[1], end="; ")
            if body: raise body
            return "returned"
    except (OSError, KeyError) as error:
        return repr(error), repr(error.__context__)
    finally: print("done")
    return "swallowed"


print(run(M("a"), M("b")))
print(run(M("a"), M("b", swallow=True), body=KeyError(1)))
print(run(M("a"), M("b"), body=KeyError(2)))
print(run(M("a", fail="enter"), M("b")))
print(run(M("a"), M("b", fail="enter")))
print(run(M("a", swallow=True), M("b", fail="exit"), body=KeyError(3)))


@contextlib.contextmanager
def managed(name):
    print("begin", name)
    try: yield name.upper()
    except ValueError as error: print("managed", error)
    finally: print("end", name)


def loops():
    for i in range(4):
        with managed(str(i)) as n, contextlib.suppress(KeyError):
            if i == 0: continue
            if i == 1: raise KeyError
            if i == 2: raise ValueError(n)
            break
    with (
        managed("p") as p,
        managed("q"),
    ):
        return p


print(loops())
with contextlib.ExitStack() as stack, M("m") as [self, letter]:
    stack.callback(print, "callback"); stack.enter_context(managed("in stack")); print(letter, self.name)
with contextlib.redirect_stdout(__import__("io").StringIO()) as out: print("hidden")
print(repr(out.getvalue()))
try:
    with 5: pass
except TypeError as error: print(error)
@managed("decorating")
def decorated(): return [w for w in "ab" if w]
print(decorated(), contextlib.nullcontext(3).__enter__())
