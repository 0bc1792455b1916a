"""Frameworks that users add: their ids, levels and titles."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nis2map import (
    Control,
    Dataset,
    DatasetError,
    Framework,
    InputError,
    InvalidRef,
    Ref,
    Requirement,
    dumps,
    loads,
    parse_ref,
)

FRAMEWORK_IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4}){0,2}([0-9]\.[0-9]{1,2}){0,2}", fullmatch=True)
LOCALS = st.from_regex(
    r"[A-Za-z0-9]{1,4}([-_][A-Za-z0-9]{1,3})?(\.[A-Za-z0-9]{1,3}){0,2}(~[a-z]{1,3})?(#[a-z]{1,3})?", fullmatch=True
)
OWN_REFS = st.builds(Ref, FRAMEWORK_IDS, LOCALS)


@given(OWN_REFS, OWN_REFS)
def test_refs_of_frameworks_with_dots_come_back_from_every_form(one: Ref, other: Ref) -> None:
    """Text, slug and pickle give the ref again; slugs tell refs apart and hold `[a-z0-9_-]` alone; order is total."""
    assert parse_ref(str(one)) == one
    assert Ref.from_slug(one.slug) == one
    assert set(one.slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert (one.slug == other.slug) == (one == other)
    assert pickle.loads(pickle.dumps(one)) == one
    assert (one < other) + (other < one) + (one == other) == 1


@pytest.mark.parametrize("wrong", ["NIST", "nist csf", "2a", "a--b", "a..b", "csf-2.", "sp.r5", "", None, 5])
def test_a_framework_whose_id_no_ref_could_name_is_refused_at_once(wrong: object) -> None:
    """The error comes from `Framework` itself, not from a later look-up."""
    with pytest.raises(DatasetError, match="id of a framework"):
        Framework(wrong)  # type: ignore[arg-type]


def test_an_id_that_a_ref_cannot_hold_says_where_to_keep_it() -> None:
    """Brackets and blanks belong into `original`, and the error says so."""
    with pytest.raises(InvalidRef, match=r"AC-2\.1 for AC-2\(1\), which is kept as `original`"):
        Ref("acme", "AC-2(1)")


@pytest.mark.parametrize("text", ["art.21:2", "Art.21:2"])
def test_a_dot_before_a_letter_makes_no_framework(text: str) -> None:
    """A citation that was written oddly is not taken for a unit of somebody's framework `art.21`."""
    with pytest.raises(InvalidRef):
        parse_ref(text)


def with_levels() -> Dataset:
    return Dataset.from_parts(
        frameworks=[Framework("law-1.0", pattern="Law {id}"), Framework("set", side="control")],
        requirements=[
            Requirement("law-1.0:1", None, "Backups", levels=("basic", "important"), titles={"fr": "Sauvegardes"}),
            Requirement("law-1.0:2", None, "Logs", levels="important", original="2 (a)"),
        ],
        controls=[Control("set:1", "Copies", levels="IG1", titles={"de": "Kopien", "fr": "Copies"})],
    )


def test_levels_and_titles_are_fields_that_documents_keep() -> None:
    """A unit says its levels and its titles in other languages; a document gives an equal dataset."""
    dataset = with_levels()
    unit = dataset.requirement("law-1.0:1")
    assert (unit.levels, dict(unit.titles)) == (("basic", "important"), {"fr": "Sauvegardes"})
    again = loads(dumps(dataset), Dataset)
    assert again.requirement("law-1.0:1") == unit
    assert again.control("set:1") == dataset.control("set:1")
    assert again.digest == dataset.digest == pickle.loads(pickle.dumps(dataset)).digest
    assert dataset.requirement("law-1.0:2").citation == "Law 2 (a)"


def test_a_level_narrows_requirements_and_controls() -> None:
    """`level` keeps the units that name it; one that no unit names is refused with those that there are."""
    dataset = with_levels()
    assert [unit.ref.local for unit in dataset.requirements("law-1.0", level="basic")] == ["1"]
    assert [unit.ref.local for unit in dataset.requirements("law-1.0", level="important")] == ["1", "2"]
    assert [unit.ref.local for unit in dataset.controls("set", level="IG1")] == ["1"]
    with pytest.raises(InputError, match="one of: basic, important"):
        dataset.requirements("law-1.0", level="essential")


@pytest.mark.parametrize("titles", [["fr"], {"fr": 1}, {1: "x"}, "fr"])
def test_titles_are_texts_by_language(titles: object) -> None:
    """Anything else is refused where it is given."""
    with pytest.raises(DatasetError, match="titles by language"):
        Requirement("law-1.0:1", titles=titles)  # type: ignore[arg-type]


def test_titles_in_a_document_are_texts_by_language() -> None:
    """What is wrong is told with its pointer."""
    document = dumps(with_levels()).replace(b'"fr": "Copies"', b'"fr": 1').replace(b'{"fr": "Sauvegardes"}', b'["fr"]')
    with pytest.raises(DatasetError) as caught:
        loads(document, Dataset)
    assert [problem.column for problem in caught.value.problems] == [
        "/controls/0/titles/fr",
        "/requirements/0/titles",
    ]
