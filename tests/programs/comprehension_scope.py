"""What `locals`, frames and errors look like from within comprehensions."""
import sys


def helper(depth=1):
    frame = sys._getframe(depth)
    return frame.f_code.co_name.strip("<>"), frame.f_lineno


def names(a):
    b = 1
    inside = [sorted(k for k in locals() if k in ("a", "b", "x")) for x in range(1)]
    gen = list(sorted(k for k in locals() if k != ".0") for y in range(1))
    lam = (lambda z: sorted(locals()))(1)
    return len(inside), gen, lam, sorted(locals())


print(names(1))


def frames():
    return [list(helper()
                 for _ in range(2)),
            (lambda:
             helper())(),
            helper()]


print(frames())


def shadow(x):
    y = [x for x in [x, x + 1]]
    z = {x: x for x in range(2)}
    return x, y, z


print(shadow(5))


def error_inside():
    return [
        undefined_name
        for _ in range(1)
    ]


try:
    error_inside()
except NameError as error:
    last = error.__traceback__
    while last.tb_next:
        last = last.tb_next
    print(error, last.tb_lineno - error_inside.__code__.co_firstlineno)


def deleted():
    x = 1
    out = [x for x in range(3)]
    del x
    try:
        return x
    except UnboundLocalError as error:
        return out, str(error)


print(deleted(), eval("[x * k for x in range(2)]", {"k": 3}), [eval("q", {"q": w}) for w in "ab"])
exec("print([n for n in range(3)], {m: m for m in 'a'})")
print(sorted({k for k in globals() if not k.startswith("__")}))
