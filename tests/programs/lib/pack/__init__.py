"""A package: relative imports, a circle, names that appear later."""
from . import first
from .first import value as renamed, circle
from .second import *

__version__ = "1." + str(renamed)
