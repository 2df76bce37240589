"""The compiler's own warnings reach stderr, once, with the user's file and line."""
x = 1


def compare():
    if x is 1: return "is"
    return (1, 2) is x


def call():
    try: return (1, 2)(3)
    except TypeError as error: return error


def asserted():
    assert (x == 2, "always true")
    return "\d" + b"\w".decode()


print(compare(), call(), asserted())
print("\." if x is not () else None)
