"""What is asked about the law: scope, types, duties, registration, deadlines, significance, fine, member-state."""

from __future__ import annotations

import argparse

from ._base import FILES, Parser, number, words
from ._entity import STATES, add_entity
from ._scoring import FRAMEWORKS

__all__ = [
    "MOMENTS",
    "OCCURRENCES",
    "deadlines",
    "duties",
    "fine",
    "member_state",
    "registration",
    "scope",
    "significance",
    "types",
]

_TIME = "2026-03-27T15:20+01:00, or 2026-03-27T15:20 with --zone"
# When something happened in an incident; a test holds that these are the moments that the library knows.
MOMENTS = {
    "aware_at": f"when the entity became aware of it: {_TIME}",
    "detected_at": "when it was detected, from which some States count",
    "early_warning_at": "when the early warning was given",
    "notified_at": "when the incident notification was given",
    "intermediate_requested_at": "when the CSIRT or authority asked for an intermediate report",
    "intermediate_at": "when the intermediate report was given",
    "handled_at": "when the incident was handled",
    "impact_end_notified_at": "when the end of its impact was notified",
    "progress_at": "when the progress report was given",
    "final_at": "when the final report was given",
}
# What happened, by the article that asks for it: the kind of fact, and its help. A test holds kinds and names.
OCCURRENCES: tuple[tuple[str, dict[str, tuple[str, str]]], ...] = (
    (
        "any type of entity (CIR, Articles 3 and 4)",
        {
            "scheduled_maintenance": ("flag", "all of it was planned: scheduled maintenance (Article 3(2))"),
            "direct_loss": ("number", "direct financial loss, caused or possible, in EUR"),
            "annual_turnover": ("number", "EUR, of the preceding financial year"),
            "trade_secrets_exfiltrated": ("flag", "trade secrets were or could be exfiltrated"),
            "death": ("flag", "it caused or can cause a death"),
            "health_damage": ("flag", "it caused or can cause considerable damage to health"),
            "malicious_access": ("flag", "successful, suspected malicious access that can disrupt severely"),
            "occurrences": ("number", "how often it happened within six months (Article 4)"),
            "same_root_cause": ("flag", "these have the same apparent root cause (Article 4)"),
            "total_loss": ("number", "direct loss of all of them together, in EUR (Article 4)"),
        },
    ),
    (
        "the service (CIR, Articles 5 to 14)",
        {
            "unavailable_for": ("duration", "how long it was wholly unavailable, such as PT45M"),
            "unavailable_in_week": ("duration", "the same, added up over a calendar week"),
            "limited_for": ("duration", "how long its availability was limited"),
            "response_seconds": ("number", "average time of an answer to DNS requests, in seconds"),
            "slow_for": ("duration", "how long answers were that slow"),
        },
    ),
    (
        "users in the Union (CIR, Article 3(3))",
        {
            "users_unavailable": ("users", "for whom it was wholly unavailable: a number, or a share such as 4%%"),
            "users_limited": ("users", "for whom it was limited"),
            "users_data_affected": ("users", "whose data were affected"),
            "users_in_union": ("number", "how many there are in the Union"),
        },
    ),
    (
        "data and premises (CIR, Articles 5 to 14)",
        {
            "data_compromised": ("flag", "integrity, confidentiality or authenticity of data was compromised"),
            "data_compromised_maliciously": ("flag", "the same, by suspected malice"),
            "physical_access_compromised": ("flag", "physical access to the premises was compromised"),
        },
    ),
    (
        "domain names (CIR, Articles 5 and 6)",
        {
            "misconfiguration": ("flag", "a misconfiguration is why the data were incorrect"),
            "domain_names_affected": ("number", "how many domain names are concerned"),
            "domain_names_managed": ("number", "how many the entity manages"),
        },
    ),
    (
        "entities that the CIR does not bind (Article 23(3))",
        {
            "severe_disruption": ("flag", "severe operational disruption, caused or possible"),
            "financial_loss": ("flag", "financial loss for the entity, caused or possible"),
            "damage_to_others": ("flag", "considerable damage to others, caused or possible"),
        },
    ),
)


