"""Ids: spellings, closed sets, order, totality, citations, slugs."""

from __future__ import annotations

import datetime as dt
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nis2map import InvalidRef, Nis2mapError, Ref, UnknownRef, parse_ref, parse_refs
from nis2map.ids import closed_set, is_above
from nis2map.testing import refs

from .evidence import facts

ALL = [Ref(framework, local) for framework in ("nis2", "cir", "iso27001") for local in closed_set(framework)]

# spelling, ref: who writes so
SPELLINGS = [
    ("Art. 21(2)(h)", "nis2:21.2.h"),
    ("Article 21(2), point (h)", "nis2:21.2.h"),  # EU drafting
    ("Article 21(2)(h)", "nis2:21.2.h"),
    ("Article 21.2.h", "nis2:21.2.h"),
    ("art 21 para 2 point h", "nis2:21.2.h"),
    ("21(2)(h)", "nis2:21.2.h"),
    ("ARTICLE 21 (2) (H)", "nis2:21.2.h"),
    ("Artikel 21 Abs. 2 lit. h", "nis2:21.2.h"),  # German
    ("Art. 21 Absatz 2 Buchstabe h", "nis2:21.2.h"),
    ("article 21, paragraphe 2, point h)", "nis2:21.2.h"),  # French
    ("NIS2 Art. 21(2)(h)", "nis2:21.2.h"),
    ("NIS 2, Article 21(2)(h)", "nis2:21.2.h"),
    ("NIS-2-Richtlinie Art. 21(2)(h)", "nis2:21.2.h"),
    ("Article 21(2), point (h), of Directive (EU) 2022/2555", "nis2:21.2.h"),
    ("Directive (EU) 2022/2555, Article 21(2)(h)", "nis2:21.2.h"),
    ("Article 21(2)(h) NIS 2", "nis2:21.2.h"),
    ("nis2:21.2.h", "nis2:21.2.h"),
    ("Article 23(4), first subparagraph, point (a)", "nis2:23.4.a"),
    ("Article 23(4), second subparagraph", "nis2:23.4.s2"),
    ("Artikel 23 Abs. 4 Unterabs. 2", "nis2:23.4.s2"),
    ("Article 3(4), 2nd subparagraph", "nis2:3.4.s2"),
    ("Article 23(4)(d)(iii)", "nis2:23.4.d.iii"),
    ("Article 6, point (20)", "nis2:6.20"),
    ("Article 6(20)", "nis2:6.20"),
    ("Annex I, point 8", "nis2:annexI.8"),
    ("Annex I point 1(a)", "nis2:annexI.1.a"),
    ("Anhang II Nr. 4", "nis2:annexII.4"),
    ("nis2:annexI.8.h", "nis2:annexI.8.8"),  # position by letter where a sector has no subsectors
    ("nis2:20.1.s1~approve", "nis2:20.1.s1~approve"),
    ("CIR 9.2(c)(iv)", "cir:9.2.c.iv"),
    ("CIR 9.2.c.iv", "cir:9.2.c.iv"),
    ("Annex, point 9.2(c)(iv)", "cir:9.2.c.iv"),
    ("Annex point 9.2 (c) (iv)", "cir:9.2.c.iv"),
    ("CIR Annex 3.2.1", "cir:3.2.1"),
    ("Implementing Regulation (EU) 2024/2690, Annex, point 3.2.1", "cir:3.2.1"),
    ("point 3.2.1 of the Annex to Implementing Regulation (EU) 2024/2690", "cir:3.2.1"),
    ("2024/2690 6.10.1", "cir:6.10.1"),
    ("2024/2690 6.1", "cir:6.1"),
    ("Article 7(b) CIR", "cir:art.7.b"),
    ("Article 7, point (b), of Implementing Regulation (EU) 2024/2690", "cir:art.7.b"),
    ("cir:3.2.1#logging", "cir:3.2.1#logging"),
    ("A.8.24", "iso27001:A.8.24"),
    ("a.8.24", "iso27001:A.8.24"),
    ("A 8.24", "iso27001:A.8.24"),
    ("A8.24", "iso27001:A.8.24"),
    ("A.8.24.", "iso27001:A.8.24"),
    ("A.08.24", "iso27001:A.8.24"),
    ("Annex A 8.24", "iso27001:A.8.24"),
    ("Annex A.8.24", "iso27001:A.8.24"),
    ("control 8.24", "iso27001:A.8.24"),
    ("ISO 27001:2022 A.8.24", "iso27001:A.8.24"),
    ("ISO/IEC 27002:2022, 8.24", "iso27001:A.8.24"),  # 27002 numbers its controls without A
    ("DIN EN ISO/IEC 27001:2024-01, A.8.24", "iso27001:A.8.24"),
    ("A.8.24 (2022)", "iso27001:A.8.24"),
    ("A\u00a08.24", "iso27001:A.8.24"),  # no-break space
    ("\ufeffA.8.24", "iso27001:A.8.24"),  # byte order mark
    ("\uff21.\uff18.\uff12\uff14", "iso27001:A.8.24"),  # full width
    ("clause 6.1.2", "iso27001:6.1.2"),
    ("Clause 9.3", "iso27001:9.3"),
    ("Kapitel 6.1.2", "iso27001:6.1.2"),
    ("ISO/IEC 27001:2022, clause 6.1.2", "iso27001:6.1.2"),
    ("ISO 27001 6.1.2", "iso27001:6.1.2"),
    ("ISO 27001:2013 A.9.2.3", "iso27001-2013:A.9.2.3"),
    ("ISO 27001 A.12.4.1 (2013)", "iso27001-2013:A.12.4.1"),
    ("acme:POL-1.2", "acme:POL-1.2"),
]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_spellings(text: str, expected: str) -> None:
    ref = parse_ref(text)
    assert str(ref) == expected
    assert parse_ref(f"  {text}\n") == ref


