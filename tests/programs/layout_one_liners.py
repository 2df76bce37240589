"""Bodies on the line of their header, and semicolons everywhere."""; import sys; x = 1; print(x); y = x + 1;
def f(a): return a + 1
def g(a): "doc"; b = a; b += 1; return b
def h(): pass; pass; return
def i(): yield 1; yield 2; return 3
def j(): "only a doc"
def k(): ...
def l(x): global made; made = x; del x; return made
def m(): import os; return os.sep
def n(a): assert a, "no"; raise ValueError(a)
async def o(): return await p()
async def p(): return 5
class A: x = 1; y = x + 1; m = lambda self: self.x
class B(A): "doc"
class C: "doc"; z = 1; def_ = 2
class D: pass
for a in range(2): print(a, end=" "); b = a
else: print("else"); c = 1
while b: b -= 1; print("while")
else: print("end")
if x: print("if"); d = 1
elif y: pass
else: pass
try: print("try"); {}["k"]
except KeyError: print("except"); e = 1
else: pass
finally: print("finally"); e = 2
with open(__file__) as file: line = file.readline(); print(len(line))
match x:
    case 1: print("one"); z = 1
    case _: pass
if x: \
    print("continued"); \
    print("too")
print(f(1), g(1), h(), list(i()), j.__doc__, k(), l(3), m(), A().m(), A.y, B.__doc__, C.__doc__, D.__doc__, C.z); print(g.__doc__)
try: n(0)
except AssertionError as error: print(error)
try: n(1)
except ValueError as error: print(error); del error
try: o().send(None)
except StopIteration as s: print(s.value)
if 1: 	print("tab after colon") ;
lambda: (yield); print((lambda: (1, 2))(), (lambda: [])(), [lambda: 0][0]()); [] ; () ; "" ; ... ; None
x: int; y: int = 2; (z): int = 3; x = y = z; print(x, y, z); global_ = x; del x, y; print("x" in globals());
def t(n):
    if n: return 1; print("unreachable")
    else: return [x for x in range(3) if x]; y = 1
print(t(0), t(1)); sys.stdout.flush(); print(sorted(v for v in vars(C) if v[0] != "_"))
