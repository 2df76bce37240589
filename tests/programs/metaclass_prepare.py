"""A metaclass whose namespace logs every store, load and delete of a class body: nothing may be added."""


class Space(dict):
    def __setitem__(self, key, value):
        print("set", key, value if isinstance(value, (int, str, list)) else type(value).__name__)
        super().__setitem__(key, value)

    def __getitem__(self, key):
        found = key in self
        print("get", key, "found" if found else "missing")
        return super().__getitem__(key)

    def __delitem__(self, key):
        print("del", key)
        super().__delitem__(key)


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **options):
        print("prepare", name, [b.__name__ for b in bases], options)
        return Space()

    def __new__(mcs, name, bases, space, **options):
        print("new", name, list(space))
        return super().__new__(mcs, name, bases, dict(space))

    def __init__(cls, name, bases, space, **options):
        print("init", name, cls.__name__)

    def __call__(cls, *args):
        print("call", args)
        return super().__call__(*args)

    def __getattr__(cls, name): return f"meta {name}"
    def __len__(cls): return 42


def build(base):
    class Made(base, flavour="sweet"):
        """Doc."""
        x = 1
        y = x + len([x, 2])
        x += y
        z: int = x if x > 3 else 0
        del y
        for i in range(2): z += i
        squares = [n * n for n in range(3)]
        if z and x: both = z > x > 0 or print("never")
        def method(self): return __class__.__name__
        lam = lambda self: self.x
        with open(__file__) as f: first = f.read(3)
        try: undefined_here
        except NameError as e: error = str(e)
        class Inner: deep = 1
        (w := 3)
        import os.path as p
        a, *b = "cd"
        text = f"{x} {w!r}"
        assert x, "message"

    return Made


class Root(metaclass=Meta): pass


made = build(Root)
print(made().method(), made.missing, len(made), made().lam(), [k for k in vars(made)], made.__annotations__)
Dynamic = Meta("Dynamic", (Root,), {"q": 1})
print(Dynamic.q, type(Dynamic).__name__, isinstance(Dynamic, Meta))
