"""The commands find, lint, scope, deadlines, member-state and roadmap: what they print, exit codes, no traceback."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import icalendar
import pytest

import nis2map
from nis2map.cli import _common
from nis2map.cli._main import main
from nis2map.cli._parser import _entity
from nis2map.errors import quote

EXAMPLES = Path(__file__).parents[1] / "examples"
SOA = str(EXAMPLES / "soa-with-gaps.csv")
AWARE = "2026-03-27T15:20:00+01:00"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out = capsys.readouterr()
    return code, out.out, out.err


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line reads a clock to warn of facts that nobody has read for long; here it is the day of the data."""
    monkeypatch.setattr(_common, "_today", lambda: dt.date(2026, 11, 27))


def test_find(capsys: pytest.CaptureFixture[str]) -> None:
    """`find` prints the best units first, as many as asked for, and says so if there are none."""
    code, out, _ = run(capsys, "find", "two-factor", "authentication", "--limit", "2")
    assert code == 0
    assert len(out.splitlines()) == 5
    assert out.splitlines()[3].startswith("cir:11.7 ")
    assert answer(capsys, "find", "A.8.24") == nis2map.find("A.8.24").to_dict()
    code, out, _ = run(capsys, "find", "xyzzy")
    assert (code, out.splitlines()[-1]) == (0, "nothing found")


def test_lint_exits_1_on_a_problem_and_0_without(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, stdin: Any
) -> None:
    """The exit code says whether a citation that does not exist was found, each with file, line and column."""
    bad, good, empty = (tmp_path / f"{name}.txt" for name in ("bad", "good", "empty"))
    bad.write_text("Fine.\n  Article 47 of NIS 2, too.\n", encoding="utf-8")
    good.write_text("Article 46 of NIS 2 and Article 99 GDPR.", encoding="utf-8")
    empty.write_bytes(b"")
    code, out, err = run(capsys, "lint", str(bad), str(good))
    assert (code, err) == (1, "")
    assert out == (
        f"{bad}:2:3: 'Article 47' does not exist in Directive (EU) 2022/2555; nearest: nis2:44, nis2:45, nis2:46\n"
    )
    assert run(capsys, "lint", str(good), str(empty)) == (0, "no citation that does not exist\n", "")
    code, out, _ = run(capsys, "lint", str(bad), "--json")
    (problem,) = json.loads(out)
    assert (code, problem["row"], problem["span"], problem["code"]) == (1, 2, [8, 18], "no-such-unit")
    stdin("Nach Art. 99 ist alles gut, Müller.".encode())
    assert run(capsys, "lint", "--framework", "nis2")[0] == 1
    stdin(b"Article 99")
    assert run(capsys, "lint", "-")[0] == 0


def test_scope_by_flags(capsys: pytest.CaptureFixture[str]) -> None:
    """Facts as flags give class, reasons, duties and the CIR, as text and as JSON."""
    code, out, _ = run(capsys, "scope", "--type", "nis2:annexII.4.1", "--headcount", "120")
    assert code == 0
    assert out.startswith("Directive (EU) 2022/2555: important\n")
    assert "Article 3(2)" in out
    entity = nis2map.Entity("nis2:annexII.4.1", headcount=120)
    count = len(nis2map.duties(nis2map.classify(entity)))
    acts = nis2map.load().frameworks
    said = f"{count} of {acts['nis2'].name}, which applies, 0 of {acts['cir'].name}, which does not apply"
    assert f"Duties: {count} ({said})" in out
    record = answer(capsys, "scope", "--type", "nis2:annexI.8.4", "--headcount", "300", "--established-in", "de")
    assert record["entity_class"] == "essential"
    assert record["entity"]["established_in"] == ["DE"]
    assert "cir:11.7.1" in record["duties"]
    assert "nis2:21.2.h" in record["duties"]


