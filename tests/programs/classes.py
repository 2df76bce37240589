"""Classes: super, mangling, properties, slots, metaclasses, descriptors."""


class Meta(type):
    def __new__(mcs, name, bases, space, **kw):
        space["seen"] = sorted(k for k in space if not k.startswith("__"))
        return super().__new__(mcs, name, bases, space)


class Base(metaclass=Meta):
    __slots__ = ("_x", "__secret")
    kinds = [k * 2 for k in "ab"]

    def __init__(self, x):
        self._x = x
        self.__secret = x * 2

    @property
    def x(self):
        return self._x

    @x.setter
    def x(self, value):
        if value < 0:
            raise ValueError("negative")
        self._x = value

    @classmethod
    def make(cls, *a):
        return cls(*a)

    @staticmethod
    def help(v): return v + 1

    def secret(self):
        return self.__secret


class Child(Base):
    count = 0

    def __init__(self, x):
        super().__init__(x)
        type(self).count += 1

    def secret(self):
        return super().secret() + super(Child, self).secret()

    def __repr__(self):
        return f"Child({self.x!r})"

    def __eq__(self, other):
        return isinstance(other, Child) and self.x == other.x

    def __hash__(self):
        return hash(self.x)

    def __getattr__(self, name):
        if name.startswith("dyn_"):
            return name[4:]
        raise AttributeError(name)

    class Inner:
        def where(self):
            return __class__.__qualname__


c = Child.make(4)
c.x += 3
print(c, c.secret(), Child.help(2), Child.seen, c.dyn_foo, Child.count, Child.Inner().where())
try:
    c.x = -1
except ValueError as e:
    print("refused", e)
print(hasattr(c, "nope"), c == Child(7), len({c, Child(7)}), sorted(k for k in vars(Child) if not k.startswith("_")))
