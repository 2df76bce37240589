"""`sys.exit` with everything, in itself run once for each; the last exit is this program's own."""
import subprocess
import sys

EXITS = ["sys.exit()", "sys.exit(0)", "sys.exit(3)", "sys.exit('message')", "sys.exit(None)", "sys.exit([1])", "sys.exit(256 + 7)", "sys.exit(-1)",
         "raise SystemExit", "raise SystemExit(4)", "exit(5)", "quit(6)", "1/0"]


def try_exit(code):
    try:
        eval(compile(code, "<code>", "exec"))
    except SystemExit as error:
        return "exit", error.code, error.args
    except ZeroDivisionError as error:
        return str(error)


for code in EXITS:
    print(code, try_exit(code))


class Cleanup:
    def __enter__(self): return self
    def __exit__(self, kind, *rest): print("leaving with", kind.__name__)


def leave():
    with Cleanup():
        try:
            if len(sys.argv) > 5: return
            try: sys.exit(1)
            finally: print("finally")
        except Exception: print("never")
        except SystemExit as error: print("stopped", error.code)
        try: raise ValueError("while handling")
        except ValueError: sys.exit(42)


done = subprocess.run([sys.executable, "-c", "import sys; print('child'); sys.exit(9)"], capture_output=True, text=True)
print(done.returncode, done.stdout.strip())
leave()
