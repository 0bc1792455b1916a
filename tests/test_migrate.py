"""Carrying an assessment over to newer data: what moves, what is dropped, what is said about it."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nis2map
from nis2map import (
    Alias,
    Assessment,
    Control,
    Dataset,
    DatasetError,
    Demand,
    Finding,
    Framework,
    InputError,
    InvalidRef,
    Ref,
    Requirement,
    dumps,
    load,
    loads,
)
from nis2map.diff import Migration, migrate
from nis2map.diff._migration import together
from nis2map.testing import findings

ROOT = Path(__file__).parents[1]
NAMES = ("new", "all", "left", "right", "same", "swap1", "swap2", "far")
# Each version that an assessment may come from is named by an alias; this one makes "1" a version.
FIRST = Alias("law:oldest", "law:same", "renamed", "1")


def now(*aliases: Alias, version: str = "3", names: tuple[str, ...] = NAMES) -> Dataset:
    """A flat dataset whose ids changed as the aliases say."""
    return Dataset.from_parts(
        frameworks=[Framework("law")],
        requirements=[Requirement(f"law:{name}", demands=[Demand(f"law:{name}#kept", "kept")]) for name in names],
        aliases=(FIRST, *aliases) if "same" in names else aliases,
        version=version,
    )


def row(before: str, after: str, kind: str, since: str = "2", note: str = "") -> Alias:
    return Alias(f"law:{before}", [f"law:{name}" for name in after.split()], kind, since, note)


def moved(given_: dict[str, Any], *rows: Alias, from_version: Any = "1", version: str = "3") -> Migration:
    soa = Assessment({f"law:{name}": value for name, value in given_.items()}, subject="us")
    return migrate(soa, from_version=from_version, dataset=now(*rows, version=version))


def left(found: Migration) -> dict[str, str]:
    return {
        ref.local: str(f.status) if f.degree is None else f"{f.status} {f.degree:g}"
        for ref, f in found.assessment.items()
    }


# name, findings before, rows, findings after, kinds of what moved, number dropped, words of the notes in order
CASES: list[tuple[str, dict[str, Any], list[Alias], dict[str, str], int, int, list[str]]] = [
    ("renamed", {"old": "planned"}, [row("old", "new", "renamed")], {"new": "planned"}, 1, 0, []),
    ("not concerned", {"same": "planned"}, [row("old", "new", "renamed")], {"same": "planned"}, 0, 0, []),
    (
        "renamed twice, in the order of versions",
        {"old": "planned"},
        [row("mid", "new", "renamed", "3"), row("old", "mid", "renamed", "2")],
        {"new": "planned"},
        2,
        0,
        [],
    ),
    (
        "a swap of ids",
        {"swap1": "planned", "swap2": "implemented"},
        [row("swap1", "swap2", "renamed"), row("swap2", "swap1", "renamed")],
        {"swap1": "implemented", "swap2": "planned"},
        2,
        0,
        [],
    ),
    (
        "demands follow a renamed unit",
        {"old#kept": "planned"},
        [row("old", "new", "renamed")],
        {"new#kept": "planned"},
        1,
        0,
        [],
    ),
    (
        "a demand has its own row",
        {"old#kept": "planned", "old": 0.5},
        [row("old", "new", "renamed"), row("old#kept", "far#kept", "renamed")],
        {"far#kept": "planned", "new": "partial 0.5"},
        2,
        0,
        [],
    ),
    (
        "split",
        {"both": "implemented"},
        [row("both", "left right", "split")],
        {"left": "implemented", "right": "implemented"},
        1,
        0,
        [],
    ),
    (
        "split, and it was partial",
        {"both": 0.4},
        [row("both", "left right", "split")],
        {"left": "partial 0.4", "right": "partial 0.4"},
        1,
        0,
        ["law:both: partial before it was split"],
    ),
    (
        "split, and one part keeps the id",
        {"same": "planned"},
        [row("same", "same right", "split")],
        {"right": "planned", "same": "planned"},
        1,
        0,
        [],
    ),
    (
        "merged, of one word",
        {"a": "planned", "b": "planned"},
        [row("a", "all", "merged"), row("b", "all", "merged")],
        {"all": "planned"},
        2,
        0,
        [],
    ),
    (
        "merged, of two words",
        {"a": "implemented", "b": "not_implemented"},
        [row("a", "all", "merged"), row("b", "all", "merged")],
        {"all": "partial 0.5"},
        2,
        0,
        ["law:all: partial, from law:a .implemented., law:b .not_implemented."],
    ),
    (
        "merged, and of one nothing was known",
        {"a": "implemented"},
        [row("a", "all", "merged"), row("b", "all", "merged")],
        {"all": "partial 0.5"},
        1,
        0,
        ["nothing was known of law:b"],
    ),
    ("withdrawn", {"gone": "planned"}, [row("gone", "", "withdrawn")], {}, 0, 1, []),
    ("demands of a withdrawn unit", {"gone#kept": "planned"}, [row("gone", "", "withdrawn")], {}, 0, 1, []),
    (
        "what is said of the new id stays",
        {"old": "planned", "new": "implemented"},
        [row("old", "new", "renamed")],
        {"new": "implemented"},
        1,
        0,
        ["law:new: has a finding of its own, which stays; law:old .planned. is not used"],
    ),
    (
        "an id that nobody knows is kept and named",
        {"lost": "planned"},
        [],
        {"lost": "planned"},
        0,
        0,
        ["law:lost: the dataset has no such unit"],
    ),
    (
        "demands of a split unit need a row of their own",
        {"both#kept": "planned"},
        [row("both", "left right", "split")],
        {"both#kept": "planned"},
        0,
        0,
        ["law:both#kept: the dataset has no such unit"],
    ),
]


@pytest.mark.parametrize(
    ("before", "rows", "after", "moves", "dropped", "notes"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_what_becomes_of_findings(
    before: dict[str, Any],
    rows: list[Alias],
    after: dict[str, str],
    moves: int,
    dropped: int,
    notes: list[str],
) -> None:
    """Each kind of alias moves, drops or keeps findings as it says, with a note where a reader must check."""
    found = moved(before, *rows)
    assert left(found) == after
    assert (len(found.moved), len(found.dropped)) == (moves, dropped)
    assert len(found.notes) == len(notes)
    for words, note in zip(notes, found.notes, strict=True):
        assert re.search(words, note)
    assert found.assessment.subject == "us"
    assert {str(m.before) for m in (*found.moved, *found.dropped)} <= {f"law:{name}" for name in before} | {"law:mid"}


def test_only_what_changed_since_moves() -> None:
    """Aliases of the version that an assessment was made with, or of older ones, are behind it."""
    rows = [row("old", "mid", "renamed", "2"), row("mid", "new", "renamed", "3")]
    assert left(moved({"mid": "planned"}, *rows, from_version="2")) == {"new": "planned"}
    kept = moved({"old": "planned"}, *rows, from_version="2")
    assert left(kept) == {"old": "planned"}
    assert kept.notes == ("law:old: the dataset has no such unit, so the finding is not counted",)
    assert left(moved({"mid": "planned"}, *rows, from_version="3")) == {"mid": "planned"}


def test_rows_later_than_the_dataset_do_not_apply() -> None:
    """A dataset may carry aliases of versions to come: they wait until it says that it is one of those."""
    rows = [row("old", "same", "renamed", "2"), row("same", "new", "renamed", "3")]
    assert left(moved({"old": "planned"}, *rows, version="2")) == {"same": "planned"}


def test_without_a_version_all_aliases_apply_in_the_order_of_versions() -> None:
    """Who does not know which data an assessment was made with gets every change, the oldest first."""
    rows = [row("mid", "new", "renamed", "2026.11.24"), row("old", "mid", "renamed", "2026.9.1")]
    assert left(moved({"old": "planned"}, *rows, from_version=None, version="2026.11.24")) == {"new": "planned"}
    assert left(moved({"old": "planned"}, *rows, from_version=None, version="")) == {"new": "planned"}
    assert left(moved({"old": "planned"}, *rows, from_version="2026.9.1", version="2026.11.24")) == {"old": "planned"}


def test_what_is_not_an_assessment_is_refused() -> None:
    """The error is ours, and says what was expected."""
    for value in (None, {}, "soa", load()):
        with pytest.raises(InputError, match="assessment"):
            migrate(value)  # type: ignore[arg-type]


@given(st.lists(findings(requirement=True), min_size=1, max_size=4))
def test_a_merger_never_says_more_than_its_parts(parts: list[Finding]) -> None:
    """Low is the least, the estimate the mean, high at most the greatest; nothing is excluded unless all parts are."""
    made = together(parts)
    bounds = [part.bounds for part in parts]
    assert made.bounds[0] == min(b[0] for b in bounds)
    assert made.bounds[1] == pytest.approx(sum(b[1] for b in bounds) / len(bounds), abs=1e-12)
    known_absent = {"planned", "not_implemented"} & {str(part.status) for part in parts}
    in_place = {"implemented", "partial"} & {str(part.status) for part in parts}
    assert made.bounds[2] == (0.0 if known_absent and not in_place else max(b[2] for b in bounds))
    assert (made.status == "not_applicable") == all(part.status == "not_applicable" for part in parts)
    assert together([made]) == made


def test_a_merger_keeps_every_text_and_the_stricter_dates() -> None:
    """Merged findings lose no wording, and hold no longer than the first that ends."""
    one = Finding("implemented", owner="Ada", evidence="log", date=dt.date(2026, 1, 1), valid_until=dt.date(2027, 1, 1))
    two = Finding(
        "implemented", owner="Bea", evidence=["log", "plan"], justification="needed", date=dt.date(2026, 2, 1)
    )
    found = moved({"a": one, "b": two}, row("a", "all", "merged"), row("b", "all", "merged"))
    made = found.assessment["law:all"]
    assert (made.owner, made.evidence, made.justification) == ("Ada; Bea", ("log", "plan"), "needed")
    assert (made.date, made.valid_until) == (dt.date(2026, 2, 1), dt.date(2027, 1, 1))
    assert len(found.notes) == 1


def test_the_report_as_data_text_and_page() -> None:
    """What moved and what was dropped is in the dict, the rows, the text and the page."""
    found = moved(
        {"old": "planned", "gone": "planned"},
        row("old", "new", "renamed", note="shorter"),
        row("gone", "", "withdrawn"),
    )
    record = json.loads(json.dumps(found.to_dict()))
    assert record["moved"] == [
        {"from": "law:old", "to": ["law:new"], "kind": "renamed", "since": "2", "note": "shorter"}
    ]
    assert [r["from"] for r in found.to_dicts()] == ["law:old", "law:gone"]
    assert str(found.moved[0]) == "law:old -> law:new (renamed, 2): shorter"
    assert "dropped" in str(found)
    assert "1 finding moved, 1 dropped" in found._repr_html_()
    assert str(moved({"same": "planned"})) == "nothing moved"
    assert repr(found) == "<Migration: 1 finding moved, 1 dropped>"


@pytest.mark.parametrize("version", ["4", "", "2026.11.24", "next", 1])
def test_versions_that_can_not_be_are_refused(version: Any) -> None:
    """A version later than the dataset's, or of another form, is refused with the latest one."""
    with pytest.raises(InputError, match="is not a version of the data; in the form of 3, no later than 3"):
        moved({"old": "planned"}, row("old", "new", "renamed"), from_version=version)


