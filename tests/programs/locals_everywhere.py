"""locals(), vars(), dir(), globals(), eval and exec in functions, classes, comprehensions, lambdas, generators, by alias too."""
import sys

loc, v, d, ev, ex, g = locals, vars, dir, eval, exec, globals


def aliased(a, *rest, k=1):
    b = a + k
    c = b and a or k
    if (w := c): pass
    for i in range(2): b += i
    return sorted(loc()), sorted(v()), d(), ev("a + b"), sorted(ev("locals()")), g() is globals()


def caller_names(depth=1):
    return sorted(sys._getframe(depth).f_locals)


def seen_by_callee(x):
    y = x * 2
    z = [y + q for q in range(2)]
    return caller_names()


def with_everything(n):
    total = n + 1
    try: total / 0
    except ZeroDivisionError as e: inside = sorted(locals())
    with open(__file__) as f: after = caller_names()
    match n + 1:
        case int(m) if m > 0: pass
    def inner(): return total
    while n > 0 and total: n -= 1
    return inside, after, sorted(locals()), inner()


def generator(n):
    x = n + 1
    got = yield sorted(locals())
    yield caller_names(), got


class Body:
    a = 1
    b = a + 1
    if b and a: c = [i for i in range(b)]
    names = [k for k in sorted(locals()) if not k.startswith("__")]
    also = [k for k in dir() if not k.startswith("__")]
    exec("made = a + b")
    evaluated = eval("a + made")
    called = [k for k in caller_names() if not k.startswith("__")]


def run_exec():
    x = 1
    space = {}
    exec("y = x + 1; x = 5", globals(), space | {"x": x})
    exec("x = 9")
    ex("z = 3", space)
    return x, sorted(k for k in space if k != "__builtins__"), eval("x + 1", {"x": 10}), [eval("x", {"x": i}) for i in range(2)], sorted(locals())


print(*aliased(1, 2), sep="\n")
print(seen_by_callee(3), *with_everything(2), sep="\n")
gen = generator(1)
print(next(gen), gen.send(5), sorted(gen.gi_frame.f_locals))
print(Body.names, Body.also, Body.made, Body.evaluated, Body.called)
print(run_exec(), (lambda p, q=2: sorted(locals()))(1), [sorted(k for k in locals() if k == "j") for j in range(1)])
def rebind(x):
    snapshot = locals()
    x = 2
    snapshot["x"] = 3
    return x, locals()["x"], locals() is snapshot
print(rebind(1)[0])
exec("module_level = 1"); locals()["by_locals"] = 2; vars()["by_vars"] = 3
print(module_level, by_locals, by_vars, [n for n in dir() if not n.startswith("__")])