def test_scope_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    """Unknown facts leave the answer open, and are named."""
    code, out, _ = run(capsys, "scope", "--type", "nis2:annexI.5.1", "--headcount", "120")
    assert code == 0
    assert "undetermined: essential or important" in out
    assert "Missing: turnover, balance_sheet" in out
    record = answer(
        capsys, "scope", "--type", "nis2:annexI.5.1", "--headcount", "30", "--turnover", "1e6", "--unknown", "sole-provider"
    )  # fmt: skip
    assert record["missing"] == ["sole_provider"]


def test_scope_reads_json_and_flags_beat_it(capsys: pytest.CaptureFixture[str], tmp_path: Path, stdin: Any) -> None:
    """Facts come from a file or standard input, a flag beats them, and what comes out goes in again."""
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"types": ["nis2:annexI.5.1"], "headcount": 300}), encoding="utf-8")
    assert answer(capsys, "scope", str(facts))["entity_class"] == "essential"
    small = ("--headcount", "30", "--turnover", "1000000", "--balance-sheet", "1000000")
    assert answer(capsys, "scope", str(facts), *small)["entity_class"] == "out_of_scope"
    assert answer(capsys, "scope", str(facts), *small, "--critical-entity")["entity_class"] == "essential"
    stdin(facts.read_bytes())
    first = answer(capsys, "scope", "-")
    stdin(json.dumps(first["entity"]).encode())
    assert answer(capsys, "scope", "-") == first  # what comes out goes in again
    assert answer(capsys, "scope", "--type", "none")["entity"]["types"] == []


@pytest.mark.parametrize("text", ['["nis2:annexI.5.1"]', "7", "null"])
def test_facts_are_a_json_object(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str) -> None:
    """Facts have names, so a list or a number of JSON is refused with the file's name and an example."""
    facts = tmp_path / "facts.json"
    facts.write_text(text, encoding="utf-8")
    code, out, err = run(capsys, "scope", str(facts))
    assert (code, out) == (2, "")
    assert err.endswith('facts.json contains no JSON object; facts by name, such as {"headcount": 120}\n')


def test_deadlines(capsys: pytest.CaptureFixture[str]) -> None:
    """Deadlines count hours as they pass and months in the zone, and take what is known of the reports."""
    code, out, _ = run(capsys, "deadlines", "--aware-at", AWARE, "--zone", "Europe/Brussels")
    assert code == 0
    assert "Early warning: Sat 28 Mar 2026, 15:20 (UTC+01:00)" in out
    assert "Incident notification: Mon 30 Mar 2026, 16:20 (UTC+02:00)" in out  # 72 elapsed hours; the clocks changed
    assert "(provisional)" in out
    record = answer(
        capsys, "deadlines", "--aware-at", AWARE, "--notified-at", "2026-03-28T12:00:00+01:00", "--handled-at",
        "2026-05-02T12:00:00+02:00", "--trust-service", "--member-state", "BE", "--now", "2026-03-29T12:00:00Z",
    )  # fmt: skip
    assert [row["stage"] for row in record["deadlines"]] == ["early_warning", "notification", "progress", "final"]
    assert record["deadlines"][1]["due"].startswith("2026-03-28T15:20")
    assert record["member_state"] == "BE"
    assert record["state"]
    assert answer(capsys, "deadlines", "--aware-at", AWARE, "--ongoing")["deadlines"][-1]["due"] is None


