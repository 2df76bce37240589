"""Warnings as they come by default: shown once for each place, with the source line, DeprecationWarning in `__main__` only."""
import warnings


def old(): warnings.warn("old is old", DeprecationWarning, stacklevel=2)
def very(): old()
def far(level): warnings.warn(f"from far {level}", stacklevel=level)


for _ in range(2):
    old()
very()
very()
far(1)
far(2)
warnings.warn("module, stacklevel 1")
warnings.warn("module, stacklevel 2", stacklevel=2)
far(3)
far(9)
print("__warningregistry__" in globals(), len(__warningregistry__))


class Old:
    def __init_subclass__(cls): warnings.warn(f"{cls.__name__} derives", PendingDeprecationWarning, stacklevel=2)


warnings.simplefilter("default")
class New(Old):
    warnings.warn(
        "in a class body",
        ResourceWarning,
    )
far(
    2,
)
warnings.warn_explicit("explicit", UserWarning, "given.py", 7)