@pytest.mark.parametrize(
    ("text", "framework", "expected"),
    [
        ("5.1", "iso27001", "iso27001:5.1"),  # the clause, never the control
        ("A.5.1", "iso27001", "iso27001:A.5.1"),
        ("9.2(c)(iv)", "cir", "cir:9.2.c.iv"),
        ("9.2.c.iv", "cir", "cir:9.2.c.iv"),
        ("art.7.b", "cir", "cir:art.7.b"),
        ("21.2.h", "nis2", "nis2:21.2.h"),
        ("POL-1", "acme", "acme:POL-1"),
        ("3.2.1#logging", "cir", "cir:3.2.1#logging"),
    ],
)
def test_framework_settles_short_forms(text: str, framework: str, expected: str) -> None:
    assert str(parse_ref(text, framework=framework)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", ".", "A", "A.5,1", "A..5.1", "\u0410.5.1", "\u0391.5.1", "A.5.\u2160", "A.5.l", "A.5.\u0661",
        "A.5.\u2460", "A.5.\u00b2", "A.5.1_0", "A.5.+1", "A.5.-1", "A.5.1e1", "B.5.1", "A.5.1\u202e", "A.5.1\x00",
        "A.5.1\ud800", "A.5.1; A.5.2", "A.5.1-A.5.3", "A.5.1/evil", "<script>", "=A.5.1", "nan", "None", "#REF!",
        "05. Jan", "5-Jan", "45662", "Art. XXI", "Art. 21(2)(d", "Article 21(\uff12)(d)", "21(2)(d) and 23(1)",
        "Art. 21 bis", "Recital 79", "A" * 300, "1." * 200, "5.1", "6.1.2", "5.10", "9.2.c.iv",
    ],
)  # fmt: skip
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(InvalidRef) as caught:
        parse_ref(text)
    message = str(caught.value)
    assert len(message) <= 500
    assert message.isprintable()
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("A.8.35", "A.8.34"),
        ("A.5.38", "A.5.37"),
        ("A.7.15", "A.7.14"),
        ("Art. 21(2)(k)", "21.2.j"),
        ("Art. 21(11)", "nis2:21"),
        ("Art. 47", ""),
        ("2024/2690 6.11", "cir:6.10"),
        ("A.9.2.3", "iso27001-2013:A.9.2.3"),
        ("A.5.1.1", "iso27001-2013:A.5.1.1"),
        ("Article 21(2), second subparagraph, point (a)", ""),
    ],
)
def test_what_does_not_exist_names_the_nearest(text: str, near: str) -> None:
    with pytest.raises(UnknownRef) as caught:
        parse_ref(text)
    assert near in str(caught.value)
    assert isinstance(caught.value, LookupError)


