"""Two versions of a program are compared on inputs that no test checks."""
