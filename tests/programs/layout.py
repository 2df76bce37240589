# -*- coding: utf-8 -*-
"""Odd layout: one-line bodies, semicolons, continuation, tabs in strings, unicode."""
from __future__ import annotations
import os, sys; from math import (floor,
    ceil)
if True: a = 1; b = 2
else: a = 3
for q in range(2): a += q; b *= 2
while b > 1: b //= 2
class Empty: pass
class One: x = 1; y = 2
def tabs():
	if True:
		return "tab"
def long(a,
         b = 2,  # a comment
         *,
         c):
    return (a +
            b
            + c)
x = long(1,
         c=3)
y = a \
    + b
é = "ü" "ber" f"{x}" 'q' f'{y!r:>4}'
print(a, b, x, y, é, tabs(), floor(2.5), ceil(2.5), One.y, f"{x=} {é!a}", f"{'nested ' + f'{x + 1}'}")
print(f"{(lambda v: v + 1)(2)} {{}} {x:{'>'}{5}}")
not(a) or print("parens");(print)("called")
if(a):print("tight")
assert(a), "never"
def gen():
    yield(1)
    return(2)
print([*gen()], [i for i in[1, 2]if(i)])
print(__name__, __doc__[:10], os.path.basename(__file__))
