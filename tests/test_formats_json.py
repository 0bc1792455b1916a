"""JSON documents: exact round trips, strict reading, every problem with its pointer, hostile input."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import attrs
import pytest

import nis2map
from nis2map import (
    Assessment,
    Control,
    Crosswalk,
    Dataset,
    DatasetError,
    Demand,
    Finding,
    Framework,
    InputError,
    LimitExceeded,
    Limits,
    Link,
    Measure,
    Nis2mapError,
    Problem,
    Requirement,
    Source,
    Texts,
    coverage,
    parse_ref,
    read_soa,
)
from nis2map.formats import dump, dumps, load_assessment, load_crosswalk, load_dataset, loads, parse_json
from nis2map.formats._structure import structure
from nis2map.model import record

from . import hostile

SOA = Assessment(
    {
        "A.5.1": Finding(
            "partial",
            0.4,
            justification='Größe "x",\n=1+1',
            evidence=("a\u2028b", ""),
            owner="CISO 🔒",
            date="2026-01-31",
        ),
        "A.5.10": Finding("partial"),
        "nis2:21.2.h": Finding("not_applicable", justification="none of ours", valid_until=dt.date(2027, 1, 1)),
        "cir:3.2.1#logging": "implemented",
        "acme:1.2": "unassessed",
    },
    subject="Harbour Cranes",
    as_of="2026-11-24",
    scope="the site in Bremen",
    whole_entity=False,
    problems=[Problem("odd", path="soa.csv", row=3, column="Status", hint="see there", code="x", span=(1, 2))],
    notes=["row 2 was a heading"],
)


def document(**parts: Any) -> bytes:
    return json.dumps({"nis2map": "assessment", "version": 1, **parts}).encode()


def finding(**parts: Any) -> bytes:
    return document(findings=[{"ref": "A.5.1", "status": "implemented", **parts}])


def places(error: Nis2mapError) -> dict[str, str]:
    return {problem.column: problem.message for problem in error.problems}


# --- round trips


def whole(soa: Assessment) -> dict[str, Any]:
    """Return everything an assessment holds, also what equality ignores."""
    return {
        "findings": {ref: attrs.asdict(finding) for ref, finding in soa.items()},
        **{name: getattr(soa, name) for name in ("subject", "as_of", "scope", "whole_entity", "problems", "notes")},
    }


@pytest.mark.parametrize(
    "soa", [SOA, Assessment(), Assessment.full(), SOA.certified(), attrs.evolve(SOA, whole_entity=None)]
)
def test_assessments_come_back_whole(soa: Assessment) -> None:
    """A document gives back an equal assessment, with the wording, notes and problems that equality ignores, and the same bytes again."""
    data = dumps(soa)
    back = loads(data, Assessment)
    assert back == soa
    assert whole(back) == whole(soa)
    assert dumps(back) == data
    assert loads(data.decode(), Assessment) == soa


def test_the_bundled_dataset_comes_back_with_its_digest(dataset: Dataset) -> None:
    """The whole bundled dataset survives a document: digest, order, crosswalks and scores."""
    data = dumps(dataset)
    back = loads(data, Dataset)
    assert back == dataset
    assert (back.digest, back.version) == (dataset.digest, dataset.version)
    assert list(back) == list(dataset)
    for name, crosswalk in dataset.crosswalks.items():
        assert name in dataset.made_of_verdicts or back.crosswalks[name] == crosswalk
    assert back.measures == dataset.measures
    assert dumps(back) == data
    full = Assessment.full()
    assert coverage(full, dataset=back).overall == coverage(full).overall


@pytest.mark.parametrize("name", ["nis2map", "enisa", "article"])
def test_bundled_crosswalks_come_back_equal(name: str, dataset: Dataset) -> None:
    """Each bundled crosswalk survives a document, one link a line."""
    crosswalk = dataset.crosswalks[name]
    data = dumps(crosswalk)
    assert loads(data, Crosswalk) == crosswalk
    assert dumps(loads(data, Crosswalk)) == data
    assert data.count(b"\n") > len(crosswalk.links)  # one record a line


def test_every_record_of_the_model_is_structured_back(dataset: Dataset) -> None:
    """Every record that the model writes is read as the object that it came from."""
    things = [*dataset, *dataset.frameworks.values(), *dataset.sources.values(), *dataset.measures]
    for thing in things:
        assert structure(record(thing), type(thing)) == thing


def test_documents_have_one_record_a_line_and_no_defaults() -> None:
    """The layout is pinned to the byte: what a user keeps in version control changes line by line."""
    soa = Assessment({"A.5.10": 0.4, "A.5.9": "implemented"}, subject="Größe")
    assert dumps(soa).decode() == (
        '{"nis2map": "assessment",\n"version": 1,\n"subject": "Größe",\n"findings": [\n'
        '{"ref": "iso27001:A.5.9", "status": "implemented"},\n'
        '{"ref": "iso27001:A.5.10", "status": "partial", "degree": 0.4}\n]}\n'
    )
    crosswalk = Crosswalk("ours", ["acme", "nis2"], "iso27001", [Link("acme:1", "A.5.1", "equal-to", source="me")])
    assert dumps(crosswalk).decode() == (
        '{"nis2map": "crosswalk",\n"version": 1,\n"crosswalk": {"id": "ours", "source": ["acme", "nis2"], '
        '"target": "iso27001", "grain": "unit", "links": [\n'
        '{"requirement": "acme:1", "controls": ["iso27001:A.5.1"], "relation": "equal-to", "source": "me"}\n]}}\n'
    )


def test_the_order_of_findings_does_not_matter() -> None:
    """Equal assessments give equal bytes, however they were put together."""
    forth = {"A.5.1": "planned", "A.5.2": 0.25, "nis2:21.2.h": "implemented"}
    back = dict(reversed(forth.items()))
    assert dumps(Assessment(forth)) == dumps(Assessment(back))


def test_texts_of_others_are_left_out(dataset: Dataset) -> None:
    """Licensed texts that a user brought never leave in a document."""
    mine = dataset.with_texts(Texts({parse_ref("A.8.24"): "the licensed text"}))
    assert dumps(mine) == dumps(dataset)


MINE = Dataset.from_parts(
    frameworks=[Framework("acme", "Acme rules", licence="ours"), Framework("set", "A set", "control")],
    requirements=[
        Requirement("acme:1", None, "Backups", "container", addressees=("all",), summary="Everything on backups"),
        Requirement(
            "acme:1.1", "acme:1", "Daily", demands=[Demand("acme:1.1#made", "A backup is made", optout=True), Demand("acme:1.1#read", "It is read")]
        ),
    ],
    controls=[Control("set:C.1", "Backup", "technological", amended=True, note="n")],
    crosswalks=[
        Crosswalk("ours", "acme", "set", [Link("acme:1.1", "set:C.1", "superset-of", covers="made", supports="read")]),
        Crosswalk("theirs", "acme", "set", [Link("acme:1", "set:C.1", "intersects-with", strength=3, review="published")]),
    ],
    sources=[Source("ours", "Our own", date="2026-01-01")],
    measures=[Measure("m1", "Restore test", "21.2.c", text="Restore", closes=["acme:1.1#read", "acme:1"], source="ours")],
    version="7",
)  # fmt: skip


def test_a_dataset_of_ones_own_comes_back() -> None:
    """A user's frameworks, crosswalks, sources and measures survive a document with the same digest."""
    back = loads(dumps(MINE), Dataset)
    assert back.digest == MINE.digest
    assert back.version == "7"
    assert back["acme:1.1#made"] == MINE["acme:1.1#made"]


