"""The facts that tests compare with say where they come from, and the means of comparing can fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from . import hostile
from .evidence import DATA, by_state, copied, facts, law_grams, national_grams, soa_pairs, whole

FILES = sorted(DATA.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_names_source_and_licence(path: Path) -> None:
    """A file of facts has rows, and says whose they are, under which licence, and how it was made."""
    content = json.loads(path.read_text(encoding="utf-8"))
    assert set(content) == {"about", "rows"}
    assert content["rows"]
    assert all(content["about"][name] for name in ("source", "licence", "made"))


def test_every_file_is_explained() -> None:
    """The page beside the files lists each, so that nobody has to guess what it is compared with."""
    text = (DATA / "README.md").read_text(encoding="utf-8")
    assert [path.stem for path in FILES if f"`{path.stem}`" not in text] == []


def test_copying_is_noticed() -> None:
    """A sentence of the Directive is found by its fingerprints, one in our words is not."""
    sentence = (
        "Member States shall ensure that essential and important entities take appropriate and proportionate measures"
    )
    assert copied("law_fingerprints", law_grams(sentence))
    assert not copied(
        "law_fingerprints", law_grams("whoever runs the grid looks after the grid and says so in writing")
    )
    assert law_grams("one two three four five six seven") == set()  # a term is no sentence
    assert whole("nis2:21", "Cyber risk") == set()
    assert national_grams("the act names no authority yet") == {
        ("the", "act", "names", "no", "authority"),
        ("act", "names", "no", "authority", "yet"),
    }
    assert national_grams("Centre for Cybersecurity Belgium CCB") == set()  # a name is nobody's sentence


def test_rows_of_a_state_come_together() -> None:
    """Facts written one a line are read as one record a State."""
    belgium = by_state("states")["BE"]
    assert (belgium["name"], belgium["in_force"]) == ("Belgium", "2024-10-18")
    assert len(by_state("reporting")) == len(by_state("states")) == 30
    assert {row["state"] for row in facts("csirts")} <= set(by_state("states"))


def test_hostile_files_are_what_they_say() -> None:
    """The files of the study that stand for whole Statements of Applicability name all 93 controls."""
    assert len(hostile.ANNEX_A) == 93
    for id_ in ("C00", "C06", "C08", "C09", "C11"):
        assert all(f"{local}".encode() in hostile.CSV[id_] for local in hostile.ANNEX_A)
    assert all(path.exists() for pair in soa_pairs() for path in pair)