@pytest.mark.parametrize(
    "value", [5.1, 7, True, None, b"A.5.1", Decimal("5.1"), ["A.5.1"], dt.date(2026, 1, 5), object()]
)
def test_only_text_is_an_id(value: Any) -> None:
    with pytest.raises(InvalidRef, match="text"):
        parse_ref(value)


def test_a_number_with_two_readings_names_both() -> None:
    with pytest.raises(InvalidRef, match=r"5\.1 or 5\.10"):
        parse_ref(5.10)  # type: ignore[arg-type]


def test_bare_numbers_name_their_readings() -> None:
    with pytest.raises(InvalidRef, match=r"clause 5\.1 or control A\.5\.1"):
        parse_ref("5.1")


def test_a_framework_that_the_text_contradicts_is_refused() -> None:
    with pytest.raises(InvalidRef, match="names nis2"):
        parse_ref("NIS2 Art. 21", framework="cir")
    with pytest.raises(InvalidRef, match="was asked for"):
        parse_ref("nis2:21", framework="cir")


@pytest.mark.parametrize("ref", ALL, ids=str)
def test_every_unit_round_trips(ref: Ref) -> None:
    assert parse_ref(str(ref)) == ref
    assert Ref.from_slug(ref.slug) == ref
    assert set(ref.slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    citation = ref.citation
    if citation is None:
        assert "~" in ref.local
    elif "annex" not in ref.local:
        framework = ref.framework if ref.framework != "iso27001" else None
        assert parse_ref(citation, framework=framework) == ref


def test_counts_of_the_closed_sets() -> None:
    controls = [local for local in closed_set("iso27001") if local.startswith("A.") and local.count(".") == 2]
    assert [sum(c.startswith(f"A.{theme}.") for c in controls) for theme in (5, 6, 7, 8)] == [37, 8, 14, 34]
    assert sum(not local.startswith("art.") for local in closed_set("cir")) == 436
    points = [local for local in closed_set("nis2") if local.startswith("21.2.") and "~" not in local]
    assert [local[-1] for local in points] == list("abcdefghij")
    slugs = [ref.slug for ref in ALL]
    assert len(set(slugs)) == len(slugs)


def test_the_directive_has_46_articles_and_41_definitions() -> None:
    locals_ = closed_set("nis2")
    assert [local for local in locals_ if local.isdigit()] == [str(n) for n in range(1, 47)]
    assert sum(local.startswith("6.") and local.count(".") == 1 for local in locals_) == 41


def test_legal_order() -> None:
    texts = ["nis2:3.4.s1", "nis2:3.4.a", "nis2:3.4.s2", "nis2:21.2", "nis2:21.2.a", "nis2:21.2.a~risk-analysis"]
    texts += ["nis2:21.2.b", "nis2:annexI", "cir:art.3.1.a", "cir:1", "cir:6.2", "cir:6.10", "cir:9.2.c.iv"]
    texts += ["cir:9.2.c.ix", "iso27001:9.3", "iso27001:10.1", "iso27001:A.5.9", "iso27001:A.5.10", "iso27001:A.6.1"]
    texts += ["acme:2", "acme:10", "zeta:1"]
    expected = [parse_ref(text) for text in texts]
    assert sorted(expected, key=lambda ref: ref.sort_key) == expected
    assert sorted(set(expected)) == expected


@given(refs(), refs(), refs())
def test_order_is_total_and_agrees_with_equality(one: Ref, two: Ref, three: Ref) -> None:
    assert (one < two) + (two < one) + (one == two) == 1
    assert (one <= two) == (one < two or one == two)
    assert (one > two) == (two < one)
    assert not (one < two and two < three) or one < three
    assert (one == two) <= (hash(one) == hash(two))


@given(refs())
def test_any_ref_round_trips(ref: Ref) -> None:
    assert parse_ref(str(ref)) == ref
    assert Ref.from_slug(ref.slug) == ref
    assert pickle.loads(pickle.dumps(ref)) == ref
    assert ref != str(ref)
    assert ref.unit.demand is None


@given(
    st.one_of(
        st.text(max_size=300),
        st.text(alphabet="ArticleNSO 0123456789.()-,;:#~abhivx", max_size=40),
        st.integers(),
        st.floats(),
        st.none(),
        st.binary(max_size=20),
        st.fractions(),
    ),
    st.sampled_from((None, "nis2", "cir", "iso27001", "acme")),
)
@example("A.5.1", "acme")
@example(Fraction(1, 3), None)
def test_parsing_is_total(value: Any, framework: str | None) -> None:
    try:
        ref = parse_ref(value, framework=framework)
    except (InvalidRef, UnknownRef) as error:
        assert str(error).isprintable()
        assert len(str(error)) <= 500
        assert pickle.loads(pickle.dumps(error)).args == error.args
    else:
        assert parse_ref(str(ref)) == ref


@given(st.text(max_size=120))
def test_lists_are_total(text: str) -> None:
    try:
        found = parse_refs(text)
    except (InvalidRef, UnknownRef):
        return
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("A.5.24-A.5.28, A.8.8", "A.5.24 A.5.25 A.5.26 A.5.27 A.5.28 A.8.8"),
        ("A.5.24-28", "A.5.24 A.5.25 A.5.26 A.5.27 A.5.28"),
        ("A.5.24 – A.5.26", "A.5.24 A.5.25 A.5.26"),
        ("A.5.24 to A.5.26", "A.5.24 A.5.25 A.5.26"),
        ("A.5.36-A.6.2", "A.5.36 A.5.37 A.6.1 A.6.2"),
        ("A.5.1\nA.5.2; A.5.3 and A.5.4 & A.5.5", "A.5.1 A.5.2 A.5.3 A.5.4 A.5.5"),
        ("A.5.1, A.5.1", "A.5.1"),
        ("clause 6.1.2, A.5.1", "clause 6.1.2 A.5.1"),
    ],
)
def test_lists_of_controls(text: str, expected: str) -> None:
    joined = " ".join(str(ref.citation) for ref in parse_refs(text))
    assert joined == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Articles 20, 21 and 23", ["nis2:20", "nis2:21", "nis2:23"]),
        ("Art. 21(2)(a), (b) and (d)", ["nis2:21.2.a", "nis2:21.2.b", "nis2:21.2.d"]),
        ("Art. 21(2)(a)-(c)", ["nis2:21.2.a", "nis2:21.2.b", "nis2:21.2.c"]),
        ("Article 21(2), point (h); A.8.24", ["nis2:21.2.h", "iso27001:A.8.24"]),
        ("Article 3(4), first subparagraph, and A.5.1", ["nis2:3.4.s1", "iso27001:A.5.1"]),
        ("CIR 3.2.1, 3.2.2", ["cir:3.2.1", "cir:3.2.2"]),
        ("NIS-2 Art. 21, A.5.1", ["nis2:21", "iso27001:A.5.1"]),
    ],
)
def test_lists_of_law(text: str, expected: list[str]) -> None:
    assert [str(ref) for ref in parse_refs(text)] == expected