def test_files_and_streams(tmp_path: Path) -> None:
    """Paths and streams give the same object, nothing is left beside a written file, and bad paths are refused in words of ours."""
    path = tmp_path / "ours.json"
    for value, load in ((SOA, load_assessment), (MINE.crosswalks["ours"], load_crosswalk), (MINE, load_dataset)):
        assert dump(value, path) is None
        assert path.read_bytes() == dumps(value)
        assert os.listdir(tmp_path) == ["ours.json"]  # noqa: PTH208  (nothing beside it)
        found = load(path)
        for source in (str(path), io.BytesIO(dumps(value))):
            again = load(source)
            assert again == found if not isinstance(found, Dataset) else again.digest == found.digest
    assert load_crosswalk(io.BytesIO(dumps(MINE.crosswalks["ours"])), format="json") == MINE.crosswalks["ours"]
    with pytest.raises(InputError, match="format is 'xml'; one of: json"):
        load_crosswalk(path, format="xml")
    with pytest.raises(InputError, match="can't be written: Is a directory"):
        dump(SOA, tmp_path)
    with pytest.raises(InputError, match="can't be written"):
        dump(SOA, tmp_path / "no" / "such")
    with pytest.raises(InputError, match="a text stream was given"):
        load_assessment(io.StringIO("{}"))  # type: ignore[arg-type]


def test_the_suffix_of_a_path_says_what_is_written(tmp_path: Path) -> None:
    """Only a path that ends in .json, or in nothing, gets our document; no report is faked by its name."""
    for name in ("soa.PDF", "soa.json.gz", "soa.v1"):
        with pytest.raises(InputError, match=r"nothing is written as \.\w+; one of: \.json, \.csv, \.xlsx, \.md$"):
            dump(SOA, tmp_path / name)
    assert not list(tmp_path.iterdir())
    for name in ("soa.JSON", "soa", ".json"):
        dump(SOA, str(tmp_path / name))
        assert load_assessment(tmp_path / name) == SOA


def test_a_failed_dump_leaves_the_file_alone(tmp_path: Path) -> None:
    """A value that can't be written destroys no file that was there before."""
    path = tmp_path / "ours.json"
    dump(SOA, path)
    with pytest.raises(InputError, match="half of a surrogate pair and can't be written"):
        dump(Assessment({"A.5.1": Finding("implemented", owner="\ud800")}), path)
    assert load_assessment(path) == SOA


@pytest.mark.parametrize("value", [None, {}, [], "x", Limits(), Assessment, 5.1, parse_ref("A.5.1")])
def test_what_has_no_document(value: Any) -> None:
    """Anything else is refused with the kinds that have a document."""
    with pytest.raises(InputError, match="can't be written as a document; one of: Assessment, Crosswalk, Dataset"):
        dumps(value)


@pytest.mark.parametrize("value", [object(), float("nan"), {1}])
def test_values_that_json_has_no_form_for(value: Any) -> None:
    """A value that JSON can't hold is an error of ours when it is written."""
    with pytest.raises(InputError, match="a value can't be written in JSON"):
        dumps(Crosswalk("x", "acme", "set", [Link("acme:1", "set:1", "intersects-with", strength=value)]))


@pytest.mark.parametrize("kind", [dict, Limits, "assessment", None, []])
def test_what_no_document_is_read_as(kind: Any) -> None:
    """A document is read as one of its kinds and as nothing else."""
    with pytest.raises(InputError, match="can't be read from a document; one of"):
        loads(dumps(SOA), kind)


