"""Private names: attributes, methods, parameters, keywords, nested classes, imports, globals, strings that are no names."""
import sys

__outside = "global"
_C__hidden = "found by mangling"


class C:
    __x = 1
    __dunder__ = "not mangled"
    ___three = 3

    def __init__(self, __p=2, *, __k=3):
        self.__p, self.__k = __p, __k
        __local = __p + __k
        self.all = sorted(k for k in locals())
        self.value = __local

    def __secret(self, n): return n * self.__x
    def call(self): return self.__secret(5), [self.__secret(i) for i in range(2)], (lambda __q: __q + self.__p)(1)
    def glob(self): return __hidden
    def missing(self):
        try: return __outside
        except NameError as error: return str(error)
    def setter(self):
        global __made
        __made = 1
        self.__new: int = 2
        del self.__p
        for self.__loop in range(2): pass
        with open(__file__) as self.__file: self.__file.close()
        if (__w := 3) > 2: self.__w = __w
        def __inner(): nonlocal __w; __w += 1; return __w
        return __inner(), {"__key": 1}, dict(__kw=1), getattr(self, "__x", "no"), sorted(k for k in vars(self) if "__" in k)
    def error(self):
        try: self.__nothing
        except AttributeError as error: return str(error)
    def importing(self):
        import sys as __sys
        return __sys is sys, "_C__sys" in locals()
    class __Inner:
        __y = 1
        def get(self): return self.__y
    inner = __Inner
    def match(self):
        match [1, {"a": 2}]:
            case [__first, {"a": __second, **__rest}]: return sorted(k for k in locals() if "C" in k)
    def comp(self): return [__i for __i in range(3) if __i], {__a: __b for __a, __b in [(1, 2)]}


class _Under(C):
    def __secret(self): return "under"
    def call(self): return self._Under__secret()
    __z = 1


class __: # a class with no letters does not mangle
    __plain = 1


c = C()
print(c.all, c.value, c.call(), c.glob(), c.missing(), c.error(), c.importing(), c.comp(), c.match())
print(c.setter(), _C__made, sorted(k for k in vars(C) if k.startswith("_C")), C.inner().get(), C.inner.__name__, C.inner.__qualname__)
print(_Under().call(), sorted(k for k in vars(_Under) if "z" in k), vars(__)["__plain"], C(_C__k=7)._C__k)
