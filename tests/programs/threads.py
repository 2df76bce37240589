"""Threads, locks, conditions, queues, pools and thread-locals, with results that do not hang on who is first."""
import concurrent.futures
import queue
import sys
import threading

local = threading.local()
lock = threading.Lock()
total = 0


def work(n):
    global total
    local.value = n
    for i in range(50):
        with lock: total += i % 2
    return local.value * 2


def run(n):
    results = {}
    threads = [threading.Thread(target=lambda k=k: results.__setitem__(k, work(k)), name=f"t{k}") for k in range(n)]
    for t in threads: t.start()
    for t in threads: t.join()
    return sorted(results.items()), hasattr(local, "value")


def pipeline():
    inbox, outbox = queue.Queue(), queue.Queue()
    def consumer():
        while (item := inbox.get()) is not None: outbox.put(item * item)
        outbox.put(None)
    thread = threading.Thread(target=consumer, daemon=True); thread.start()
    for i in range(5): inbox.put(i)
    inbox.put(None)
    return list(iter(outbox.get, None))


def pool():
    with concurrent.futures.ThreadPoolExecutor(3) as executor:
        mapped = list(executor.map(lambda x: x ** 2, range(5)))
        future = executor.submit(fail, 1)
        done = [f.result() for f in [executor.submit(work, i) for i in range(3)]]
        return mapped, done, type(future.exception()).__name__, future.exception().__traceback__.tb_next.tb_frame.f_code.co_name


def fail(x): raise KeyError(x)


def condition():
    ready, data = threading.Condition(), []
    def producer():
        with ready: data.append("produced"); ready.notify()
    with ready:
        threading.Thread(target=producer).start()
        ready.wait_for(lambda: data)
        return data


def generators():
    def gen():
        for i in range(3): yield threading.current_thread().name, i
    g, out = gen(), [next(gen())]
    t = threading.Thread(target=lambda: out.append(next(g)), name="other"); t.start(); t.join()
    return out, next(g)


print(run(4), total, pipeline(), pool(), condition(), generators(), threading.active_count() >= 1, threading.current_thread().name)
traced = []
threading.settrace(lambda frame, event, arg: traced.append(frame.f_code.co_name) if frame.f_code.co_filename == __file__ else None)
t = threading.Thread(target=work, args=(1,)); t.start(); t.join(); threading.settrace(None)
print(traced, sys.gettrace(), threading.main_thread() is threading.current_thread())
