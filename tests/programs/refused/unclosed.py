"""Never closed."""
x = f(1,
    [2
print(x)
