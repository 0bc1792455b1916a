"""The command `nis2map`: which command is meant, what it answers, and honest exit codes.

Exit codes: 0 done; 1 done, and found what it looks for (a regression, a citation that does not exist, a gate that is
not met); 2 the command line or a file is at fault; 70 a fault of ours. The library is imported once a command runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from ._parser import COMMANDS, commands_help, parser_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

__all__ = ["main"]

_BEFORE = ("--json", "-q", "--quiet")  # what may stand before the command, too


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    0: done; 1: found what it looks for; 2: a fault of the caller or the file, told in one line; 70: a fault of ours.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        return _run(words)
    except SystemExit as ends:  # argparse ends so on --help, and on what it can't read
        return ends.code if isinstance(ends.code, int) else 0
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        from ..errors import clean

        sys.stderr.write(f"nis2map: {clean(error.strerror or error)}\n")
        return 2
    except Exception as error:
        from ._common import tell

        return tell(error)


def _run(words: list[str]) -> int:
    before = [word for word in words[: _leading(words)] if word in _BEFORE]
    rest = words[_leading(words) :]
    if any(word in ("-h", "--help") for word in words[: _leading(words)]):
        sys.stdout.write(commands_help())
        return 0
    if "--version" in words[: _leading(words)]:
        from ._common import print_version

        return print_version(as_json="--json" in words)
    odd = next((word for word in words[: _leading(words)] if word not in _BEFORE), None)
    if odd is not None or not rest:
        return _refused(f"there is no option {odd!r}" if odd else "a command is missing")
    return _dispatched(before, rest)


def _leading(words: Sequence[str]) -> int:
    """Return how many words stand before the command."""
    return next((place for place, word in enumerate(words) if not word.startswith("-")), len(words))


def _dispatched(before: list[str], rest: list[str]) -> int:
    """Run the command that the first words name; a command with steps has two."""
    name, options = rest[0], rest[1:]
    steps = [command for command in COMMANDS if command.startswith(f"{name} ")]
    if steps:
        place = _leading(options)
        if any(word in ("-h", "--help") for word in options[:place]):
            sys.stdout.write("".join(f"nis2map {step:<15}  {COMMANDS[step][1]}\n" for step in steps))
            return 0
        name = " ".join((name, *options[place : place + 1]))
        options = [*options[:place], *options[place + 1 :]]
    if name not in COMMANDS:
        return _refused(f"there is no command {name!r}", name, steps or tuple(COMMANDS))
    arguments = parser_of(name).parsed([*before, *options])
    from . import _handlers

    handler: Callable[[argparse.Namespace], int] = getattr(_handlers, f"run_{name.replace('-', '_').replace(' ', '_')}")
    return handler(arguments)


def _refused(message: str, name: str = "", known: Sequence[str] = ()) -> int:
    from ..errors import clean  # what was typed may hold anything
    from ._parser import nearest

    sys.stderr.write(f"{clean(f'nis2map: {message}{nearest(name, known)}; nis2map --help lists the commands')}\n")
    return 2
