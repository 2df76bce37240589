"""Coroutines driven by hand: send, throw, close, awaitables of one's own, and what each await gives."""


class Ask:
    def __init__(self, question): self.question = question

    def __await__(self):
        answer = yield self.question
        print("answered", answer)
        return answer * 2


async def inner(x):
    first = await Ask(f"{x}?")
    try:
        second = await Ask("second?")
    except ValueError as error:
        second = f"caught {error}"
    return first, second


async def outer():
    result = await inner(1)
    total = [await Ask("in list"), await Ask("in list too")]
    return f"{await Ask('in f-string')}", result, total, (await Ask("a")) + (await Ask("b"))


def drive(coroutine, answers):
    try:
        print("asks", coroutine.send(None))
        for answer in answers:
            step = coroutine.throw if isinstance(answer, Exception) else coroutine.send
            print("asks", step(answer))
    except StopIteration as stop:
        return stop.value


print(drive(outer(), [1, ValueError("no"), 2, 3, 4, 5, 6]))
print(drive(outer(), range(10)))
c = outer()
c.send(None)
print(c.cr_await.__name__, c.cr_running, c.__name__, c.__qualname__, c.cr_code.co_flags & 0x80)
c.close()
try:
    c.send(None)
except RuntimeError as error:
    print(error)


async def cleanup():
    try:
        await Ask("x")
    except GeneratorExit:
        print("exit")
        raise
    finally:
        print("finally")


c = cleanup(); c.send(None); c.close()
c = cleanup(); c.send(None); del c
try:
    drive(cleanup(), [KeyError("out")])
except KeyError as error:
    print("out came", error)
try:
    async def bad(): await 5
    drive(bad(), [])
except TypeError as error:
    print(error)
async def swallow():
    try: await Ask("s")
    except BaseException as e: return type(e).__name__
print(drive(swallow(), [OSError()]), type(swallow).__name__)