def test_a_version_that_no_alias_names_gets_what_came_after_it() -> None:
    """The first version changed nothing, so nothing names it, and assessments were made with it all the same."""
    rows = [row("old", "mid", "renamed", "2026.9.1"), row("mid", "new", "renamed", "2026.11.24")]
    options: dict[str, Any] = {"version": "2026.12.1"}
    assert left(moved({"old": "planned"}, *rows, from_version="2026.1.1", **options)) == {"new": "planned"}
    assert left(moved({"mid": "planned"}, *rows, from_version="2026.10.5", **options)) == {"new": "planned"}
    assert left(moved({"mid": "planned"}, *rows, from_version="2026.11.30", **options)) == {"mid": "planned"}


def test_the_version_of_the_packaged_data_is_known_and_moves_nothing() -> None:
    """An assessment made with the packaged data stays as it is, whether its version is said or not."""
    soa = Assessment.of({"A.8.24": "implemented", "nis2:23.4.a": "planned"})
    for version in (load().version, None):
        found = migrate(soa, from_version=version)
        assert found.assessment == soa
        assert (found.moved, found.dropped, found.notes) == ((), (), ())
    with pytest.raises(InputError, match=f"'2999.1.1' is not a version of the data; .* {load().version}"):
        migrate(soa, from_version="2999.1.1")


