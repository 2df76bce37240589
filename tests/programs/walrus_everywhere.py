"""`:=` wherever it is legal, in functions and at module level."""


def everywhere(data):
    if (n := len(data)) > 2: print("if", n)
    while (item := data.pop()) > 1: print("while", item)
    print(x := 5, y := x + 1, sep=(sep := "-"), end=(end := f"{sep}\n"))
    pair = (a := 1, b := a + 1)
    items = [c := 2, c ** 2, d := c + 1]
    table = {(k := "key"): (v := "value"), **{k + "2": v}}
    assert (ok := True), (message := "never")
    chosen = (low := 1) if (test := not ok) else (high := 9)
    both = (p := 0) or (q := "q") and (r := [])
    text = f"{(w := 7)!r:>{(width := 4)}} {w}"
    f = lambda z=(default := 10): (inner := z) + default
    index = items[(at := 1)], items[(lo := 0):(hi := 2)]
    with (cm := Manager()) as entered: pass
    for turn in (turns := range(2)): last = turn
    chain = 0 < (mid := 5) < (top := 10)
    (s := data).append((new := 3))
    del data[(where := 0)]
    print(pair, items, table, chosen, both, text, f(), f(1), index, chain, s)
    return dict(sorted((k, v) for k, v in locals().items() if isinstance(v, (int, str, list, tuple, range))))


class Manager:
    def __enter__(self): return 1
    def __exit__(self, *args): return False


print(everywhere([1, 0, 5, 4]))
if (m := 10) > 5: print(m)
print([m := 2, m + 1], (m := 3), m)
while (m := m - 1): print("left", m)


def deco(n):
    print("deco", n)
    return lambda f: f


@(d := deco)(level := 3)
def decorated(a=(first := 1), b: (note := int) = 2): return a, b


print(decorated(), level, first, note, d is deco)


class C((base := object)):
    x = (y := 4) + y


print(C.x, C.y, base)
print(sorted(k for k in globals() if not k.startswith("__")))
