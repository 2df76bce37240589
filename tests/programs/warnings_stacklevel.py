"""`warnings.warn` with stack levels 1 to 4, from functions, methods, comprehensions, generators and decorators."""
import os
import warnings


def warn(text, level): warnings.warn(text, UserWarning, stacklevel=level)


def outer(level):
    return [
        inner(level)
        for _ in range(1)
    ]


def inner(level):
    (lambda:
        warn(f"level {level}", level)
     )()
    return next(generated(level))


def generated(level):
    warn(f"generator {level}", level)
    yield level


class C:
    def __init__(self): warnings.warn("deprecated class", DeprecationWarning, stacklevel=2)
    @property
    def p(self): warnings.warn("property", FutureWarning, 2); return 1
    def __enter__(self): warn("enter", 2)
    def __exit__(self, *a): warn("exit", 2)


def short(message, category, filename, lineno, file=None, line=None):
    print(f"{os.path.basename(filename)}:{lineno}: {category.__name__}: {message}")


warnings.simplefilter("always")
warnings.showwarning, original = short, warnings.showwarning
for n in range(1, 5): print(outer(n))
C(); C().p
with C(): pass
warnings.warn("at module level")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("default")
    for _ in range(3): warn("same place", 2)
    warn("same place", 2)
    print([(os.path.basename(w.filename), w.lineno, str(w.message)) for w in caught])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try: warn("raised", 1)
    except UserWarning as error: print("raised", error, error.__traceback__.tb_next.tb_lineno)
warnings.showwarning = original
warnings.formatwarning = lambda m, c, f, l, line=None: f"{os.path.basename(f)}:{l}: {m}\n"
warn("to stderr", 2)
