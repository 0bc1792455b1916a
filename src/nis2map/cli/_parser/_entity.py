"""The facts of an entity as flags, each with its help, grouped by the article that asks for it."""

from __future__ import annotations

import argparse

from ._base import FILES, OptionGroup, Parser, number, words

__all__ = ["GROUPS", "RECORDS", "SEVERAL", "STATES", "WORDS", "add_entity"]

# Group, then each flag with its help; every field of `Entity` has its place here (a test holds it).
GROUPS: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "what it is (Annexes I and II; Article 6)",
        {
            "types": "a type of an Annex, such as annexI.8.4 (nis2map types lists them), or 'none'; may be repeated",
            "trust_service": "it provides trust services (Article 3(1), point (b), if qualified)",
            "domain_registration": "it registers domain names (Article 2(4))",
            "side_activity": "a type that is only a side activity of it; may be repeated, 'none' for none",
            "root_servers_only": "it only operates root name servers (Article 6, point (20))",
            "own_use_tld": "its top-level domain is for its own use (Article 6, point (21))",
            "education_institution": "it is an educational institution (Articles 2(5) and 6, point (41))",
            "name": "what to call it",
        },
    ),
    (
        "size (Article 2(1); Recommendation 2003/361/EC)",
        {
            "headcount": "annual work units",
            "turnover": "EUR a year",
            "balance_sheet": "EUR",
            "group_set_aside": "the State leaves the figures of its group out (recital 16)",
            "publicly_owned": "it has public owners (no effect on size or class)",
        },
    ),
    (
        "public bodies (Articles 2(2), point (f), 2(5) and 2(7))",
        {
            "public_administration": "the level; a municipality is 'local'",
            "risk_based_assessment": "an assessment found that its failure has a significant impact (regional bodies)",
            "opt_in_local": "the State applies the Directive to local bodies",
            "opt_in_education": "the State applies the Directive to educational institutions",
            "national_security": "it works mostly in security, defence or law enforcement",
        },
    ),
    (
        "acts of a State (Articles 2(2), 2(3) and 3(1))",
        {
            "critical_entity": "critical under Directive (EU) 2022/2557 (Article 3(1), point (f))",
            "designated": "identified under Article 2(2), points (b) to (e), as essential or important",
            "sole_provider": "the only provider in a State of an essential service (Article 2(2), point (b))",
            "significant_impact": "failure could hit public safety, security or health (point (c))",
            "systemic_risk": "failure could cause systemic risk (point (d))",
            "specific_importance": "special national or regional importance (point (e))",
            "oes_nis1": "operator of essential services under NIS 1 (Article 3(1), point (g))",
            "oes_identified": "the date of that identification, such as 2018-11-09",
            "opt_in_oes": "the State keeps such operators as essential",
        },
    ),
    (
        "other acts (Articles 2(8), 2(10) and 4)",
        {
            "sector_acts": "an act that asks for at least as much, by name; may be repeated (DORA needs no naming)",
            "dora_exempt": "exempted from DORA by its State (Article 2(10))",
            "state_exemption": "released by its State for security work (Article 2(8))",
        },
    ),
    (
        "where (Articles 2(1) and 26)",
        {
            "services_in_union": "it serves or works in the Union (Article 2(1))",
            "outside_union": "a type that it has outside the Union only; may be repeated",
            "established_in": "a State of the Union, such as DE; may be repeated, 'none' for none",
            "services_in": "a State that it serves; may be repeated, 'none' for none",
            "decisions_in": "where most decisions on cybersecurity are made; 'none': outside the Union (Article 26(2))",
            "operations_in": "where cybersecurity is operated; 'none': outside the Union",
            "most_employees_in": "where most people work; 'none': outside the Union",
            "representative_in": "where its representative is (Article 26(3)); 'none' if there is none",
            "created_by": "the State that set up the public body",
        },
    ),
)
RECORDS = ("years", "linked", "partners")  # only in a file of facts
SEVERAL = ("types", "side_activity", "outside_union", "established_in", "services_in", "sector_acts")
STATES = tuple("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split())
# The words of the library's enumerations, once more; a test holds them equal.
WORDS = {
    "trust_service": ("qualified", "non_qualified"),
    "designated": ("none", "important", "essential"),
    "state_exemption": ("none", "activities", "entirely"),
    "public_administration": (
        "none",
        "central",
        "regional",
        "local",
        "judiciary",
        "parliament",
        "central_bank",
        "diplomatic_mission",
    ),
}
_NUMBERS = ("headcount", "turnover", "balance_sheet")
_METAVARS = {
    "name": "TEXT",
    "oes_identified": "DATE",
    "types": "TYPE",
    "side_activity": "TYPE",
    "outside_union": "TYPE",
    "sector_acts": "ACT",
}
_ONE_STATE = ("decisions_in", "operations_in", "most_employees_in", "representative_in", "created_by")
_FILE = (
    "a JSON object of facts, '-' for standard input; its keys are the flags, with _ for - and types for --type, and "
    "years, linked and partners for periods and group figures; flags override it"
)


def add_entity(parser: Parser) -> None:
    """Declare the facts of an entity: a file, and a flag for each, which beats the file."""
    parser.add("facts", nargs="?", help=_FILE, offers=FILES)
    for title, flags in GROUPS:
        group = parser.group(title)
        for name, told in flags.items():
            _add(group, name, told)
    unknown = "this fact is not known; may be repeated"
    facts = [name.replace("_", "-") for _, flags in GROUPS for name in flags]
    parser.add("--unknown", action="append", default=[], metavar="FACT", help=unknown, offers=facts)


def _add(group: OptionGroup, name: str, told: str) -> None:
    flag = "--type" if name == "types" else f"--{name.replace('_', '-')}"
    if name in _NUMBERS:
        group.add(flag, type=number(told), metavar="N", help=told)
    elif name in WORDS:
        group.add(flag, type=words(*WORDS[name]), help=told)
    elif name in SEVERAL:
        states = (*STATES, "none") if name in ("established_in", "services_in") else ()
        group.add(flag, action="append", dest=name, metavar=_METAVARS.get(name, "STATE"), help=told, offers=states)
    elif name in _METAVARS:
        group.add(flag, metavar=_METAVARS[name], help=told)
    elif name in _ONE_STATE:
        group.add(flag, metavar="STATE", help=told, offers=STATES)
    else:
        group.add(flag, action=argparse.BooleanOptionalAction, help=told)
