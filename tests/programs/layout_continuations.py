"""Backslashes, brackets over many lines, comments within, strings joined, and where errors in them are told."""
import \
    os, \
    sys
from os.path import (  # comment
    join,  # one
    # alone
    basename,
)
x = 1 + \
    2 \
    + 3
y = (  # opening
    1
    # between
    +  # operator
    2

    + 3
)
s = "a" \
    'b' f"{x}" \
    r"\d" """c
d""" "e\
f"
def f(a, *,
      b = (
          1,
          2),
      **k
      ) -> (
          int
      ):
    return a \
        if a \
        else b
def g(): \
    return [
        1, 2,
        *(
            3,
        )
    ][
        -1
    ]
class C(
    object,
):
    z \
        = \
        1
if x and \
   y and (
       s
   ): print("yes")
assert x, \
    "no"
t = f(
    1, b
    =2,
    k={
        "a":
            1,
    }
)
for i \
        in \
        [1, 2]: print(i)
with open(__file__) \
        as file, \
        open(__file__) as other: pass
z = not \
    x
u = x if \
    z else \
    y
v = x \
    .real \
    .bit_length()
w = lambda \
    q: \
    q + \
    1
del \
    t
print(x, y, repr(s), f(0), g(), C.z, z, u, v, w(1), join("a", "b"),
      end \
      ="!\n")
def broken(d):
    return d["a"] \
        + d[
            "b"
        ] \
        + d["c"]
for d in ({}, {"a": 1}, {"a": 1, "b": 2}, {"a": 1, "b": "x", "c": 2}):
    try: broken(d)
    except (KeyError, TypeError) as error: print(repr(error), error.__traceback__.tb_next.tb_lineno)
broken({
    "a": 1,
    "b": 2,
})