def test_a_time_without_an_offset_is_one_in_the_zone_given(capsys: pytest.CaptureFixture[str], stdin: Any) -> None:
    """`--zone` says where a naive time was read off the clock, also for `--now` and for times in a file."""
    zone = ("--zone", "Europe/Brussels")
    with_offset = answer(capsys, "deadlines", "--aware-at", AWARE, "--now", "2026-03-28T10:00:00+01:00", *zone)
    assert (
        answer(capsys, "deadlines", "--aware-at", "2026-03-27T15:20", "--now", "2026-03-28T10:00", *zone) == with_offset
    )
    stdin(json.dumps({"aware_at": "2026-03-27T15:20", "zone": "Europe/Brussels"}).encode())
    assert answer(capsys, "deadlines", "-", "--now", "2026-03-28T10:00") == with_offset
    code, out, _ = run(capsys, "deadlines", "--aware-at", "2026-03-27T15:20", *zone)
    assert (code, "Early warning: Sat 28 Mar 2026, 15:20 (UTC+01:00)" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--aware-at", "2026-03-27T15:20"), "write the offset, such as 2026-03-27T15:20+01:00, or give --zone Europe"),
        (("--aware-at", "2026-03-29T02:30", "--zone", "Europe/Brussels"), "the clocks change at '2026-03-29T02:30'"),
        (
            ("--aware-at", "2026-10-25T02:30", "--zone", "Europe/Brussels"),
            "write the offset, such as 2026-10-25T02:30+02:00",
        ),
        (("--aware-at", AWARE, "--now", "2026-03-28T10:00"), "now: '2026-03-28T10:00' has no time zone"),
    ],
)
def test_a_time_that_is_not_one_moment_is_refused_in_words_of_the_command_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    """The hint names an option or an offset, never Python; an hour that comes twice or never is not guessed."""
    code, _, err = run(capsys, "deadlines", *arguments)
    assert code == 2
    assert message in err
    assert "ZoneInfo" not in err


@pytest.mark.parametrize("text", ["2026-03-27", "20260327", "2026-W13-5", "2026-03-27+01:00"])
@pytest.mark.parametrize("zone", [(), ("--zone", "Europe/Brussels")])
def test_a_bare_date_is_not_read_as_midnight(
    capsys: pytest.CaptureFixture[str], stdin: Any, text: str, zone: tuple[str, ...]
) -> None:
    """A moment of the reporting clock needs a time of day, as a flag, in a file and as `--now`; a holiday needs none."""
    message = f"{quote(text)} states no time of day, and periods run in hours; for example 2026-03-27T15:20:00+01:00"
    stdin(json.dumps({"aware_at": text}).encode())
    for name, arguments in (
        ("aware_at", ("--aware-at", text)),
        ("aware_at", ("-",)),
        ("now", ("--aware-at", AWARE, "--now", text)),
    ):
        code, _, err = run(capsys, "deadlines", *arguments, *zone)
        assert (code, err) == (2, f"nis2map: {name}: {message}\n")
    assert run(capsys, "deadlines", "--aware-at", AWARE, "--holiday", "2026-04-06", *zone)[0] == 0


def test_deadlines_read_json(capsys: pytest.CaptureFixture[str], stdin: Any) -> None:
    """Facts of an incident come from standard input as from flags."""
    stdin(json.dumps({"aware_at": AWARE, "ongoing": True, "holidays": ["2026-04-06"]}).encode())
    record = answer(capsys, "deadlines", "-", "--no-ongoing")
    expected = nis2map.deadlines(nis2map.Incident.from_dict({"aware_at": AWARE, "holidays": ["2026-04-06"]}))
    assert record == expected.to_dict()