BROKEN: list[tuple[Any, str]] = [
    (lambda: row("old", "", "renamed"), "renamed and 0 successors do not agree"),
    (lambda: row("old", "new far", "merged"), "merged and 2 successors do not agree"),
    (lambda: row("old", "new", "withdrawn"), "withdrawn and 1 successor do not agree"),
    (lambda: row("old", "", "split"), "split and 0 successors do not agree"),
    (lambda: row("old", "new", "lost"), "'lost'"),
    (lambda: row("old", "new", "renamed", ""), "since is ''"),
    (lambda: Alias("law:old", 7, "renamed", "1"), "7"),  # type: ignore[arg-type]
    (lambda: now(row("old", "nowhere", "renamed")), "it leads to 'law:nowhere', which does not exist"),
    (lambda: now(row("old", "new", "renamed"), row("old", "far", "renamed")), "two aliases of one id in one version"),
]


@pytest.mark.parametrize(("broken", "words"), BROKEN, ids=[words for _, words in BROKEN])
def test_broken_aliases_are_refused(broken: Any, words: str) -> None:
    """Aliases that contradict themselves or the data fail when they are made, not when somebody migrates."""
    with pytest.raises(DatasetError, match=words):
        broken()


def test_the_old_id_of_an_alias_is_an_id() -> None:
    """It need not exist any more, and yet no number stands for it."""
    assert str(Alias("nis2:99.1", (), "withdrawn", "1").before) == "nis2:99.1"  # type: ignore[arg-type]
    with pytest.raises(InvalidRef, match="the number '7' is not a reference"):
        Alias(7, (), "withdrawn", "1")  # type: ignore[arg-type]


