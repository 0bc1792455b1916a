"""Scripts that complete commands, options, words and files in bash, zsh and fish, written from the parsers."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence

import attrs

from .._parser import COMMANDS, FILES, Parser, parser_of
from .._terminal import write

__all__ = ["run_completion", "script"]

_FIRST = ("--help", "--version", "--json", "--quiet")  # options that may stand before the command


@attrs.frozen
class _Argument:
    """An option or an argument by its place: its flags, what completes its value, its help."""

    flags: tuple[str, ...]
    takes_value: bool
    offers: tuple[str, ...]
    words: str
    several: bool

    @property
    def files(self) -> bool:
        return self.offers == FILES


@attrs.frozen
class _Command:
    name: str
    words: str
    arguments: tuple[_Argument, ...]

    @property
    def options(self) -> tuple[_Argument, ...]:
        return tuple(argument for argument in self.arguments if argument.flags)

    @property
    def places(self) -> tuple[_Argument, ...]:
        return tuple(argument for argument in self.arguments if not argument.flags)

    @property
    def flags(self) -> str:
        return " ".join(flag for option in self.options for flag in option.flags)


def run_completion(arguments: argparse.Namespace) -> int:
    """Print the script that completes commands in a shell."""
    write(script(arguments.shell))
    return 0


def script(shell: str) -> str:
    """Return the script for a shell: bash, zsh or fish."""
    writers: dict[str, Callable[[Sequence[_Command]], Iterator[str]]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
    return "\n".join(writers[shell]([_command(name, words) for name, (_, words) in COMMANDS.items()]))


def _command(name: str, words: str) -> _Command:
    parser = parser_of(name)
    return _Command(name, words, tuple(_argument(parser, action) for action in parser.actions))


def _argument(parser: Parser, action: argparse.Action) -> _Argument:
    return _Argument(
        flags=tuple(action.option_strings),
        takes_value=action.nargs != 0,
        offers=parser.offers.get(action.dest, ()),
        words=(action.help or "").replace("%%", "%"),
        several=action.nargs in ("*", "+"),
    )


def _heads(commands: Sequence[_Command]) -> dict[str, str]:
    """Return the first words of commands with their help; a command with steps has one, and lists them."""
    heads: dict[str, str] = {}
    for command in commands:
        head, _, step = command.name.partition(" ")
        steps = [other.name.partition(" ")[2] for other in commands if other.name.startswith(f"{head} ")]
        heads[head] = f"{', '.join(steps)} review sheets" if step else command.words
    return heads


def _steps(commands: Sequence[_Command]) -> dict[str, list[_Command]]:
    steps: dict[str, list[_Command]] = {}
    for command in commands:
        head, _, step = command.name.partition(" ")
        if step:
            steps.setdefault(head, []).append(command)
    return steps


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _bash(commands: Sequence[_Command]) -> Iterator[str]:
    yield "# bash completion of nis2map. In ~/.bashrc: source <(nis2map completion bash)"
    yield "_nis2map() {"
    yield '    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" command="" word'
    yield '    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do'
    yield '        case "$command" in'
    # The first word, and a second one behind a command with steps.
    yield "            " + "|".join(("''", *_steps(commands))) + ")"
    yield '                [[ $word == -* ]] || command="${command:+$command }$word" ;;'
    yield "        esac"
    yield "    done"
    yield "    COMPREPLY=()"
    yield '    case "$command:$prev" in'
    for command in commands:
        for option in command.options:
            if option.takes_value:
                patterns = "|".join(f"'{command.name}:{flag}'" for flag in option.flags)
                # An empty answer makes bash complete names of files, as `complete -o default` says below.
                words = "" if option.files else " ".join(option.offers)
                reply = f' COMPREPLY=($(compgen -W "{words}" -- "$cur"));' if words else ""
                yield f"        {patterns}){reply} return ;;"
    yield "    esac"
    yield '    case "$command" in'
    yield f'        "") COMPREPLY=($(compgen -W "{" ".join((*_heads(commands), *_FIRST))}" -- "$cur")) ;;'
    for head, steps in _steps(commands).items():
        names = " ".join(step.name.partition(" ")[2] for step in steps)
        yield f'        {head}) COMPREPLY=($(compgen -W "{names}" -- "$cur")) ;;'
    for command in commands:
        words = " ".join(word for place in command.places if not place.files for word in place.offers)
        yield f"        '{command.name}')"
        yield f'            if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "{command.flags}" -- "$cur"))'
        yield f'            else COMPREPLY=($(compgen -W "{words}" -- "$cur")); fi ;;'
    yield "    esac"
    yield "}"
    yield "complete -o default -F _nis2map nis2map"


def _zsh(commands: Sequence[_Command]) -> Iterator[str]:
    yield "#compdef nis2map"
    yield "# zsh completion of nis2map. In a folder of $fpath as _nis2map, or: source <(nis2map completion zsh)"
    yield "_nis2map() {"
    yield "    local line state"
    yield "    _arguments -C '(- *)--help[list the commands]' '(- *)--version[the versions]' '--json[print JSON]' \\"
    yield "        '--quiet[no explanations and notes]' '1: :->command' '*:: :->rest'"
    yield "    case $state in"
    yield "        command)"
    described = " ".join(_quoted(f"{name}:{_zsh_text(words)}") for name, words in _heads(commands).items())
    yield f"            local -a commands=({described})"
    yield "            _describe command commands ;;"
    yield "        rest)"
    yield "            case $words[1] in"
    for head, steps in _steps(commands).items():
        described = " ".join(_quoted(f"{step.name.partition(' ')[2]}:{_zsh_text(step.words)}") for step in steps)
        yield f"                {head})"
        yield "                    _arguments -C '1: :->step' '*:: :->options'"
        yield "                    case $state in"
        yield f"                        step) local -a steps=({described}); _describe step steps ;;"
        yield "                        options) case $words[1] in"
        for step in steps:
            name = step.name.partition(" ")[2]
            yield f"                            {name}) _arguments {' '.join(_zsh_specs(step))} ;;"
        yield "                        esac ;;"
        yield "                    esac ;;"
    for command in commands:
        if " " not in command.name:
            yield f"                {command.name}) _arguments {' '.join(_zsh_specs(command))} ;;"
    yield "            esac ;;"
    yield "    esac"
    yield "}"
    yield 'if [[ $funcstack[1] == _nis2map ]]; then _nis2map "$@"; else compdef _nis2map nis2map; fi'


def _zsh_specs(command: _Command) -> Iterator[str]:
    """Yield the specifications that `_arguments` takes: of options, then of arguments by their places."""
    for option in command.options:
        for flag in option.flags:
            value = f":value:{_zsh_action(option)}" if option.takes_value else ""
            yield _quoted(f"*{flag}[{_zsh_text(option.words)}]{value}")
    for number, place in enumerate(command.places, 1):
        yield _quoted(f"{'*' if place.several else number}:{_zsh_text(place.words)}:{_zsh_action(place)}")


def _zsh_action(argument: _Argument) -> str:
    return "_files" if argument.files else f"({' '.join(argument.offers)})" if argument.offers else " "


def _zsh_text(text: str) -> str:
    return re.sub(r"([:\[\]\\])", r"\\\1", text)


def _fish(commands: Sequence[_Command]) -> Iterator[str]:
    yield "# fish completion of nis2map. In ~/.config/fish/completions/nis2map.fish"
    yield "complete -c nis2map -f"
    heads = _heads(commands)
    for flag in _FIRST:
        yield f"complete -c nis2map -n __fish_use_subcommand -l {flag.removeprefix('--')}"
    for name, words in heads.items():
        yield f"complete -c nis2map -n __fish_use_subcommand -a {name} -d {_fish_quoted(words)}"
    for head, steps in _steps(commands).items():
        names = " ".join(step.name.partition(" ")[2] for step in steps)
        before = f"__fish_seen_subcommand_from {head}; and not __fish_seen_subcommand_from {names}"
        for step in steps:
            name = step.name.partition(" ")[2]
            yield f"complete -c nis2map -n '{before}' -a {name} -d {_fish_quoted(step.words)}"
    for command in commands:
        seen = "; and ".join(f"__fish_seen_subcommand_from {word}" for word in command.name.split())
        for option in command.options:
            names = " ".join(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags)
            value = _fish_value(option) if option.takes_value else ""
            yield f"complete -c nis2map -n '{seen}' {names}{value} -d {_fish_quoted(option.words)}"
        for place in command.places:
            if place.offers:
                yield f"complete -c nis2map -n '{seen}'{_fish_value(place).replace(' -r', '').replace(' -x', '')}"


def _fish_value(argument: _Argument) -> str:
    return (
        " -r -F"
        if argument.files
        else f" -x -a {_fish_quoted(' '.join(argument.offers))}"
        if argument.offers
        else " -x"
    )


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