def test_deadlines_print_a_calendar(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A calendar is printed to the byte as the standard asks, in UTF-8."""
    assert main(["deadlines", "--aware-at", AWARE, "--ics", "--title", "Störung"]) == 0
    data = capfdbinary.readouterr().out
    assert b"\r\n" in data
    assert b"\r\r" not in data
    events = list(icalendar.Calendar.from_ical(data).walk("VEVENT"))
    assert [str(event["SUMMARY"]) for event in events] == [
        "Störung: Early warning (NIS 2)",
        "Störung: Incident notification (NIS 2)",
        "Störung: Final report (NIS 2)",
    ]


def test_member_state(capsys: pytest.CaptureFixture[str]) -> None:
    """A State is found by its code or the Commission's, with a status only if a day is given."""
    code, out, _ = run(capsys, "member-state", "be", "--today", "2027-01-01")
    assert code == 0
    assert out.startswith("Belgium (BE), as of ")
    assert "status: in-force" in out
    record = answer(capsys, "member-state", "EL")
    assert (record["code"], record["status"]) == ("GR", None)
    assert len(answer(capsys, "member-state")) == 30
    code, out, _ = run(capsys, "member-state", "--today", "2027-01-01")
    assert (code, len(out.splitlines())) == (0, 30)
    assert "BE  Belgium" in out


def test_roadmap(capsys: pytest.CaptureFixture[str]) -> None:
    """The programme is printed with its steps and needs to be told whether there is a certificate."""
    code, out, _ = run(capsys, "roadmap", SOA, "--certified")
    assert code == 0
    assert "\n   5  " in out
    soa = nis2map.read_soa(SOA)
    assert answer(capsys, "roadmap", SOA, "--no-certified") == nis2map.roadmap(soa, certified=False).to_dict()
    assert answer(capsys, "roadmap", "--certified")["certified"] is True
    assert main(["roadmap", SOA]) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("find", "A.8.35"), "nearest: iso27001:A.8.32"),
        (("find", "MFA", "--limit", "0"), "limit is 0"),
        (("lint", "/nowhere/policy.txt"), "can't be read"),
        (("lint", str(EXAMPLES)), "can't be read"),
        (("lint", "a\0b"), "can't be read"),
        (("lint", __file__, "--framework", "nis3"), "no framework 'nis3'"),
        (("scope",), "what the entity is was not said"),
        (("scope", "/nowhere/facts.json"), "can't be read"),
        (("scope", SOA), "not JSON"),
        (("scope", "--type", "nis2:annexI.99"), "types: "),
        (("scope", "--type", "nis2:annexI.5.1", "--headcount", "nan"), "headcount: nan is not finite"),
        (("scope", "--type", "nis2:annexI.5.1", "--turnover", "-1"), "turnover: -1 is negative"),
        (("scope", "--type", "none", "--established-in", "UK"), "established_in: 'UK'"),
        (("scope", "--type", "none", "--oes-identified", "soon"), "oes_identified is 'soon', not a date"),
        (("scope", "--type", "none", "--unknown", "soul_provider"), "nearest: sole_provider"),
        (("deadlines",), "aware_at: missing"),
        (("deadlines", "--aware-at", "2026-03-27T15:20:00"), "aware_at: '2026-03-27T15:20:00' has no time zone"),
        (("deadlines", "--aware-at", "yesterday"), "aware_at: 'yesterday' is not an ISO 8601"),
        (("deadlines", "--aware-at", AWARE, "--notified-at", "2026-03-26T15:20:00+01:00"), "notified_at: "),
        (("deadlines", "--aware-at", AWARE, "--now", "2026-03-28T10:00:00"), "now: "),
        (("deadlines", "--aware-at", AWARE, "--zone", "Europe/Atlantis"), "there is no time zone"),
        (("deadlines", "--aware-at", AWARE, "--member-state", "UK"), "'UK'"),
        (("deadlines", "--aware-at", AWARE, "--holiday", "Easter"), "holidays"),
        (("deadlines", "--aware-at", AWARE, "--ics", "--now", AWARE), "--ics can't be combined with"),
        (("deadlines", "--aware-at", "9999-12-31T23:00:00+00:00"), "aware_at"),
        (("member-state", "Belgium"), "the code is BE"),
        (("member-state", "BE", "--today", "2026-02-30"), "today is '2026-02-30', not a date"),
        (("roadmap", "/nowhere/soa.csv", "--certified"), "can't be read"),
    ],
)
def test_bad_input_gives_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    """Bad facts are one line on standard error that names the fact."""
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("nis2map: ")
    assert len(err.splitlines()) == 1
    assert message in err


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"{} {}", b'{"types": NaN}', b"\xff\xfe", b"[" * 100_000])
@pytest.mark.parametrize("command", ["scope", "deadlines"])
def test_hostile_json_gives_exit_2(capsys: pytest.CaptureFixture[str], stdin: Any, command: str, data: bytes) -> None:
    """Whatever stands on standard input, the answer is one line of ours."""
    stdin(data)
    code, out, err = run(capsys, command, "-")
    assert (code, out) == (2, "")
    assert err.startswith("nis2map: ")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("scope", "--headcount", "many"),
        ("scope", "--designated", "vital"),
        ("find",),
        ("find", "MFA", "--limit", "few"),
        ("deadlines", "--aware-at"),
        ("member-state", "BE", "NL"),
    ],
)
def test_wrong_command_lines_exit_2(arguments: tuple[str, ...]) -> None:
    """A wrong command line is refused before anything is read."""
    assert main(arguments) == 2


