"""Ends in a traceback of many frames: methods, lambdas, comprehensions, calls over several lines."""


class Engine:
    def __init__(self, parts): self.parts = parts

    def start(self, *, level=0):
        if level < 2:
            return self.start(
                level=level + 1,
            )
        return [
            self.check(part)
            for part in self.parts
        ]

    def check(self, part):
        return {
            "name": part,
            "ok": (lambda p: self.measure(
                p,
                scale=len(p) / 2,
            ))(part),
        }

    def measure(self, part, scale):
        total = 0
        for piece in part.split("-"):
            total += (
                scale
                * int(piece)
            )
        return total


def drive(engine):
    with open(__file__) as file:
        try:
            print(file.readline())
            return sum(len(x) for x in engine.start())
        finally:
            print("finally")


print(drive(Engine(["1-2"])))
print(
    "before",
    drive(
        Engine(["1", "3-x"])
    ),
    "after",
)