def test_what_is_no_data() -> None:
    """A document is bytes or text; a stream or another object is refused."""
    for data in (None, 5, SOA, memoryview(b"{}"), io.BytesIO(b"{}")):
        with pytest.raises(InputError, match=f"the document: expected bytes, got {type(data).__name__}"):
            loads(data, Assessment)  # type: ignore[arg-type]
        with pytest.raises(InputError, match=f"a part: expected bytes, got {type(data).__name__}"):
            parse_json(data, name="a part", limits=Limits())  # type: ignore[arg-type]
    assert loads(bytearray(dumps(SOA)), Assessment) == SOA  # type: ignore[arg-type]


# --- the top of a document

TOPS = [
    (b"null", "an object is expected at the top, not null"),
    (b"5.1", "an object is expected at the top, not the number 5.1"),
    (b"true", "not true"),
    (b'"x"', "not the text 'x'"),
    (b"[]", "not a list"),
    (b"{}", "an object with no keys stands at the top, not a document of kind 'assessment'; it starts with"),
    (b'{"schema_version": 1, "controls": []}', "an object with 'schema_version', 'controls' stands at the top"),
    (b'{"nis2map": "crosswalk", "version": 1}', "a document of kind 'crosswalk' stands at the top"),
    (b'{"nis2map": 1, "version": 1}', "a document of kind 1 stands at the top"),
    (b'{"nis2map": ["assessment"], "version": 1}', "stands at the top"),
]


@pytest.mark.parametrize(("data", "words"), TOPS)
def test_the_top_level_is_checked_first(data: bytes, words: str) -> None:
    """Another document is called by what stands at its top, before its parts are looked at."""
    with pytest.raises(InputError, match=words) as caught:
        loads(data, Assessment)
    assert len(caught.value.problems) == 1
    for kind in (Dataset, Crosswalk) if b"crosswalk" not in data else (Dataset,):
        with pytest.raises(InputError):
            loads(data, kind)


@pytest.mark.parametrize("version", ['"1"', "1.0", "true", "null", "2", "0", "[1]", "-1"])
def test_the_version_is_the_whole_number_one(version: str) -> None:
    """The version of the layout is the number 1 and no spelling of it."""
    with pytest.raises(InputError) as caught:
        loads(f'{{"nis2map": "assessment", "version": {version}, "findings": []}}', Assessment)
    assert [problem.column for problem in caught.value.problems] == ["/version"]
    with pytest.raises(DatasetError, match="version"):
        loads(f'{{"nis2map": "dataset", "version": {version}}}', Dataset)


def test_the_version_may_not_be_missing() -> None:
    """A document without a version is refused, not read as the latest."""
    with pytest.raises(InputError, match="the key 'version' is missing"):
        loads(b'{"nis2map": "assessment"}', Assessment)


# --- what JSON parsers let pass

LOOSE = [
    (finding(degree=float("nan")), "/findings/0/degree", "NaN is not a number in JSON"),
    (finding(degree=float("inf")), "/findings/0/degree", "Infinity is not a number"),
    (b'{"nis2map": "assessment", "version": 1, "x": [-Infinity]}', "/x/0", "-Infinity is not a number"),
    (b'{"nis2map": "assessment", "version": 1e999}', "/version", "the number '1e999' is out of range"),
    (b'{"nis2map": "assessment", "version": 1' + b"0" * 5000 + b"}", "/version", "is out of range"),
    (b'{"nis2map": "assessment", "version": 0.' + b"1" * 5000 + b"}", "/version", "is out of range"),
    (b'{"nis2map": "assessment", "version": 1, "version": 1}', "/version", "the key is given twice"),
    (b'{"nis2map": "assessment", "version": 1, "a/b~c": {"d": 1, "d": 2}}', "/a~1b~0c/d", "the key is given twice"),
    (document(subject="\ud800"), "/subject", "half of a surrogate pair"),
    (document(notes=["fine", "\udfff x"]), "/notes/1", "half of a surrogate pair"),
    (b'{"nis2map": "assessment", "version": 1, "\\ud800": 1}', "", "a key contains half of a surrogate pair"),
]


@pytest.mark.parametrize(("data", "place", "words"), LOOSE)
def test_loose_ends_of_json_are_refused_with_their_place(data: bytes, place: str, words: str) -> None:
    """What parsers let pass (NaN, repeated keys, lone surrogates, numbers without end) is refused at its place."""
    with pytest.raises(InputError) as caught:
        loads(data, Assessment)
    (problem,) = caught.value.problems
    assert problem.column == place
    assert words in problem.message


def test_loose_ends_come_all_at_once() -> None:
    """All of them are reported in one error, in the order of the document."""
    with pytest.raises(InputError, match="5 problems") as caught:
        loads(b'{"a": NaN, "b": 1e999, "c": "\\udc00", "d": {"e": 1, "e": Infinity}}', Assessment)
    assert list(places(caught.value)) == [
        "/a",
        "/b",
        "/c",
        "/d/e",
    ]  # the last of a repeated key stands, and is infinite


def test_pairs_of_surrogates_are_characters() -> None:
    """An escaped pair is the character that it means."""
    soa = loads(b'{"nis2map": "assessment", "version": 1, "subject": "\\ud83d\\udd12 \\u0000"}', Assessment)
    assert soa.subject == "🔒 \0"


