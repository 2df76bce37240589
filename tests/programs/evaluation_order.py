"""Each kind of expression evaluates its parts in its own order: a log of it all."""
log = []


class T:
    """Says what is done with it."""

    def __init__(self, name): object.__setattr__(self, "name", name)
    def __getattr__(self, attr):
        if attr.startswith("_"): raise AttributeError(attr)
        log.append(f"{self.name}.{attr}"); return T(f"{self.name}.{attr}")
    def __setattr__(self, attr, value): log.append(f"{self.name}.{attr}={value}")
    def __delattr__(self, attr): log.append(f"del {self.name}.{attr}")
    def __getitem__(self, key): log.append(f"{self.name}[{key}]"); return T(f"{self.name}[]")
    def __setitem__(self, key, value): log.append(f"{self.name}[{key}]={value}")
    def __delitem__(self, key): log.append(f"del {self.name}[{key}]")
    def __call__(self, *args, **kwargs): log.append(f"{self.name}({args} {kwargs})"); return T(f"{self.name}()")
    def __add__(self, other): log.append(f"{self.name}+{other}"); return T("sum")
    def __iadd__(self, other): log.append(f"{self.name}+={other}"); return self
    def __lt__(self, other): log.append(f"{self.name}<{other}"); return True
    def __iter__(self): log.append(f"iter {self.name}"); return iter([T("i1"), T("i2")])
    def keys(self): log.append(f"keys {self.name}"); return ["k"]
    def __hash__(self): return hash(self.name)
    def __eq__(self, other): return self is other
    def __repr__(self): return self.name
    def __format__(self, spec): log.append(f"format {self.name} {spec!r}"); return self.name


def t(name):
    log.append(name)
    return T(name)


def run():
    t("a") + t("b") + t("c")
    t("f")(t("x"), *t("y"), k0=t("z"), **t("w"))
    t("f")(*t("x"), t("y"), **t("z"), k2=t("w"))
    {t("k1"): t("v1"), **t("m"), t("k2"): t("v2")}
    [t("e1"), *t("e2"), t("e3")]
    t("o")[t("lo"):t("hi"):t("st"), t("other")]
    t("o").attr[t("i")] = t("p")[0] = t("value")
    t("o").attr[t("i")] += t("value")
    t("o").attr += t("value")
    t("lo") < t("mid") < t("hi")
    (t("no"), t("body"))[1] if t("test") else t("else")
    f"{t('a')} {t('b'):{t('spec')}} {t('c')!r}"
    t("m1"), (t("m2"), t("m3"))
    lambda d=t("default"): t("never")
    [t("el") for _ in t("src") if t("cond")]
    {t("key"): t("val") for _ in "x"}
    del t("o").x, t("o")[t("i")]
    for t("target").x in t("loop"): pass
    first, t("o").rest = t("pair")
    x: t("annotation of a local") = t("annotated")
    t("o").y: t("no annotation") = t("annotated 2")


run()
print("\n".join(log))
log.clear()
x = y = t("o").z = t("chain")
t("o")[t("i")]: t("seen here") = t("value")
def f(a=t("d1"), *, b: t("note") = t("d2")) -> t("ret"): pass
class C(t("base").__class__, metaclass=(log.append("meta"), type)[1]): z = t("body")
print("\n".join(log))
