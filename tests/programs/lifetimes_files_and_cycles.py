"""Files dropped unclosed are flushed at once; cycles are counted by the collector as in a plain program."""
import gc
import os
import weakref

path = "dropped.txt"


def write(text): open(path, "w").write(text)
def read():
    with open(path) as file: return file.read()
def copy():
    out = open(path, "a")
    out.write("appended")
    out = None
    return read()
def lines(): return [line.strip() for line in open(path)]


write("first ")
print(read(), copy(), lines())
open(path, "w").write("module level"); print(open(path).read())
f = open(path, "w"); f.write("deleted"); del f; print(read())
for _ in range(2): open(path, "a").write("+")
print(read(), os.path.getsize(path))


class Node:
    def __init__(self): self.me = self


def cycles(n):
    for _ in range(n): Node()


gc.collect(); gc.disable()
cycles(10)
found = gc.collect()
print(found)
node = Node(); r = weakref.ref(node); del node
print(r() is not None, gc.collect() > 0, r() is None)


class Own(Exception): pass
def error_cycle():
    try: raise Own("x")
    except Own as error: kept = error
    return weakref.ref(kept)


ref = error_cycle()
print(ref() is not None, gc.collect() > 0, ref() is None)


def closure_cycle():
    def recursive(n): return recursive(n - 1) if n else 0
    return weakref.ref(recursive), recursive(2)


ref, _ = closure_cycle()
print(ref() is not None, gc.collect() > 0, ref() is None)
class Local: pass
ref = weakref.ref(Local); del Local; gc.collect(); print(ref() is None)
def big():
    data = bytearray(10); view = memoryview(data)
    try: data.append(1)
    except BufferError as e: message = str(e)
    view = None; data.append(1)
    return message, len(data)
print(big())
