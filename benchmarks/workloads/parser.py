"""Parsers by hand: JSON text to values and back, and arithmetic to a tree that is simplified and worked out."""

import sys

ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/"}
STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}


class Reader:
    """JSON by recursive descent."""

    def __init__(self, text):
        self.text = text
        self.place = 0

    def peek(self):
        while self.place < len(self.text) and self.text[self.place] in " \t\n":
            self.place += 1
        return self.text[self.place] if self.place < len(self.text) else ""

    def take(self, char):
        if self.peek() != char:
            raise SyntaxError(f"{char} expected at {self.place}")
        self.place += 1

    def value(self):
        char = self.peek()
        if char == "{":
            return self.mapping()
        if char == "[":
            return self.sequence()
        if char == '"':
            return self.string()
        if char == "-" or char.isdigit():
            return self.number()
        return self.word()

    def mapping(self):
        found = {}
        self.take("{")
        while self.peek() != "}":
            key = self.string()
            self.take(":")
            found[key] = self.value()
            if self.peek() == ",":
                self.take(",")
        self.take("}")
        return found

    def sequence(self):
        found = []
        self.take("[")
        while self.peek() != "]":
            found.append(self.value())
            if self.peek() == ",":
                self.take(",")
        self.take("]")
        return found

    def string(self):
        self.take('"')
        parts = []
        while self.text[self.place] != '"':
            char = self.text[self.place]
            if char == "\\":
                self.place += 1
                char = ESCAPES[self.text[self.place]]
            parts.append(char)
            self.place += 1
        self.place += 1
        return "".join(parts)

    def number(self):
        start = self.place
        while self.place < len(self.text) and self.text[self.place] in "+-.eE0123456789":
            self.place += 1
        text = self.text[start : self.place]
        return float(text) if "." in text or "e" in text else int(text)

    def word(self):
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.place):
                self.place += len(word)
                return value
        raise SyntaxError(f"unknown word at {self.place}")


def written(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, list):
        return "[" + ", ".join(written(item) for item in value) + "]"
    return "{" + ", ".join(f"{written(key)}: {written(item)}" for key, item in value.items()) + "}"


def document(count):
    rows = []
    for i in range(count):
        tags = [f"tag {i % 7}", 'say "so"'] if i % 4 else []
        place = {"x": i / 8, "y": -i, "open": i % 3 == 0}
        rows.append({"id": i, "name": f"row\n{i * i}", "tags": tags, "place": place, "next": None})
    return written({"rows": rows, "count": count})


def tokens(text):
    place = 0
    while place < len(text):
        char = text[place]
        start = place
        place += 1
        if char.isspace():
            continue
        if char.isalnum():
            while place < len(text) and text[place].isalnum():
                place += 1
            yield ("number" if char.isdigit() else "name"), text[start:place]
        else:
            yield "sign", char
    yield "end", ""


class Formula:
    """Precedence climbing: tokens to nested tuples."""

    def __init__(self, text):
        self.stream = tokens(text)
        self.kind, self.text = next(self.stream)

    def advance(self):
        kind, text = self.kind, self.text
        if kind != "end":
            self.kind, self.text = next(self.stream)
        return kind, text

    def expression(self, least=1):
        left = self.operand()
        while self.kind == "sign" and STRENGTH.get(self.text, 0) >= least:
            _, sign = self.advance()
            left = sign, left, self.expression(STRENGTH[sign] + 1)
        return left

    def operand(self):
        kind, text = self.advance()
        if kind == "number":
            return int(text)
        if kind == "name":
            return text
        if text == "-":
            return "-", 0, self.operand()
        inside = self.expression()
        self.advance()
        return inside


def simplified(tree):
    if not isinstance(tree, tuple):
        return tree
    sign, left, right = tree[0], simplified(tree[1]), simplified(tree[2])
    if sign == "*" and 0 in (left, right):
        return 0
    if sign in "+-" and right == 0:
        return left
    return sign, left, right


def worked_out(tree, names):
    match tree:
        case int():
            return tree
        case str():
            return names[tree]
        case ("+", left, right):
            return worked_out(left, names) + worked_out(right, names)
        case ("-", left, right):
            return worked_out(left, names) - worked_out(right, names)
        case ("*", left, right):
            return worked_out(left, names) * worked_out(right, names) % 1_000_003
        case (_, left, right):
            return worked_out(left, names) // (abs(worked_out(right, names)) + 1)


def formulas(count):
    for i in range(count):
        yield f"({i} + x{i % 3}) * 2 - {i * 7 % 13} * (y + 0) / (x0 - {i % 5}) + -(3 * {i % 2} * x1)"


def main(scale):
    checksum = 0
    names = {"x0": 17, "x1": 5, "x2": 23, "y": 101}
    text = document(180)
    for turn in range(max(1, round(20 * scale))):
        value = Reader(text).value()
        checksum += len(written(value)) + sum(row["id"] * len(row["name"]) for row in value["rows"]) + turn
        for formula in formulas(520):
            checksum += worked_out(simplified(Formula(formula).expression()), names)
    return checksum


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
