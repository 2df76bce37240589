"""Arguments of a `python` command -> its own options, and what it runs."""

from __future__ import annotations

from collections.abc import Sequence


def interpreter_flags(command: Sequence[str]) -> list[str]:
    """The options of `python` itself: ["python", "-O", "-W", "error", "-m", "tracec"] -> ["-O", "-W", "error"]."""
    return parsed(command)[0]


def parsed(command: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """(its options, "-c", "-m", "script" or "-" for what it runs, the words from there on).

    ["python", "-O", "x.py", "-v"] -> (["-O"], "script", ["x.py", "-v"])
    ["python", "-Im", "x"] -> (["-I"], "-m", ["x"])
    """
    flags: list[str] = []
    rest = list(command[1:])
    while rest:
        word = rest[0]
        if not word.startswith("-"):
            return flags, "script", rest
        if word in ("-", "--"):
            break
        rest.pop(0)
        ends = next((at for at, letter in enumerate(word) if letter in "cmWX" and at), 0) if word[:2] != "--" else 0
        if ends and word[ends] in "cm":
            flags += [word[:ends]] if ends > 1 else []
            attached = [word[ends + 1 :]] if word[ends + 1 :] else []
            return flags, f"-{word[ends]}", attached + rest
        flags.append(word)
        if (rest and ends and ends == len(word) - 1) or word == "--check-hash-based-pycs":
            flags.append(rest.pop(0))
    return flags, "-", rest
