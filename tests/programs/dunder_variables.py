"""Programs that use double-underscore names of their own, also such as a tool might have chosen."""
__v__ = "mine"
__rec__ = ["mine too"]
__t__ = __val__ = __frame__ = __pause__ = __resume__ = __again__ = __at__ = __site__ = __trace__ = "also"
__hook__ = lambda x: f"hook {x}"


def use(x):
    __v__ = x * 2
    y = __v__ + 1
    z = y and __v__
    __rec__ = lambda *a: "local rec"
    return __v__, y, z, __rec__(1), __val__, __hook__(x + 1)


def change():
    global __v__
    __v__ = f"{__v__} changed"
    return __v__ + "", sorted(locals())


def nested(__v__):
    def inner():
        nonlocal __v__
        __v__ += 1
        return __v__ * 10
    return inner(), inner(), __v__


def delete(__v__=1):
    w = __v__ + 1
    del __v__
    try: return __v__ + 1
    except UnboundLocalError as error: return str(error), w


def loop():
    out = []
    for __v__ in range(3): out.append(__v__ * 2 + len(out))
    return out, __v__, [__v__ + 1 for __v__ in "a" * 0], (lambda __v__: __v__ + 1)(5)


class C:
    __v__ = 1
    __rec__ = __v__ + 1
    def m(self): return self.__v__ + self.__rec__, __v__


print(use(3), change(), nested(1), delete(), loop(), C().m(), __v__, __rec__, __t__, sep="\n")
print(sorted(k for k in vars(C) if k in ("__v__", "__rec__")), "__v__" in globals(), [n for n in globals() if "_at_" in n])
def none():
    try: return __temp__
    except NameError as error: return str(error)
print(none())
def local_names(a):
    b = a + 1
    c = [b, a and b]
    return sorted(locals()), local_names.__code__.co_argcount
print(local_names(1))
del __v__
try: print(__v__)
except NameError as error: print(error)
