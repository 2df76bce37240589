"""Tasks, gather, cancellation, timeouts, task groups, queues: who runs when."""
import asyncio


async def worker(name, n):
    for i in range(n):
        print(name, i)
        await asyncio.sleep(0)
    return f"{name} done"


async def sleeper():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        print("cancelled")
        raise
    finally:
        print("cleaned")


async def failing(n):
    await asyncio.sleep(0)
    raise ValueError(n)


async def main():
    print(await asyncio.gather(worker("a", 3), worker("b", 2)))
    task = asyncio.create_task(sleeper())
    await asyncio.sleep(0)
    task.cancel("why")
    try:
        await task
    except asyncio.CancelledError as error:
        print("main sees", error.args, task.cancelled())
    print(await asyncio.gather(failing(1), worker("c", 1), return_exceptions=True))
    try:
        await asyncio.wait_for(sleeper(), 0.01)
    except TimeoutError:
        print("timeout")
    try:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(worker("d", 2))
            group.create_task(failing(2))
            group.create_task(failing(3))
    except* ValueError as errors:
        print([e.args for e in errors.exceptions], first.done())
    queue = asyncio.Queue()
    consumer = asyncio.create_task(consume(queue))
    for i in range(3): await queue.put(i)
    await queue.put(None)
    print(await consumer, await asyncio.to_thread(lambda x: x + 1, 1))
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon(future.set_result, "future")
    print(await future, await asyncio.shield(worker("e", 1)))
    lock = asyncio.Lock()
    async with lock: print(lock.locked())
    done, pending = await asyncio.wait([asyncio.create_task(worker("f", 1)), asyncio.create_task(worker("g", 1))])
    print(sorted(t.result() for t in done), pending)


async def consume(queue):
    got = []
    while (item := await queue.get()) is not None: got.append(item)
    return got


asyncio.run(main())
