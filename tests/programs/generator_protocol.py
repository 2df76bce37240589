"""send, throw, close, return values and their errors, step by step."""


def echo(start):
    """Gives back what is sent."""
    got = yield start
    while got is not None:
        try:
            got = yield f"got {got}"
        except KeyError as error:
            got = yield f"caught {error}"
        finally:
            print("turn", end=" ")
    return "done"


def drive(gen, *steps):
    for step in steps:
        try:
            print(step[0], end=": ")
            print(getattr(gen, step[0])(*step[1:]))
        except StopIteration as stop:
            print("stop", stop.value)
        except (ValueError, RuntimeError, TypeError, KeyError) as error:
            print(type(error).__name__, error)


drive(echo(1), ("send", 5), ("__next__",), ("send", "a"), ("throw", KeyError("k")), ("send", "b"), ("send", None), ("__next__",))
drive(echo(2), ("__next__",), ("send", 1), ("throw", ValueError("v")), ("__next__",), ("close",))
drive(echo(3), ("throw", KeyError("early")), ("__next__",))
drive(echo(4), ("close",), ("__next__",), ("close",))
drive(echo(5), ("__next__",), ("send", 1), ("close",), ("send", 1))


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield "ignored"


def returning():
    try:
        yield 1
    finally:
        return "from finally"


def leaks():
    yield 1
    raise StopIteration("wrong")


drive(stubborn(), ("__next__",), ("close",))
drive(returning(), ("__next__",), ("throw", ValueError("swallowed")))
drive(leaks(), ("__next__",), ("__next__",))
gen = echo(6)
print({k: v for k, v in gen.gi_frame.f_locals.items() if k[0] != "_"}, gen.gi_running, gen.gi_yieldfrom, next(gen), gen.gi_frame.f_lineno, gen.__name__, gen.__qualname__)
gen.close()
print(gen.gi_frame, gen.gi_suspended)


def itself():
    try:
        yield next(me)
    except ValueError as error:
        yield str(error)


me = itself()
print(list(me))
x = (yield_ for yield_ in [1, 2])
print(next(x), x.send(None), next(x, "end"))