def test_an_alias_may_lead_to_what_a_later_one_tells_of() -> None:
    """A chain of renames names ids in the middle that no longer exist."""
    assert now(row("old", "mid", "renamed", "2"), row("mid", "new", "renamed", "3")).aliases[1].after == (
        Ref("law", "mid"),
    )


def test_aliases_are_part_of_a_dataset() -> None:
    """They count in the digest, survive a change of the dataset and a round trip as JSON, and are none by default."""
    plain, data = now(), now(row("old", "new", "renamed", note="shorter"))
    assert plain.digest != data.digest
    again = loads(dumps(data), Dataset)
    assert (again.aliases, again.digest) == (data.aliases, data.digest)
    more = data.with_framework(Framework("set", side="control"), controls=[Control("set:1")])
    assert more.aliases == data.aliases
    assert Dataset.from_parts(frameworks=[Framework("law")]).aliases == ()
    assert "aliases" not in Dataset.from_parts(frameworks=[Framework("law")]).records()


def test_the_packaged_aliases_fit_the_data(dataset: Dataset) -> None:
    """Every packaged alias loads and leads to units that exist or that moved on later; rows stand in order."""
    rows = [(alias.since, alias.before) for alias in dataset.aliases]
    assert rows == sorted(rows)
    told = {alias.before for alias in dataset.aliases}
    assert all(to in dataset or to in told for alias in dataset.aliases for to in alias.after)


