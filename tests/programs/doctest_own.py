"""A module that runs its own doctests; one of them fails, and says where.

>>> add(1, 2)
3
>>> [add(i, i) for i in range(3)]
[0, 2, 4]
"""
import doctest


def add(a, b):
    """Adds.

    >>> add(2, 2)
    4
    >>> add(1, "a")
    Traceback (most recent call last):
        ...
    TypeError: unsupported operand type(s) for +: 'int' and 'str'
    >>> add(2, 2)
    5
    """
    return a + b


class Stack:
    """
    >>> s = Stack()
    >>> s.push(1).push(2).items
    [1, 2]
    >>> s  # doctest: +ELLIPSIS
    <...Stack object at 0x...>
    """

    def __init__(self): self.items = []

    def push(self, x):
        """
        >>> Stack().push(5).items[0]
        5
        >>> x = (y := 5)
        >>> x and y
        5
        """
        self.items.append(x)
        return self

    @property
    def top(self):
        """
        >>> Stack().push(3).top
        3
        >>> Stack().top
        Traceback (most recent call last):
        IndexError: list index out of range
        """
        return self.items[-1]


print(doctest.testmod())
print(sorted((t.name, t.lineno, len(t.examples)) for t in doctest.DocTestFinder().find(add)))
doctest.run_docstring_examples(Stack.push, globals())
