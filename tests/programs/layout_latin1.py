#!/usr/bin/env python
# -*- coding: latin-1 -*-
"""Encoded in Latin-1: éèü."""
import traceback


def café(s="é"):
    """Döc."""
    return s + "ü" + f"{s!a}{s}", [c for c in "äö"]


print(ascii(café()), ascii(café.__doc__), ascii(café.__name__), ascii(__doc__), len("é"), b"\xe9".decode("latin-1") == "é")
try: café("é" + "ß") + café(1)
except TypeError as error: print(error, error.__traceback__.tb_lineno, ascii(traceback.extract_tb(error.__traceback__)[0].line))
