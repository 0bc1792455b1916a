"""The bundled data: counts, sets against the reference facts, provenance, and what must not be in it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

import nis2map
from nis2map import Dataset, DatasetError, Ref, Relation, Role, overlap, parse_ref
from nis2map.data._tables import read_bytes, table
from nis2map.dataset._store import digest_of
from nis2map.model import ReviewState, Theme

from .evidence import copied, facts, law_grams, whole

DATA = Path(nis2map.__file__).parent / "data"


def test_manifest_lists_every_file_with_its_hash_and_provenance() -> None:
    """The manifest has each packaged file once, with its true hash and count, and says where it comes from."""
    manifest = table("MANIFEST")
    listed = {entry["name"] for entry in manifest["files"]}
    for entry in manifest["files"]:
        data = read_bytes(entry["name"])
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["name"]
        assert len(json.loads(data)) == entry["records"]
        assert all(entry[field] for field in ("source", "locator", "retrieved", "licence", "made"))
    if DATA.is_dir():
        assert listed == {path.name for path in DATA.glob("*.json")} - {"MANIFEST.json"}


def test_digest_is_that_of_the_content(dataset: Dataset) -> None:
    """The digest that the manifest states is the one of the records that users get."""
    assert digest_of(dataset.records()) == dataset.digest
    assert re.fullmatch(r"[0-9a-f]{64}", dataset.digest)


def test_one_record_a_line_and_no_number_is_an_id() -> None:
    """A change of one record changes one line, and an id is a text, since 5.10 as a number would be 5.1."""
    for entry in table("MANIFEST")["files"]:
        text = read_bytes(entry["name"]).decode()
        lines = text.splitlines()
        if entry["name"] == "ids.json":
            continue
        assert (lines[0], lines[-1]) == ("[", "]") or text.strip() == "[]"
        assert len(lines) == entry["records"] + 2 or not entry["records"]
        assert not re.search(r'"(?:ref|parent|requirement|id)": ?\d', text)


def test_counts_of_iso_27001(dataset: Dataset) -> None:
    """The standard has its 30 clauses and 93 controls, and marks the two that Amendment 1:2024 changed."""
    themes = Counter(control.theme for control in dataset.controls())
    assert themes == {
        Theme.CLAUSE: 30,
        Theme.ORGANIZATIONAL: 37,
        Theme.PEOPLE: 8,
        Theme.PHYSICAL: 14,
        Theme.TECHNOLOGICAL: 34,
    }
    assert [c.ref.local for c in dataset.controls(headings=True) if c.amended] == ["4.1", "4.2"]
    assert dataset["A.8.24"].title == "Use of cryptography"


def test_counts_of_the_cir(dataset: Dataset) -> None:
    """The CIR's Annex has 436 points, 335 of them leaves with demands, 59 with a phrase of the opt-out."""
    units = [unit for unit in dataset.requirements("cir") if not unit.ref.local.startswith("art.")]
    leaves = [unit for unit in units if not dataset.children(unit.ref)]
    assert (len(units), len(leaves), sum(unit.optout for unit in units)) == (436, 335, 59)
    assert all(unit.demands for unit in leaves)


def test_chapeaus_that_ask_by_themselves_carry_demands(dataset: Dataset) -> None:
    """A parent whose own text asks what no point below it says carries demands of its own."""
    named = "2.1.2 3.1.2 3.2.3 4.1.2 4.2.2 4.2.4 4.3.2 5.1.2 5.2 6.6.1 7.2 8.1.2 8.2.3 12.4.2".split()
    assert [local for local in named if not dataset[f"cir:{local}"].demands] == []


def test_core_duties(dataset: Dataset) -> None:
    """The default set of the Directive is its 68 core duties, each of which asks something itself or below."""
    core = dataset.requirements("nis2", core=True)
    assert [unit.ref.local for unit in core] == [local for row in facts("core") for local in row["core"]]
    assert len(core) == 68
    assert all(unit.role.is_duty for unit in core)
    without = {str(unit.ref) for unit in core if not unit.demands}
    assert all(dataset.children(ref) or ref == "nis2:23.4.s1" for ref in without), without


def test_the_default_set_of_the_cir_is_its_annex(dataset: Dataset) -> None:
    """Every point of the Annex that asks anything is core, and no criterion of Articles 3 to 14 is."""
    core = dataset.requirements("cir", core=True)
    assert core == dataset.requirements("cir", assessable=True)
    assert len(core) == 351
    assert not any(unit.ref.local.startswith("art.") for unit in core)


