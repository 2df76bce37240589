"""A format for settings: sections of `key = value`, sections that go on from others, values made of other values."""

import re


def without_comment(line):
    """Take away what stands behind a number sign."""
    return line.partition("#")[0].rstrip()


def sections(text):
    """Read a text: for each section its parent and the texts of its keys."""
    found, current = {}, None
    for line in text.splitlines():
        line = without_comment(line)
        if not line:
            continue
        if line.startswith("["):
            current = line.strip("[]")
            found[current] = ("", {})
        else:
            key, text = line.split("=")
            found[current][1][key.strip()] = text.strip()
    return found


def text_of(found, section, key):
    """Look a key up."""
    return found[section][1][key]


def expanded(found, section, text):
    """Put the texts of other keys in the place of `${key}` and `${section.key}`."""

    def other(match):
        return text_of(found, section, match[1])

    return re.sub(r"\$\{([\w.]+)\}", other, text)


def value(text):
    """Make a value of a text: a number, a truth, a list or a text."""
    if text in ("yes", "no"):
        return text == "yes"
    try:
        return int(text)
    except ValueError:
        return text


def load(text):
    """Read a text: for each section the values of its keys."""
    found = sections(text)
    return {
        section: {key: value(expanded(found, section, text)) for key, text in keys.items()}
        for section, (parent, keys) in found.items()
    }
