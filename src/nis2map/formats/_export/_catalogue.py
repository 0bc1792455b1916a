"""What there is to read and to write: one row a format module, told by the modules themselves.

A module that reads or writes files says so in three constants: `READS` and `WRITES` name what it takes and gives,
`LOSES` says in words, by what is written, what its form leaves out, and under "reading" what is not read.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

import attrs

from ..._shared import FrozenMap

__all__ = ["FormatRow", "catalogue", "vocabulary"]


@attrs.frozen
class FormatRow:
    """One format: its name, what is read from it and written to it, and what the form loses."""

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    loses: FrozenMap[str, str]

    @property
    def losses(self) -> str:
        """What the form loses, in one line."""
        return "; ".join(f"{kind}: {words}" for kind, words in self.loses.items()) or "nothing"


def catalogue() -> tuple[FormatRow, ...]:
    """Return the formats by name."""
    package = import_module(__name__.rpartition("._export")[0])
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__) if not module.name.startswith("_"))
    modules = [(name, import_module(f"{package.__name__}.{name}")) for name in names]
    return tuple(FormatRow(name, module.READS, module.WRITES, FrozenMap(module.LOSES)) for name, module in modules)


def vocabulary() -> tuple[dict[str, object], ...]:
    """Return the words that are read in Statements of Applicability: kind, meaning, language, word, usual."""
    from .._soa import vocabulary as words

    return tuple(attrs.asdict(word) for word in words())
