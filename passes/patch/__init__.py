"""Source + changes -> the new text of the file, which differs only where the program does."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from tracec.passes.nouns.source import Source
from tracec.passes.nouns.target import Target
from tracec.passes.patch.apply import apply, overlap
from tracec.passes.patch.place import locate
from tracec.passes.patch.replace import change_definition, change_literal

__all__ = ["apply", "patch"]


def patch(source: Source, changes: Mapping[Target, str]) -> str:
    """The text of `source` with each target's new value in place.

    A value has the form of `Target.value`: a whole definition, dedented, or a literal. Code that is the same in the old
    and the new definition stays byte for byte, with its comments, blank lines, quotes, parentheses and line breaks;
    only the rest is taken from the new one. The result is proved: its tree in the target's place equals that of the new
    value (docstrings included), and the tree of the rest of the file is what it was.

    Raises TracecError where a target is not found, a value is no definition (or literal), two targets overlap, or
    nothing that can be proved comes out.
    """
    places = sorted(((locate(source.text, target), target) for target in changes), key=lambda pair: pair[0].start)
    for (above, _), (below, target) in pairwise(places):
        if below.start < above.end:
            raise overlap(source, target)
    text = source.text
    for place, target in reversed(places):  # from the end, so that the places above stay valid
        change = change_definition if target.kind == "code" else change_literal
        text = change(source, text, place, target, changes[target])
    return text
