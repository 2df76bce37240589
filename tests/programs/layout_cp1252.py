# vim: set fileencoding=cp1252 :
"""Encoded in a code page of Windows: € and …."""
price = "5 €"


def show(x): return ascii(f"{x} “quoted” {price}")


class SumŠ:
    """Adds €."""
    sign = "€" * 2
    def __init__(self): self.žeros = [0, len("…")]
    def add(self, n): self.žeros[1] += n; return self


print(show(1), ascii(__doc__), len("…"), ascii(SumŠ.__name__), ascii(SumŠ.sign + "Ž"))
s = SumŠ().add(1).add(2)
print(s.žeros, ascii(SumŠ.__doc__), ascii(sorted(vars(s))))
print({"€": 1}["€"] + 1, ascii(price.replace("€", "œ")), b"\x80".decode("cp1252") == "€")
