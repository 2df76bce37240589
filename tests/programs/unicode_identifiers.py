"""Names beyond ASCII, and names that NFKC makes the same as others."""
ﬁne = 1
print(fine, ﬁne, "fine" in globals(), "ﬁne" in globals())
ａ = 2
print(a, ａ + a)


def 𝒻(𝓍, ª=3, *, µ=4):
    º = 𝓍 + x
    return º, ª, µ, sorted(locals())


print(f(1), 𝒻(x=2, a=5, μ=6), f.__name__, 𝒻.__code__.co_varnames[:3])


class Ｃlass:
    ｘ = 1
    __ſecret = 2
    def ｇet(self): return self.x + self.__ſecret, self.__secret
    def set(self): self.ｎew = [self.ｘ for ｋ in range(2)]; return self.new, k_of(ｚ=1)


def k_of(z): return [z + ｉ for i in range(2)], {ｋ: v for k, v in [(1, 2)]}, (lambda ｑ: q)(5)
print(Class().get(), Ｃlass().set(), Class.__name__, sorted(k for k in vars(Class) if "ecret" in k))
import os as ｏs, math as ℳ
print(os.sep, M.floor(2.5))
if (ｗ := 5) > 4: print(w)
for ｊ in range(2): pass
print(j, {"ｊ": 1}, getattr(Class, "x"), hasattr(Class, "ｘ"))
def gl(): global ｍade; ｍade = 7
gl(); print(made)
def nl():
    ｃ = 1
    def inner(): nonlocal c; c += 1; return ｃ
    return inner()
print(nl(), f"{ﬁne=} {ａ!r:>3}", ẛ̣ if False else "")
try: print(ｕndefined)
except NameError as e: print(e)
try: Class().ｎothing
except AttributeError as e: print(e)
match {"x": 1}:
    case {"x": ｙ}: print(y)
Ǆ = "dz"; print(DŽ if "DŽ" in globals() else Ǆ)
