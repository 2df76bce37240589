"""A program that ends in a traceback: file, lines and carets are the user's."""
import sys


class Account:
    def __init__(self, balance):
        self.balance = balance

    def withdraw(self, amount):
        """Take money out."""
        if amount > self.balance:
            raise ValueError(f"only {self.balance} left")
        self.balance -= amount


def run(accounts):
    return [a.withdraw(30) for a in accounts]


try:
    run([Account(50), None])
except AttributeError as error:
    print(error)
sys.stderr.write("before\n")
run([Account(50), Account(20)])
