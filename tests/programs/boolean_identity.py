"""`and` and `or` give one of their operands itself, and ask each for its truth once at the most."""


class Truth:
    def __init__(self, name, value):
        self.name, self.value, self.asked = name, value, 0

    def __bool__(self):
        self.asked += 1
        return self.value

    def __repr__(self):
        return f"{self.name}{self.asked}"


def fresh():
    return Truth("t", True), Truth("f", False), Truth("g", False)


def run():
    t, f, g = fresh(); print(t and f, t, f)
    t, f, g = fresh(); print(t or f, t, f)
    t, f, g = fresh(); print(f or g or t, f, g, t)
    t, f, g = fresh(); print((f or g) is g, f and g is f, (t and f or g) is g, t, f, g)
    t, f, g = fresh(); print(not t, not not f, t, f)
    t, f, g = fresh(); print(1 if t and f else 2, t, f)
    t, f, g = fresh(); print(1 if (t and f) or g else 2, t, f, g)
    t, f, g = fresh(); print([x for x in (t, f, g) if x or g], t, f, g)
    t, f, g = fresh(); x = t and (f or g) and t; print(x is g, t, f, g)
    t, f, g = fresh(); x = not (t and not f); print(x, t, f)
    t, f, g = fresh()
    if f: pass
    elif g or f: pass
    elif t and t: print("third", t, f, g)
    t, f, g = fresh()
    while t and t.asked < 3: pass
    else: print("while", t)
    t, f, g = fresh()
    assert t or f, g
    print(t, f, g, any([f, g, t]), all([t, f, g]), t, f, g)
    match 1:
        case 1 if f and t: print("no")
        case 1 if t and t: print("guard", t, f)
    return (lambda: f and t or g)()


print(run())
t, f, g = fresh()
print((t and f) or g, (f or t) and t, t, f, g)
print([] or {} or 0 or "" or (), 1 and "a" and [2], None or False, 0.0 or -0.0, [] and undefined, 1 or undefined)
empty = []
assert (empty or None) is None and (empty and 1) is empty
y = f or (z := t) and f
print(y is f, z is t, f, t)
