"""Titles of units in other languages: `Dataset.title`, and `titles` of units that users make."""

from __future__ import annotations

import attrs
import pytest

import nis2map
from nis2map import (
    Control,
    Dataset,
    DatasetError,
    Demand,
    Framework,
    InputError,
    Ref,
    Requirement,
    UnknownRef,
)

OWN = Dataset.from_parts(
    frameworks=[Framework("law"), Framework("set", side="control")],
    requirements=[
        Requirement("law:1", title="Backup", titles={"fr": "Sauvegardes", "pt-BR": "Cópias"}),
        Requirement("law:2", title="Logging", demands=[Demand("law:2#kept", "Logs are kept")]),
    ],
    controls=[Control("set:A.1", "Keep copies", titles={"de": "Kopien aufbewahren"})],
)


@pytest.mark.parametrize(
    ("x", "lang", "title"),
    [
        ("law:1", "en", "Backup"),
        ("law:1", "fr", "Sauvegardes"),
        (Ref("law", "1"), "pt-BR", "Cópias"),
        ("law:1", "de", "Backup"),
        ("law:2", "pt-BR", "Logging"),
        ("law:2#kept", "en", "Logs are kept"),
        ("law:2#kept", "fr", "Logs are kept"),
        ("set:A.1", "de", "Kopien aufbewahren"),
    ],
)
def test_a_title_in_a_language_is_the_units_own_or_the_english_one(x: Ref | str, lang: str, title: str) -> None:
    """Units of a user's own have the same power, and what has no title in a language is named in English."""
    assert OWN.title(x, lang) == title


def test_english_is_the_default_and_may_be_given_as_another_language() -> None:
    """A framework that is published in French may bring its English titles as translations."""
    unit = Requirement("law:1", title="Sauvegardes", titles={"en": "Backups"})
    dataset = Dataset.from_parts(frameworks=[Framework("law")], requirements=[unit])
    assert (dataset.title("law:1"), dataset.title("law:1", "fr")) == ("Backups", "Sauvegardes")


@pytest.mark.parametrize(
    ("lang", "near"),
    [
        ("De", "nearest: de"),
        ("pt-br", "nearest: pt-BR"),
        ("deutsch", "one of: en, de, fr, pt-BR"),
        (None, "one of: en"),
    ],
)
def test_a_language_in_which_there_are_no_titles_is_refused(lang: str, near: str) -> None:
    """The error names the nearest language that there is; demands have languages too."""
    for x in ("law:1", "law:2#kept"):
        with pytest.raises(InputError) as caught:
            OWN.title(x, lang)
        assert near in str(caught.value)


def test_what_the_dataset_lacks_has_no_title() -> None:
    """A unit that does not exist is an error as everywhere, with the nearest ones."""
    with pytest.raises(UnknownRef, match=r"A\.8\.24"):
        nis2map.load().title("A.8.240")


def test_broken_titles_are_told_of_when_a_dataset_is_made() -> None:
    """An empty title or a language that is none is a problem of its unit, not a surprise in a report."""
    units = [
        Requirement("law:1", title="One", titles={"fr": ""}),
        Requirement("law:2", title="Two", titles={"": "Zwei"}),
    ]
    with pytest.raises(DatasetError) as caught:
        Dataset.from_parts(frameworks=[Framework("law")], requirements=units)
    assert [(problem.ref, problem.code) for problem in caught.value.problems] == [
        ("law:1", "titles"),
        ("law:2", "titles"),
    ]


def test_titles_survive_a_document_and_count_for_the_digest_in_any_order() -> None:
    """What `dumps` writes `loads` reads; the order of languages says nothing, another title does."""
    again = nis2map.loads(nis2map.dumps(OWN), Dataset)
    assert again.title("law:1", "fr") == "Sauvegardes"
    assert again == OWN
    assert OWN.digest == with_titles({"pt-BR": "Cópias", "fr": "Sauvegardes"}).digest
    assert OWN.digest != with_titles({"fr": "Copies", "pt-BR": "Cópias"}).digest


def test_another_title_renames_a_unit() -> None:
    """A change of titles alone is told as a change of names, whose languages a reader can look up."""
    changes = nis2map.compare(OWN, with_titles({"fr": "Copies de sauvegarde"})).changes
    assert [(str(change.kind), str(change.ref), change.fields) for change in changes] == [
        ("renamed", "law:1", ("titles",))
    ]


def with_titles(titles: dict[str, str]) -> Dataset:
    """The dataset with other titles of its first unit."""
    unit = attrs.evolve(OWN.requirement("law:1"), titles=titles)
    return OWN.with_framework(OWN.frameworks["law"], requirements=[unit, OWN.requirement("law:2")])
