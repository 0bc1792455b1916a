"""What is worked out from a dataset once and kept with it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from ._units import Units

__all__ = ["QUESTIONS", "Memory", "keep", "recall"]

T = TypeVar("T")
QUESTIONS = 32
# What is kept of the units of one framework, or of the links of a crosswalk that start from one.
_OF_PARTS = frozenset({"units", "below", "demands", "checked", "checked demands", "links", "by requirement"})


class Memory:
    """Two stores with one rule: threads that ask at the same time may each work it out, and all get the first result.

    `keep` is for what there is a fixed number of (an index per framework), `recall` for what callers can ask in
    endless variety (a question per scope and weight): of these the `QUESTIONS` used last are kept, because a bundled
    dataset lives as long as the process.
    """

    __slots__ = ("_kept", "_lock", "_recent")

    def __init__(self) -> None:
        self._kept: dict[Hashable, object] = {}
        self._recent: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make()` gives, worked out once."""
        kept = self._kept
        # a key is asked for by one function alone, so what it holds is what that one makes
        return cast("T", kept[key] if key in kept else kept.setdefault(key, make()))

    def recall(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make()` gives, from memory if it was asked lately."""
        with self._lock:
            if key in self._recent:
                self._recent.move_to_end(key)
                return cast("T", self._recent[key])
        value = make()  # outside the lock: it takes long, and may itself recall
        with self._lock:
            value = cast("T", self._recent.setdefault(key, value))
            self._recent.move_to_end(key)
            while len(self._recent) > QUESTIONS:
                self._recent.popitem(last=False)
        return value

    def take(self, other: Memory, replaced: Collection[str]) -> None:
        """Take over what another memory has of single frameworks and crosswalks, but for those that were replaced."""
        for key, value in list(other._kept.items()):
            # Such a key is a word, the crosswalk if the word is one of links, and the framework.
            parts = cast("tuple[str, ...]", key if type(key) is tuple else ("",))
            if parts[0] in _OF_PARTS and not any(part in replaced for part in parts[1:]):
                self._kept.setdefault(key, value)

    def __len__(self) -> int:
        return len(self._recent)


def keep(dataset: Units, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make()` gives, worked out once per dataset; for what there is a fixed number of."""
    return dataset._memory.keep(key, make)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def recall(dataset: Units, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make()` gives, from the dataset's memory if it was asked lately."""
    return dataset._memory.recall(key, make)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
