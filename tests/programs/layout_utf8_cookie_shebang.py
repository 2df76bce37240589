#!/usr/bin/python3
# coding: utf-8
'''A mark, a shebang and a cookie.'''
print(__doc__, "é", [x for x in "ü"])
def f(): return "é" * 2
print(f(), ascii(f()))
for c in "éà": print(ascii(c), ascii(c + f("") if c else c))
