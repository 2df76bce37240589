"""Line ends of Windows, also within strings and continuations."""
import inspect


def f(a,
      b=1):
    """Doc
    of two lines."""
    text = """one
two"""
    return text, a + \
        b


print(repr(f(1)), repr(f.__doc__))
print(repr(inspect.getsource(f)[:12]), f.__code__.co_firstlineno, len("""
"""))
x = 1; y = [x,
    2]
if x:
    print(y)
print(f"""{x}
{y}""".encode())
def boom(z):
    return (z +
            {}["k"])
try: boom(1)
except KeyError as e: print(e.__traceback__.tb_next.tb_lineno)
boom(2)
