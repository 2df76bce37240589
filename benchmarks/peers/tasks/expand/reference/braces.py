"""Patterns with braces, as shells have them."""


def expand(pattern):
    """All texts that a pattern stands for."""
    start = pattern.find("{")
    if start < 0:
        return [pattern]
    depth, parts, last = 0, [], start + 1
    for at in range(start, len(pattern)):
        mark = pattern[at]
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        if depth == 0 or (depth == 1 and mark == ","):
            parts.append(pattern[last:at])
            last = at + 1
        if depth == 0:
            break
    else:
        return [pattern]
    head, tails = pattern[:start], expand(pattern[last:])
    low, dots, high = parts[0].partition("..")
    if len(parts) == 1 and dots and low.isdigit() and high.isdigit():
        first, end = int(low), int(high)
        step = 1 if first <= end else -1
        choices = [str(number) for number in range(first, end + step, step)]
    elif len(parts) == 1:
        choices = ["{" + choice + "}" for choice in expand(parts[0])]
    else:
        choices = [choice for part in parts for choice in expand(part)]
    return [head + choice + tail for choice in choices for tail in tails]
