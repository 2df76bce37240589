"""A prompt and a text -> what a model answers. The program under optimisation asks through this."""

import json
import os
import urllib.request

WORDS = 24  # tokens of an answer at most
SECONDS = 600  # to wait for one
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answer(prompt, text):
    """Ask once, at temperature 0."""
    messages = [{"role": "system", "content": prompt}, {"role": "user", "content": text}]
    body = {"model": os.environ["PROGRAM_MODEL"], "messages": messages, "temperature": 0, "max_tokens": WORDS}
    address = f"{os.environ['PROGRAM_API_BASE']}/chat/completions"
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with DIRECT.open(request, timeout=SECONDS) as response:
        return json.load(response)["choices"][0]["message"]["content"] or ""
