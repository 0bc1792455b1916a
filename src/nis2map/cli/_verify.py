"""The command `verify`: does a result that somebody kept come out again from the Statement of Applicability."""

from __future__ import annotations

import argparse

from ..formats import load_dataset, load_result, read_soa
from ._common import Commands, command, once, show, source_of

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare `verify`."""
    words = "work a kept result out again from its Statement of Applicability; exits 1 if anything differs"
    parser = command(commands, "verify", _verify, words)
    parser.add_argument("result", help="a result as JSON (nis2map.dump); '-' for standard input")
    parser.add_argument(
        "--soa",
        required=True,
        action="append",
        help="the Statement of Applicability; twice for both sides of a comparison, the earlier one first",
    )
    parser.add_argument("--certified", action="store_true", help="a certificate stands for the clauses")
    parser.add_argument("--dataset", metavar="FILE", help="the dataset that it was made with, as JSON")


def _verify(arguments: argparse.Namespace) -> int:
    once([arguments.result, *arguments.soa])
    dataset = None if arguments.dataset is None else load_dataset(arguments.dataset)
    result = load_result(source_of(arguments.result), dataset=dataset)
    several = [read_soa(source_of(path)) for path in arguments.soa]
    if arguments.certified:
        several = [soa.certified(dataset=dataset) for soa in several]
    from ..formats import verify  # late, because no other command needs it

    found = verify(result, several, dataset=dataset)
    show(arguments, found.to_dict, lambda: str(found))
    return 0 if found else 1
