"""Messages -> the bill to expect, before anything is asked."""

from __future__ import annotations

from tracec.models.model import Model
from tracec.models.price import Messages, about_tokens, most_tokens
from tracec.run.budget import Budget


class DryRun(Exception):
    """Ends a dry run at the first call; its text is what would be asked, and the bill."""


def bill(role: str, model: Model, messages: Messages, most: int | None, budget: Budget) -> str:
    """The prompt in full, its size, and what a call and a run cost at most. Nothing is asked."""
    model.ready()
    written, price = model.most(most), model.price()
    about, bound = sum(about_tokens(one["content"]) for one in messages), most_tokens(messages)
    characters = sum(len(one["content"]) for one in messages)
    lines = [
        *(f"[{one['role']}]\n{one['content']}\n" for one in messages),
        f"This is the first prompt, for {model.name} as {role}. Nothing was asked.",
        f"prompt: {characters:,} characters, about {about:,} tokens; answer: at most {written:,} tokens",
    ]
    if price is None:
        lines.append("price: not known; [tool.tracec.prices] can say it")
    else:
        call = price.of(bound, written)
        lines.append(f"price: {price.read:g} USD per million tokens in, {price.written:g} out")
        lines.append(f"a call like this costs about {price.of(about, about):.4f} USD, at most {call:.4f} USD")
        if budget.calls is not None:
            lines.append(f"{budget.calls} calls like this cost at most {budget.calls * call:.4f} USD")
    lines.append(f"limits: {limits(budget)}")
    return "\n".join(lines)


def limits(budget: Budget) -> str:
    """The limits on models, in words."""
    named = ((budget.calls, "calls"), (budget.tokens, "tokens"), (budget.usd, "USD"))
    return ", ".join(f"{most:,} {name}" for most, name in named if most is not None) or "none on calls, tokens and USD"
