"""`global` in functions, nested functions, class bodies, comprehensions and at module level."""
global top
top = 1
x = "module"


def set_it():
    global x, made
    x = "set"
    made = [x]
    for x in range(3): pass
    with open(__file__) as x: pass
    import os as x
    def x(): return "function"
    class x: name = "class"
    return x.name


print(set_it(), x.__name__, x.__qualname__, made)


def nested():
    x = "local"
    def inner():
        global x
        x = "from inner"
        return x
    return inner(), x


print(nested(), x)


class Body:
    global leaked, x
    leaked = "from class"
    x = f"{x} again"
    def method(self): return x
    own = 1


print(leaked, x, "leaked" in vars(Body), Body().method())


def walrus():
    global w, total
    total = 0
    out = [w := i for i in range(3)]
    [total := total + i for i in out]
    total += 1
    del made
    return out


try: walrus()
except UnboundLocalError as error: print(error)
print(w, total)


def delete():
    global made, temporary
    del made
    temporary = 1
    try: made
    except NameError as error: print(error)
    try: del made
    except NameError as error: print(error)
    exec("global temporary; temporary = 'exec'")
    return temporary


print(delete(), "made" in globals(), temporary)
globals()["dynamic"] = 5
print(dynamic + top)
globals().update(dynamic=6)
print(dynamic)
def exc():
    global err
    try: 1 / 0
    except ZeroDivisionError as err: print(err)
    print("err" in globals())
exc()
def mat():
    global m, rest
    match {"a": 1, "b": 2}:
        case {"a": m, **rest}: return m, rest
print(mat(), m, rest)
def aug(n):
    global top
    top += n; top *= 2
    return (lambda: top + 1)()
print(aug(3), top, eval("top"), [top for _ in "a"])
