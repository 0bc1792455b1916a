"""Ids in the spellings of lawyers, auditors and spreadsheets, and what is refused among them."""

from __future__ import annotations

import threading

import pytest

from nis2map import (
    InvalidRef,
    Ref,
    parse_ref,
    parse_refs,
)

# spelling, ref: who writes so
SPELLINGS = [
    ("point (h) of Article 21(2)", "nis2:21.2.h"),  # EU drafting in running text
    ("paragraph 2 of Article 21", "nis2:21.2"),
    ("point (a) of the first subparagraph of Article 23(4)", "nis2:23.4.a"),
    ("point h) de l'article 21, paragraphe 2", "nis2:21.2.h"),
    ("l\u2019article 21, paragraphe 2, de la directive NIS 2", "nis2:21.2"),
    ("article premier", "nis2:1"),
    ("Article 7, first paragraph", "nis2:7.1"),
    ("Article 21(2), points (h)", "nis2:21.2.h"),
    ("Directive (EU) 2022/2555 (NIS 2), Article 21", "nis2:21"),
    ("Art. 21 of Directive (EU) 2022/2555 (NIS 2 Directive)", "nis2:21"),
    ("EU 2022/2555 Art. 21", "nis2:21"),
    ("nis2:21(2)(h)", "nis2:21.2.h"),
    ("cir:9.2(c)", "cir:9.2.c"),
    ("Regulation (EU) 2024/2690, Annex 3.2.1", "cir:3.2.1"),
    ("IR 2024/2690 3.2.1", "cir:3.2.1"),
    ("point 3.2.1 de l'annexe du r\u00e8glement d'ex\u00e9cution (UE) 2024/2690", "cir:3.2.1"),
    ("Nummer 3.2.1 des Anhangs der Durchf\u00fchrungsverordnung (EU) 2024/2690", "cir:3.2.1"),
    ("CIR \u00a7 3.2.1", "cir:3.2.1"),
    ("CIR Sec. 3.2", "cir:3.2"),
    ("Annex 3.2.1", "cir:3.2.1"),  # NIS 2 has an Annex III, and it has no points
    ("Annex A, control 5.1", "iso27001:A.5.1"),
    ("ISO/IEC 27001:2022, Annex A, 5.1", "iso27001:A.5.1"),
    ("Annex A - 5.1", "iso27001:A.5.1"),
    ("Kontrolle A.5.1", "iso27001:A.5.1"),
    ("BS EN ISO/IEC 27001:2023 A.5.1", "iso27001:A.5.1"),
    ("ISO/IEC 27001:2022/Amd 1:2024, clause 4.1", "iso27001:4.1"),
    ("ISO 27001:2022 Section 6.1.2", "iso27001:6.1.2"),
    ("article 6.1.2 ISO 27001", "iso27001:6.1.2"),  # AFNOR's word for clause
    ("ISO/IEC 27002:2022 clause 5.1", "iso27001:A.5.1"),  # a clause of 27002 is a control
    ("artículo 21, apartado 2, letra h), de la Directiva (UE) 2022/2555", "nis2:21.2.h"),  # Spanish
    ("articolo 21, paragrafo 2, lettera h), della direttiva NIS 2", "nis2:21.2.h"),  # Italian
    ("artikel 21, lid 2, punt h), van de NIS 2-richtlijn", "nis2:21.2.h"),  # Dutch
    ("Article 20(1), first subparagraph (approval)", "nis2:20.1.s1~approve"),  # our own citation of a part
    ("Annex I, points (2)(a)", "nis2:annexI.2.a"),
    ("Annex I, point 2(a), second indent", "nis2:annexI.2.a.2"),
    ("Annex I, point 1(a), indent 2", "nis2:annexI.1.a.2"),
    ("DIN ISO/IEC 27001:2015-03, A.9.2.3", "iso27001-2013:A.9.2.3"),  # the German publication of the 2013 text
]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_spellings(text: str, expected: str) -> None:
    """Each of these spellings names the unit that its writers mean."""
    assert str(parse_ref(text)) == expected


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("Annex 2.1", "may be a point of the CIR's Annex or of Annex II of NIS 2"),
        ("Anhang 1.1.2", "Roman numerals"),
        ("ISO 27001:2005 A.5.1", "edition before 2013"),
        ("Article 23(4) 9th subparagraph", "can't be read at '9th'"),
        ("Article 5 of Regulation (EU) 2022/2554", "can't be read"),
        ("Article 5 of Article 21", "can't be read"),
    ],
)
def test_what_has_two_readings_or_none_is_refused(text: str, match: str) -> None:
    """A text with two readings, or with a part that can't be read, is refused and says why."""
    with pytest.raises(InvalidRef, match=match):
        parse_ref(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A.5.1-5.3", "A.5.1 A.5.2 A.5.3"),
        ("Annex A 5.1-5.3", "A.5.1 A.5.2 A.5.3"),
        ("Annex A 5.1, 5.2 and 5.3", "A.5.1 A.5.2 A.5.3"),
        ("Controls 5.1 and 5.2", "A.5.1 A.5.2"),
        ("ISO 27002:2022 5.1, 5.2", "A.5.1 A.5.2"),
        ("A-5.1-A-5.3", "A.5.1 A.5.2 A.5.3"),
        ("clauses 4.1 and 4.2", "4.1 4.2"),
        ("clause 6.1.1 - 6.1.3; A.5.1", "6.1.1 6.1.2 6.1.3 A.5.1"),
        ("Art. 20.1, 20.2", "20.1 20.2"),
        ("Art. 21(1)-(3)", "21.1 21.2 21.3"),
        ("Art. 21 Abs. 1 und Abs. 2", "21.1 21.2"),
        ("Art. 21 Abs. 2 lit. a-c", "21.2.a 21.2.b 21.2.c"),
        ("Article 21(2), points (a) to (c)", "21.2.a 21.2.b 21.2.c"),
        ("points (a) and (b) of Article 21(2)", "21.2.a 21.2.b"),
        ("point (h) of Article 21(2), point (a) of Article 23(4)", "21.2.h 23.4.a"),
        ("Article 21(2), point (h) and point (i), and Article 23", "21.2.h 21.2.i 23"),
        ("Artikel 6 Nr. 20 und Nr. 21", "6.20 6.21"),
        ("Annex I and Annex II", "annexI annexII"),
        ("Annex I, 5", "annexI.5"),  # a number behind the comma goes on with the Annex, it is not Article 5
        ("Annex I, 8.1, Annex II, 3", "annexI.8.1 annexII.3"),
        ("Annexes I and II", "annexI annexII"),
        ("nis2:21.2.a-nis2:21.2.c", "21.2.a 21.2.b 21.2.c"),
        ("acme:CTRL-01-02, acme:1-2", "CTRL-01-02 1-2"),  # hyphens of a user's own ids are no ranges
        ("cir:3.2.1#plan-1-2", "3.2.1#plan-1-2"),
    ],
)
def test_lists(text: str, expected: str) -> None:
    """Ranges and lists are expanded in every spelling, and hyphens of users' own ids are not ranges."""
    assert " ".join(ref.local for ref in parse_refs(text)) == expected