BROKEN = [
    (dumps(SOA) + dumps(SOA), r"row \d+: text stands after the end of the document \(offset \d+\)"),
    (b'{"nis2map": 1}x', r"after the end of the document \(offset 14\)"),
    (b'{"nis2map": }', r"row 1: not JSON: Expecting value \(offset 12\)"),
    (b'{"nis2map": "a\nb"}', "not JSON: Invalid control character"),
    (b"{'nis2map': 1}", "not JSON: Expecting property name"),
    (b'{"nis2map": 01}', "not JSON"),
    (b'{"nis2map": "a', "not JSON: Unterminated string"),
    (b'"' + b'\\"' * 200_000, "not JSON: Unterminated string"),
    (b'"\\', "not JSON"),
    (b"[" * 60, "not JSON"),
    (b"]" * 60, "not JSON"),
    (b"   ", "not JSON"),
    (b"", "not JSON|is empty"),
    (b"\xef\xbb\xbf", "not JSON"),
    (b"\x80\x04\x95", "is not UTF-8; JSON is written in UTF-8"),
    ('{"nis2map": "é"}'.encode("latin-1"), "is not UTF-8"),
    ('{"nis2map": 1}'.encode("utf-16-be"), "encoding that is not recognised"),
    (gzip.compress(dumps(SOA)), "is gzip data, not JSON"),
    (b"PK\x03\x04", "is a zip archive or an Office workbook, not JSON"),
]


@pytest.mark.parametrize(("data", "words"), BROKEN)
def test_what_is_no_json(data: bytes, words: str) -> None:
    """What is not JSON is refused with line and offset."""
    with pytest.raises(InputError, match=words):
        loads(data, Assessment)
    with pytest.raises(InputError, match=words):
        load_assessment(io.BytesIO(data))


def test_other_encodings_of_unicode_are_read_by_their_mark() -> None:
    """A byte order mark decides the encoding."""
    text = dumps(SOA).decode()
    for encoding in ("utf-8-sig", "utf-16"):
        assert loads(text.encode(encoding), Assessment) == SOA


# --- limits

DEEP = [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 65 + b"]" * 65, b'{"a":[' * 33 + b"]}" * 33, b"[]," * 3 + b"[" * 65]


@pytest.mark.parametrize("data", DEEP, ids=lambda data: repr(data[:8]))
def test_nesting_is_measured_before_parsing(data: bytes) -> None:
    """Depth is measured before the parser can run out of stack."""
    with pytest.raises(LimitExceeded, match="nests deeper than 64 levels"):
        loads(data, Assessment)


def test_the_deepest_that_is_allowed() -> None:
    """The limit itself is allowed, one more is not, and brackets inside texts do not count."""
    for depth, kind in ((64, InputError), (65, LimitExceeded)):
        with pytest.raises(InputError) as caught:
            loads(b"[" * depth + b"]" * depth, Assessment)
        assert type(caught.value) is kind
    brackets = document(subject='[[[[{"' * 200, notes=["]\\", '\\"[' * 100])  # in texts they are no structure
    assert loads(brackets, Assessment).subject == '[[[[{"' * 200
    with pytest.raises(LimitExceeded, match="deeper than 2 levels"):
        loads(dumps(SOA), Assessment, limits=Limits(nesting=2))
    deep = b"[" * 20_000 + b"]" * 20_000
    with pytest.raises(LimitExceeded, match="nests deeper"):  # also where the caller allows more than Python can
        loads(deep, Assessment, limits=Limits(nesting=100_000))


@pytest.mark.parametrize(
    ("limits", "data", "words"),
    [
        (Limits(bytes=50), dumps(SOA), "more than 50 bytes"),
        (Limits(rows=1), document(notes=["x"] * 101), "holds more than 100 values"),
        (Limits(), b"[" + b"[]," * 600_000 + b"[]]", "holds more than 1000000 values"),
        (Limits(), b"[" + b"1," * 1_200_000 + b"1]", "holds more than 1000000 values"),
    ],
)
def test_limits(limits: Limits, data: bytes, words: str) -> None:
    """Bytes and values are limited for every kind of document."""
    for load in (load_assessment, load_crosswalk, load_dataset):
        with pytest.raises(LimitExceeded, match=words):
            load(io.BytesIO(data), limits=limits)
    with pytest.raises(InputError, match="limits is 3"):
        load_assessment(io.BytesIO(data), limits=3)  # type: ignore[arg-type]


def test_long_texts_pass() -> None:
    """Limits of cells are those of tables: a long text in a document is kept."""
    soa = Assessment({"A.5.1": Finding("implemented", justification="x" * 200_000)})
    assert loads(dumps(soa), Assessment)["A.5.1"].justification == "x" * 200_000


def test_problems_are_capped_with_a_count_in_bounded_memory() -> None:
    """A document of a hundred thousand mistakes takes little memory and tells how many are not listed."""
    rows = ",".join(['{"ref": 5.1, "status": 1, "owner": null}'] * 100_000)
    data = f'{{"nis2map": "assessment", "version": 1, "findings": [{rows}]}}'
    tracemalloc.start()
    with pytest.raises(InputError) as caught:
        loads(data, Assessment)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200 * 2**20
    assert len(caught.value.problems) == 101
    messages = [problem.message for problem in caught.value.problems]
    assert any("the rest of the list is not looked at" in message for message in messages)
    assert "903 more problems are not listed" in messages
    keys = ", ".join(f'"k{n}": 1' for n in range(3_000))
    with pytest.raises(InputError) as caught:
        loads(f'{{"nis2map": "assessment", "version": 1, {keys}}}', Assessment, limits=Limits(problems=5_000))
    assert len(caught.value.problems) == 1_001
    assert "2000 more keys are not known here" in str(caught.value.problems[0])
    loose = "[" + ", ".join(["NaN"] * 500) + "]"
    with pytest.raises(InputError) as caught:
        loads(loose, Assessment)
    assert len(caught.value.problems) == 101
    assert "400 more problems are not listed" in {problem.message for problem in caught.value.problems}


# --- nothing is coerced: (a part of a finding, what is said of it)

