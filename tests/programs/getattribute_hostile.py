"""Objects that raise, lie or speak at every look: only the program's own looks may reach them."""


class Hostile:
    """Raises for anything that asks it."""

    def __getattribute__(self, name): raise RuntimeError(f"asked for {name}")
    def __repr__(self): raise RuntimeError("repr")
    def __str__(self): raise RuntimeError("str")
    def __bool__(self): raise RuntimeError("bool")
    def __len__(self): raise RuntimeError("len")
    def __eq__(self, other): raise RuntimeError("eq")
    def __hash__(self): raise RuntimeError("hash")
    def __iter__(self): raise RuntimeError("iter")
    def __del__(self): print("deleted")


class Liar:
    """Says what is asked of it, and lies about its class."""

    @property
    def __class__(self): print("class asked"); return dict
    @property
    def __dict__(self): print("dict asked"); return {}
    def __repr__(self): print("repr asked"); return "Liar"
    def __len__(self): print("len asked"); return 3
    def __bool__(self): print("bool asked"); return True
    def __iter__(self): print("iter asked"); return iter(())
    def __eq__(self, other): print("eq asked"); return False
    def __hash__(self): print("hash asked"); return 1
    def __getitem__(self, i): print("item asked"); raise IndexError
    def __reduce_ex__(self, n): print("reduce asked"); return (int, ())


class LiarList(list):
    def __iter__(self): print("list iter asked"); return super().__iter__()
    def __len__(self): print("list len asked"); return super().__len__()
    def __repr__(self): print("list repr asked"); return "LL"


class LiarInt(int):
    def __repr__(self): print("int repr asked"); return "LI"
    def __eq__(self, other): print("int eq asked"); return int(self) is other
    __hash__ = int.__hash__
    def __bool__(self): print("int bool asked"); return True


class LiarStr(str):
    def __str__(self): print("str str asked"); return "x"
    def __len__(self): print("str len asked"); return 99


def carry(x):
    y = x
    z = (y, [x], {"k": x})
    w = z[0] if z else None
    return z[1][0] if w is x else w


for make in (Hostile, Liar, lambda: LiarList([1, 2]), lambda: LiarInt(5), lambda: LiarStr("s")):
    thing = carry(make())
    print("carried", type(thing).__name__)
    thing = None
hostile = Hostile()
try: hostile.x
except RuntimeError as error: print(error)
try: hostile and 1
except RuntimeError as error: print(error)
liar = Liar()
print(isinstance(liar, dict), type(liar).__name__, liar == 1, len(liar))
kept = [Liar(), LiarList([3]), LiarInt(7), LiarStr("kept")]
last = kept[0] or kept[1]