def test_groups_are_the_points_of_article_21_2(dataset: Dataset) -> None:
    """Measure groups are data: each of the ten points for itself, and for a section of the CIR what it spells out."""
    points = [f"nis2:21.2.{letter}" for letter in "abcdefghij"]
    own = {str(unit.ref): [str(ref) for ref in unit.groups] for unit in dataset.requirements("nis2") if unit.groups}
    assert own == {point: [point] for point in points}
    sections = [unit for unit in dataset.requirements("cir") if unit.elaborates or unit.groups]
    assert len(sections) == 60
    assert all(unit.groups == unit.elaborates for unit in sections)
    assert {str(ref) for unit in sections for ref in unit.groups} == set(points)


def test_what_the_cir_does_not_spell_out_stays(dataset: Dataset) -> None:
    """Beside the CIR two limbs of Article 21(2)(j) stay duties of their own, for no point of the Annex is about them."""
    stays = [str(unit.ref) for unit in dataset.requirements("nis2") if unit.stays]
    assert stays == ["nis2:21.2.j~communications", "nis2:21.2.j~emergency"]
    assert dataset.frameworks["cir"].elaborates == "nis2"
    assert not any(framework.elaborates for name, framework in dataset.frameworks.items() if name != "cir")


def test_the_directive_equals_the_reference(dataset: Dataset) -> None:
    """Every unit of the table of the Directive has its place, role, topic, modality and times in ours."""
    units = {str(unit.ref): unit for unit in dataset.requirements("nis2")}
    rows = facts("directive")
    assert len(rows) == 344
    for row in rows:
        unit = units[row["ref"]]
        assert str(unit.parent or "") == row["parent"]
        assert (unit.role, unit.topic, unit.subtopic) == (row["role"], row["topic"], row["subtopic"])
        assert (unit.modality, unit.deadline, unit.due_date) == (row["modality"], row["deadline"], row["due_date"])


def test_the_annex_equals_the_reference(dataset: Dataset) -> None:
    """Every point of the CIR's Annex has its parent, leaves, opt-out and points of Article 21(2) in ours."""
    rows = facts("annex")
    assert len(rows) == 436
    for row in rows:
        unit = dataset[row["ref"]]
        assert str(unit.parent or "") == row["parent"]
        assert bool(dataset.children(unit.ref)) is not row["leaf"]
        assert unit.optout == row["optout"]
        chain = (unit.ref, *dataset.ancestors(unit.ref))
        elaborates = next(dataset[ref].elaborates for ref in chain if dataset[ref].elaborates)
        assert [ref.local[-1] for ref in elaborates] == row["points"]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


# Titles that are headings of the act, or the field's name for the duty: everyone cites these units by them.
NAMES = {
    "nis2:3": "Essential and important entities",
    "nis2:21": "Cybersecurity risk-management measures",
    "nis2:21.2.g": "Cyber hygiene and training",
}


def test_no_sentence_of_the_law_is_copied(dataset: Dataset) -> None:
    """No title, summary or label shares eight words in a row with an act, or is another's of the same unit."""
    title = "measures for a high common level of cybersecurity across the Union"  # of the Directive itself
    assert "high common level of cybersecurity across the union" in copied("law_fingerprints", law_grams(title))
    for unit in dataset:
        if getattr(unit, "reference", False) and re.search(r"\(E[CU]\)|/EC", unit.summary):
            continue  # the citation of a defining act
        for text in [unit.title, getattr(unit, "summary", ""), *(d.label for d in getattr(unit, "demands", ()))]:
            if NAMES.get(str(unit.ref)) != text:
                assert not copied("law_fingerprints", law_grams(text) | whole(str(unit.ref), text)), (unit.ref, text)


def test_enisa_is_set_equal_to_its_table(dataset: Dataset) -> None:
    """ENISA's crosswalk holds the pairs of ENISA's table, each as it is, and no other."""
    expected = {(row["ref"], f"iso27001:{control}") for row in facts("enisa") for control in row["controls"]}
    links = dataset.links("enisa")
    found = {(str(link.requirement), str(control)) for link in links for control in link.controls}
    assert found == expected
    assert len(links) == len(expected) == 125
    assert all(link.relation is Relation.INTERSECTS_WITH and link.strength is None for link in links)
    assert all(link.review is ReviewState.PUBLISHED and link.source == "enisa" for link in links)


def test_enisa_links_69_of_93() -> None:
    """ENISA's table names 69 of the 93 controls, the figure that stands behind the popular 70-80 %."""
    found = overlap("enisa")
    assert sum(linked for theme, linked, _ in found.themes if theme != "clause") == 69
    assert found.share_linked == pytest.approx(69 / 93)


