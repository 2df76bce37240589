"""Coroutines, async generators, async with and for, tasks that take turns."""
import asyncio


class Lock:
    async def __aenter__(self):
        await asyncio.sleep(0)
        return "locked"

    async def __aexit__(self, *a):
        return False


async def ticks(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i


async def worker(name, out):
    async with Lock() as state:
        async for t in ticks(3):
            out.append((name, t, state))
    return name * 2


async def fails():
    await asyncio.sleep(0)
    raise ValueError("late")


async def main():
    out = []
    names = await asyncio.gather(worker("a", out), worker("b", out))
    got = [t async for t in ticks(2)]
    both = [await worker(c, []) for c in "xy"]
    try:
        await fails()
    except ValueError as e:
        names.append(str(e))
    return names, out, got, both


print(asyncio.run(main()))
