"""`read_soa` on every shape that real Statements of Applicability have: our own files, and public ones where they are.

`tests/data/soa/expected.json` says of each file what a careful auditor reads in it. A file is there as it is, or
`tests/soa_files.py` makes it.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import nis2map
from nis2map import AmbiguousIds, Assessment, InputError, LimitExceeded, Nis2mapError, Status, read_soa

from .soa_files import ANNEX_A, FILES

SOA = Path(__file__).parent / "data" / "soa"
BESIDE = Path(__file__).parents[2] / "shared" / "reference" / "soa"
ROWS: list[dict[str, Any]] = json.loads((SOA / "expected.json").read_text(encoding="utf-8"))["rows"]
# Counted by hand in the public files.
CENEDRIL = {"implemented": 91, "partial": 1, "not_applicable": 1}
HANDBOOK = {"implemented": 30, "partial": 9, "planned": 1}
LANGUAGES = ("en", "de", "fr", "it", "es", "nl", "pl", "cs", "pt", "pt-br", "el")


def name(row: Mapping[str, Any]) -> str:
    return f"{row['file']}:{row['case']}" if "case" in row else row["file"]


def source(file: str) -> Path | io.BytesIO:
    return io.BytesIO(FILES[file]()) if file in FILES else SOA / file


def options(row: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments of a row; levels of a scale are texts in JSON and numbers in Python."""
    given: dict[str, Any] = dict(row.get("options", {}))
    if isinstance(given.get("scale"), dict):
        given["scale"] = {int(level): meaning for level, meaning in given["scale"].items()}
    return given


def finding(soa: Assessment, local: str) -> str | list[Any]:
    said = soa.get(f"iso27001:{local}")
    if said is None:
        return "no finding"
    return str(said.status) if said.degree is None else [str(said.status), round(said.degree, 9)]


def words_of(error: Nis2mapError) -> str:
    return "\n".join([str(error), error.hint, *(f"{problem} {problem.hint}" for problem in error.problems)])


def missing(patterns: Iterable[str], text: str) -> list[str]:
    return [pattern for pattern in patterns if not re.search(pattern, text, re.IGNORECASE)]


def check_error(row: Mapping[str, Any], error: Nis2mapError, kind: str) -> None:
    """The error is of the kind, for the reason and with the words of a row; no limit was the reason."""
    assert isinstance(error, getattr(nis2map, kind)), f"{type(error).__name__}: {error}"
    assert not isinstance(error, LimitExceeded)
    assert missing(row["says"], words_of(error)) == []
    only = re.compile(row.get("only", ""), re.IGNORECASE)
    assert [str(problem) for problem in error.problems if not only.search(f"{problem} {problem.ref}")] == []


def check_findings(row: Mapping[str, Any], soa: Assessment) -> None:
    """Statuses, findings, texts, notes and problems are those of a row."""
    wanted = row["findings"]
    assert {local: finding(soa, local) for local in wanted} == wanted
    assert dict(sorted(Counter(str(said.status) for said in soa.values()).items())) == row["statuses"]
    if row["whole"]:
        assert {ref.local for ref in soa} == set(wanted)
    for local, fields in row.get("fields", {}).items():
        said = soa[f"iso27001:{local}"].to_dict()
        assert {field: said.get(field, "") for field in fields} == fields, local
    patterns = row.get("problems", ())
    problems = [f"{problem} {problem.ref} {problem.hint}" for problem in soa.problems]
    assert len(problems) == len(patterns), problems
    assert missing(patterns, "\n".join(problems)) == []
    assert len(soa.notes) <= row["notes"], soa.notes
    assert missing(row.get("notes_say", ()), "\n".join(soa.notes)) == []


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_every_shape_is_read_or_refused_for_the_right_reason(row: dict[str, Any]) -> None:
    """Each file gives the findings that a person reads in it, with a note a kind, or the error that names the reason."""
    given = options(row)
    if "error" in row:
        with pytest.raises(Nis2mapError) as caught:
            read_soa(source(row["file"]), **given)
        check_error(row, caught.value, row["error"])
        return
    try:
        soa = read_soa(source(row["file"]), **given)
    except Nis2mapError as error:
        if "or_error" not in row:
            raise
        check_error(row, error, row["or_error"])
        return
    check_findings(row, soa)


