"""textgrad 0.1.8: a Variable is the file or the prompt, a StringBasedFunction runs the visible cases and tells of them.

An iteration takes two calls: `backward` asks for criticism, `step` for the new text. That is the cheapest of the ways
that its tutorials show (a loss that is a model's answer takes a third call). What the function returns has the source
before the report, as the criticism is asked for with a Variable's first and last words only. After each step the best
program on the visible cases is kept, and a step that harms is taken back, as its tutorial on prompts does.
"""

from __future__ import annotations

import textgrad as tg
from peer_work import Given, arm
from textgrad.autograd.string_based_ops import StringBasedFunction

CALLS = 2  # of an iteration


def run(given: Given) -> None:
    engine = tg.get_engine(f"experimental:openai/{given.model}", cache=False)
    tg.set_backward_engine(engine, override=True)
    role = "system prompt of a language model" if given.prompt else "Python code"
    value = given.artifact()
    variable = tg.Variable(value, requires_grad=True, role_description=f"{role}. Goal: {given.goal}")
    optimizer = tg.TextualGradientDescent(engine=engine, parameters=[variable])

    def looked_at(text: tg.Variable) -> str:
        report = given.report(given.program(text.value))
        return f"{role}:\n{text.value}\n\n{report.text(given.metric)}"

    judge = StringBasedFunction(looked_at, "runs the program and says which cases fail")
    best = given.report(given.source).mean
    for _ in range(given.calls // CALLS):
        if best == 1:
            break
        optimizer.zero_grad()
        judge(inputs={"text": variable}).backward()
        try:
            optimizer.step()
        except IndexError:  # the answer is not between the tags; it is paid for
            print("no new variable in the answer")
            continue
        score = given.report(given.program(variable.value)).mean
        if score < best:
            variable.set_value(value)
        else:
            best, value = score, variable.value


if __name__ == "__main__":
    arm(run)