def scope(parser: Parser) -> None:
    """Declare `scope`."""
    add_entity(parser)


def types(parser: Parser) -> None:
    """Declare `types`."""
    parser.add("words", nargs="*", help="the law's words or yours: 'credit institution', saas, hospital, energy")


def duties(parser: Parser) -> None:
    """Declare `duties`."""
    add_entity(parser)
    parser.add("--framework", type=words(*FRAMEWORKS), help="of one text alone")


def registration(parser: Parser) -> None:
    """Declare `registration`."""
    add_entity(parser)
    parser.add(
        "--member-state", action="append", metavar="CODE", help="of these States; may be repeated", offers=STATES
    )
    parser.add("--in-scope-since", metavar="DATE", help="the day on which the entity came into scope")
    parser.add("--changed-on", metavar="DATE", help="the day on which a registered detail changed")


def fine(parser: Parser) -> None:
    """Declare `fine`."""
    add_entity(parser)
    told = "EUR a year, worldwide, of the whole undertaking (Article 34(4) and (5))"
    parser.add("--worldwide-turnover", type=number(told), metavar="N", help=told)


def member_state(parser: Parser) -> None:
    """Declare `member-state`."""
    parser.add("code", nargs="?", help="two letters, such as BE; all States if none is given", offers=STATES)
    parser.add("--today", metavar="DATE", help="a date such as 2026-03-27; without it no status is computed")


def deadlines(parser: Parser) -> None:
    """Declare `deadlines`."""
    parser.add("facts", nargs="?", help="a JSON object of facts, '-' for standard input", offers=FILES)
    moments = parser.group("what happened, and what was reported")
    for name, told in MOMENTS.items():
        moments.add(_flag(name), metavar="TIME", help=told)
    moments.add("--ongoing", action=argparse.BooleanOptionalAction, help="not handled by the final report")
    moments.add("--trust-service", action=argparse.BooleanOptionalAction, help="a trust service is affected")
    where = parser.group("where, and by which clock")
    told = "look at a State's rules, such as BE; may be repeated"
    where.add("--member-state", action="append", metavar="CODE", help=told, offers=STATES)
    told = "the entity's facts as JSON: in which States it answers, if at all"
    where.add("--entity", metavar="FILE", help=told, offers=FILES)
    where.add("--zone", help="of times without an offset, and where months are counted: Europe/Brussels")
    where.add("--holiday", action="append", dest="holidays", metavar="DATE", help="a public holiday; may be repeated")
    where.add("--now", metavar="TIME", help="show the state of each deadline at this time")
    calendar = parser.group("calendar")
    calendar.add("--ics", action="store_true", help="print an iCalendar text")
    calendar.add("--title", default="", help="the incident's name, for the calendar")


def significance(parser: Parser) -> None:
    """Declare `significance`."""
    parser.add("facts", nargs="?", help="a JSON object of facts, '-' for standard input", offers=FILES)
    told = "a type of an Annex such as annexI.8.4 (nis2map types lists them), or 'other'; may be repeated"
    parser.add("--type", action="append", dest="entity_types", metavar="TYPE", help=told, offers=("other",))
    for title, facts in OCCURRENCES:
        group = parser.group(title)
        for name, (kind, told) in facts.items():
            if kind == "flag":
                group.add(_flag(name), action=argparse.BooleanOptionalAction, help=told)
            elif kind == "number":
                group.add(_flag(name), type=number("a number"), metavar="N", help=told)
            elif kind == "duration":
                group.add(_flag(name), metavar="DURATION", help=told)
            else:
                group.add(_flag(name), type=_users, metavar="N", help=told)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _users(text: str) -> object:
    if text.endswith("%"):
        return {"percent": number("a share")(text[:-1])}
    return number("a number of users")(text)
