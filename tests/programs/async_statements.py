"""`async for`, `async with`, async generators with asend, athrow and aclose, and their order of events."""
import asyncio


class Room:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    async def __aenter__(self):
        await asyncio.sleep(0); print("enter", self.name); return self.name.upper()
    async def __aexit__(self, kind, error, tb):
        await asyncio.sleep(0); print("leave", self.name, kind and kind.__name__); return self.swallow


class Count:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if not self.n: raise StopAsyncIteration
        self.n -= 1
        return self.n


async def agen(name):
    try:
        got = None
        while True:
            try:
                got = yield f"{name}:{got}"
            except ValueError as error:
                got = f"caught {error}"
    finally:
        await asyncio.sleep(0)
        print("agen closed", name)


async def statements():
    async with Room("a") as a, Room("b", swallow=True) as b:
        print(a, b)
        raise KeyError("inside")
    print("after")
    async for i in Count(3):
        if i == 1: continue
        print("turn", i)
    else:
        print("else")
    async for i in Count(3):
        if i == 1: break
    else:
        print("never")
    async for x, [y, z] in wrap([(1, [2, 3])]): print(x, y, z)
    async with Room("c"):
        async with Room("d"): return "returned"


async def wrap(items):
    for item in items: yield item


async def talk():
    g = agen("g")
    print(await anext(g), await g.asend("x"), await g.athrow(ValueError("v")), await g.__anext__())
    await g.aclose()
    print(await anext(g, "over"))
    async for x in agen("left"):
        break
    await asyncio.sleep(0); await asyncio.sleep(0)
    try:
        async with Room("e"): raise RuntimeError("out")
    except RuntimeError as error:
        print(error)


print(asyncio.run(statements()))
asyncio.run(talk())
