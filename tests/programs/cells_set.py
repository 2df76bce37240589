"""Cells that are stored to, and that no frame made."""
def cells(k):
    def get(): return k + 1
    def other(): return get() + k
    c = get.__closure__[0]
    c.cell_contents = 50
    a = get() + other() + k
    setattr(c, "cell_contents", 9)
    b = get() + k
    import types
    d = types.CellType(70)
    e = types.FunctionType(get.__code__, {}, "get", None, (d,))
    x = e() + k
    d.cell_contents = 5
    x = x + e()
    object.__setattr__(c, "cell_contents", 77) if False else None
    return a + b + x
print(cells(1))
print(cells(2))
