"""A module with `__getattr__` and `__dir__` of its own."""
calls = []


def __getattr__(name):
    calls.append(name)
    if name.startswith("made_"):
        value = name[5:] + "!"
        globals()[name] = value
        return value
    raise AttributeError(f"lazy has no {name}")


def __dir__():
    return ["made_up", "calls"]


def inner():
    try:
        return unknown_name
    except NameError as error:
        return str(error)