STRICT = [
    ({"ref": 5.1}, "/ref", "it may mean 5.1 or 5.10"),
    ({"ref": 5}, "/ref", "is not a reference"),
    ({"ref": None}, "/ref", "a reference is a text, not NoneType"),
    ({"ref": ["A.5.1"]}, "/ref", "a reference is a text, not list"),
    ({"ref": {}}, "/ref", "a reference is a text"),
    ({"ref": True}, "/ref", "a reference is a text, not bool"),
    ({"ref": ""}, "/ref", "an empty text is not a reference"),
    ({"ref": "5.1"}, "/ref", "'5.1'"),
    ({"ref": "A.8.35"}, "/ref", "iso27001 has no unit 'A.8.35'"),
    ({"status": 1}, "/status", "a text is expected here, not the number 1"),
    ({"status": True}, "/status", "a text is expected here, not true"),
    ({"status": None}, "/status", "a text is expected here, not null"),
    ({"status": ["implemented"]}, "/status", "a text is expected here, not a list"),
    ({"status": "Implemented"}, "/status", "'Implemented' is not a status"),
    ({"status": "done"}, "/status", "'done' is not a status"),
    ({"status": "partial", "degree": 1}, "/degree", "a number with a decimal point is expected here, not the number 1"),
    ({"status": "partial", "degree": True}, "/degree", "a number with a decimal point is expected here, not true"),
    ({"status": "partial", "degree": "0.5"}, "/degree", "not the text '0.5'"),
    ({"status": "partial", "degree": "1e1000000000"}, "/degree", "not the text"),
    ({"status": "partial", "degree": [0.5]}, "/degree", "not a list"),
    ({"status": "partial", "degree": 1.0}, "", "is not a float strictly between 0 and 1"),
    ({"status": "partial", "degree": -0.5}, "", "is not a float strictly between 0 and 1"),
    ({"degree": 0.5}, "", "a degree is allowed only for partial, not on implemented"),
    ({"justification": None}, "/justification", "a text is expected here, not null"),
    ({"justification": 5}, "/justification", "a text is expected here, not the number 5"),
    ({"owner": ["x"]}, "/owner", "a text is expected here, not a list"),
    ({"evidence": "abc"}, "/evidence", "a list is expected here, not the text 'abc'"),
    ({"evidence": {"0": "a"}}, "/evidence", "a list is expected here, not an object"),
    ({"evidence": None}, "/evidence", "a list is expected here, not null"),
    ({"evidence": ["a", 1]}, "/evidence/1", "a text is expected here, not the number 1"),
    ({"date": "20260131"}, "/date", "a date like 2026-11-24 is expected here"),
    ({"date": "2026-02-30"}, "/date", "a date like 2026-11-24 is expected here"),
    ({"date": "2026-01-31T00:00:00"}, "/date", "a date like 2026-11-24 is expected here"),
    ({"date": "２０２６-01-31"}, "/date", "a date like 2026-11-24 is expected here"),
    ({"date": 20260131}, "/date", "a date like 2026-11-24 is expected here, not the number 20260131"),
    ({"valid_until": False}, "/valid_until", "a date like 2026-11-24 is expected here, not false"),
    ({"applicable": "false"}, "/applicable", "the key is not known here"),
    ({"a/b~c": 1}, "/a~1b~0c", "the key is not known here"),
]


@pytest.mark.parametrize(("part", "place", "words"), STRICT, ids=lambda value: str(value)[:40])
def test_nothing_is_coerced_in_a_finding(part: dict[str, Any], place: str, words: str) -> None:
    """A value of another type is refused at its place: no number is an id, no text a number, no list a text."""
    good = {"ref": "A.5.2", "status": "planned"}
    with pytest.raises(InputError) as caught:
        loads(document(findings=[good, {"ref": "A.5.1", "status": "implemented", **part}]), Assessment)
    (problem,) = caught.value.problems
    assert problem.column == f"/findings/1{place}"
    assert words in problem.message
    assert problem.path == "the document"


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"findings": {}}, "/findings"),
        ({"findings": None}, "/findings"),
        ({"findings": "ab"}, "/findings"),
        ({"findings": [5]}, "/findings/0"),
        ({"findings": [None]}, "/findings/0"),
        ({"findings": [[]]}, "/findings/0"),
        ({"findings": [{"status": "implemented"}]}, "/findings/0"),
        ({"subject": None}, "/subject"),
        ({"as_of": 2026}, "/as_of"),
        ({"whole_entity": 0}, "/whole_entity"),
        ({"whole_entity": "false"}, "/whole_entity"),
        ({"notes": "x"}, "/notes"),
        ({"problems": [{"path": "x"}]}, "/problems/0"),
        ({"problems": [{"message": "x", "row": 1.0}]}, "/problems/0/row"),
        ({"problems": [{"message": "x", "span": [1]}]}, "/problems/0/span"),
        ({"extra": 1}, "/extra"),
    ],
)
def test_nothing_is_coerced_in_an_assessment(parts: dict[str, Any], place: str) -> None:
    """The parts of an assessment keep their types, each refused at its own place."""
    with pytest.raises(InputError) as caught:
        loads(document(**parts), Assessment)
    assert list(places(caught.value)) == [place]


def test_null_stands_only_where_a_value_is_optional() -> None:
    """A null reads as "not given" where that is possible."""
    soa = loads(
        document(as_of=None, whole_entity=None, findings=[{"ref": "A.5.1", "status": "partial", "degree": None}]),
        Assessment,
    )
    assert soa == Assessment({"A.5.1": "partial"})


