"""Text in lines of one width: paragraphs are broken, the lines filled up, and lists keep their marks."""

import re


def words(text, width):
    """Split a text into words that fit into a line."""
    found = []
    for word in text.split():
        word = word.replace("~", " ")
        while len(word) > width:
            found.append(word[: width - 1] + "-")
            word = word[width - 1 :]
        found.append(word)
    return found


def broken(parts, width):
    """Break words into lines: the squares of what is missing in each but the last are the least in sum."""
    best = {len(parts): (0, [])}
    for at in reversed(range(len(parts))):
        choices = []
        for end in range(at + 1, len(parts) + 1):
            missing = width - len(" ".join(parts[at:end]))
            if missing >= 0:
                cost, rest = best[end]
                choices.append((cost + (missing**2 if end < len(parts) else 0), [parts[at:end], *rest]))
        best[at] = min(choices, key=lambda choice: choice[0])
    return best[0][1]


def filled(line, width, number):
    """Put more blanks between the words of a line until it is full."""
    gaps = len(line) - 1
    if not gaps:
        return line[0]
    each, over = divmod(width - len(" ".join(line)), gaps)
    more = [at < over if number % 2 else at >= gaps - over for at in range(gaps)]
    return "".join(word + " " * (1 + each + extra) for word, extra in zip(line, more)) + line[-1]


def paragraph(text, width):
    """Set a paragraph."""
    *lines, last = broken(words(text, width), width)
    return [*(filled(line, width, number) for number, line in enumerate(lines)), " ".join(last)]


def listed(block, width):
    """Set the items of a list, each behind its mark."""
    items = re.split(r"\n(?=- |\d+\. )", block)
    for item in items:
        mark, _, text = item.partition(" ")
        lines = paragraph(text, width - len(mark) - 1)
        yield f"{mark} {lines[0]}"
        yield from (" " * (len(mark) + 1) + line for line in lines[1:])


def page(text, width):
    """Set a text of paragraphs that blank lines divide."""
    found = []
    for block in re.split(r"\n(?:[ ]*\n)+", text):
        block = block.strip("\n")
        if not block:
            continue
        if block.startswith("    "):
            lines = block.split("\n")
        elif re.match(r"- |\d+\. ", block):
            lines = [*listed(block, width)]
        else:
            lines = paragraph(block, width)
        found.append("\n".join(lines))
    return "\n\n".join(found)
