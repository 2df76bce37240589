"""Pieces of a reply + the files -> edits that keep what must stay, or refusals."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracec.passes.nouns.edits import Edit, ReplaceDefinition, SetLiteral
from tracec.passes.nouns.target import TUNED, Target
from tracec.passes.propose.llm.answers import kept, texts
from tracec.passes.propose.llm.answers.answer import Piece, Refusal, Why
from tracec.passes.propose.llm.answers.fit import defined, first_line, fitted, short
from tracec.passes.propose.llm.answers.locate import Place, chosen, line_of, places, put
from tracec.passes.propose.llm.answers.mend import mended, whole_part
from tracec.passes.propose.llm.answers.reply import edits_in, plain
from tracec.passes.propose.llm.answers.reply_text import parsed
from tracec.passes.syntax.parsing import expression_of, module_of
from tracec.passes.syntax.untrusted import same, undocumented

SHORT = 60  # characters of code in a refusal; chosen


@dataclass(frozen=True, slots=True)
class File:
    """A file, with plain line ends, and what of it may change.

    `partly` are ids of what was shown in part, `wanted` names that something looks for in vain.
    """

    path: str
    text: str
    tree: ast.Module
    targets: Sequence[Target]
    partly: frozenset[str]
    wanted: frozenset[str]

    @staticmethod
    def of(
        path: str, text: str, targets: Sequence[Target], partly: Collection[str] = (), wanted: Collection[str] = ()
    ) -> File:
        """The file of a path."""
        plain_text = re.sub(r"\r\n?", "\n", text)
        own = [target for target in targets if target.span.path == path]
        tree = module_of(plain_text) or ast.Module([], [])
        return File(path, plain_text, tree, own, frozenset(partly), frozenset(wanted))


@dataclass(frozen=True, slots=True)
class Understood:
    """What a piece means: edits, or refusals; `notes` say what was mended."""

    edits: tuple[Edit, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()


def refused(why: Why, text: str, target: str = "") -> Understood:
    """What is not used."""
    return Understood(refusals=(Refusal(why, text, target),))


def tuner(target: Target) -> Refusal:
    """A number or a choice never comes from a model."""
    what = f"{target.qualname} is a {target.kind}, which is tuned by itself; leave it"
    return Refusal(Why.TUNER, what, target.id)


def of_text(piece: Piece, target: Target) -> Understood:
    """A new text for a target that is one."""
    if target.kind in TUNED:
        return Understood(refusals=(tuner(target),))
    if piece.open:
        return refused(Why.CUT, f"the new text of {target.qualname} has no end", target.id)
    if target.kind == "expression":
        return _understood_literal(SetLiteral(target.id, texts.expression_said(piece.body)), target)
    text = texts.said(piece.body, target)
    wrong = tuple(texts.faults(text, target))
    value = texts.literal(text, target.value)
    if wrong or value is None:
        return Understood(refusals=wrong or (Refusal(Why.SYNTAX, f"no f-string can be {text[:SHORT]!r}", target.id),))
    return Understood((SetLiteral(target.id, value),))


def _understood_literal(edit: SetLiteral, target: Target) -> Understood:
    made = _literal(edit, target)
    return Understood(refusals=(made,)) if isinstance(made, Refusal) else Understood((made,))


def of_code(piece: Piece, files: Sequence[File]) -> Understood:
    """Whole definitions."""
    body = whole_part(piece.body) if piece.open and mended(piece.body) is None else piece.body
    found = mended(body)
    if found is None:
        if piece.open:
            return refused(Why.CUT, "the reply was cut off before any definition was whole; answer more briefly")
        wrong = edits_in(piece.body, _first(files), "") if files else ()
        told = wrong.text if isinstance(wrong, Refusal) else "the reply is not valid Python"
        return refused(Why.SYNTAX, told)
    note, code = found
    parts = [_split(text, piece, file) for text, file in _by_file(code, piece, files)]
    refusals = tuple(refusal for part in parts for refusal in part.refusals)
    if any(not part.edits for part in parts):
        return Understood(refusals=refusals)
    notes = dict.fromkeys(filter(None, (note, *(n for part in parts for n in part.notes))))
    return Understood(tuple(edit for part in parts for edit in part.edits), refusals, tuple(notes))


def _by_file(code: str, piece: Piece, files: Sequence[File]) -> list[tuple[str, File]]:
    """Code, and the file it is for; definitions that are targets of another file stand apart."""
    main, tree, lines = _file_of(code, piece, files), module_of(code), code.split("\n")
    if main is None or tree is None:
        return []
    own = {node.name for node in defined(main.tree)}  # type: ignore[attr-defined]
    found: list[tuple[str, File]] = []
    gone: set[int] = set()
    for file in (file for file in files if file is not main):
        names = {plain(target.qualname).partition(".")[0] for target in file.targets} - own
        nodes = [node for node in tree.body if getattr(node, "name", "") in names]
        numbers = {n for node in nodes for n in range(first_line(node), (node.end_lineno or 0) + 1)} - gone
        gone |= numbers
        if numbers:
            found.append(("\n".join(lines[n - 1] for n in sorted(numbers)), file))
    rest = "\n".join(line for n, line in enumerate(lines, 1) if n not in gone)
    return [(rest, main), *found] if rest.strip() or not found else found


def _first(files: Sequence[File]) -> Target:
    return next(target for file in files for target in file.targets)


def _names(files: Sequence[File]) -> str:
    names = [target.qualname for file in files for target in file.targets if target.kind not in TUNED]
    return ", ".join(names[:4]) + ", ..." * (len(names) > 4)


def _file_of(code: str, piece: Piece, files: Sequence[File]) -> File | None:
    """The file that code is for: the named one, else the one of which it defines most targets."""
    path = piece.name.partition(":")[0]
    named = [f for f in files if path.endswith(".py") and (f.path.endswith(path) or path.endswith(f.path))]
    tree = module_of(code)
    names = {node.name for node in defined(tree)} if tree else set()  # type: ignore[attr-defined]
    names |= set(re.findall(r"^\s*(\w+)\s*[:=]", code, re.MULTILINE))
    order = sorted(named or files, key=lambda file: -sum(short(target) in names for target in file.targets))
    return order[0] if order else None


def _split(code: str, piece: Piece, file: File) -> Understood:
    """Code of one file -> its edits."""
    named = [target for target in file.targets if piece.name and _ends(target, piece.name)]
    fit = fitted(code, file.tree, named or file.targets, file.wanted)
    tree = module_of(fit.text)
    present = {node.name for node in defined(tree)} if tree else set()  # type: ignore[attr-defined]
    order = sorted(file.targets, key=lambda t: (t not in named, short(t) not in present))
    rivals = [t for t in order if t.kind == "code" and short(t) == short(order[0]) and t is not order[0]]
    if rivals and order[0] not in named and _is_bare(tree, order[0]):
        either = " or ".join(t.qualname for t in (order[0], *rivals))
        return refused(Why.AMBIGUOUS, f"the reply does not say whether it is {either}; give it within its class")
    found = edits_in(fit.text, order[0], file.text, order[1:])
    if isinstance(found, Refusal):
        part = found.why in (Why.TARGET, Why.STRAY) and not present
        words = f"the reply is a part of {order[0].qualname}; give all of it, or search and replace"
        return Understood(refusals=(Refusal(Why.PART, words, order[0].id) if part else found,))
    if left := kept.trailing(fit.text, {short(target) for target in file.targets}):
        return refused(Why.ELIDED, f"`{left}` stands for code that is left out; write all of it", order[0].id)
    whole = [e.target for e in found if isinstance(e, ReplaceDefinition) and e.target in file.partly]
    if whole:
        name = whole[0].rpartition(":")[2]
        return refused(Why.PART, f"{name} was shown in part, so it cannot be given whole; search and replace", whole[0])
    return _checked(found, file, fit.notes, piece.cut)


def _is_bare(tree: ast.Module | None, target: Target) -> bool:
    """True where a method stands outside of any class."""
    top = [getattr(node, "name", "") for node in tree.body] if tree else []
    return "." in plain(target.qualname) and short(target) in top


def _ends(target: Target, name: str) -> bool:
    own = name.rpartition(":")[2] if ":" in name else name
    return plain(target.qualname) == own or plain(target.qualname).endswith(f".{own}")


def _checked(found: Sequence[Edit], file: File, notes: Sequence[str], cut: bool) -> Understood:
    """Edits that keep what must stay; where one does not, none of the piece is used, but for numbers and choices."""
    known = {target.id: target for target in file.targets}
    parts = [_kept(e, known) if isinstance(e, (ReplaceDefinition, SetLiteral)) else Understood((e,)) for e in found]
    edits = tuple(edit for part in parts for edit in part.edits)
    wrong = [refusal for part in parts for refusal in part.refusals]
    last = [e for e in edits if isinstance(e, ReplaceDefinition)][-1:]
    if cut and last and _seems_cut(last[0].source, known[last[0].target].value):
        wrong.append(Refusal(Why.CUT, f"the reply ends within {last[0].target.rpartition(':')[2]}", last[0].target))
    if not edits and not wrong:
        wrong.append(Refusal(Why.UNCHANGED, "the reply leaves all as it is"))
    if any(refusal.why != Why.TUNER for refusal in wrong):
        edits = ()
    told = dict.fromkeys([*notes, *(note for part in parts for note in part.notes)])
    return Understood(edits, tuple(wrong), tuple(told) if edits else ())


def _kept(edit: ReplaceDefinition | SetLiteral, known: Mapping[str, Target]) -> Understood:
    """One edit with what a model leaves out for brevity; nothing where it is the old one then."""
    target = known[edit.target]
    if isinstance(edit, SetLiteral):
        return _understood_literal(edit, target)
    source = kept.redecorated(edit.source, target)
    notes = ["decorators were put back"] * (source != edit.source)
    source, bare = kept.documented(source, target), source
    notes += ["a docstring was put back"] * (source != bare)
    edits = () if _is_old(source, target) else (ReplaceDefinition(edit.target, source),)
    return Understood(edits, tuple(kept.faults(source, target)), tuple(notes))


def _is_old(source: str, target: Target) -> bool:
    new, old = (parsed(text) for text in (source, target.value))
    return new is not None and old is not None and same(undocumented(new), undocumented(old))


def _seems_cut(new: str, old: str) -> bool:
    """True where the old definition ends with a `return` and the new one, which ends the reply, does not."""
    last = [ast.unparse(tree.body[0].body[-1]) if (tree := module_of(text)) and hasattr(tree.body[0], "body") else ""
            for text in (new, old)]  # fmt: skip
    return last[1].startswith("return") and not last[0].startswith(("return", "raise"))


def _literal(edit: SetLiteral, target: Target) -> SetLiteral | Refusal:
    if target.kind in TUNED:
        return tuner(target)
    if target.kind == "expression":
        new, old = expression_of(edit.value), expression_of(target.value)
        if new is None:
            return Refusal(Why.SYNTAX, f"the new value of {target.qualname} is no expression", target.id)
        if old is not None and ast.dump(new) == ast.dump(old):
            return Refusal(Why.UNCHANGED, f"the reply leaves {target.qualname} as it is", target.id)
        return edit
    text = texts.value_of(edit.value)
    if text is None:
        return Refusal(Why.SYNTAX, f"the new value of {target.qualname} is no text", target.id)
    wrong = next(texts.faults(text, target), None)
    return wrong or edit


def of_replacements(found: Sequence[Piece], files: Sequence[File]) -> Iterator[Understood]:
    """Search/replace blocks, or the hunks of a diff: all that are about one file are one change."""
    placed: dict[str, list[Place]] = {}
    wrong: list[Refusal] = []
    for piece in found:
        if piece.cut:
            wrong.append(Refusal(Why.CUT, "the reply was cut off in its last block; answer more briefly"))
            continue
        made = _placed(piece, files)
        if isinstance(made, Refusal):
            wrong.append(made)
        else:
            placed.setdefault(made[0], []).append(made[1])
    if wrong:
        yield Understood(refusals=tuple(wrong))
        return
    for file in (file for file in files if file.path in placed):
        yield _changed(file, placed[file.path])


def _placed(piece: Piece, files: Sequence[File]) -> tuple[str, Place] | Refusal:
    old, first = piece.old or "", " ".join((piece.old or "").split())[:SHORT]
    path = piece.name.partition(":")[0]
    named = [f for f in files if path.endswith(".py") and (f.path.endswith(path) or path.endswith(f.path))] or files
    hits = [(f.path, p) for f in named for p in _hits(piece, old, f)]
    if len(hits) == 1:
        return hits[0]
    if hits:
        return Refusal(Why.AMBIGUOUS, f"`{first}` stands in {len(hits)} places; search for more lines around it")
    if not old.strip():
        return Refusal(Why.UNMATCHED, "a block searches for nothing; copy the lines that it takes the place of")
    if any(piece.body.strip() and places(f.text, piece.body, "") for f in named):
        return Refusal(Why.UNCHANGED, f"what is to take the place of `{first}` stands there already")
    return Refusal(Why.UNMATCHED, f"`{first}` is not in the file; copy the lines as they are")


def _hits(piece: Piece, old: str, file: File) -> list[Place]:
    return chosen(places(file.text, old, piece.body), file.text, [t.span for t in file.targets], piece.line)


def _changed(file: File, found: Sequence[Place]) -> Understood:
    new = put(file.text, found)
    if new is None:
        return refused(Why.AMBIGUOUS, f"two changes of {file.path} overlap")
    direct = [t for t in file.targets if t.kind != "code" and all(_lies_in(file, place, t) for place in found)]
    if direct:
        return _literal_changed(file, new, direct[0])
    if module_of(new) is None:
        told = edits_in(new, file.targets[0], file.text)
        return refused(Why.SYNTAX, f"{file.path} as changed {told.text.removeprefix('the reply ')}"
                       if isinstance(told, Refusal) else f"{file.path} as changed is no program")  # fmt: skip
    edits = edits_in(new, file.targets[0], file.text, file.targets[1:])
    return Understood(refusals=(edits,)) if isinstance(edits, Refusal) else _checked(edits, file, (), False)


def _lies_in(file: File, place: Place, target: Target) -> bool:
    span = target.span
    return span.line <= line_of(file.text, place.start) and line_of(file.text, place.end) <= span.end_line


def _literal_changed(file: File, new: str, target: Target) -> Understood:
    """A change within a literal: its new text is what stands between what was before and behind it."""
    lines = file.text.split("\n")
    before = len("\n".join(lines[: target.span.line - 1])) + (target.span.line > 1) + target.span.column
    end = len("\n".join(lines[: target.span.end_line - 1])) + (target.span.end_line > 1) + target.span.end_column
    text = new[before : len(new) - (len(file.text) - end)]
    if expression_of(text) is None:
        text = f"({text})" if expression_of(f"({text})") is not None else text
    return _understood_literal(SetLiteral(target.id, text), target)