def test_any_spelling_of_a_unit_is_read_and_no_unit_twice() -> None:
    """Ids may be written as lawyers write them; two spellings of one unit are a conflict."""
    rows = [{"ref": ref, "status": "implemented"} for ref in ("ISO 27001 A.8.24", "Art. 21(2)(h)", "CIR 9.2(c)(iv)")]
    soa = loads(document(findings=rows), Assessment)
    assert list(map(str, soa)) == ["nis2:21.2.h", "cir:9.2.c.iv", "iso27001:A.8.24"]
    with pytest.raises(InputError) as caught:
        loads(document(findings=[*rows, {"ref": "iso27001:A.8.24", "status": "planned"}]), Assessment)
    assert places(caught.value) == {"/findings/3/ref": "iso27001:A.8.24 has a finding already, in /findings/0"}


def test_all_problems_of_an_assessment_come_at_once() -> None:
    """One error lists every mistake of the document with its pointer."""
    rows: list[Any] = [
        {"ref": "A.5.1", "status": 1},
        {"ref": "A.5.1", "status": "partial", "degree": "abc"},
        {"ref": "A.5.1", "status": "implemented", "applicable": "false"},
        {"ref": None, "status": "implemented"},
        {"ref": ["A.5.1"], "status": "implemented"},
        "A.5.2",
    ]
    with pytest.raises(InputError, match="the document is not a valid assessment: 8 problems") as caught:
        loads(document(version="1", subject=5, findings=rows), Assessment)
    assert sorted(places(caught.value)) == [
        "/findings/0/status", "/findings/1/degree", "/findings/2/applicable", "/findings/3/ref", "/findings/4/ref", "/findings/5",
        "/subject", "/version",
    ]  # fmt: skip
    assert {problem.code for problem in caught.value.problems} == {"bad-type", "bad-value", "unknown-key"}


# --- crosswalks and datasets

LINK = {"requirement": "nis2:21.2.h", "controls": ["A.8.24"], "relation": "intersects-with"}


def crosswalk(*links: Any, **parts: Any) -> bytes:
    head = {"id": "x", "source": "nis2", "target": "iso27001", "links": list(links), **parts}
    return json.dumps({"nis2map": "crosswalk", "version": 1, "crosswalk": head}).encode()


BAD_LINKS = [
    ({"requirement": 21.2}, "/requirement", "is not a reference"),
    ({"requirement": "nis2:21.2.zz"}, "/requirement", "does not have the form of an id of nis2"),
    ({"controls": "A.8.24"}, "/controls", "a list is expected here, not the text 'A.8.24'"),
    ({"controls": [5.1]}, "/controls/0", "it may mean 5.1 or 5.10"),
    ({"controls": None}, "/controls", "a list is expected here, not null"),
    ({"relation": "covers"}, "/relation", "'covers' is not a relation"),
    ({"relation": None}, "/relation", "a text is expected here, not null"),
    ({"review": "sure"}, "/review", "'sure' is not a review"),
    ({"strength": True}, "/strength", "a whole number is expected here, not true"),
    ({"strength": 5.0}, "/strength", "a whole number is expected here, not the number 5.0"),
    ({"strength": "5"}, "/strength", "a whole number is expected here, not the text '5'"),
    ({"covers": "logging"}, "/covers", "a list is expected here"),
    ({"covers": [1]}, "/covers/0", "a text is expected here, not the number 1"),
    ({"covers": ["two words"]}, "", "does not have the form of an id"),
    ({"rationale": None}, "/rationale", "a text is expected here, not null"),
    ({"rational": "typo"}, "/rational", "the key is not known here"),
]


@pytest.mark.parametrize(("part", "place", "words"), BAD_LINKS, ids=lambda value: str(value)[:40])
def test_nothing_is_coerced_in_a_link(part: dict[str, Any], place: str, words: str) -> None:
    """The parts of a link keep their types and their words."""
    with pytest.raises(DatasetError, match="the document is not a valid crosswalk: 1 problem") as caught:
        loads(crosswalk(LINK, {**LINK, **part}), Crosswalk)
    (problem,) = caught.value.problems
    assert problem.column == f"/crosswalk/links/1{place}"
    assert words in problem.message


def test_unknown_keys_name_the_known_ones() -> None:
    """A misspelt key is refused with the keys that exist."""
    with pytest.raises(DatasetError) as caught:
        loads(crosswalk(colour="red"), Crosswalk)
    (problem,) = caught.value.problems
    assert problem.column == "/crosswalk/colour"
    assert problem.hint.startswith("known: id, source, target, links, grain, title")


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"source": 5}, "/source"),
        ({"source": ["nis2", 5]}, "/source/1"),
        ({"source": None}, "/source"),
        ({"grain": "atom"}, "/grain"),
        ({"grain": None}, "/grain"),
        ({"links": {}}, "/links"),
        ({"notes": "one"}, "/notes"),
        ({"date": dt.date(2026, 1, 1).toordinal()}, "/date"),
    ],
)
def test_nothing_is_coerced_in_a_crosswalk(part: dict[str, Any], place: str) -> None:
    """The parts of a crosswalk keep their types, each refused at its own place."""
    with pytest.raises(DatasetError) as caught:
        loads(crosswalk(**part), Crosswalk)
    assert list(places(caught.value)) == [f"/crosswalk{place}"]


def test_a_loaded_crosswalk_joins_the_dataset_or_says_why_not(dataset: Dataset) -> None:
    """Whether a crosswalk fits is said when it joins a dataset."""
    found = loads(crosswalk({**LINK, "source": "me"}), Crosswalk)
    assert found.links[0].controls == (parse_ref("A.8.24"),)
    assert dataset.with_crosswalk(attrs.evolve(found, links=[attrs.evolve(found.links[0], source="")])).links("x")
    with pytest.raises(DatasetError, match="stands twice"):
        dataset.with_crosswalk(attrs.evolve(found, links=[*found.links, *found.links]))


