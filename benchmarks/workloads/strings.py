"""Strings: text is built, split, counted, wrapped, enciphered, compressed by run lengths, formatted and searched."""

import sys

SYLLABLES = ["ka", "lo", "mi", "ren", "to", "sul", "va", "den", "pri", "ost"]


def word(number):
    parts = []
    while True:
        number, digit = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[digit])
        if number == 0:
            return "".join(parts)


def sentences(count):
    lines = []
    for i in range(count):
        words = [word((i * 37 + j * j * 11) % 977) for j in range(5 + i % 6)]
        words[0] = words[0].capitalize()
        lines.append(" ".join(words) + ".!?"[i % 3])
    return "\n".join(lines)


def frequencies(text):
    counts = {}
    for line in text.splitlines():
        for token in line.rstrip(".!?").lower().split():
            counts[token] = counts.get(token, 0) + 1
    return counts


def wrap(text, width):
    lines, line = [], ""
    for token in text.split():
        if line and len(line) + 1 + len(token) > width:
            lines.append(line)
            line = token
        else:
            line = line + " " + token if line else token
    lines.append(line)
    return lines


def shifted(text, by):
    out = []
    for char in text:
        if "a" <= char <= "z":
            char = chr((ord(char) - 97 + by) % 26 + 97)
        out.append(char)
    return "".join(out)


def run_lengths(bits):
    out, start = "", 0
    for i in range(1, len(bits) + 1):
        if i == len(bits) or bits[i] != bits[start]:
            out += f"{i - start}{bits[start]}"
            start = i
    return out


def is_palindrome(token):
    low, high = 0, len(token) - 1
    while low < high:
        if token[low] != token[high]:
            return False
        low, high = low + 1, high - 1
    return True


def table(counts):
    rows = [f"{name:<16}|{count:>6d}|{count / 7:>9.3f}" for name, count in sorted(counts.items())]
    rows.append("=" * 33)
    return "\n".join(rows)


def render(template, values):
    for name, value in values.items():
        template = template.replace("{" + name + "}", str(value))
    return template


def main(scale):
    checksum = 0
    for turn in range(max(1, round(20 * scale))):
        text = sentences(1000)
        counts = frequencies(text)
        lines = wrap(text, 72)
        secret = shifted(text[:26_000], 3 + turn % 20)
        checksum += len(text) + len(lines) + secret.count("e") + len(table(counts))
        checksum += sum(len(run_lengths(f"{row * row * 9973:0120b}")) for row in range(230))
        checksum += sum(is_palindrome(token) for token in text.split())
        checksum += sum(is_palindrome(str(i)) for i in range(6000))
        checksum += sum(len(render("{a}-{b}/{c}", {"a": i, "b": i * i, "c": word(i)})) for i in range(2600))
        checksum += sum(line.startswith(("K", "L")) + line.find("sul") for line in lines)
    return checksum


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
