"""`super()` in every form: zero and two arguments, in class methods, closures, comprehensions, aliased, `__class__`."""


class A:
    def hello(self, x=0): return f"A{x}"
    @classmethod
    def make(cls): return f"A.make({cls.__name__})"
    @staticmethod
    def stat(): return "A.stat"
    @property
    def prop(self): return "A.prop"
    def __getitem__(self, i): return f"A[{i}]"
    def __init__(self): self.log = ["A"]
    async def later(self): return "A.later"
    def gen(self): yield "A.gen"


sup = super


class B(A):
    def __init__(self): super().__init__(); self.log.append("B")
    def hello(self, x=1): return f"B>{super().hello(x)}>{super(B, self).hello(2)}>{super(__class__, self).hello()}"
    @classmethod
    def make(cls): return f"B>{super().make()}>{super(B, cls).make()}"
    @staticmethod
    def stat(): return f"B>{super(B, B).stat()}"
    @property
    def prop(self): return f"B>{super().prop}"
    def __getitem__(self, i): return super().__getitem__(i) + "B"
    def nested(self):
        def inner(): return super(B, self).hello()
        def zero(self): return super().hello()
        return inner(), zero(self), (lambda: super(B, self).hello())(), (lambda self: super().hello())(self)
    def comp(self): return [super(B, self).hello(i) for i in range(2)], list(super(B, self).hello(i) for i in range(1))
    def aliased(self):
        __class__
        return sup().hello("alias")
    def named(this, *args): return super().hello(args)
    def assigned(self): s = super(); m = s.hello; return m("assigned"), s.__thisclass__.__name__, s.__self_class__.__name__
    def rebound(self):
        old, self = self, None
        try: return super().hello()
        except Exception as e: return f"rebound {type(e).__name__}: {e}"
    async def later(self): return "B>" + await super().later()
    def gen(self): yield from super().gen(); yield super().hello("g")
    def which(self): return __class__, type(self)
    def unbound(self): return super(B).__self__, super(B).__get__(self).hello(9)
    def bad(): return super().hello()


class C(B):
    def hello(self, x=3): return f"C>{super().hello(x)}"
    def conditional(self, deep): return (super() if deep else A).hello(*([] if deep else [self]))
    def walrus(self): return (s := super()).hello(s.prop)
    def twice(self): return super().hello(super().hello("x"))
    def text(self): return f"{super().hello()!r}"
    def default(self, f=lambda self: __class__.__name__): return f(self)


c = C()
print(c.hello(), c.make(), c.stat(), c.prop, c[0], c.log, sep="\n")
print(c.nested(), c.comp(), c.aliased(), c.named(), c.assigned(), c.rebound(), sep="\n")
print(list(c.gen()), c.which(), c.unbound(), c.conditional(True), c.conditional(False), c.walrus(), c.twice(), c.text(), sep="\n")
try: c.later().send(None)
except StopIteration as stop: print(stop.value)
try: print(c.default())
except NameError as e: print(e)
try: B.bad()
except RuntimeError as e: print(e)
def outside(self): return super().hello()
try: outside(c)
except RuntimeError as e: print(e)
print(super(B, c).hello(), super(C, C).make())
