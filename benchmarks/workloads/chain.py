"""A chain of additions: two nodes for each turn of the loop."""


def main(n):
    x = 1.0
    for _ in range(n):
        x = x + 0.5
    return x