def data_set(**parts: Any) -> bytes:
    base: dict[str, Any] = {
        "frameworks": [{"id": "acme"}, {"id": "set", "side": "control"}],
        "requirements": [{"ref": "acme:1", "title": "Backups"}],
        "controls": [{"ref": "set:1"}],
    }
    return json.dumps({"nis2map": "dataset", "version": 1, **base, **parts}).encode()


BAD_PARTS = [
    ({"frameworks": [{"id": 5}]}, "/frameworks/0/id", "a text is expected here"),
    ({"frameworks": [{"id": "acme", "side": "both"}]}, "/frameworks/0/side", "'both' is not a side"),
    ({"frameworks": [{"id": "acme", "side": 1}]}, "/frameworks/0/side", "a text is expected here"),
    ({"frameworks": [{}]}, "/frameworks/0", "the key 'id' is missing"),
    ({"requirements": [{"ref": 5.1}]}, "/requirements/0/ref", "is not a reference"),
    ({"requirements": [{"ref": "acme:1", "role": "duty"}]}, "/requirements/0/role", "'duty' is not a role"),
    ({"requirements": [{"ref": "acme:1", "addressees": "all"}]}, "/requirements/0/addressees", "a list is expected"),
    ({"requirements": [{"ref": "acme:1", "optout": 1}]}, "/requirements/0/optout", "true or false is expected here"),
    ({"requirements": [{"ref": "acme:1", "elaborates": ["nis2:99"]}]}, "/requirements/0/elaborates/0", "nis2 has no unit"),
    ({"requirements": [{"ref": "acme:1", "demands": [{"id": "a"}]}]}, "/requirements/0/demands/0", "the key 'label' is missing"),
    ({"requirements": [{"ref": "acme:1", "demands": [{"label": "a"}]}]}, "/requirements/0/demands/0", "a demand has an id, or a ref"),
    (
        {"requirements": [{"ref": "acme:1", "demands": [{"label": "a", "id": "b", "ref": "acme:1"}]}]},
        "/requirements/0/demands/0", "a demand has an id, or a ref",
    ),
    ({"requirements": [{"ref": "acme:1", "demands": [{"label": "a", "id": "B c"}]}]}, "/requirements/0/demands/0", "not have the form of an id"),
    ({"requirements": [{"ref": "acme:1", "demands": [{"label": "a", "ref": "acme:2#b"}]}]}, "/requirements/0/demands/0", "is not of acme:1"),
    ({"requirements": [{"ref": "acme:1", "demands": [{"label": 1, "id": "b"}]}]}, "/requirements/0/demands/0/label", "a text is expected"),
    ({"controls": [{"ref": "set:1", "heading": "no"}]}, "/controls/0/heading", "true or false is expected here"),
    ({"sources": [{"id": "s", "date": None}]}, "/sources/0/date", "a text is expected here, not null"),
    ({"measures": [{"id": "m", "closes": ["A.8.35"]}]}, "/measures/0/closes/0", "has no unit"),
    ({"dataset_version": 3}, "/dataset_version", "a text is expected here"),
    ({"tables": []}, "/tables", "the key is not known here"),
    # what fits no record is found when the parts are put together, and has its place too
    ({"requirements": [{"ref": "acme:1", "parent": "acme:9"}]}, "/requirements/0", "the parent 'acme:9' does not exist"),
    ({"controls": [{"ref": "set:1"}, {"ref": "set:1"}]}, "/controls/1", "the unit stands twice"),
    ({"frameworks": [{"id": "acme"}, {"id": "acme"}, {"id": "set", "side": "control"}]}, "/frameworks", "declared twice"),
    (
        {"crosswalks": [{"id": "x y", "source": "acme", "target": "set", "links": [{"requirement": "acme:2", "controls": [], "relation": "no-relationship"}]}]},
        "/crosswalks/0/links/0", "the requirement does not exist",
    ),
    ({"crosswalks": [{"id": "x", "source": "beta", "target": "set"}]}, "/crosswalks/0", "'beta' is not a declared framework"),
    ({"measures": [{"id": "m", "closes": ["acme:2"]}]}, "/measures/0", "it closes 'acme:2', which does not exist"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "place", "words"), BAD_PARTS, ids=lambda value: str(value)[:60])
def test_bad_datasets_name_the_place(parts: dict[str, Any], place: str, words: str) -> None:
    """Every mistake of a dataset, also one that shows only when its parts meet, has the pointer of its record."""
    assert loads(data_set(), Dataset)["acme:1"].title == "Backups"
    with pytest.raises(DatasetError, match="the document is not a valid dataset: 1 problem") as caught:
        loads(data_set(**parts), Dataset)
    (problem,) = caught.value.problems
    assert problem.column == place
    assert words in problem.message


def test_every_class_that_users_supply_refuses_other_tops() -> None:
    """No class is made of anything but an object with its keys."""
    for kind in (Framework, Requirement, Control, Link, Crosswalk, Source, Measure, Finding, Problem):
        for value in (None, [], "abc", 5, 5.1, True, [{}], ()):
            with pytest.raises(
                DatasetError, match=r"mine\.json is not a valid \w+: 1 problem: mine\.json: an object is expected here"
            ):
                structure(value, kind, path="mine.json")
        with pytest.raises(DatasetError, match=r"the key '\w+' is missing"):
            structure({}, kind)


def test_errors_pickle_and_stay_short() -> None:
    """Errors about hostile documents stay short and printable and survive pickling."""
    import pickle

    with pytest.raises(InputError) as caught:
        loads(document(**{"x" * 10_000 + "\x1b[31m\n": 1}, subject=["y" * 10_000]), Assessment)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    for text in (str(again), *map(str, again.problems), *(problem.column for problem in again.problems)):
        assert len(text) <= 500
        assert text.isprintable()


