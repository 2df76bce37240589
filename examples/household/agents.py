"""Two people lay a table: each has a plan, and an optimizer that changes it by what is seen next.

    python agents.py                      a scripted model
    python agents.py openai/gpt-5-mini    one that thinks

It is the loop of agents that learn while they act: feedback on an observation flows back to the plan that led to it,
and what was seen is detached before the next step, so that the graph does not grow with the day.
"""

import json
import re
import sys

from home import Home

from tracec.opto import trace
from tracec.opto.optimizers import OptoPrime
from tracec.opto.utils.llm import LLM, DummyLLM

PEOPLE, THINGS = ("anna", "ben"), ("cup", "plate", "spoon")


@trace.model
class Person:
    """Does what its plan says."""

    def __init__(self, name):
        self.name = name
        self.plan = trace.node("wait", trainable=True, description="wait, put, take THING, or go kitchen or parlour")

    @trace.bundle()
    def act(self, plan, seen):
        """The next action, by the plan and by what is seen."""
        return plan.strip().lower()


def scripted(messages, **options):
    """What a sensible model would answer."""
    prompt = messages[-1]["content"]
    name = re.search(r"\(str\) (\w+)=", prompt.partition("#Variables")[2])[1]
    seen = prompt.partition("#Feedback\n")[2]
    room = re.search(r"You are in the (\w+)", seen)[1]
    here = re.search(r"You see: ([\w, ]+)\.", seen)[1].split(", ")
    holds = re.search(r"You hold: (\w+)", seen)[1]
    if holds != "nothing":
        plan = "put" if room == "parlour" else "go parlour"
    elif room == "parlour":
        plan = "go kitchen"
    else:
        plan = "wait" if here == ["nothing"] else f"take {here[0]}"
    return json.dumps({"reasoning": "one step after another", "suggestion": {name: plan}})


def lay_the_table(llm, most=20):
    """Rounds until nothing is missing; at most so many."""
    home = Home(PEOPLE, THINGS)
    people = [Person(name) for name in PEOPLE]
    optimizers = {one.name: OptoPrime(one.parameters(), llm=llm) for one in people}
    seen = {one.name: trace.node(home.look(one.name), name="seen") for one in people}

    @trace.bundle(allow_external_dependencies=True)
    def happens(name, action):
        """What somebody sees after an action."""
        return home.do(name, action)

    for round_ in range(1, most + 1):
        for one in people:
            optimizer = optimizers[one.name]
            action = one.act(one.plan, seen[one.name])
            after = happens(one.name, action)
            print(f"{round_:2} {one.name}: {action.data}")
            optimizer.zero_feedback()
            optimizer.backward(after, after.data)
            optimizer.step()
            seen[one.name] = after.detach()
        if not home.missing:
            return round_
    return 0


if __name__ == "__main__":
    rounds = lay_the_table(LLM(model=sys.argv[1]) if len(sys.argv) > 1 else DummyLLM(scripted))
    print(f"the table is laid after {rounds} rounds" if rounds else "the table is not laid")
