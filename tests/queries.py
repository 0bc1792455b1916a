"""Queries with the units that answer them, and how many `find` answers among its first five.

`python -m tests.queries` lists, for each list, those that are not answered and what is found instead.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

import nis2map

from .evidence import facts

FIRST = 5
LISTS = ("queries", "queries_drawn", "queries_held_out")


@attrs.frozen
class Asked:
    """A query, the units of which any one answers it, and the refs that were found first."""

    query: str
    language: str
    kind: str
    expected: frozenset[str]
    found: tuple[str, ...]

    @property
    def answered(self) -> bool:
        """Whether one of the expected units is among the first five hits."""
        return not self.expected.isdisjoint(self.found)

    def __str__(self) -> str:
        return f"{self.language} {self.query!r}: expected {', '.join(sorted(self.expected))}; {', '.join(self.found)}"


def asked(name: str) -> Iterator[Asked]:
    """Yield each query of a list in `tests/data` with what is found for it."""
    for row in facts(name):
        found = tuple(str(hit.ref) for hit in nis2map.find(row["query"], limit=FIRST))
        yield Asked(row["query"], row["language"], row["kind"], frozenset(row["expected"]), found)


def main() -> None:
    """Print the rate of each list, in all and by language, and its misses."""
    for name in LISTS:
        results = list(asked(name))
        print(f"{name}: {rate(results)}")
        for language in dict.fromkeys(result.language for result in results):
            print(f"  {language}: {rate([result for result in results if result.language == language])}")
        for result in results:
            if not result.answered:
                print("  not answered:", result)


def rate(results: list[Asked]) -> str:
    """Return how many of the results are answered, as text."""
    return f"{sum(result.answered for result in results)} of {len(results)}"


if __name__ == "__main__":
    main()
