"""Returns of every kind, implicit ones, from nested blocks, lambdas, after loops, of tuples, and unreachable code."""


def nothing(): pass
def bare(): return
def early(x):
    if x: return x
def tuple_(): return 1, 2,
def chained(a): return a if a else (b := a) or "nothing" if not a else None
def in_loop(xs):
    for x in xs:
        if x < 0: return "negative"
        while x:
            x -= 1
            if x == 5: return "five"
    else:
        return "else"
def in_with():
    with open(__file__) as f:
        return f.closed
def in_match(x):
    match x:
        case 1: return "one"
        case [y]: return in_match(y)
        case _ if x: return "truthy"
def unreachable():
    return 1
    print("never")
    yield_ = 2
def endless(n):
    while True:
        n += 1
        if n > 3: return n
def raises(x):
    if not x: raise ValueError
    elif x == 1: return "one"
    else: return "more"
def nested():
    def a():
        def b():
            return lambda: (lambda: "deep")
        return b
    return a()()()()
def lambdas(): return (lambda: None)(), (lambda x: (x, x))(1), (lambda: [])(), (lambda x: x if x else None)(0)
def self_returning(): return self_returning
def generator_return():
    yield 1
    return {"a": 1}
def dead_branches(debug=False):
    if False: return "never"
    if 0: import nothing
    while 0: pass
    if __debug__: x = "debug"
    if not True: del x
    return x
def ellipsis(): ...
def docstring_only(): "doc"
def string_expression(): x = 1; "not doc"; 5; x; (x); [x]; -x; x + 1; x == 2; x and x; not x; x if x else x; lambda: x; {x: x}; f"{x}"; x.real; nothing(); return x
def expression_errors():
    try: (1).nothing; return "never"
    except AttributeError as e: return str(e)


print(nothing(), bare(), early(0), early([]), early("x"), tuple_(), chained(0), chained(5))
print(in_loop([1, 2]), in_loop([1, -1]), in_loop([9]), in_loop([]), in_with(), in_match(1), in_match([[1]]), in_match(0), in_match("x"), unreachable(), endless(0))
print(raises(1), raises(2), nested(), lambdas(), self_returning()()() is self_returning, list(generator_return()), dead_branches(), ellipsis(), docstring_only(), string_expression(), expression_errors())
"module level expression"; 5; nothing; (nothing()); [i for i in "a"]; ...; None; -1; 1 < 2 < 3; not 1; f"{1}"; lambda: 1; {}; await_ = 5
