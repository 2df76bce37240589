"""What one library of nodes costs: a line of JSON, for `benchmarks/opto.py`. Run with the name `opto` on the path."""

import gc
import json
import sys
import time
import tracemalloc


def cpu() -> float:
    """CPU seconds of this process."""
    return time.process_time()


def best(function, rounds: int) -> float:  # type: ignore[no-untyped-def]
    """The least CPU seconds of several rounds."""
    found = []
    for _ in range(rounds):
        gc.collect()
        began = cpu()
        function()
        found.append(cpu() - began)
    return min(found)


def main(deep: int) -> dict[str, float]:
    """Measure all; chains up to `deep` nodes."""
    began = cpu()
    from opto import trace
    from opto.trace import bundle, node

    found: dict[str, float] = {"import trace, s": cpu() - began}
    one = node(1)

    @bundle()
    def f(x):  # type: ignore[no-untyped-def]
        """doc"""
        return x + 1

    def chain(length):  # type: ignore[no-untyped-def]
        made = node(1, trainable=True)
        for _ in range(length):
            made = made + one
        return made

    found["operation, us"] = best(lambda: chain(1000), 5) * 1e3
    found["bundled call, us"] = best(lambda: [f(one) for _ in range(500)], 5) * 2e3
    found["leaf, us"] = best(lambda: [node(3) for _ in range(2000)], 5) * 5e2
    found["decorating, us"] = (
        best(lambda: [bundle()(f.__wrapped__ if hasattr(f, "__wrapped__") else f._fun) for _ in range(50)], 3) * 2e4
    )
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = chain(2000)
    found["operation, bytes"] = (tracemalloc.get_traced_memory()[0] - before) / 2000
    before = tracemalloc.get_traced_memory()[0]
    calls = [f(one) for _ in range(1000)]
    found["bundled call, bytes"] = (tracemalloc.get_traced_memory()[0] - before) / 1000
    tracemalloc.stop()
    del kept, calls
    for length in (1_000, 3_000, 10_000, 100_000):
        if length <= deep:
            made = chain(length)
            gc.collect()
            began = cpu()
            made.backward("feedback")
            found[f"backward, chain of {length}, s"] = cpu() - began
            del made
    wide = node(1, trainable=True)
    total = trace.operators.make_list(*[wide + one for _ in range(1000)])
    began = cpu()
    total.backward("feedback")
    found["backward, 1000 wide, s"] = cpu() - began
    found["step without a model, chain of 300, s"] = step(chain(300))
    return found


def step(output) -> float:  # type: ignore[no-untyped-def]
    """CPU seconds of backward, summary, prompt and answer."""
    from opto.optimizers import OptoPrime

    def llm(messages=None, **options):  # type: ignore[no-untyped-def]
        content = json.dumps({"reasoning": "r", "suggestion": {parameter.py_name: 2}})
        message = type("Message", (), {"content": content})
        return type("Response", (), {"choices": [type("Choice", (), {"message": message})]})

    root = output
    while root.parents:
        root = root.parents[0]
    parameter = root
    optimizer = OptoPrime([parameter], llm=llm)
    began = cpu()
    optimizer.zero_feedback()
    optimizer.backward(output, "feedback")
    optimizer.step()
    assert parameter.data == 2
    return cpu() - began


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
