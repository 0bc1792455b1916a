"""Lazy doors: a package's public names, each loaded from its room when it is first used (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

__all__ = ["door"]


def door(
    package: str, rooms: Mapping[str, str], *, modules: str = "", unlisted: str = ""
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Return `__getattr__`, `__dir__` and `__all__` of a package.

    `rooms` maps each room (a module of the package) to the names that it gives, separated by blanks; `modules` names
    public modules of the package, `unlisted` what other packages of ours enter a public one for. What type checkers see
    stands beside the call, and a test holds the two equal.
    """
    homes = {name: room for room, names in rooms.items() for name in names.split()}
    public = sorted([*homes.keys() - set(unlisted.split()), *modules.split()])

    def load(name: str) -> object:
        room = homes.get(name)
        if room is None:
            if name in modules.split():
                return import_module(f"{package}.{name}")
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=sys.modules[package])
        value: object = getattr(import_module(f"{package}.{room}"), name)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return public

    return load, names, public
