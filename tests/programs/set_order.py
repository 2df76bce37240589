"""The order of a set literal is that in which it was written, where hashes collide."""

print([x for x in {12, 4}], [x for x in {4, 12}], list({8, 0, 16, 24}), list({16, 8, 24, 0}))


def found(x):
    for y in {20, 12, 4, 28, -3}:
        if y in {2**4, 4, 12, True}:
            print(y)
    return x in {12, 4, 20} and [*{(8, 1), (0, 1), 16, "tracec"}][:0]


print(found(4), {(24, 16, 8), (0,), "tracec"} == {"tracec", (0,), (24, 16, 8)})
for name in sorted({"tracec", ("a",)}, key=str):
    print(name)
print([x for x in {3, 11}], [x for x in {2 << 3, 0}], [x for x in {11, 3, 19, 27, 35}], [x for x in {1.5, -0.5, 9.5, 17}])
for x in {(3, 11), 3 * 8, 8, 0}:
    print(x)
print([list({True, 2, 9, 10}), [x for x in {1, 2, 9, 10}], [x for x in {True, 2, 9, 10}]])
