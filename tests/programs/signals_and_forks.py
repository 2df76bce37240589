"""An alarm's handler interrupts a loop; forked children and a child process of itself end in their own ways."""
import os
import signal
import subprocess
import sys
import time

if len(sys.argv) > 1:
    print("child", sys.argv[1:], __name__)
    sys.exit(len(sys.argv[1]))


class Timeout(Exception): pass


def handler(number, frame):
    raise Timeout(signal.Signals(number).name, frame.f_code.co_name)


def spin():
    while True:
        x = [i for i in range(10)]
        time.sleep(0.001) if x else None


signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try: spin()
except Timeout as error: print(error.args[0], error.__traceback__ is not None)
seen = []
signal.signal(signal.SIGUSR1, lambda n, f: seen.append(n == signal.SIGUSR1))
for _ in range(3): os.kill(os.getpid(), signal.SIGUSR1)
print(seen, signal.getsignal(signal.SIGINT) is signal.default_int_handler)
sys.stdout.flush()


def fork(action):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try: os.write(write, str(action()).encode())
        except ZeroDivisionError: os._exit(3)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe: said = pipe.read()
    return said, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


print(fork(lambda: sum(x * 2 for x in range(4))), fork(lambda: 1 // 0), fork(lambda: os.kill(os.getpid(), signal.SIGKILL)))
done = subprocess.run([sys.executable, __file__, "abc"], capture_output=True, text=True)
print(done.stdout.strip(), done.returncode, done.stderr)
import multiprocessing
def square(x): return x * x
if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    with context.Pool(1) as pool: print(pool.map(square, range(4)))
    q = context.Queue(); p = context.Process(target=lambda: q.put(square(5))); p.start(); print(q.get()); p.join(); print(p.exitcode)
