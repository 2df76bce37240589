"""What holds for all tests: Hypothesis draws the same examples in every run, and no clock judges them."""

from hypothesis import settings

# A busy machine is no fault of the code; CI must be able to run again what failed. `--hypothesis-seed=N` draws others.
settings.register_profile("tracec", deadline=None, derandomize=True)
settings.load_profile("tracec")