# the article's table and list, as the issue gives them
ARTICLE = {
    "21.2.a": 2, "21.2.b": 5, "21.2.c": 2, "21.2.e~lifecycle": 15, "21.2.e~vulnerability-handling": 1, "21.2.g": 1,
    "21.2.h": 1, "21.2.i~access-control": 8, "21.2.j~authentication": 1, "21.2.i~asset-management": 6,
}  # fmt: skip
BEYOND = {"23.4.a", "23.4.b", "23.4.d", "20.1.s1~liability", "21.2.e~vulnerability-disclosure", "3.4"}


def test_the_article_is_kept_as_claimed(dataset: Dataset) -> None:
    """The article is quoted with what it claims and what it says is missing, neither corrected nor completed."""
    links = {link.requirement.local: link for link in dataset.links("article")}
    for local, count in ARTICLE.items():
        link = links.pop(local)
        assert (link.relation, len(link.controls), link.review) == (Relation.SUBSET_OF, count, ReviewState.CLAIMED)
    partial = links.pop("21.2.d")
    assert (partial.relation, len(partial.controls)) == (Relation.SUPERSET_OF, 5)
    assert set(links) == BEYOND
    assert all(link.relation is Relation.NO_RELATIONSHIP and not link.controls for link in links.values())
    assert any("sector-specific" in note for note in dataset.crosswalks["article"].notes)


def test_every_requirement_of_ours_is_judged(dataset: Dataset) -> None:
    """No assessable unit of either act is left without a judgement in our crosswalk."""
    found = overlap("nis2map")
    assert found.without_demands == ()
    assert found.unjudged == ()
    assert found.units == sum(len(dataset.requirements(f, assessable=True)) for f in ("nis2", "cir"))


def test_our_links_have_reasons_sources_and_reviews(dataset: Dataset) -> None:
    """A link of ours says who judged it, when, and why in at least five words."""
    for link in dataset.links("nis2map"):
        assert link.source == "nis2map"
        assert link.review in (ReviewState.DOUBLE_JUDGED, ReviewState.ADJUDICATED)
        assert link.date in ("2026-11-24", "2026-11-26", "2026-11-27")
        assert len(link.rationale.split()) >= 5, link


STOP = set(
    "a an and are as at be by for from has have if in into is it its no not of on or so such that the their them there this to what when where which who with without".split()
)


def content_grams(text: str, titles: set[str]) -> frozenset[tuple[str, ...]]:
    kept = [
        w for w in words(re.sub(r"\bA\.\d+\.\d+|\bclause \d[\d.]*", " ", text)) if w not in STOP and w not in titles
    ]
    return frozenset(tuple(kept[i : i + 4]) for i in range(len(kept) - 3))


def test_no_two_rationales_are_alike(dataset: Dataset) -> None:
    """No rationale is copied from another: without refs, titles and stop words two share at most 60 % of their 4-grams."""
    seen: dict[tuple[str, ...], list[int]] = {}
    every: list[tuple[Ref, str, frozenset[tuple[str, ...]]]] = []
    # Of a short one too little is left to compare, and a default pasted over many is short.
    texts = Counter(link.rationale for link in dataset.links("nis2map"))
    assert [text for text, count in texts.items() if count > 1] == []
    for link in dataset.links("nis2map"):
        titles = set(words(dataset[link.requirement].title)) | {
            w for c in link.controls for w in words(dataset[c].title)
        }
        found = content_grams(link.rationale, titles)
        shared: Counter[int] = Counter(place for gram in found for place in seen.get(gram, ()))
        for place, count in shared.items():
            smaller = min(len(found), len(every[place][2]))
            assert count <= 0.6 * smaller or smaller < 4, (link.requirement, every[place][:2], link.rationale)
        for gram in found:
            seen.setdefault(gram, []).append(len(every))
        every.append((link.requirement, link.rationale, found))


def test_evidence_for_every_leaf(dataset: Dataset) -> None:
    """Each demand names the kinds of evidence that show it, and a unit has them all and no other."""
    for framework in ("nis2", "cir"):
        for unit in dataset.requirements(framework, assessable=True):
            assert all(demand.evidence for demand in unit.demands), unit.ref
            assert unit.evidence == tuple(dict.fromkeys(text for d in unit.demands for text in d.evidence))
            assert 1 <= len(unit.evidence) <= 6, unit.ref
    texts = [
        text for framework in ("nis2", "cir") for unit in dataset.requirements(framework) for text in unit.evidence
    ]
    assert len(texts) == len(set(texts))


