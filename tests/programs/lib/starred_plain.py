"""A module for star imports without `__all__`: all names that do not begin with an underscore."""
import os.path as path
from math import pi

a = b = 1
_private = 2
for loop in range(2):
    c = loop if (w := loop) else 0
def function(x): return x + _private
class Klass: x = 1
try: raise ValueError
except ValueError as gone: pass
with open(__file__) as handle: pass
match a:
    case captured: pass
total = a + b
