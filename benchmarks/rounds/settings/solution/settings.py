"""A format for settings: sections of `key = value`, sections that go on from others, values made of other values."""

import re


def without_comment(line):
    """Take away what stands behind a number sign."""
    quoted = False
    for at, sign in enumerate(line):
        if sign == '"':
            quoted = not quoted
        elif sign == "#" and not quoted:
            return line[:at].rstrip()
    return line.rstrip()


def sections(text):
    """Read a text: for each section its parent and the texts of its keys."""
    found, current, key = {}, None, None
    for line in text.splitlines():
        line = without_comment(line)
        if not line:
            continue
        if line.startswith("["):
            current, _, parent = (part.strip() for part in line.strip("[]").partition(":"))
            found[current] = (parent, {})
        elif line[0].isspace():
            found[current][1][key] += f" {line.strip()}"
        else:
            key, _, text = (part.strip() for part in line.partition("="))
            found[current][1][key] = text
    return found


def text_of(found, section, key):
    """Look a key up."""
    place = section
    while place:
        parent, keys = found[place]
        if key in keys:
            return keys[key]
        place = parent
    raise KeyError(f"{section}.{key}")


def expanded(found, section, text, road=()):
    """Put the texts of other keys in the place of `${key}` and `${section.key}`."""

    def other(match):
        if match[0] == "$$":
            return "$"
        place, dot, key = match[1].rpartition(".")
        place = place if dot else section
        name = f"{place}.{key}"
        if name in road:
            raise ValueError(" -> ".join([*road[road.index(name) :], name]))
        return expanded(found, place, text_of(found, place, key), (*road, name))

    return re.sub(r"\$\$|\$\{([\w.]+)\}", other, text)


def value(text):
    """Make a value of a text: a number, a truth, a list or a text."""
    parts = re.findall(r'(?:"[^"]*"|[^,"])+', text)
    if len(parts) > 1 or (parts and text.endswith(",")):
        return [value(part.strip()) for part in parts if part.strip()]
    if text.startswith('"'):
        return text.strip('"')
    if text in ("yes", "no"):
        return text == "yes"
    if re.fullmatch(r"-?(0|[1-9][\d_]*)", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    if re.fullmatch(r"\d+[kM]", text):
        return int(text[:-1]) * {"k": 1024, "M": 1024**2}[text[-1]]
    return text


def keys_of(found, section):
    """All keys of a section, those that it takes over first."""
    parent, keys = found[section]
    return list(dict.fromkeys([*(keys_of(found, parent) if parent else ()), *keys]))


def load(text):
    """Read a text: for each section the values of its keys."""
    found = sections(text)
    return {
        section: {
            key: value(expanded(found, section, text_of(found, section, key), (f"{section}.{key}",)))
            for key in keys_of(found, section)
        }
        for section in found
    }
