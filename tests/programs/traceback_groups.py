"""Ends in an uncaught exception group with nested groups, causes, notes and frames."""


def fail(n):
    if n == 0:
        return 1 / n
    try:
        return fail(n - 1)
    except ZeroDivisionError as error:
        if n == 2:
            error.add_note(f"at {n}")
            raise ValueError(n) from error
        raise


def collect(*attempts):
    errors = []
    for attempt in attempts:
        try:
            attempt()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup(f"{len(errors)} failed", errors)


def nested():
    try:
        collect(lambda: fail(1), lambda: {}["k"])
    except* ZeroDivisionError:
        print("zero handled")
        raise ValueError("from the handler")


def main():
    collect(lambda: fail(2), nested, lambda: int("x"))


try:
    main()
except* KeyError as group:
    print([type(e).__name__ for e in group.exceptions])