def test_the_table_of_expectations_is_whole() -> None:
    """Every file has an expectation and every expectation a file; counts and findings of a row agree."""
    files = {path.name for path in SOA.iterdir()} - {"expected.json"} | set(FILES)
    assert files == {row["file"] for row in ROWS}
    assert len({name(row) for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert ("error" in row) != ("findings" in row)
        if "findings" in row:
            said = Counter(value if isinstance(value, str) else value[0] for value in row["findings"].values())
            assert all(said[status] <= number for status, number in row["statuses"].items()), name(row)
            assert row["whole"] == (said == Counter(row["statuses"])), name(row)
            assert len(row["findings"]) >= 20 or row["whole"]


@pytest.mark.parametrize("error", [AmbiguousIds, nis2map.UnsupportedEdition])
def test_what_is_refused_by_name_is_refused_when_collecting_too(error: type[Nis2mapError]) -> None:
    """Two readings of an id, and the wrong edition, are no problems of single rows."""
    rows = [row for row in ROWS if row.get("error") == error.__name__]
    assert len(rows) >= 4
    for row in rows:
        with pytest.raises(error):
            read_soa(source(row["file"]), **(options(row) | {"on_problem": "collect"}))


def test_one_statement_in_ten_languages_is_one_assessment() -> None:
    """The twelve rows say the same in each language, so the assessments are equal."""
    first, *others = (read_soa(SOA / f"lang-{language}.csv") for language in LANGUAGES)
    assert all(other == first for other in others)


def test_two_languages_of_one_handbook_are_one_assessment() -> None:
    """Many tables under headings give the same in German and English."""
    assert read_soa(SOA / "handbook-de.md") == read_soa(SOA / "handbook-en.md")


# --- public files, read from beside the checkout where they are


def public(file: str) -> Path:
    path = BESIDE / file
    if not path.exists():
        pytest.skip("the public files are not beside the checkout")
    return path


def pipe_rows(path: Path) -> Iterator[list[str]]:
    """The cells of each pipe row of a Markdown file, split at bars alone: an independent look at it."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            yield [cell.strip(" *") for cell in line.strip().strip("|").split("|")]


def counted(statuses: Iterable[str], meaning: Mapping[str, Status]) -> dict[str, int]:
    return dict(Counter(str(meaning[status]) for status in statuses))


def by_status(soa: Assessment) -> dict[str, int]:
    return dict(Counter(str(said.status) for said in soa.values()))


def test_the_public_pair_says_the_same_in_both_languages() -> None:
    """93 controls, of which 91 are implemented, one partially and one is left out."""
    german, english = read_soa(public("cenedril_soa_de.csv")), read_soa(public("cenedril_soa_en.csv"))
    assert german == english
    assert {ref.local for ref in english} == {f"A.{local}" for local in ANNEX_A}
    assert by_status(english) == CENEDRIL
    assert english.problems == ()
    assert len(english.notes) <= 2


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("handbook-generator_soa_de.md", ("Implementiert", "In Arbeit", "Geplant")),
        ("handbook-generator_soa_en.md", ("Implemented", "In Progress", "Planned")),
    ],
)
def test_the_public_handbooks(file: str, words: Sequence[str]) -> None:
    """Forty rows in five tables; summaries, placeholders and the history are left over with a note and no problem."""
    path = public(file)
    meaning = dict(zip(words, (Status.IMPLEMENTED, Status.PARTIAL, Status.PLANNED), strict=True))
    rows = [row for row in pipe_rows(path) if re.fullmatch(r"A\.\d+\.\d+", row[0])]
    soa = read_soa(path)
    assert by_status(soa) == counted((row[4] for row in rows), meaning) == HANDBOOK
    assert {ref.local: str(said.status) for ref, said in soa.items()} == {row[0]: str(meaning[row[4]]) for row in rows}
    assert soa.problems == ()
    assert soa.notes
    assert len(soa.notes) <= 12
    assert read_soa(public("handbook-generator_soa_de.md")) == read_soa(public("handbook-generator_soa_en.md"))


def test_the_public_gap_list_names_ids_that_do_not_exist() -> None:
    """26 of its 93 ids are no controls (A.6.9, A.8.54): refused by name, and the other 67 are read when collecting."""
    path = public("gw-ai-security_gap_de.md")
    meaning = {"Erfüllt": Status.IMPLEMENTED, "Teilweise": Status.PARTIAL, "Offen": Status.NOT_IMPLEMENTED}
    rows = [row for row in pipe_rows(path) if row[0].startswith("A.")]
    real = {f"A.{local}" for local in ANNEX_A}
    unknown = [row[0] for row in rows if row[0] not in real]
    with pytest.raises(InputError, match="26") as caught:
        read_soa(path)
    assert len(caught.value.problems) == len(unknown) == 26
    assert missing((rf"{re.escape(local)}\b" for local in unknown), words_of(caught.value)) == []
    soa = read_soa(path, on_problem="collect")
    assert len(soa.problems) == 26
    assert by_status(soa) == counted((row[3] for row in rows if row[0] in real), meaning)
    assert len(soa) == 67
    assert len(soa.notes) <= 5
