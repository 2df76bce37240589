"""The one error a user sees: `path:line: what is wrong; what to do`."""


class TracecError(Exception):
    """A fault the user can mend. Raised anywhere above `runtime/`, caught once, in the command line.

    `str(error)` is the whole message, without a traceback: `path:line: what; todo`, where the place is left out when
    there is none.
    """

    def __init__(self, what: str, todo: str = "", *, path: str = "", line: int = 0) -> None:
        place = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(f"{place}{what}; {todo}" if todo else f"{place}{what}")
        self.what, self.todo, self.path, self.line = what, todo, path, line


class Unplaceable(TracecError):
    """A change that cannot be made in its file: it is refused, and the run goes on."""
