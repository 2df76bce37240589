"""Uncaught errors in threads, with the default hook and with one's own; the program itself goes on."""
import sys
import threading


def work(n):
    return [10 // (n - x) for x in range(n + 1)]


def target():
    work(2)


thread = threading.Thread(target=target, name="worker")
thread.start()
thread.join()
print("alive", thread.is_alive())
threading.excepthook = lambda args: print("hook", args.exc_type.__name__, args.thread.name, args.exc_traceback.tb_next.tb_lineno)
thread = threading.Thread(target=target, name="second")
thread.start()
thread.join()


class Sub(threading.Thread):
    def run(self):
        try: work(1)
        except ZeroDivisionError as error: self.error = error
        sys.exit("a thread may exit")


sub = Sub()
sub.start()
sub.join()
names = []
tb = sub.error.__traceback__
while tb:
    names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
    tb = tb.tb_next
print(names)


def local_names():
    local = threading.local()
    local.x = 1
    seen = []
    t = threading.Thread(target=lambda: seen.append(hasattr(local, "x")))
    t.start(); t.join()
    timer = threading.Timer(0, lambda: seen.append("timer")); timer.start(); timer.join()
    barrier = threading.Barrier(2)
    t = threading.Thread(target=lambda: barrier.wait()); t.start(); barrier.wait(); t.join()
    return seen, vars(local)


print(local_names())