def test_versions_that_the_changelog_calls_published_are_known(dataset: Dataset) -> None:
    """A release of data adds its version to the changelog; migrating from any of those must work."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    named = re.findall(r"^Version (\d{4}\.\d{2}\.\d{2})", text, re.M)
    assert named
    assert dataset.version in named
    for version in named:
        migrate(Assessment(), from_version=version)


# Mergers in a tree: containers with two levels below, of which some ids go into one.
OLD = ("1", "1.1", "1.1.1", "1.1.2", "1.2", "2", "2.1", "2.2")


@st.composite
def mergers(draw: st.DrawFn) -> tuple[Assessment, list[str], str, Dataset]:
    """An assessment of the old ids, the ids that are merged, the new one, and the dataset that knows it."""
    leaves = ["1.1.1", "1.1.2", "1.2", "2.1", "2.2"]
    parts = draw(st.lists(st.sampled_from(leaves), min_size=2, max_size=3, unique=True))
    to = draw(st.sampled_from(["1.9", "2.9", "1.1.9", parts[0]]))
    units = [name for name in OLD if name not in parts or name == to] + ([] if to in OLD else [to])
    parent = {name: name.rpartition(".")[0] for name in units}
    some = st.dictionaries(st.sampled_from(OLD), findings(requirement=False), max_size=6)
    ends = st.sampled_from([None, None, dt.date(2025, 12, 31), dt.date(2026, 6, 30)])
    found = {f"law:{name}": attrs.evolve(f, valid_until=draw(ends)) for name, f in draw(some).items()}
    data = Dataset.from_parts(
        frameworks=[Framework("law")],
        requirements=[Requirement(f"law:{n}", f"law:{parent[n]}" if parent[n] else None) for n in sorted(units)],
        aliases=[Alias(f"law:{part}", f"law:{to}", "merged", "2") for part in parts],
        version="2",
    )
    as_of = draw(st.sampled_from([None, dt.date(2026, 1, 1)]))
    return Assessment(found, as_of=as_of), parts, to, data


def nearest(soa: Assessment, name: str) -> tuple[float, float, float]:
    """Low, estimate and high of a unit from the nearest finding in the tree that its id says."""
    while name:
        finding = soa.current.get(Ref("law", name))
        if finding is not None:
            return finding.bounds
        name = name.rpartition(".")[0]
    return (0.0, 0.0, 1.0)


@given(mergers())
def test_a_merger_never_raises_a_number(case: tuple[Assessment, list[str], str, Dataset]) -> None:
    """Low, estimate and high of a merged unit never exceed what its parts had together, whatever spoke for them."""
    soa, parts, to, data = case
    after = nearest(migrate(soa, dataset=data).assessment, to)
    before = [nearest(soa, part) for part in parts]
    assert after[0] <= min(low for low, _, _ in before)
    assert after[1] <= sum(estimate for _, estimate, _ in before) / len(before) + 1e-12
    assert after[2] <= max(high for _, _, high in before)


@given(mergers())
def test_a_merger_that_loses_an_absence_says_so(case: tuple[Assessment, list[str], str, Dataset]) -> None:
    """Where a part was surely not in place the merged unit is surely not fully in place."""
    soa, parts, to, data = case
    if any(nearest(soa, part)[2] == 0 for part in parts):
        assert nearest(migrate(soa, dataset=data).assessment, to)[0] == 0


def in_tree_data() -> Dataset:
    """Units 0.1 and 0.2 become 0.3, under the container 0."""
    return Dataset.from_parts(
        frameworks=[Framework("acme")],
        requirements=[Requirement("acme:0"), Requirement("acme:0.3", "acme:0")],
        aliases=[Alias(f"acme:{part}", "acme:0.3", "merged", "2") for part in ("0.1", "0.2")],
        version="2",
    )


def in_tree(given_: dict[str, Any]) -> Migration:
    return migrate(Assessment({f"acme:{name}": value for name, value in given_.items()}), dataset=in_tree_data())


def test_the_container_speaks_for_a_part_without_a_finding() -> None:
    """0.2 was in place through its container and 0.1 is planned: half of 0.3 is in place, and none of it surely."""
    found = in_tree({"0": "implemented", "0.1": "planned"})
    assert left(found) == {"0": "implemented", "0.3": "partial 0.5"}
    assert found.notes == ("acme:0.3: partial, from acme:0.1 (planned), acme:0 (implemented)",)


def test_what_speaks_for_all_parts_needs_no_finding_on_the_merged_unit() -> None:
    """The container spoke for both, and speaks for the one that they became."""
    assert left(in_tree({"0": 0.5})) == {"0": "partial 0.5"}


def test_a_known_absence_is_not_lost_for_what_is_unknown() -> None:
    """Planned, and nothing known of the other part: what is merged is not in place, so it stays planned."""
    assert left(in_tree({"0.1": "planned"})) == {"0.3": "planned"}
    assert left(in_tree({"0.1": "not_implemented", "0.2": "unassessed"})) == {"0.3": "not_implemented"}


def test_nothing_known_is_not_overruled_by_another_container() -> None:
    """Units of which nothing was known come under a container in place: it must not speak for them from now on."""
    data = Dataset.from_parts(
        frameworks=[Framework("acme")],
        requirements=[Requirement("acme:0"), Requirement("acme:0.3", "acme:0"), Requirement("acme:1")],
        aliases=[Alias(f"acme:{part}", "acme:0.3", "merged", "2") for part in ("1.1", "1.2")],
    )
    found = migrate(Assessment({"acme:0": "implemented"}), dataset=data)
    assert left(found) == {"0": "implemented", "0.3": "not_implemented"}
    assert found.notes == ("acme:0.3: not_implemented, or acme:0 would say more of it than was known of its parts",)


def test_a_finding_that_has_run_out_leaves_the_word_to_the_container() -> None:
    """What had run out on the assessment's date said nothing before, so it says nothing after."""
    old = Finding("implemented", valid_until="2025-12-31")
    soa = Assessment({"acme:0": "planned", "acme:0.1": old, "acme:0.2": "implemented"}, as_of="2026-01-01")
    found = migrate(soa, dataset=in_tree_data())
    assert left(found) == {"0": "planned", "0.3": "partial 0.5"}
    assert found.notes[0] == "acme:0.1: its finding has run out, so that on acme:0 applies"


