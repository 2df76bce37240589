"""At run time every mark is the identity, and importing tracec costs nothing."""

import subprocess
import sys
from pathlib import Path

import tracec


def test_trainable_returns_what_it_marks() -> None:
    def plain() -> int:
        return 1

    class Thing:
        pass

    for thing in (plain, Thing):
        assert tracec.trainable(thing) is thing
        assert tracec.trainable()(thing) is thing
        assert tracec.trainable(goal="g", constraints=["c"])(thing) is thing


def test_a_method_stays_a_method() -> None:
    class Cart:
        @tracec.trainable
        def total(self) -> object:
            return self, "total"

        @property
        @tracec.trainable(goal="exact")
        def rate(self) -> int:
            return 3

    cart = Cart()
    assert cart.total() == (cart, "total")
    assert cart.rate == 3
    assert Cart.total.__qualname__.endswith("Cart.total")


def test_values_come_back_as_they_are() -> None:
    value = [object()]
    assert tracec.param(value, goal="g", low=0, high=1) is value
    assert tracec.choice(value, options=[value, None]) is value
    assert tracec.param(0.2) == 0.2


def test_import_loads_nothing_heavy() -> None:
    root = str(Path(__file__).parent.parent)
    code = f"import sys; sys.path.insert(0, {root!r}); before = set(sys.modules); import tracec"
    code += "; print(sorted(set(sys.modules) - before))"
    # -S: without site-packages, whose tracec.pth loads a part of us while some program of this user is recorded.
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    loaded = {name for name in eval(done.stdout) if name.startswith("tracec")}
    assert loaded == {"tracec", "tracec.runtime", "tracec.runtime.marks"}
