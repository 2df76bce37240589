"""`tracec completion bash|zsh|fish` prints what makes the shell complete commands and options."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from tracec.cli import parser

BASH = """\
_tracec() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} words=""
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="{commands} --help --version"
    else
        case "${{COMP_WORDS[1]}}" in
{cases}
        esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o bashdefault -o default -F _tracec tracec
"""
ZSH = "autoload -U +X compinit bashcompinit && compinit && bashcompinit\n"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it is for, its options with their help, and the words that may follow it."""

    name: str
    about: str
    options: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


def run(args: argparse.Namespace) -> int:
    """Print the script; `eval "$(tracec completion bash)"` takes it in."""
    print(SHELLS[args.shell](), end="")
    return 0


def commands() -> Iterator[Command]:
    """All commands, read from the parser."""
    whole = parser()
    choices = next(action for action in whole._actions if isinstance(action, argparse._SubParsersAction))
    about = {action.dest: action.help or "" for action in choices._choices_actions}
    for name, one in choices.choices.items():
        told = [action for action in one._actions if action.help != argparse.SUPPRESS]
        options = [(option, action.help or "") for action in told for option in action.option_strings]
        words = [str(word) for action in told if not action.option_strings for word in action.choices or ()]
        yield Command(name, about.get(name, ""), tuple(options), tuple(words))


def bash() -> str:
    """For bash."""
    found = [*commands()]
    cases = [
        f'            {one.name}) words="{" ".join([*one.words, *(option for option, _ in one.options)])}" ;;'
        for one in found
    ]
    return BASH.format(commands=" ".join(one.name for one in found), cases="\n".join(cases))


def zsh() -> str:
    """For zsh, which can read what bash can."""
    return ZSH + bash()


def fish() -> str:
    """For fish."""
    return "".join(f"{line}\n" for line in fish_lines())


def fish_lines() -> Iterator[str]:
    """A line for each command and option."""
    for one in commands():
        yield f"complete -c tracec -n __fish_use_subcommand -a {one.name} -d {quoted(one.about)}"
        seen = f"complete -c tracec -n '__fish_seen_subcommand_from {one.name}'"
        for option, text in one.options:
            flag = f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
            yield f"{seen} {flag} -d {quoted(text)}"
        for word in one.words:
            yield f"{seen} -a {word}"


def quoted(text: str) -> str:
    """A text as one word for fish."""
    escaped = text.replace("%%", "%").replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


SHELLS = {"bash": bash, "zsh": zsh, "fish": fish}
