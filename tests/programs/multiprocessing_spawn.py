"""A spawned process imports this file anew, under another name, and gets functions by theirs."""
import multiprocessing
import os
import sys


def square(x): return x * x, __name__
def fail(x): raise ValueError(x)


class Work:
    def __init__(self, n): self.n = n
    def __call__(self): print("in child", self.n, multiprocessing.current_process().name, os.path.basename(sys.argv[0]), flush=True)


print("top", __name__, flush=True)
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        print(pool.map(square, [2, 3]), flush=True)
        try: pool.apply(fail, (7,))
        except ValueError as error: print(repr(error), flush=True)
    p = context.Process(target=Work(5), name="named"); p.start(); p.join()
    print(p.exitcode)
