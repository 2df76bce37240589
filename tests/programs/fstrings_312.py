# python: 3.12
"""What f-strings may hold from 3.12 on: the same quotes, backslashes, comments, line ends, any nesting."""
d = {"k": {"j": [1, 2]}}


def run(x):
    print(f"{d["k"]["j"][0]} {"a" + "b"} {"\n".join(["x", "y"])} {'\t'!r}")
    print(f"{f"{f"{f"{x}"}"}"} {x:{"{"}>{f"{x}" + "0"}} {x = !r:^{"5"}}")
    print(f"{
        x  # a comment
        + 1,
        # another
    } {
        [
            y for y in range(3)  # }
            if y
        ]
    }")
    print(f'{d['k']['j']=} {'"'} {"'"} {'''it's'''}')
    print(f"{(lambda: f"{x}")()} {(w := f"{x!r}")} {w=} {{}} {"{}"} {"}"}")
    print(f"{x:{x}{"d" if x else ""}}" f"{"\N{BULLET}"} \N{BULLET} {"\\"}")
    return [f"{"," if i else ""}{i}" for i in range(3)]


print(run(3))
print(f"{", ".join(f"{k!r}: {v["j"]}" for k, v in d.items())}")
try:
    print(f"{d["k"]["missing"]} {
        1}")
except KeyError as error:
    print(error, error.__traceback__.tb_lineno)
print(f"{"a" f"{"b" "c"}" 'd'}", f"{d["k"]["j"][5]}")
