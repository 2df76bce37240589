"""tracec: programs that improve themselves from feedback, as a compiler does it.

The names exported here are marks: identities at run time that import nothing.
"""

from tracec.runtime.marks import choice, feedback, param, trainable

__version__ = "0.1.0"
__all__ = ["choice", "feedback", "param", "trainable"]
