"""Async comprehensions of every kind, with await in element, condition and source."""
import asyncio


async def ticker(n):
    for i in range(n):
        yield i
        await asyncio.sleep(0)


async def double(x):
    await asyncio.sleep(0)
    return x * 2


async def main():
    print([x async for x in ticker(3)])
    print({x async for x in ticker(3) if x}, {x: y async for x in ticker(2) for y in range(1, 2)})
    print([await double(x) for x in range(3)], [await double(x) async for x in ticker(3) if await double(x) > 1])
    print([y for x in [await double(2)] for y in range(x)])
    lazy = (await double(x) async for x in ticker(3))
    print(type(lazy).__name__, [v async for v in lazy])
    print([[z async for z in ticker(n)] async for n in ticker(3)])
    print([(last := x) async for x in ticker(2)], last)
    print(sum([x async for x in ticker(4)]), [f() for f in [lambda x=x: x async for x in ticker(2)]])
    print(await asyncio.gather(*(double(i) for i in range(3))), [c async for c in (d async for d in ticker(2))])
    try:
        print([1 // x async for x in ticker(3)])
    except ZeroDivisionError as error:
        print(error, error.__traceback__.tb_next is not None)
    return {k: v async for k, v in pairs()}


async def pairs():
    try:
        yield "a", 1
        yield "b", 2
    finally:
        print("closed")


print(asyncio.run(main()))


async def partial():
    agen = pairs()
    first = await anext(agen)
    await agen.aclose()
    return first, await anext(agen, "default"), [x async for x in agen]


print(asyncio.run(partial()))
