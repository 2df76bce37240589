# starts processes
"""Workers of pools and processes by every method, which end in their own ways."""
import concurrent.futures
import multiprocessing
import os
import sys
import warnings


def square(n): return n * n
def fails(n): raise ValueError(n, __name__)
def kills(n): os.kill(os.getpid(), n)
def looks(n): return n, __name__, sys.argv, sys.flags.optimize, sorted(key for key in os.environ if "TRACE" in key), sys.path


class Counts:
    def __init__(self, value): self.value = value
    def __call__(self, queue):
        for n in range(3): queue.put(square(self.value + n))


def main():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        with context.Pool(2) as pool:
            print(method, pool.map(square, range(6)), pool.apply(looks, (1,)), flush=True)
            try: pool.apply(fails, (2,))
            except ValueError as error: print(repr(error), flush=True)
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as executor:
            print(list(executor.map(square, range(3))), repr(executor.submit(fails, 3).exception()), flush=True)
        queue = context.Queue()
        process = context.Process(target=Counts(3), args=(queue,))
        process.start()
        print([queue.get() for _ in range(3)], process.join(), process.exitcode, flush=True)
        for number in 9, 15:
            process = context.Process(target=kills, args=(number,))
            process.start()
            process.join()
            print(process.exitcode, flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    main()
