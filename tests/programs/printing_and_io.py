"""Input, output, files and streams: buffered order of stdout and stderr, reading stdin, own encodings, flush at exit."""
import contextlib
import io
import os
import sys
import tempfile

print("stdin is empty:", repr(sys.stdin.read()), file=sys.stdout)
try: input("prompt> ")
except EOFError as error: print(error)


def shout(*args, **kwargs): print(*(str(a).upper() for a in args), **kwargs, file=sys.stderr)


shout("to", "stderr", sep="-")
sys.stderr.write("written\n")
print("no newline", end=""); print(); print("a", "b", sep=""); print(*range(3), sep=", ", end=".\n", flush=True)
os.write(1, b"raw to 1\n")
sys.stdout.buffer.write("bytes é\n".encode()); sys.stdout.flush()
with open("text.txt", "w", encoding="utf-16", newline="\r\n") as f: f.write("é\nline\n"); print(f.tell() > 0, file=f)
with open("text.txt", encoding="utf-16") as f: print([*f], f.closed)
with open("text.txt", "rb") as f: print(f.read(2) in (b"\xff\xfe", b"\xfe\xff"))
for line in open("text.txt", encoding="utf-16"): print(line.strip(), end=";")
print()
with contextlib.redirect_stderr(io.StringIO()) as err, contextlib.redirect_stdout(io.StringIO()) as out:
    print("hidden"); shout("hidden too")
print(repr(out.getvalue()), repr(err.getvalue()))
with tempfile.TemporaryFile("w+") as t: t.write("tmp"); t.seek(0); print(t.read())
try: open("no/such/file")
except FileNotFoundError as e: print(e.errno, e.filename, e.strerror)
def write_all(texts):
    with open("out.txt", "a") as f:
        for t in texts: f.write(t) and f.flush()
        return f.writelines(["x", "y"])
print(write_all("ab"), open("out.txt").read(), sorted(os.listdir(".")))
class Stream(io.TextIOBase):
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s); return len(s)
s = Stream(); print("to", "stream", file=s); print(s.parts)
print(sys.stdout.isatty(), sys.stdout.encoding.lower() == sys.getdefaultencoding() or "other", file=sys.stdout)
log = open("at_exit.log", "w"); log.write("left open")
sys.stdout.write("last, no newline")