def test_degrees_next_to_an_end_stay_degrees() -> None:
    """The mean of degrees that rounds onto 1 or 0 is the nearest degree inside, since partial is neither."""
    most, least = math.nextafter(1.0, 0.0), math.ulp(0.0)
    assert together([Finding("partial", most), Finding("implemented")]).degree == most
    assert together([Finding("partial", least), *[Finding("planned")] * 2]).degree == least


def reviewed(rows: dict[str, str], *aliases: Alias, controls: str = "set:a") -> nis2map.ReviewMigration:
    """What becomes of verdicts on demands ("old#x": "stated") of one control."""
    verdicts = [
        nis2map.ReviewVerdict(f"law:{demand}", controls, grade, f"on {demand}") for demand, grade in rows.items()
    ]
    made = Dataset.from_parts(
        frameworks=[Framework("law"), Framework("set", side="control")],
        requirements=[Requirement("law:new", demands=[Demand(f"law:new#{name}", name) for name in "abc"])],
        controls=[Control("set:a"), Control("set:b")],
        aliases=aliases,
        version="2",
    )
    return migrate(nis2map.Review(verdicts, judge="Ann"), dataset=made)


def grades_of(found: nis2map.ReviewMigration) -> dict[str, str]:
    return {verdict.demand.local: str(verdict.grade) for verdict in found.review}


def test_a_verdict_follows_its_demand() -> None:
    """Renamed with its unit, or split into parts; judge and comment stay."""
    found = reviewed({"old#a": "stated"}, row("old", "new", "renamed"))
    assert (grades_of(found), found.review.judge) == ({"new#a": "stated"}, "Ann")
    assert [str(move) for move in found.moved] == ["law:old#a -> law:new#a (renamed, 2)"]
    assert [move["from"] for move in found.to_dicts()] == ["law:old#a"]
    found = reviewed({"new#x": "guided"}, row("new#x", "new#a new#b", "split"))
    assert (grades_of(found), found.notes) == ({"new#a": "guided", "new#b": "guided"}, ())


