"""Context variables in tasks, threads, callbacks, generators and copied contexts."""
import asyncio
import contextvars
import threading

var = contextvars.ContextVar("var", default="default")
other = contextvars.ContextVar("other")


def read():
    return var.get(), other.get("unset")


async def task(name):
    token = var.set(name)
    await asyncio.sleep(0)
    seen = read()
    var.reset(token)
    return seen, var.get()


async def main():
    var.set("main")
    print(await asyncio.gather(*(task(n) for n in "abc")), read())
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    loop.call_soon(lambda: (print("callback", read()), var.set("callback"), done.set()))
    await done.wait()
    print(await asyncio.to_thread(read), read())
    await asyncio.create_task(task("own"), context=contextvars.copy_context())
    return read()


print(asyncio.run(main()), read())


def generator():
    var.set("in generator")
    yield read()
    yield read()


g = generator()
print(next(g), read())
var.set("outside")
print(next(g), list(g))
context = contextvars.copy_context()
print(context.run(lambda: (var.set("inside"), other.set(1), read())[-1]), read(), context[var], other in context, len(contextvars.Context()))
thread = threading.Thread(target=lambda: print("thread", read()) if True else None)
thread.start(); thread.join()
token = var.set("x")
print(token.var is var, token.old_value, repr(token.MISSING))
var.reset(token)
try:
    var.reset(token)
except RuntimeError as error:
    print(type(error).__name__)
try:
    other.get()
except LookupError as error:
    print(type(error).__name__, error.args[0] is other)
def enter_twice():
    try:
        context.run(context.run, read)
    except RuntimeError: return "entered"
print(enter_twice())
