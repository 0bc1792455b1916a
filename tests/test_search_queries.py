"""How many queries that were written before the table of synonyms was made for them `find` answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import nis2map

from .evidence import facts
from .queries import asked

# What is reached today. A change that answers fewer needs a reason; one that answers more raises the number.
ANSWERED = 60


def test_a_hundred_queries_are_answered_among_the_first_five(record_property: Callable[[str, object], None]) -> None:
    """As many queries as today, or more, have a unit that answers them among their first five hits."""
    results = list(asked("queries"))
    answered = sum(result.answered for result in results)
    record_property("answered", answered)
    assert answered >= ANSWERED, "\n".join(str(result) for result in results if not result.answered)


def test_the_queries_are_a_hundred_in_three_languages(dataset: nis2map.Dataset) -> None:
    """Each query stands once and expects units that exist, and the languages have the shares they were given."""
    rows = facts("queries")
    assert Counter(row["language"] for row in rows) == {"en": 60, "de": 25, "fr": 15}
    assert Counter(row["kind"] for row in rows if row["language"] == "en") == {"law": 25, "practice": 35}
    assert len({row["query"].casefold() for row in rows}) == 100
    for row in rows:
        assert row["expected"]
        assert [str(dataset.ref(ref)) for ref in row["expected"]] == row["expected"]
