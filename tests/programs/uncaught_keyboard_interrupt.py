"""Ends in KeyboardInterrupt, raised by the signal's handler in the middle of a loop."""
import os
import signal


def handler(number, frame):
    print("signal", number, frame.f_code.co_name)
    signal.default_int_handler(number, frame)


def wait():
    n = 0
    while True:
        n += 1
        if n == 5: os.kill(os.getpid(), signal.SIGINT)
        if n > 1_000_000: return "no signal"


signal.signal(signal.SIGINT, handler)
try:
    wait()
except KeyboardInterrupt as error:
    print("caught", type(error).__name__)
raise KeyboardInterrupt("uncaught")
