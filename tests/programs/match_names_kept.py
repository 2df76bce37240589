"""Names that a match binds stay bound, also by a case that failed; soft keywords are names too."""
match = case = type = _ = 1
print(match, case, type, _)
match [1, 2, 3]:
    case [a, b, 4]:
        print("never")
    case [a, *_]:
        print(a)
print("b" in globals(), _)


def local(value):
    match = {"case": value}
    match match:
        case {"case": [x, y]} if x > y:
            pass
        case {"case": case}:
            pass
    return {k: v for k, v in sorted(locals().items())}


print(local([1, 2]), local([2, 1]), local(3))


def no_case(value):
    match value:
        case 1:
            result = "one"
    return result


print(no_case(1))
try:
    no_case(2)
except UnboundLocalError as error:
    print(error)


class Body:
    match 3, 4:
        case x, y:
            total = x + y


print({k: v for k, v in vars(Body).items() if not k.startswith("__")})
match = print
match(("a call"))
match = [1]
match[0:1] if isinstance(match, list) else print("no list")
match -1:
    case -1: print("minus one")
match (1):
    case 1: print("one")
match *[1], 2:
    case [1, 2]: print("starred")
for match in range(2):
    match match:
        case 0: continue
        case 1: break
print(match)
