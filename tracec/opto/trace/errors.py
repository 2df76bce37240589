"""ExecutionError and TraceMissingInputsError, where users look for them."""

from tracec.opto.engine.errors import ExecutionError, TraceMissingInputsError

__all__ = ["ExecutionError", "TraceMissingInputsError"]