@pytest.mark.parametrize("text", ["A.5.28-A.5.24", "A.5.24-nis2:21", "A.5-A.5.3", "A.8.2, 8.3", "A.5.1, ?"])
def test_lists_that_are_refused(text: str) -> None:
    with pytest.raises((InvalidRef, UnknownRef)):
        parse_refs(text)


@pytest.mark.parametrize(
    ("text", "citation", "eli"),
    [
        ("nis2:21.2.h", "Article 21(2), point (h)", "http://data.europa.eu/eli/dir/2022/2555/art_21/oj"),
        ("nis2:23.4.a", "Article 23(4), first subparagraph, point (a)", "http://data.europa.eu/eli/dir/2022/2555/art_23/oj"),
        ("nis2:23.4.d.i", "Article 23(4), first subparagraph, point (d)(i)", "http://data.europa.eu/eli/dir/2022/2555/art_23/oj"),
        ("nis2:6.20", "Article 6, point (20)", "http://data.europa.eu/eli/dir/2022/2555/art_6/oj"),
        ("nis2:annexI.1.a.2", "Annex I, point 1(a), indent 2", "http://data.europa.eu/eli/dir/2022/2555/oj"),
        ("cir:9.2.c.iv", "Annex, point 9.2(c)(iv)", "http://data.europa.eu/eli/reg_impl/2024/2690/oj"),
        ("cir:art.7.b", "Article 7, point (b)", "http://data.europa.eu/eli/reg_impl/2024/2690/art_7/oj"),
        ("iso27001:A.8.24", "A.8.24", None),
        ("iso27001:6.1.2", "clause 6.1.2", None),
        ("nis2:20.1.s1~approve", None, "http://data.europa.eu/eli/dir/2022/2555/art_20/oj"),
        ("cir:3.2.1#logging", None, "http://data.europa.eu/eli/reg_impl/2024/2690/oj"),
        ("acme:1", None, None),
    ],
)  # fmt: skip
def test_citation_and_eli(text: str, citation: str | None, eli: str | None) -> None:
    ref = parse_ref(text)
    assert (ref.citation, ref.eli) == (citation, eli)