def test_structuring_from_many_threads_at_once() -> None:
    """The first use from many threads at once gives one answer."""
    code = (
        "import threading, nis2map\n"
        "from nis2map.formats import dumps, loads\n"
        "data = dumps(nis2map.load()); soa = dumps(nis2map.Assessment.full()); found = []\n"
        "gate = threading.Barrier(8)\n"
        "def work():\n"
        "    gate.wait(); found.append((loads(data, nis2map.Dataset).digest, len(loads(soa, nis2map.Assessment))))\n"
        "threads = [threading.Thread(target=work) for _ in range(8)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
        "print(len(found), len(set(found)))"
    )
    found = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["8", "1"]


def test_cattrs_is_imported_on_first_use_only() -> None:
    """Writing and importing cost no import of cattrs, reading does."""
    code = (
        "import sys, nis2map\nfrom nis2map.formats import dumps, loads, read_soa\n"
        "import nis2map.formats._structure, nis2map.formats.json\n"
        "data = dumps(nis2map.Assessment.full()); print('cattrs' in sys.modules)\n"
        "loads(data, nis2map.Assessment); print('cattrs' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "True"]


def test_nothing_is_changed_by_writing() -> None:
    """Writing leaves the object as it was."""
    before = whole(SOA)
    dumps(SOA)
    assert whole(SOA) == before


# --- the study of bad documents, each rebuilt in our layout in hostile.py

CORPUS: dict[str, int | str | list[str]] = {  # how many findings, or the words of one problem, or the places of several
    "J00": 1,
    "J05": ["/findings/0/degree", "/findings/1/degree", "/findings/2/degree"],
    "J07": ["/findings/0/justification"],
    "J09": 1,
    "J10null": "not null",
    "J10number": "not the number 5.1",
    "J11": r"text stands after the end of the document \(offset \d+\)",
    "J12": ["/findings/0/status", "/findings/1/degree", "/findings/2/applicable", "/findings/3/ref", "/findings/4/ref",
            "/findings/5"],
    "J14": ["/findings/0/degree"],
    "J17": ["/version"],
    "J19": ["/findings/0/degree", "/findings/1/degree", "/findings/2/degree"],
    "J25": 93,
}  # fmt: skip


@pytest.mark.parametrize(("id_", "wanted"), CORPUS.items())
def test_the_corpus_of_bad_documents(id_: str, wanted: int | str | list[str]) -> None:
    """A document of the study is read whole, or refused with the places of all that is wrong."""
    data = hostile.JSON[id_]
    if isinstance(wanted, int):
        assert len(loads(data, Assessment)) == wanted
        return
    with pytest.raises(InputError, match=wanted if isinstance(wanted, str) else None) as caught:
        loads(data, Assessment)
    if isinstance(wanted, list):
        assert [problem.column for problem in caught.value.problems] == wanted


def test_the_corpus_is_met_whole_and_other_layouts_are_refused() -> None:
    """Every document of the study is asked for, and one in somebody else's layout is refused by its first words."""
    assert set(CORPUS) == set(hostile.JSON)
    theirs = {"schema": 1, "standard": "27001", "rows": [{"control": "A.5.1", "score": 1.0}]}
    with pytest.raises(InputError, match="'schema', 'standard', 'rows'"):
        loads(json.dumps(theirs).encode(), Assessment)


def test_numbers_in_texts_are_never_worked_out() -> None:  # J19
    """A number that is written as a text is refused unread, or one of a thousand million digits would stop us."""
    with pytest.raises(InputError) as caught:
        loads(hostile.JSON["J19"], Assessment)
    assert all("a number with a decimal point" in problem.message for problem in caught.value.problems)
    assert all("text" in problem.message for problem in caught.value.problems)


def test_nothing_applicable_is_no_division_by_zero() -> None:  # J25
    """If nothing applies the controls give 0, and if no demand is counted there is no number."""
    soa = loads(hostile.JSON["J25"], Assessment)
    assert {str(one.status) for one in soa.values()} == {"not_applicable"}
    overall = coverage(soa).overall
    # leaving out a control excludes no duty: what the controls give is then nothing, and that is a number
    assert (overall.low, overall.estimate) == (0, 0)
    assert overall.demands > 0
    # if all that was asked for is left out with a reason, there is no number at all
    depends = Requirement("acme:1", demands=[Demand("acme:1#made", "It is made", condition="it_is_made")])
    link = Link("acme:1", "set:1", "subset-of", covers="made")
    small = Dataset.from_parts(
        frameworks=[Framework("acme"), Framework("set", side="control")],
        requirements=[depends],
        controls=[Control("set:1")],
        crosswalks=[Crosswalk("ours", "acme", "set", [link])],
    )
    excluded = loads(
        document(findings=[{"ref": "acme:1", "status": "not_applicable", "justification": "x"}]), Assessment
    )
    score = coverage(excluded, framework="acme", crosswalk="ours", dataset=loads(dumps(small), Dataset)).overall
    assert (score.low, score.estimate, score.high, score.excluded) == (None, None, None, 1)


def test_pickles_are_never_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # M18
    """No reader unpickles: the command in the pickle leaves no file behind."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.json", "a.csv", "a.xlsx"):
        Path(name).write_bytes(hostile.PICKLE)
        for load in (load_assessment, load_crosswalk, load_dataset, read_soa):
            with pytest.raises(InputError):
                load(name)
    assert sorted(os.listdir()) == ["a.csv", "a.json", "a.xlsx"]  # noqa: PTH208  (no canary)


def test_the_package_evaluates_nothing() -> None:
    """No module of the package can run code out of data."""
    import ast

    for path in Path(nis2map.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None)}
                assert not names & {"pickle", "marshal", "shelve"}, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec"), path
