"""Text in lines of one width: paragraphs are broken, the lines filled up, and lists keep their marks."""


def words(text, width):
    """Split a text into words that fit into a line."""
    return text.split()


def broken(parts, width):
    """Break words into lines."""
    lines, line = [], []
    for word in parts:
        if len(" ".join([*line, word])) > width:
            lines.append(line)
            line = []
        line.append(word)
    return [*lines, line]


def filled(line, width, number):
    """Put more blanks between the words of a line until it is full."""
    missing = width - len(" ".join(line))
    blanks = 1 + missing // (len(line) - 1)
    return (" " * blanks).join(line)


def paragraph(text, width):
    """Set a paragraph."""
    lines = broken(words(text, width), width)
    return [filled(line, width, number) for number, line in enumerate(lines)]


def page(text, width):
    """Set a text of paragraphs that blank lines divide."""
    found = []
    for block in text.split("\n\n"):
        found += [*paragraph(block, width), ""]
    return "\n".join(found)
