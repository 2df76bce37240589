"""The names that a script finds in its module before it has done anything, and what they hold."""
print(sorted(globals()))
print(sorted(dir()), sorted(locals()) == sorted(vars()))
print(__name__, __doc__[:9], __package__, __spec__, type(__loader__).__name__, globals().get("__cached__", "absent"), globals().get("__annotations__", "absent"))
import os, sys
print(os.path.basename(__file__), os.path.isabs(__file__), [os.path.basename(a) for a in sys.argv], os.path.basename(sys.path[0]), __file__ == sys.argv[0])
print(type(__builtins__).__name__, sys.modules["__main__"].__dict__ is globals(), "__main__" in sys.modules, __import__("__main__").__name__)
print(__loader__.name if hasattr(__loader__, "name") else None, len(os.getcwd()) > 0)
x: int = 1
y: "str"
print(__annotations__ if "__annotations__" in globals() else "lazy")


def f(a: int, *b: "x", c: list[int] = (), **d) -> None:
    z: undefined = 1
    return sorted(locals())


print(f(1), f.__annotations__, f.__module__, f.__globals__ is globals(), f.__builtins__ is vars(__builtins__))
class C:
    """Doc of C."""
    a: int
    b: str = "b"
    def m(self): "Doc of m."
print(C.__annotations__, C.__module__, C.__doc__, C.m.__doc__, sorted(k for k in vars(C)))
print(sorted(k for k in globals() if k not in ("x", "y", "f", "C", "os", "sys")))
import builtins
print([k for k in vars(builtins) if k.startswith("__")])
print(sys.flags.optimize, sys.flags.no_site, __debug__, sys.meta_path[-1].__name__, repr(sys.modules["__main__"]) == f"<module '__main__' from {__file__!r}>")
