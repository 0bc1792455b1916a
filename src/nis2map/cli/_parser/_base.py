"""The parser of one command: options in groups, errors of one line, and which words complete an argument."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = ["FILES", "OptionGroup", "Parser", "nearest", "number", "share", "words"]

FILES = ("FILES",)  # in `Parser.offers`: whatever files there are
_WIDEST = 100
_CLOSE = 0.6


class _Help(argparse.HelpFormatter):
    """Help whose sentences are wrapped here: textwrap would be loaded and its patterns compiled for every help."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        lines = [""]
        for word in text.split():
            if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
                lines.append("")
            lines[-1] += f" {word}" if lines[-1] else word
        return lines

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(f"{indent}{line}" for line in self._split_lines(text, width))


def _columns() -> int:
    with suppress(ValueError):
        told = int(os.environ.get("COLUMNS", ""))
        if told > 0:
            return told
    with suppress(OSError, ValueError, AttributeError):
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    return 80


class OptionGroup:
    """Options under a title of the help."""

    def __init__(self, parser: Parser, group: argparse._ArgumentGroup) -> None:  # pyright: ignore[reportPrivateUsage]
        self._parser = parser
        self._group = group

    def add(self, *flags: str, offers: Sequence[str] = (), **options: Any) -> None:
        """Declare an argument as argparse does; `offers` are the words that complete it."""
        kind = options.get("type")
        if isinstance(kind, _Words):
            options.setdefault("metavar", f"{{{','.join(kind.words)}}}")
            offers = offers or kind.words
        action = self._group.add_argument(*flags, **options)
        if offers:
            self._parser.offers[action.dest] = tuple(offers)


class Parser(argparse.ArgumentParser):
    """The parser of one command. `offers` has, by the name of an argument, the words that complete it."""

    def __init__(self, command: str, words: str) -> None:
        # argparse makes a formatter for each option, too, and imports shutil, with half a dozen compressors, to learn
        # the width that is worked out here once.
        width = min(_columns(), _WIDEST) - 2

        def formatter(prog: str, **options: Any) -> argparse.HelpFormatter:  # newer versions of argparse hand in more
            return _Help(prog, max_help_position=30, width=width, **options)

        super().__init__(
            prog=f"nis2map {command}",
            description=f"{words[:1].upper()}{words[1:]}.",
            formatter_class=formatter,
            add_help=False,
        )
        self.offers: dict[str, tuple[str, ...]] = {}

    def group(self, title: str) -> OptionGroup:
        """Return a new group of options; titles start with a small letter, as those of argparse do."""
        return OptionGroup(self, self.add_argument_group(title))

    def add(self, *flags: str, offers: Sequence[str] = (), **options: Any) -> None:
        """Declare an argument that stands in no group of its own."""
        OptionGroup(self, self._positionals if not flags[0].startswith("-") else self._optionals).add(
            *flags, offers=offers, **options
        )

    @property
    def actions(self) -> tuple[argparse.Action, ...]:
        """All arguments, in the order in which they were declared."""
        return tuple(self._actions)

    def error(self, message: str) -> NoReturn:
        """Say in one line what is wrong with the command line, and exit with 2."""
        from ...errors import clean  # what was typed may hold anything

        self.exit(2, f"{clean(f'{self.prog}: {message}; see {self.prog} --help')}\n")

    def format_usage(self) -> str:
        """Return one line: what has to be given. The options stand below, each with its help."""
        return f"usage: {self.prog} [options]{self._wanted()}\n"

    def _wanted(self) -> str:
        parts: list[str] = []
        for action in sorted(self._actions, key=lambda action: not action.option_strings):
            name = str(action.metavar or action.dest)
            if action.option_strings and action.required:
                flags = "|".join(action.option_strings) if action.nargs == 0 else f"{action.option_strings[-1]} {name}"
                parts.append(f" {flags}")
            elif not action.option_strings:
                parts.append(
                    {"?": f" [{name}]", "*": f" [{name} ...]", "+": f" {name} ..."}.get(str(action.nargs), f" {name}")
                )
        return "".join(parts)

    def format_help(self) -> str:
        """Return the usage, what the command does, and its options in groups."""
        self.usage = self.format_usage().removeprefix("usage: ").rstrip()
        return super().format_help()

    def parsed(self, argv: Sequence[str]) -> argparse.Namespace:
        """Return the arguments; an option that there is not is told with the one it is nearest to."""
        arguments, unknown = self.parse_known_args(argv)
        if unknown:
            first = unknown[0]
            known = [flag for action in self._actions for flag in action.option_strings]
            self.error(
                f"there is no option {first!r}{nearest(first, known)}"
                if first.startswith("-")
                else f"{first!r} is one argument too many"
            )
        return arguments


def nearest(text: str, known: Sequence[str]) -> str:
    """Return which known word a text was meant to be, as the end of a message; empty if none is near."""
    from difflib import get_close_matches  # only needed for a slip

    near = get_close_matches(text[:60], known, 1, _CLOSE)
    return f"; nearest: {near[0]}" if near else ""


class _Words:
    """The type of an argument that is one of some words."""

    def __init__(self, known: Sequence[str]) -> None:
        self.words = tuple(known)

    def __call__(self, text: str) -> str:
        if text not in self.words:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not one of {', '.join(self.words)}{nearest(text, self.words)}"
            )
        return text


def words(*known: str) -> Callable[[str], str]:
    """Return the type of an argument that is one of some words; help and completion list them."""
    return _Words(known)


def number(expected: str) -> Callable[[str], int | float]:
    """Return the type of an argument that is a number; `expected` says what of."""

    def read(text: str) -> int | float:
        for kind in (int, float):
            with suppress(ValueError):
                return kind(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not a number; expected {expected}, such as 120 or 2.5e6")

    return read


def share(text: str) -> float:
    """Return a share from 0 to 1, also written in percent."""
    with suppress(ValueError):
        value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        if 0 <= value <= 1:
            return value
    raise argparse.ArgumentTypeError(
        f"{text!r} is not a share; expected a number from 0 to 1, or a percentage such as 20%"
    )
