"""`del` of names, attributes, items, slices and tuples, and the errors that come after."""


def local():
    a = b = c = 1
    del a, (b, [c])
    for name in ("a", "b", "c"):
        print(name in locals(), end=" ")
    try: return a
    except UnboundLocalError as error: print(error)
    try: del b
    except UnboundLocalError as error: print(error)
    c = 2
    xs = list(range(10))
    d = {"k": {"n": 1, "m": 2}}
    del xs[0], xs[-1], xs[1:3], xs[::2], d["k"]["n"]
    for bad in (lambda: d.__delitem__("z"), lambda: xs.__delitem__(99)):
        try: bad()
        except (KeyError, IndexError) as error: print(repr(error))
    if (y := 5): del y
    for i in range(3):
        del i
    try: print(i)
    except UnboundLocalError as error: print(error)
    with open(__file__) as f: del f
    return xs, d, c, sorted(locals())


print(local())


class Thing:
    class_level = 1
    gone = 2
    del gone
    def __init__(self): self.x = 1; self.y = [1, 2]
    def __delattr__(self, name): print("delattr", name); object.__delattr__(self, name)
    def __delitem__(self, key): print("delitem", key)


t = Thing()
del t.x, t[1], t[1:2], t["a", ...], t.y[0]
print(vars(t), hasattr(Thing, "gone"))
try: del t.x
except AttributeError as error: print(error)
try: del t.class_level
except AttributeError as error: print(error)
del Thing.class_level
x = 1
del (x)
try: x
except NameError as error: print(error, error.name)
del [t]
try: print(t)
except NameError as error: print(error)
try: raise ValueError("v")
except ValueError as e: pass
try: e
except NameError as error: print(error)
def clash():
    e = "mine"
    try: 1 / 0
    except ZeroDivisionError as e: inner = e
    try: return e
    except UnboundLocalError as error: return str(error), str(inner)
print(clash())
def del_in_except():
    try: raise KeyError(1)
    except KeyError as e: del e
    return "e" in locals()
print(del_in_except())
def print_(): pass
del print_
try: del len
except NameError as error: print(error)
def param(a, *b, **c): del a, b, c; return locals()
print(param(1, 2, d=3))
