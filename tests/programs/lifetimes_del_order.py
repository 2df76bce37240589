"""`__del__` is called at once and in order: returns, rebinding, containers, exceptions, and at exit."""


class Loud:
    def __init__(self, name): self.name = name
    def __del__(self): print(f"del {self.name}")
    def chain(self): return Loud(self.name + "'")
    def __enter__(self): return self
    def __exit__(self, *args): print("exit", self.name)
    def __iter__(self): yield Loud("yielded")
    def __bool__(self): return False


def make(name): return Loud(name)


def run():
    a = make("a")
    a = make("b")
    print("rebound")
    make("c")
    print("dropped")
    make("d").chain().chain()
    print("chained")
    xs = [make("e"), make("f")]
    xs[0] = None
    print("replaced")
    del xs
    print("list gone")
    for x in make("g"): print("in loop")
    print("after loop")
    with make("h"): print("in with")
    print("after with")
    y = make("i") or "false"
    print("after or", y)
    z = (make("j"), 1)[1]
    print("after index", z)
    d = {"k": make("k")}
    d.pop("k")
    print("popped")
    return make("l").name


def raising():
    local = make("m")
    raise ValueError(make("n").name)


def swap():
    p, q = make("p"), make("q")
    p, q = q, p
    del q
    print("swapped")


print(run())
try: raising()
except ValueError as error: print("caught", error)
print("after handler")
swap()
if not make("r"): print("in if")
while make("s"): pass
print([make(n).name for n in "tu"])
f"{make('v').name}"
(lambda x: x)(make("w"))
print("lambda done")
(x := make("x"))
x = x.name + make("y").name
print("end", x)
last = make("z")
other = make("at exit")
del last
