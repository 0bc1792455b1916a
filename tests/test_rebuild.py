"""The packaged tables are what `data-src` gives: a rebuild changes nothing, and a changed source changes its table."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import nis2map

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "data-src"
PACKAGED = Path(nis2map.__file__).parent / "data"


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build tool, imported from its folder."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import build_data

    return build_data


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of `data-src` that a test may change."""
    return Path(shutil.copytree(SOURCES, tmp_path / "data-src"))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """An empty folder to build into."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.json")}


def test_a_rebuild_changes_nothing(builder: ModuleType, target: Path) -> None:
    """Every packaged file, the manifest and its digest too, is byte for byte what the sources give."""
    builder.main(sources=SOURCES, target=target)
    rebuilt, packaged = tables(target), tables(PACKAGED)
    assert set(rebuilt) == set(packaged)
    assert {name for name, data in packaged.items() if rebuilt[name] != data} == set(), (
        "run python tools/build_data.py; an edit made in src/nis2map/data belongs in data-src first"
    )


def test_a_renamed_unit_ships(builder: ModuleType, sources: Path, target: Path) -> None:
    """An alias written into its source is in the package after a build, and in the manifest, which nobody listed by hand."""
    alias = {"before": "nis2:21.2.z", "after": ["nis2:21.2.j"], "kind": "renamed", "since": "2026.11.24"}
    (sources / "curated" / "aliases.json").write_text(f"[\n{json.dumps(alias)}\n]\n", encoding="utf-8")
    builder.main(sources=sources, target=target)
    assert json.loads((target / "aliases.json").read_bytes()) == [alias]
    entry = next(e for e in json.loads((target / "MANIFEST.json").read_bytes())["files"] if e["name"] == "aliases.json")
    assert entry["records"] == 1
    assert entry["sha256"] == hashlib.sha256((target / "aliases.json").read_bytes()).hexdigest()


@pytest.mark.parametrize("folder", ["curated", "tables"])
def test_every_table_of_a_folder_is_packaged(builder: ModuleType, folder: str) -> None:
    """What lies in a folder of tables is packaged under its name, row by row."""
    built = builder.built(SOURCES)
    names = {path.stem for path in (SOURCES / folder).glob("*.json")}
    assert names
    assert names <= set(built)
    assert all(built[name] == json.loads((SOURCES / folder / f"{name}.json").read_bytes()) for name in names)


def test_a_changed_label_changes_the_digest(builder: ModuleType, sources: Path, target: Path) -> None:
    """The digest that a build writes is the one that the package works out of the tables it wrote."""
    path = sources / "judgements" / "demands-nis2.jsonl"
    text = path.read_text(encoding="utf-8")
    label = json.loads(next(line for line in text.splitlines() if '"demands": [{' in line))["demands"][0]["label"]
    path.write_text(text.replace(label, f"{label} today"), encoding="utf-8")
    builder.main(sources=sources, target=target)
    digest = json.loads((target / "MANIFEST.json").read_bytes())["digest"]
    assert len(digest) == 64
    assert digest != nis2map.load().digest


def test_a_table_without_provenance_is_refused(builder: ModuleType, sources: Path, target: Path) -> None:
    """No table ships of which the manifest can't say where it comes from."""
    (sources / "tables" / "novelty.json").write_text("[\n]\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"provenance\.json .* novelty\.json"):
        builder.main(sources=sources, target=target)


def test_a_table_has_one_source(builder: ModuleType, sources: Path) -> None:
    """A hand-written table can't take the place of one that is built."""
    (sources / "curated" / "nis2.json").write_text("[\n]\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"nis2\.json: a table of this name is built"):
        builder.built(sources)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('"nis2:20.1"', '"nis2:20"', r"titles\.json: nis2:20 stands twice"),
        ('"nis2:20.1"', '"nis2:20.9"', r"titles\.json: there is no unit nis2:20\.9"),
    ],
)
def test_titles_in_other_languages_name_each_unit_once(
    builder: ModuleType, sources: Path, before: str, after: str, says: str
) -> None:
    """A second title of a unit, and one of a unit that there is not, would be lost in silence."""
    path = sources / "titles.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(SystemExit, match=says):
        builder.built(sources)