@pytest.mark.parametrize(
    "text", ["A.8.2, 8.3", "A 8.2, 8.3", "Art. 21 und Abs. 2", "A.5.1 and point 2", "Art. 21(2) and point (h)"]
)
def test_items_that_leave_out_too_much_are_refused(text: str) -> None:
    """A member of a list that could be of another kind than the one before is not guessed."""
    with pytest.raises(InvalidRef):
        parse_refs(text)


def test_a_users_own_hyphens_are_no_range_either_with_a_framework() -> None:
    """A hyphen in an id of a user's framework never makes a range."""
    assert parse_refs("CTRL-1-2, 1-2", framework="acme") == (Ref("acme", "CTRL-1-2"), Ref("acme", "1-2"))


@pytest.mark.slow
@pytest.mark.parametrize("text", ["A.5.1" + " - x" * 20_000, "." * 60_000, "Art. 21" + ", point a" * 20_000])
def test_long_lists_take_no_quadratic_time(text: str) -> None:
    """They took a minute; a second is allowed on the slowest machine."""
    done = threading.Event()

    def work() -> None:
        with pytest.raises(InvalidRef):
            parse_refs(text)
        done.set()

    threading.Thread(target=work, daemon=True).start()
    assert done.wait(10)


def test_order_tells_all_ids_apart() -> None:
    """Two different ids of a user's framework are never equal in order."""
    for one, two in (("a1", "a.1"), ("1", "01"), ("1.a", "1a")):
        first, second = Ref("acme", one), Ref("acme", two)
        assert (first < second) != (second < first)