def test_a_support_of_what_was_split_is_one_to_look_at() -> None:
    """Partial evidence for the whole may be evidence for one part alone."""
    found = reviewed({"new#x": "helped"}, row("new#x", "new#a new#b", "split"))
    assert grades_of(found) == {"new#a": "helped", "new#b": "helped"}
    assert found.notes == ("law:new#x and a: helped before it was split; say which part it helps",)


def test_of_merged_demands_the_weakest_verdict_stands_if_all_were_judged() -> None:
    """One that nobody judged leaves the merged one open: no verdict of a person is made up."""
    aliases = [row("new#a", "new#a", "merged"), row("new#x", "new#a", "merged")]
    found = reviewed({"new#a": "stated", "new#x": "helped"}, *aliases)
    assert grades_of(found) == {"new#a": "helped"}
    assert found.review.verdicts[0].comment == "on new#a on new#x"
    assert found.notes == ("law:new#a and a: helped, the weakest of what its parts were given",)
    found = reviewed({"new#a": "stated"}, *aliases)
    assert (grades_of(found), len(found.dropped)) == ({}, 1)
    assert found.notes == ("law:new#a and a: no verdict on law:new#x, which is part of it now",)


def test_a_verdict_goes_with_what_was_withdrawn_and_one_of_todays_stays() -> None:
    """A demand or a control that is no more takes its verdicts along; a control that was renamed does not."""
    found = reviewed({"gone#a": "stated", "new#b": "none"}, row("gone", "", "withdrawn"))
    assert (grades_of(found), [str(move.before) for move in found.dropped]) == ({"new#b": "bare"}, ["law:gone#a"])
    found = reviewed({"new#a": "stated"}, Alias("set:old", ["set:b"], "renamed", "2"), controls="set:old")
    assert [verdict.controls for verdict in found.review] == [(Ref("set", "b"),)]
    found = reviewed({"new#a": "stated"}, Alias("set:old", ["set:a", "set:b"], "split", "2"), controls="set:old")
    assert (len(found.review), len(found.dropped)) == (0, 1)
    found = reviewed({"new#x": "stated", "new#b": "none"}, row("new#x", "new#a new#b", "split"))
    assert grades_of(found) == {"new#a": "stated", "new#b": "bare"}
    assert found.notes == ("law:new#b and a: has a verdict of its own, which stays",)


def test_a_verdict_on_what_nobody_knows_is_kept_and_named() -> None:
    """Nothing is dropped without a word."""
    found = reviewed({"new#zz": "stated"})
    assert len(found.review) == 1
    assert "is not counted" in found.notes[0]


@pytest.mark.sources
def test_everything_said_with_the_first_data_reaches_todays(dataset: Dataset) -> None:
    """An assessment and a review of every demand of 2026.11.24 lose nothing, and reach every demand of today."""
    lines = (ROOT / "data-src" / "judgements" / "round-1-demands.jsonl").read_text(encoding="utf-8").splitlines()
    old = [f"{unit['unit']}#{demand}" for unit in map(json.loads, lines) for demand in unit["demands"]]
    assert len(old) == 1076
    soa = migrate(Assessment.of(dict.fromkeys(old, "implemented")), from_version="2026.11.24")
    today = {
        str(demand.ref) for name in ("nis2", "cir") for unit in dataset.requirements(name) for demand in unit.demands
    }
    assert {str(ref) for ref in soa.assessment} == today
    assert (len(today), soa.dropped) == (1092, ())
    review = nis2map.Review([nis2map.ReviewVerdict(demand, "A.5.1", "helped") for demand in old])
    found = migrate(review, from_version="2026.11.24")
    assert {str(verdict.demand) for verdict in found.review} == today
    assert found.dropped == ()
    assert not any("is not counted" in note for note in (*found.notes, *soa.notes))
