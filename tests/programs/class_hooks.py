"""`__init_subclass__`, `__set_name__`, `__class_getitem__`, `__new__`, `__mro_entries__`, slots, and their order."""


class Named:
    def __set_name__(self, owner, name): self.name = name; print("set_name", owner.__name__, name)
    def __get__(self, obj, owner): return f"{self.name} of {type(obj).__name__}"


class Base:
    registry = []
    tag = Named()

    def __init_subclass__(cls, /, kind="none", **kwargs):
        super().__init_subclass__(**kwargs)
        print("init_subclass", cls.__name__, kind, hasattr(cls, "late"))
        cls.registry.append(cls)

    def __new__(cls, *args):
        print("new", cls.__name__, args)
        return super().__new__(cls)

    def __init__(self, *args): print("init", args)
    def __class_getitem__(cls, item): return f"{cls.__name__}[{item}]"


class Entry:
    def __mro_entries__(self, bases): print("entries", len(bases)); return (Base,)


def make():
    class Child(Base, kind="child"):
        late = True
        own = Named()

    class Odd(Entry()): pass

    class Slotted(Base):
        __slots__ = ("a", "_b", "__c")
        def __init__(self): self.a = 1; self._b = 2; self.__c = 3
        def total(self): return self.a + self._b + self.__c

    return Child, Odd, Slotted


Child, Odd, Slotted = make()
print(Child(1, 2).own, Child.own, Child[int], [c.__name__ for c in Base.registry], Odd.__bases__ == (Base,), Odd.__orig_bases__[0].__class__.__name__)
s = Slotted()
print(s.total(), Slotted.__slots__, sorted(k for k in vars(Slotted) if "c" in k and "__" in k and "Slotted" in k))


class Tight:
    __slots__ = ["x", "__weakref__"]
    def set(self, name, value): setattr(self, name, value); return self.x


t = Tight()
try:
    t.set("y", 1)
except AttributeError as error:
    print(error)
print(t.set("x", 5), hasattr(t, "__dict__"))
try:
    class Conflict:
        __slots__ = ("x",)
        x = 1
except ValueError as error:
    print(error)
try:
    class Wrong(Base, unknown=1): pass
except TypeError as error:
    print(error)
class Singleton:
    one = None
    def __new__(cls): cls.one = cls.one or super().__new__(cls); return cls.one
print(Singleton() is Singleton())
class Weird:
    def __new__(cls): return 5
    def __init__(self): print("never")
print(Weird(), [c.__name__ for c in bool.__mro__], type("D", (Base,), {"n": Named()}, kind="dynamic").__name__)
