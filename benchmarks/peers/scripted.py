"""A service that knows a task's solution and gives it in the form that is asked for: to prove that an arm can win.

The first question for a change gets an answer that is none, the later ones the solution; a critic's question gets a
word; a program's own question gets the right answer if its prompt is that of the solution.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from peer_work import value_of
from serving import listening, send
from tasks import Task

NONE = "I have no idea."
WORD = "do what the failing cases ask for"
IDS = re.compile(r"^### (\w+): ", re.MULTILINE)  # inputs that tracec's critic is asked about
VARIABLES = re.compile(r"^\((?:code|str)\) (\w+)[:=](.*)", re.MULTILINE)  # of OptoPrime
SIGNS = ("IMPROVED_VARIABLE", '"suggestion"', "improved version", "<edit", "```python")  # a change is asked for
DEFINED = re.compile(r"def (\w+)")


class Script:
    """What is answered to a prompt."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.source = (task.folder / "reference" / task.file).read_text()
        self.values = {name: value_of(self.source, name) for name in task.targets}
        self.text = task.asks
        self.whole = self.values[task.targets[0]] if self.text else self.source
        self.right = rows(task) if self.text else {}
        self.asked = 0  # for changes

    def answer(self, system: str, user: str) -> str:
        """By what the words of the prompt ask for."""
        both = f"{system}\n{user}"
        if '<input id="' in both:
            return "".join(f'<input id="{name}">{WORD}</input>' for name in IDS.findall(user))
        if "OBJECTIVE_FUNCTION" in both and "IMPROVED_VARIABLE" not in both:
            return WORD
        if not any(sign in both for sign in SIGNS):
            good = system.strip() == self.whole.strip()
            return self.right[user] if good else "It may be one thing or another."
        self.asked += 1
        return self.changed(both, user) if self.asked > 1 else NONE

    def changed(self, both: str, user: str) -> str:
        """The solution, as textgrad, OptoPrime, gepa and tracec want it."""
        if "IMPROVED_VARIABLE" in both:
            return f"<IMPROVED_VARIABLE>{self.whole}</IMPROVED_VARIABLE>"
        if '"suggestion"' in both:
            shown = VARIABLES.findall(user.partition("#Constraints")[0].partition("#Variables")[2])
            named = {key: (DEFINED.findall(line) or self.task.targets)[0] for key, line in shown}
            change = {key: self.values[name] for key, name in named.items() if name in self.values}
            return json.dumps({"reasoning": WORD, "answer": "", "suggestion": change})
        if "improved version" in both:
            return f"```\n{self.whole}\n```"
        if self.text:
            return "".join(f'<edit target="{name}">\n{text}\n</edit>\n' for name, text in self.values.items())
        wanted = [text for name, text in self.values.items() if f"### {self.task.file}: {name}\n" in user]
        return "```python\n" + "\n\n\n".join(wanted) + "\n```"


def rows(task: Task) -> Mapping[str, str]:
    """What is asked of the program's model -> the right answer."""
    files = (task.folder / "start" / "train.jsonl", task.folder / "held.jsonl")
    lines = [json.loads(line) for path in files for line in path.read_text().splitlines()]
    return dict([tuple(row.values()) for row in lines])


class Handler(BaseHTTPRequestHandler):
    """One question."""

    script: Script
    protocol_version = "HTTP/1.1"

    def log_message(self, *words: Any) -> None:
        """Nothing is logged."""

    def do_POST(self) -> None:
        messages = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"]
        system = "\n".join(m["content"] for m in messages if m["role"] == "system")
        text = self.script.answer(system, "\n".join(m["content"] for m in messages if m["role"] != "system"))
        message = {"role": "assistant", "content": text}
        usage = {"prompt_tokens": len(str(messages)) // 4, "completion_tokens": len(text) // 4, "total_tokens": 0}
        choices = [{"index": 0, "finish_reason": "stop", "message": message}]
        head = {"id": "s", "object": "chat.completion", "created": 1, "model": "scripted"}
        data = json.dumps({**head, "choices": choices, "usage": usage}).encode()
        send(self, 200, data)


@contextmanager
def scripted(task: Task) -> Iterator[str]:
    """The base address of such a service, as long as the block lasts."""
    handler = type("Scripted", (Handler,), {"script": Script(task)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    with listening(server):
        yield f"http://127.0.0.1:{server.server_port}/v1"
