"""A byte order mark at the beginning, and text beyond ASCII."""
import traceback


def grüße(wörter):
    π = 3.14
    return f"{'ß' * 2}{π}", [w + "é" for w in wörter]


print(grüße(["日本", "x"]), len("日本"), "日本".encode())
try: grüße(["日本"]) + "ü" + 1
except TypeError: traceback.print_exc()
名 = "日本語"; x = 名 + 名[0] * len(名); print(x, "日本" + 名.nothing)