@pytest.mark.parametrize(
    ("option", "words"),
    [("--headcount", "annual work units"), ("--turnover", "EUR a year"), ("--balance-sheet", "EUR")],
)
def test_a_figure_that_is_not_a_number_is_refused_by_option(
    capsys: pytest.CaptureFixture[str], option: str, words: str
) -> None:
    """The message has the option, what was given and what is expected, and no name out of the code."""
    assert main(["scope", option, "abc"]) == 2
    message = f"argument {option}: 'abc' is not a number; expected {words}, such as 120 or 2.5e6"
    assert capsys.readouterr().err == f"nis2map scope: {message}; see nis2map scope --help\n"


def test_a_plain_terminal_gets_escapes_and_no_traceback() -> None:
    """A terminal that can't show a letter gets an escape instead of an error."""
    found = subprocess.run(
        [sys.executable, "-m", "nis2map", "member-state", "BG"],
        capture_output=True, text=True, env={"PYTHONIOENCODING": "ascii", "PATH": ""}, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")
    assert "\\u0417" in found.stdout


def test_every_fact_of_an_entity_can_be_given() -> None:
    """Each field of `Entity` is a flag, but for the records, which JSON gives."""
    found = subprocess.run(
        [sys.executable, "-m", "nis2map", "scope", "--help"], capture_output=True, text=True, check=True
    )
    flags = {"types": "--type"}
    for name in nis2map.Entity("nis2:annexI.5.1").to_dict():
        if name not in ("years", "linked", "partners"):
            assert flags.get(name, f"--{name.replace('_', '-')}") in found.stdout


# --- as a new user would: class, duties, registration, fine, deadlines from the command line alone

HOSPITAL = (
    "--type",
    "annexI.5.1",
    "--headcount",
    "120",
    "--turnover",
    "2e7",
    "--balance-sheet",
    "2e7",
    "--established-in",
    "BE",
)
DNS = (
    "--type",
    "annexI.8.2",
    "--headcount",
    "12",
    "--turnover",
    "1e6",
    "--balance-sheet",
    "1e6",
    "--established-in",
    "DE",
)
BANK = ("--type", "annexI.3.1", "--headcount", "400", "--established-in", "LU")
SUBSIDIARY = ("--type", "annexI.8.4", "--headcount", "300", "--established-in", "LU")  # with the bank's figures
COMMUNE = ("--public-administration", "local", "--opt-in-local", "--created-by", "FR", "--established-in", "FR")

JOURNEYS = [  # entity, class, duties that bind, fine, authority and portal to register with, portal of the reports
    (HOSPITAL, "important", 75, "EUR 7,000,000", "Centre for Cybersecurity Belgium", "https://notif.safeonweb.be"),
    (DNS, "essential", 435, "EUR 10,000,000", "https://portal.bsi.bund.de", "https://portal.bsi.bund.de"),
    (BANK, "essential", 14, "Chapter VII does not apply", "ILR", ""),
    (SUBSIDIARY, "essential", 435, "EUR 10,000,000", "ILR", "https://"),
    (COMMUNE, "important", 75, "State decides whether and how far public bodies", "ANSSI", "FR: "),
]


@pytest.mark.parametrize(("entity", "kind", "bound", "fine", "register", "report"), JOURNEYS)
def test_what_follows_for_an_entity_comes_out_of_flags_alone(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    entity: tuple[str, ...],
    kind: str,
    bound: int,
    fine: str,
    register: str,
    report: str,
) -> None:
    """Class, duties, fine, registration and the next deadlines, each with article, authority and portal."""
    record = answer(capsys, "scope", *entity)
    assert record["entity_class"] == kind
    found = answer(capsys, "duties", *entity)
    assert len(found["duties"]) == bound
    assert bool(found["displaced"]) == (entity is BANK)
    assert fine in run(capsys, "fine", *entity, "--worldwide-turnover", "1e6")[1]
    code, out, _ = run(capsys, "registration", *entity)
    assert code == 0
    assert register in out
    assert "changes within 2 weeks" in out
    facts = tmp_path / "entity.json"
    facts.write_text(json.dumps(record["entity"]), encoding="utf-8")
    code, out, _ = run(capsys, "deadlines", "--aware-at", AWARE, "--entity", str(facts))
    assert code == 0
    if report:
        assert report in out
        assert len(re.findall(r"^(Early warning|Incident notification|Final report)", out, re.M)) == 3
    else:
        assert "No report is owed" in out


def test_the_places_of_an_entity_show_in_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Article 26: the State that supervises, and the rule that leads there."""
    assert "Supervised, Article 26(1): Each State in which it is established: BE" in run(capsys, "scope", *HOSPITAL)[1]
    assert "Main establishment (the only State in which it is established): DE" in run(capsys, "scope", *DNS)[1]


def test_every_fact_has_a_flag_with_its_own_help_in_the_group_of_its_article() -> None:
    """No field of an entity is left out, none is there twice, and each help says more than the flag."""
    named = [name for _, flags in _entity.GROUPS for name in flags]
    fields = {field.name for field in attrs.fields(nis2map.Entity)}
    assert sorted(named) == sorted(fields - set(_entity.RECORDS))
    helps = [words for _, flags in _entity.GROUPS for words in flags.values()]
    assert len(set(helps)) == len(helps)
    assert all(len(words) >= 3 for words in helps)
    assert all(re.search(r"Article|Annex", title) for title, _ in _entity.GROUPS)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("credit institution", "annexI.3.1"),
        ("managed service provider", "annexI.9.1"),
        ("saas", "annexI.8.4"),
        ("hospital", "annexI.5.1"),
        ("energy", "annexI.1.a.1"),
        ("DSO", "annexI.1.a.2"),
        ("trust service provider", "annexI.8.7"),
    ],
)
def test_types_are_found_by_the_laws_words_and_ours(capsys: pytest.CaptureFixture[str], words: str, first: str) -> None:
    """The type that the words name stands first; all are listed without words."""
    assert run(capsys, "types", *words.split())[1].split()[0] == first
    assert answer(capsys, "types", *words.split())[0]["ref"] == f"nis2:{first}"
    assert len(run(capsys, "types")[1].splitlines()) == 67


def test_what_is_no_type_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """A municipality is said by its level; other words get the list."""
    code, out, _ = run(capsys, "types", "municipality")
    assert (code, "--public-administration local" in out) == (1, True)
    code, out, _ = run(capsys, "types", "xyzzy")
    assert (code, out) == (1, "no type of an Annex is about xyzzy; nis2map types lists all\n")


def test_a_municipality_given_as_a_type_is_told_its_flag(capsys: pytest.CaptureFixture[str]) -> None:
    """`--type municipality` is what people try."""
    code, out, err = run(capsys, "scope", "--type", "Municipality")
    assert (code, out) == (2, "")
    assert err.startswith("nis2map: a municipality is not a type of an Annex; give --public-administration local, ")


def test_hints_are_those_of_a_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A type in place of a file is told its flag, and no Python is spoken."""
    _, _, err = run(capsys, "scope", "nis2:annexI.8.4", "--headcount", "120")
    assert (
        err
        == "nis2map: 'nis2:annexI.8.4' is not a file of facts; a type is given by its flag: --type nis2:annexI.8.4\n"
    )
    _, _, err = run(capsys, "scope", "--type", "nis2:2.4")
    assert "--domain-registration" in err
    _, _, err = run(capsys, "scope", "--type", "qqq")
    assert "nis2map types lists all" in err
    for arguments in (("--type", "nis2:2.4"), ("--type", "qqq"), ("--headcount", "4")):
        assert not re.search(r"=True|\(\)|nis2map\.", run(capsys, "scope", *arguments)[2])


def test_significance_from_flags(capsys: pytest.CaptureFixture[str]) -> None:
    """What is met is said first, with what could still undo it; durations and shares are read as written."""
    code, out, _ = run(capsys, "significance", "--type", "annexI.8.d", "--unavailable-for", "PT31M")
    assert code == 0
    assert out.startswith(
        "undetermined: significant unless it was scheduled maintenance (CIR, Article 3(2))\nCloud service"
    )
    flags = ("--type", "annexI.8.4", "--no-scheduled-maintenance")
    assert answer(capsys, "significance", *flags, "--unavailable-for", "PT31M")["answer"] == "significant"
    limited = ("--users-limited", "5.1%", "--limited-for", "PT61M")
    assert answer(capsys, "significance", *flags, *limited)["answer"] == "significant"
    assert run(capsys, "significance", *flags, "--limited-for", "an hour")[0] == 2


def test_stale_facts_are_warned_of_on_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks a State late is told how many facts are old; the answer itself stays what it is."""
    assert run(capsys, "member-state", "BE")[2] == ""
    monkeypatch.setattr(_common, "_today", lambda: dt.date(2027, 11, 27))
    for arguments in (
        ("member-state", "BE"),
        ("registration", *HOSPITAL),
        ("deadlines", "--aware-at", AWARE, "--member-state", "BE"),
    ):
        code, _, err = run(capsys, *arguments)
        assert code == 0
        assert re.fullmatch(
            r"nis2map: \d+ facts on BE were last read more than 180 days ago, the oldest on 2026-\S+\n", err
        )


CITING = [
    (("scope", "--type", "annexI.8.4", "--headcount", "300"), ["dir/2022/2555", "reg_impl/2024/2690", "reco/2003/361"]),
    (("duties", "--type", "annexI.5.1", "--headcount", "300"), ["dir/2022/2555"]),
    (
        ("scope", "--type", "annexI.3.1", "--headcount", "300"),
        ["dir/2022/2555", "reg_impl/2024/2690", "reg/2022/2554", "reco/2003/361"],
    ),
    (("fine", "--type", "annexI.5.1", "--headcount", "300"), ["dir/2022/2555"]),
    (("significance", "--type", "annexI.8.4", "--unavailable-for", "PT45M"), ["dir/2022/2555", "reg_impl/2024/2690"]),
]


@pytest.mark.parametrize(("arguments", "cited"), CITING)
def test_answers_end_with_the_addresses_of_what_they_cite(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], cited: list[str]
) -> None:
    """The law is always among them, another act where a sentence cites it."""
    lines = run(capsys, *arguments)[1].splitlines()
    urls = [line.strip() for line in lines[lines.index("Sources:") + 1 :]]
    assert all(re.fullmatch(r"https?://[^\s]+", url) for url in urls)
    assert [next((act for act in cited if act in url), "") for url in urls] == cited


def test_national_sources_stand_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is told of a State has the address of its source below the answer."""
    entity = ("--type", "annexI.5.1", "--headcount", "300", "--member-state", "BE")
    out = run(capsys, "registration", *entity)[1]
    belgium = nis2map.member_state("BE")
    for name in ("authority", "registration", "registration_portal"):
        url = belgium.fact(name).url
        assert url
        assert f"\n  {url}\n" in out
    out = run(capsys, "deadlines", "--aware", AWARE, "--member-state", "BE")[1]
    below = out.partition("Sources:\n")[2].split()
    assert {belgium.fact(name).url for name in ("reporting.recipient", "reporting_portal")} <= {*below}
    assert any("reg/2016/679" in source for source in below)