def test_broken_sources_are_not_packaged(
    builder: ModuleType, sources: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build whose tables fail a check writes none of them, and says what is wrong."""
    path = sources / "facts" / "nis2.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"parent": "nis2:21.2"', '"parent": "nis2:21.99"', 1), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"\d+ problems"):
        builder.main(sources=sources, target=target)
    assert "nis2:21.99" in capsys.readouterr().out
    assert tables(target) == {}


@pytest.mark.parametrize(
    ("table", "before", "after", "says"),
    [
        (
            "duty_rules",
            '"fact": "registry"',
            '"fact": "register"',
            "law.duty_rules, row 2, registry: fact is 'register'",
        ),
        ("duty_rules", '"units": ["nis2:27"]', '"units": ["nis2:99"]', "law.duty_rules, row 2, registry: it names"),
        ("duty_rules", '"units": ["nis2:27"]', '"unit": "nis2:27"', "law.duty_rules, row 2, registry: "),
        (
            "reporting_rules",
            '"read": "2026-09-03"',
            '"read": "2026-09-31"',
            "law.reporting_rules, row 1, AT: read is",
        ),
        ("reporting_rules", '"deviates": "no"', '"deviates": "never"', "law.reporting_rules, row 1, AT: "),
        ("reporting_rules", '"code": "AT"', '"code": "XX"', "law.reporting_rules, XX: member_states has no row"),
        ("penalties", '"ref": "nis2:34.4"', '"ref": "nis2:34.99"', "law.fines, row 1, fine.essential.fixed: it names"),
        ("penalties", '"combination": "higher"', '"combination": "lower"', "law.fines, row 1, fine.essential.fixed: "),
    ],
)
def test_a_broken_row_of_the_law_is_not_packaged(
    builder: ModuleType, table: str, before: str, after: str, says: str
) -> None:
    """The build names the row of a table of the law that its checks or its class refuse; the package would trust it."""
    built = builder.built(SOURCES)
    assert builder.problems(built) == []
    broken = json.dumps(built[table]).replace(before, after, 1)
    found = builder.problems(built | {table: json.loads(broken)})
    assert any(problem.startswith(says) for problem in found), found


def test_a_build_stops_at_a_broken_row_of_the_law(
    builder: ModuleType, sources: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table of the law with a row that can't be read is not written, and no other table is either."""
    path = sources / "tables" / "duty_rules.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"nis2:27"', '"nis2:99"', 1), encoding="utf-8")
    with pytest.raises(SystemExit, match="1 problems"):
        builder.main(sources=sources, target=target)
    assert "law.duty_rules, row 2, registry" in capsys.readouterr().out
    assert tables(target) == {}


def insert(path: Path, after: str, row: dict[str, object]) -> None:
    """Write a row into a source, behind the row of a ref."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    at = next(number for number, other in enumerate(rows, 1) if other["ref"] == after)
    path.write_text(json.dumps([*rows[:at], row, *rows[at:]]), encoding="utf-8")


def test_a_new_unit_is_built_in_one_run(builder: ModuleType, sources: Path, target: Path) -> None:
    """A unit that no packaged table knows is checked, sorted and packaged by the ids of the same build."""
    insert(sources / "facts" / "ids.json", "iso27001:A.5.37", {"ref": "iso27001:A.5.38"})
    control = {"ref": "iso27001:A.5.38", "title": "Something new", "theme": "organizational"}
    insert(sources / "facts" / "iso27001.json", "iso27001:A.5.37", control)
    builder.main(sources=sources, target=target)
    units = json.loads((target / "ids.json").read_bytes())["iso27001"]["units"]
    assert units[units.index("A.5.37") + 1] == "A.5.38"
    refs = [row["ref"] for row in json.loads((target / "iso27001.json").read_bytes())]
    assert refs[refs.index("iso27001:A.5.37") + 1] == "iso27001:A.5.38"


def test_a_listed_unit_without_a_record_is_refused(
    builder: ModuleType, sources: Path, target: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """An id in the closed list of a standard whose control nobody wrote stops the build."""
    insert(sources / "facts" / "ids.json", "iso27001:A.5.37", {"ref": "iso27001:A.5.38"})
    with pytest.raises(SystemExit):
        builder.main(sources=sources, target=target)
    assert "iso27001:A.5.38: the unit is missing" in capfd.readouterr().out
    assert tables(target) == {}


@pytest.mark.parametrize(
    ("after", "row", "says"),
    [
        ("nis2:1", {"ref": "nis2:1"}, r"row 2: nis2:1 is there twice"),
        ("nis2:1", {"ref": "mine:1"}, r"row 2: id_forms\.json has no framework 'mine'"),
        ("nis2:1", {"ref": "nis2:1~scope"}, r"the parts of nis2 must be, in this order: \['1~scope'"),
        ("nis2:1", {"ref": "nis2:1.9", "holder": 2}, r"nis2:1\.9 has no subparagraph 2"),
    ],
)
def test_ids_that_contradict_each_other_are_refused(
    builder: ModuleType, sources: Path, target: Path, after: str, row: dict[str, object], says: str
) -> None:
    """The two sources of the ids must agree, and each unit stands once; the error names the row or the unit."""
    insert(sources / "facts" / "ids.json", after, row)
    with pytest.raises(SystemExit, match=says):
        builder.main(sources=sources, target=target)
    assert tables(target) == {}


def test_the_tool_runs_in_a_bare_clone(tmp_path: Path) -> None:
    """`python tools/build_data.py` needs no argument and no installation of the package: sources and tools are enough."""
    for name in ("data-src", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    package = tmp_path / "src" / "nis2map"
    shutil.copytree(PACKAGED.parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("penalties.json", "ids.json"):
        (package / "data" / name).unlink()
    command = [sys.executable, str(tmp_path / "tools" / "build_data.py")]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    assert tables(package / "data") == tables(PACKAGED)