@pytest.mark.parametrize(
    "slug", ["", "nis2", "nis2_", "NIS2_21", "nis2_21_", "iso27001_a_5_99", "x_--", 5, "nis2_21_2_h\n"]
)
def test_what_is_no_slug(slug: Any) -> None:
    with pytest.raises(Nis2mapError):
        Ref.from_slug(slug)


@pytest.mark.parametrize(
    ("framework", "local"),
    [
        ("nis2", "21.2.k"),
        ("", "1"),
        ("Acme", "1"),
        ("acme", ""),
        ("acme", "1..2"),
        ("acme", "a b"),
        (5, "1"),
        ("nis2", None),
    ],
)
def test_the_constructor_checks_too(framework: Any, local: Any) -> None:
    with pytest.raises((InvalidRef, UnknownRef)):
        Ref(framework, local)


def test_above() -> None:
    assert is_above(parse_ref("cir:3.2"), parse_ref("cir:3.2.1#logging"))
    assert is_above(parse_ref("nis2:21.2.a"), parse_ref("nis2:21.2.a~risk-analysis"))
    assert not is_above(parse_ref("cir:6.1"), parse_ref("cir:6.10"))
    assert not is_above(parse_ref("cir:6.1"), parse_ref("cir:6.1"))


def test_citations_equal_the_official_ones() -> None:
    """A unit that the Directive numbers is cited as the Union's drafting rules cite it."""
    for row in facts("directive"):
        assert parse_ref(row["ref"]).citation == row["citation"], row["ref"]


def test_reference_strings() -> None:
    """Odd spellings of an id are read, and what only looks like one is refused with an error of ours."""
    for row in facts("spellings"):
        text = row["text"] + row.get("repeat", "") * row.get("times", 0)
        try:
            accepted = bool(parse_ref(text))
        except (InvalidRef, UnknownRef):
            accepted = False
        assert accepted is row["accepted"], row