def test_labels_are_short_and_ours(dataset: Dataset) -> None:
    """A demand is one checkable thing in a label of three to thirteen words."""
    for framework in ("nis2", "cir"):
        for unit in dataset.requirements(framework, assessable=True):
            for demand in unit.demands:
                assert 3 <= len(demand.label.split()) <= 13, demand
                assert ";" not in demand.label


def test_review_leaves_use_one_template(dataset: Dataset) -> None:
    """Points that ask for reviews are split alike, so that they weigh alike."""
    for unit in dataset.requirements("cir", assessable=True):
        slugs = {demand.ref.demand for demand in unit.demands}
        if "planned" in slugs and unit.title.lower().startswith("review"):
            # 11.6.4 asks for planned intervals only.
            triggers = slugs & {"updated", "incidents", "changes", "org-changes"}
            assert bool(triggers) is (unit.ref != parse_ref("cir:11.6.4")), unit.ref


def test_roles_of_the_cir(dataset: Dataset) -> None:
    """A point of the Annex is an obligation if it asks something of its own, else a container."""
    for unit in dataset.requirements("cir"):
        if not unit.ref.local.startswith("art."):
            assert (unit.role is Role.OBLIGATION) == bool(unit.demands)


def test_secured_and_emergency_communications_are_judged_at_directive_level(dataset: Dataset) -> None:
    """What Article 21(2)(j) asks and no point of the CIR spells out is judged as a duty of the Directive."""
    for slug in ("communications", "emergency"):
        unit = dataset[f"nis2:21.2.j~{slug}"]
        assert unit.demands
        assert dataset.links(requirement=unit.ref)


def test_leaves_that_the_encoding_of_enisa_left_out_are_judged(dataset: Dataset) -> None:
    """Points that the encoding of ENISA's table skipped are judged by us all the same."""
    locals_ = "3.6.3 7.2.a 7.2.b 7.2.c 7.2.d 7.2.e 7.2.f 7.3 9.2.a 9.2.b 9.2.c 9.3 13.1.2.e 12.5".split()
    for local in locals_:
        assert dataset.links(requirement=parse_ref(f"cir:{local}"), inherited=False), local


def test_definitions_entity_types_and_criteria_are_units(dataset: Dataset) -> None:
    """What is defined, listed or tested by either act is a unit that can be looked up, and no duty."""
    for row in facts("definitions"):
        unit = dataset[row["ref"]]
        assert unit.role is Role.DEFINITION
        assert row["act"] in unit.summary
    for row in facts("entity_types"):
        assert dataset[row["ref"]].role is Role.SCOPE_RULE
    for row in facts("significance"):
        assert dataset[row["ref"]].reference
    assert sum(unit.reference for unit in dataset if unit.side == "requirement") == 42 + 67 + 35 + 53 + 14
    assert len(dataset.requirements("nis2")) == 344
    assert len(dataset.requirements("nis2", role="definition")) == 44
    assert [str(unit.ref) for unit in dataset.requirements("cir", under="cir:art.4")] == [
        "cir:art.4", "cir:art.4.a", "cir:art.4.b", "cir:art.4.c",
    ]  # fmt: skip


def test_no_bundled_link_names_a_heading(dataset: Dataset) -> None:
    """A heading is the least of what it heads, so a link on one says less than a link on each part."""
    for crosswalk in dataset.crosswalks.values():
        assert not [c for link in crosswalk.links for c in link.controls if dataset[c].heading]


def test_the_tables_are_found_wherever_the_package_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frozen or sourceless package has no file of ours to look beside, and its tables are read all the same."""
    manifest = read_bytes("MANIFEST.json")
    monkeypatch.setattr("nis2map.data._tables.__file__", "_tables.pyc")
    assert read_bytes("MANIFEST.json") == manifest
    with pytest.raises(DatasetError, match=r"the package has no data file nothing\.json"):
        table("nothing")


def test_a_data_file_that_is_missing_is_named() -> None:
    """Half a package (a build that left files out) says which file it lacks."""
    with pytest.raises(DatasetError, match=r"the package has no data file nothing\.json"):
        table("nothing")


def test_each_section_of_the_annex_has_a_topic_of_its_own(dataset: Dataset) -> None:
    """Thirteen sections, thirteen topics: asking for one gives that section and nothing else."""
    topics = {unit.ref.local: unit.topic for unit in dataset.requirements("cir") if unit.parent is None}
    assert len(topics) == len(set(topics.values())) == 13
    for section, topic in topics.items():
        found = dataset.requirements("cir", topic=topic)
        assert {unit.ref.local.partition(".")[0] for unit in found} == {section}
    assert topics["9"] == "cryptography"
