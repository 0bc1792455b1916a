"""lint: citations that the text ties to one of our frameworks and that do not exist; nothing else is reported."""

from __future__ import annotations

import time
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import nis2map
from nis2map.ids import closed_set
from nis2map.law import lint


def cited(text: str, **options: str) -> list[str]:
    """Return the parts of a text that lint reports."""
    return [text[slice(*problem.span)] for problem in lint(text, **options) if problem.span]  # type: ignore[arg-type]


# Sentences that tie a citation to one of the texts, with what in them does not exist: Article 21(2) ends with point
# (j), the Directive with Article 46 and Annex III, the CIR with Article 16 and point 13.3, Annex A with A.5.37, A.6.8,
# A.7.14 and A.8.34, clauses 4 to 10 with 10.2.
TIED = [
    ("Article 21(2)(k) of the NIS 2 Directive requires a bug bounty.", ["Article 21(2)(k)"]),
    ("Pursuant to Art. 47 of Directive (EU) 2022/2555, entities register.", ["Art. 47"]),
    ("NIS2 Art. 21(2)(k) asks for drills.", ["Art. 21(2)(k)"]),
    ("Artikel 21 Absatz 2 Buchstabe k der NIS-2-Richtlinie verlangt Übungen.", ["Artikel 21 Absatz 2 Buchstabe k"]),
    ("Nach Art. 99 NIS-2-RL haften Leitungsorgane.", ["Art. 99"]),
    ("Art. 21 Abs. 2 lit. a, b und k der Richtlinie (EU) 2022/2555 gelten.", ["k"]),
    ("NIS 2 sets its fines in Article 63.", ["Article 63"]),
    ("Articles 20, 21 and 47 of NIS 2 bind entities.", ["47"]),
    ("Article 21(2), points (a), (b) and (k), of the NIS 2 Directive name policies.", ["(k)"]),
    ("Article 21(2)(k) of, and Annex IV to, Directive (EU) 2022/2555 apply.", ["Article 21(2)(k)", "Annex IV"]),
    ("Anhang IV der NIS-2-Richtlinie nennt Lieferanten.", ["Anhang IV"]),
    ("Annex I, point 12, of Directive (EU) 2022/2555 lists the space sector.", ["Annex I, point 12"]),
    ("See CIR Annex, point 14.1.", ["Annex, point 14.1"]),
    ("Under point 6.11 of the Annex to Implementing Regulation (EU) 2024/2690 patches are signed.", ["point 6.11"]),
    ("Nummer 14.2 des Anhangs der Durchführungsverordnung (EU) 2024/2690 gilt.", ["Nummer 14.2"]),
    ("Article 17 of Implementing Regulation (EU) 2024/2690 sets thresholds.", ["Article 17"]),
    ("We map it to ISO 27001 A.8.35.", ["A.8.35"]),
    ("ISO/IEC 27002:2022 control 8.35 explains it.", ["control 8.35"]),
    ("Controls A.5.1, A.8.35 and A.8.1 of ISO 27001 apply.", ["A.8.35"]),
    ("Our statement excludes A.8.35.", ["A.8.35"]),
    ("ISO 27001 requires internal audits in clause 9.4.", ["clause 9.4"]),
    ("In Kapitel 11 der ISO 27001 steht nichts.", ["Kapitel 11"]),
    ("Control A.5.38 of ISO/IEC 27001:2022 and Article 99 GDPR differ.", ["Control A.5.38"]),
    ("Article 83(4) GDPR, Article 34(9) NIS 2: two regimes of fines.", ["Article 34(9)"]),
    ("The NIS 2 Directive is in force. Article 47 of the Directive repeals its predecessor.", ["Article 47"]),
    ("As cir:14.1 and nis2:21.2.k show, refs count too.", ["cir:14.1", "nis2:21.2.k"]),
    ("A.5.24-A.5.40 of ISO 27001 deal with incidents.", ["A.5.40"]),
    # Lists, tied at their end.
    ("Points 6.11 and 14.2 of the Annex to Implementing Regulation (EU) 2024/2690 apply.", ["Points 6.11", "14.2"]),
    ("Nummern 3 und 14 der CIR gelten.", ["14"]),
    ("Nummern 3.2, 6.11 und 14 des Anhangs der Durchführungsverordnung (EU) 2024/2690", ["6.11", "14"]),
    ("Clauses 4 and 11 of ISO 27001 frame it.", ["11"]),
    ("Clauses 9.3 and 9.4 of ISO/IEC 27001:2022", ["9.4"]),
    ("Controls 8.34, 8.35 and 5.38 of ISO 27002", ["8.35", "5.38"]),
    ("Articles 46, 47 and 48 of Directive (EU) 2022/2555", ["47", "48"]),
    ("Art. 20, 47 und 21 der NIS-2-Richtlinie", ["47"]),
    ("Article 21(2)(a), (k) and (j) of NIS 2", ["(k)"]),
    ("Art. 21 Abs. 2 Buchst. a bis k NIS-2-RL", ["k"]),
    ("Art. 21(2), points (h) to (l), of NIS 2", ["(l)"]),
    ("Section 14.1 of the CIR, section 6.11 of the CIR", ["Section 14.1", "section 6.11"]),
    # "The Directive", "the Regulation": the last one named.
    ("Verordnung (EU) 2024/2690 gilt. Artikel 17 der Verordnung ist neu.", ["Artikel 17"]),
    ("Implementing Regulation (EU) 2024/2690 applies. Article 17 of the Regulation is new.", ["Article 17"]),
    ("Die NIS-2-Richtlinie gilt. Artikel 47 dieser Richtlinie hebt auf.", ["Artikel 47"]),
    ("ISO 27001 is a standard. Clause 10.3 of the standard is new.", ["Clause 10.3"]),
    ("La directive NIS 2 s'applique. L'article 47 de la directive abroge l'ancienne.", ["article 47"]),
    # Other languages.
    ("L'article 21, paragraphe 2, point k), de la directive NIS 2 l'exige.", ["article 21, paragraphe 2, point k)"]),
    ("Conformément à l'article 47, paragraphe 4, de la directive (UE) 2022/2555,", ["article 47, paragraphe 4"]),
    ("Les articles 20, 21 et 47 de la directive NIS 2", ["47"]),
    ("Le point 14.1 de l'annexe du règlement d'exécution (UE) 2024/2690", ["point 14.1"]),
    ("l'annexe IV de la directive (UE) 2022/2555", ["annexe IV"]),
    (
        "article 20, paragraphe 1, troisième alinéa, de la directive NIS 2",
        ["article 20, paragraphe 1, troisième alinéa"],
    ),
    ("El artículo 21, apartado 2, letra k), de la Directiva (UE) 2022/2555", ["artículo 21, apartado 2, letra k)"]),
    ("Artículo 47 de la Directiva NIS 2", ["Artículo 47"]),
    ("L'articolo 99 della direttiva NIS 2", ["articolo 99"]),
    ("articolo 21, paragrafo 2, lettera k), della direttiva (UE) 2022/2555", ["articolo 21, paragrafo 2, lettera k)"]),
    ("artikel 21, lid 2, punt k), van de NIS 2-richtlijn", ["artikel 21, lid 2, punt k)"]),
    ("artikel 47 van Richtlijn (EU) 2022/2555", ["artikel 47"]),
    ("Anhang II Nr. 8 der Richtlinie (EU) 2022/2555", ["Anhang II Nr. 8"]),
    # Sentences and tables.
    ("Article 47 (NIS 2) is new.", ["Article 47"]),
    ("NIS 2: Article 47", ["Article 47"]),
    ("| NIS 2 | our policy |\n|---|---|\n| Article 47 | 3 |\n| Article 21 | Article 99 |", ["Article 47"]),
    ("Article 21(2), point (k), of NIS 2, and of the GDPR Article 99", ["Article 21(2), point (k)"]),
    ("CIR 6.11", ["6.11"]),
    ("Article 21(2) lit. k NIS 2", ["Article 21(2) lit. k"]),
    ("NIS 2 Article 23(12) not met", ["Article 23(12)"]),
]

# Sentences about other laws, other editions and contracts, often beside one of our texts.
OTHERS = [
    "Article 99 of the GDPR sets the date of application.",
    "Art. 99 DSGVO regelt das Inkrafttreten.",
    "DORA Art. 64 applies from 17 January 2025.",
    "Article 64 of Regulation (EU) 2022/2554 prevails over NIS 2.",
    "Under clause 14.7 of the contract the supplier reports within 24 hours.",
    "Annex IV of Regulation (EU) 2017/745 lists devices; NIS 2 has three Annexes.",
    "Annex VII to the Machinery Regulation stands beside NIS 2.",
    "Unlike the GDPR, NIS 2 requires in Article 99 that nothing be kept.",
    "Artikel 83 Absatz 7 Buchstabe k der Verordnung (EU) 2016/679 gilt daneben.",
    "Article 47 of the Belgian NIS2 law names the authority.",
    "Artikel 60 des NIS-2-Umsetzungs- und Cybersicherheitsstärkungsgesetzes gilt.",
    "ISO/IEC 27001:2013 control A.12.4.1 became two controls.",
    "A.18.2.2 of the 2013 edition of ISO 27001 is gone.",
    "ISO 22301 clause 11.2 and ISO 9001:2015, clause 10.4, help.",
    "Appendix A.8.40 of the agreement names the premises.",
    "Table A.8.35 shows the results.",
    "Klausel 14.7 des Rahmenvertrags verlangt ISO 27001.",
    "Article 267 TFEU was applied in a case on NIS 2.",
    "Article 73 of Directive (EU) 2022/2557 and Article 98 of the Cyber Resilience Act",
    "Under NIS 2, clause 14.7 of the master services agreement must flow down.",
    "The supplier holds ISO 27001, and clause 14.7 caps its liability.",
    "In section 14.3 of the SLA we agree on support for NIS 2.",
    "Article 99 of the law transposing NIS 2 sets the fines.",
    "Article 50 of the NIS Directive was repealed, as Directive 2016/1148, Article 27, was.",
    "Article 23 of NIS 2, 72 hours after awareness, Article 99 of our charter",
    "NIST SP 800-53 control 8.35 and PCI DSS 12.10 have no counterpart in the CIR.",
    # Words behind a number that begin like a word for a paragraph or a point.
    "NIS 2 Article 21 not applicable to us.",
    "Article 21 now binds essential entities (NIS 2).",
    "CIR Article 7 not met",
    "Articles 20 and 21 not met (NIS 2)",
    "NIS 2, Article 21 let us begin.",
    "L'article 23 par l'autorité (NIS 2)",
    "NIS 2 Article 21 parts of it",
    "Article 21 nowhere in NIS 2 says so.",
    # Ends of sentences other than a full stop.
    "NIS 2 is no state of the art! Article 99 too",
    "Is NIS 2 for x? See Article 99.",
    "NIS 2 has Annex II; Article 99 applies.",
    "ISO 27001 has Annex A; Article 99 applies.",
    "Annex A; Article 99 applies.",
    # What only looks like a control or a clause.
    "attachment A.8.35",
    "See attachment A.8.35 for ISO 27001.",
    "ISO 27001, clause 9 and 12 months later",
    "ISO 27001 was certified on page A.8.40.",
    "Figure A.8.35 of our ISO 27001 manual",
    "Anlage A.8.35 zum Vertrag nennt ISO 27001.",
    # French, Spanish, Italian and Dutch laws beside ours.
    "L'article 114 du traité sur le fonctionnement de l'Union européenne fonde la directive NIS 2.",
    "L'article 99 de la loi du 26 avril 2024 transpose la directive NIS 2.",
    "L'article 99 du règlement (UE) 2016/679 complète la directive NIS 2.",
    "L'article 83, paragraphe 7, point k), du RGPD",
    "Artículo 99 del Reglamento (UE) 2016/679",
    "El artículo 99 de la Ley de ciberseguridad transpone NIS 2.",
    "articolo 99 del regolamento (UE) 2016/679 e direttiva NIS 2",
    "L'articolo 99 del decreto recepisce la direttiva NIS 2.",
    "artikel 99 van Verordening (EU) 2016/679 en de NIS 2-richtlijn",
    "article 50 de la directive SRI",
    "L'article 47 de la loi NIS 2 désigne l'autorité.",
    # Others.
    "§ 38 BSIG setzt Artikel 20 der NIS-2-Richtlinie um.",
    "Article 99 of our code of conduct names NIS 2.",
    "Article 64 of DORA and NIS 2 differ.",
    "| Directive (EU) 2016/1148 | NIS 2 |\n|---|---|\n| Article 27 | Article 46 |\n| Article 16(11) | Article 2(1) |",
    "| GDPR | NIS 2 |\n|---|---|\n| Article 99 | Article 21 |",
]


def test_both_tables_are_wide() -> None:
    """What must and what must not be reported are both shown by at least sixty different sentences."""
    assert len(dict(TIED)) >= 60
    assert len(set(OTHERS)) >= 60


@pytest.mark.parametrize(("text", "expected"), TIED)
def test_what_is_tied_and_does_not_exist_is_reported(text: str, expected: list[str]) -> None:
    """Exactly the citations that the sentence ties to our texts and that do not exist are reported."""
    assert cited(text) == expected


@pytest.mark.parametrize("text", OTHERS)
def test_other_laws_and_contracts_are_left_alone(text: str) -> None:
    """A citation of another law, edition or contract is never reported, also beside one of our texts."""
    assert cited(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Article 21(2)(h) of the NIS 2 Directive",
        "Article 6, point (12), of Directive (EU) 2022/2555",  # beyond the dataset's duties, in the closed set
        "Art. 21 Abs. 2 Buchst. j NIS-2-RL",
        "Art. 21 Abs. 1 Satz 1 NIS-2-RL",
        "CIR Annex, point 9.2(c)(iv)",
        "A.5.24-A.5.28 and clause 6.1.2 of ISO/IEC 27001:2022",
        "Annex III of NIS 2 and Annex I, point 8(h), of Directive 2022/2555",
        "Articles 20 to 23 of NIS 2",
        "Article 23(4), first subparagraph, point (d)(iv), of NIS 2",
        "Article 21(2), first subparagraph, of NIS 2",  # a paragraph without numbered subparagraphs is its first
        "ISO/IEC 27001:2022 8.24, ISO 27002 8.24, iso27001:2022",
        "clause 4.2 of ISO 27002",  # how the guide itself is laid out
        "Artikel 7 der Durchführungsverordnung (EU) 2024/2690",
        "cir:3.2.1#logging and nis2:21.2.j~authentication",
        "state of the art 99 % for NIS 2",
        "article 21, paragraphe 2, point h) de la directive NIS 2",
        "Conformément à l'article 23, paragraphe 4, de la directive (UE) 2022/2555,",
        "l'article 23, paragraphe 1, deuxième alinéa, de la directive NIS 2",
        "Artículo 21, apartado 2, letra h), de la Directiva (UE) 2022/2555",
        "articolo 21, paragrafo 2, lettera h), della direttiva NIS 2",
        "artikel 21, lid 2, punt h), van de NIS 2-richtlijn",
        "point 9.2 c) de l'annexe du règlement d'exécution (UE) 2024/2690",
        "Artikel 6 Nr. 41 der Richtlinie (EU) 2022/2555",
        "Article 7, first paragraph, of NIS 2",
        "Article 20(1), first subparagraph (approval), of NIS 2",
        "Annex I, points (8) and (9), of Directive (EU) 2022/2555",
        "Articles 21(2)(a) and (b), 23(4) and 29 of NIS 2",
        "Annex I to Implementing Regulation (EU) 2024/2690",  # its one Annex is sometimes numbered
        "",
    ],
)
def test_what_exists_gives_nothing(text: str) -> None:
    """A correct citation is never reported, in whatever spelling."""
    assert lint(text) == ()


@pytest.mark.parametrize(
    ("framework", "phrase"),
    [("nis2", "{} of the NIS 2 Directive"), ("cir", "{} of the CIR"), ("iso27001", "{} of ISO/IEC 27001:2022")],
)
def test_no_unit_is_ever_reported_by_its_own_citation(framework: str, phrase: str) -> None:
    """No unit is reported when it is cited by its own citation or id."""
    refs = [nis2map.Ref(framework, local) for local in closed_set(framework)]
    texts = [phrase.format(ref.citation) for ref in refs if ref.citation] + [str(ref) for ref in refs]
    assert len(texts) > 200
    assert [text for text in texts if lint(text)] == []


def test_every_article_without_such_a_paragraph_is_reported() -> None:
    """A paragraph that an article lacks is reported for each of the 46 articles."""
    for number in range(1, 47):
        assert cited(f"Article {number}(99) of NIS 2") == [f"Article {number}(99)"]


def test_a_problem_has_its_place_and_the_nearest_real_units() -> None:
    """A problem has code, span, row, column and the nearest real units."""
    text = "NIS 2 is law.\r\n\r\nSee (as NIS 2 says) Article 21(2)(k)\nof the Directive."
    (problem,) = lint(text)
    assert problem.code == "no-such-unit"
    assert problem.span == (text.index("Article"), text.index("\nof the"))
    assert (problem.row, problem.column) == (3, "21")
    assert problem.hint == "nearest: nis2:21.2.h, nis2:21.2.i, nis2:21.2.j"
    assert "'Article 21(2)(k)' does not exist in Directive (EU) 2022/2555" in problem.message
    assert problem.to_dict()["span"] == list(problem.span)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Article 47 of NIS 2", "nis2:45, nis2:46"),
        ("Article 17 of the CIR", "cir:art.15, cir:art.16"),
        ("CIR 14.1", "cir:12, cir:13"),
        ("Annex IV of NIS 2", "nis2:annexI, nis2:annexII, nis2:annexIII"),
        ("Annex II of Implementing Regulation (EU) 2024/2690", "one Annex"),
        ("Control A.12.4.1 of ISO 27001", "2013 edition: iso27001-2013:A.12.4.1"),
        ("clause 8.24 of ISO 27001", "control iso27001:A.8.24"),
        ("cir:3.2.1#lodging", "logging"),
    ],
)
def test_hints(text: str, hint: str) -> None:
    """The hint names the nearest real units, the control meant by a clause, or the edition."""
    (problem,) = lint(text)
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("text", "framework", "expected"),
    [
        ("Article 47 is new.", "nis2", ["Article 47"]),
        ("Article 47 of this Directive", "nis2", ["Article 47"]),
        ("Under the GDPR, Article 83 sets fines.", "nis2", []),
        ("Article 99 of the contract", "nis2", []),
        ("point 3.7, and Article 17", "cir", ["point 3.7", "Article 17"]),
        ("Clause 14.7 and control 8.35", "iso27001", ["Clause 14.7", "control 8.35"]),
        ("Article 47 is new.", None, []),
        ("Article 47 is new.", "iso27001", []),
    ],
)
def test_framework_stands_where_a_sentence_names_nothing(text: str, framework: str | None, expected: list[str]) -> None:
    """`framework=` counts where a sentence names no text, and yields to any name."""
    assert [text[slice(*problem.span)] for problem in lint(text, framework=framework) if problem.span] == expected


def test_a_users_framework_counts_by_its_refs() -> None:
    """Canonical refs of a user's framework are checked against the dataset that holds it."""
    dataset = nis2map.load().with_framework(
        nis2map.Framework("acme", "Acme policies"), requirements=[nis2map.Requirement("acme:1", None, "Backups")]
    )
    text = "acme:1 is ours, acme:2 is not."
    (problem,) = lint(text, dataset=dataset)
    assert problem.message == "'acme:2' does not exist in Acme policies"
    assert lint(text) == ()
    assert lint(text, framework="acme", dataset=dataset) != ()


def test_bad_arguments() -> None:
    """What is not text, or a framework that the dataset lacks, raises our errors."""
    with pytest.raises(nis2map.InputError, match="not a text to lint"):
        lint(b"Article 99")  # type: ignore[arg-type]
    for framework in ("nis3", "iso27001-2013", 7, ["nis2"]):
        with pytest.raises(nis2map.UnknownRef, match="no framework"):
            lint("", framework=framework)  # type: ignore[arg-type]


PIECES = st.sampled_from(
    "Article Art. Artikel Annex Anhang A. control clause point (a) (2) (k) 21 99 8.35 IV , ; . of the der und to - NIS 2 CIR "
    "ISO 27001 27002 :2013 2022/2555 2024/2690 GDPR contract nis2: #x ~ Abs. lit. \n \u00a0 \u2013 \ud800 \x00".split(
        " "
    )
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES, max_size=30).map("".join)))
def test_total_on_any_text_with_spans_inside_it(text: str) -> None:
    """Any text is linted without an error, with ordered spans inside it and a hint each."""
    for framework in (None, "nis2", "cir", "iso27001"):
        problems = lint(text, framework=framework)
        spans = [problem.span for problem in problems if problem.span]
        assert len(spans) == len(problems)
        assert spans == sorted(spans)
        for problem, (start, end) in zip(problems, spans, strict=True):
            assert 0 <= start < end <= len(text)
            assert problem.row == text.count("\n", 0, start) + 1
            assert problem.column == str(start - (text.rfind("\n", 0, start) + 1) + 1)
            assert problem.hint


@given(st.lists(st.sampled_from([*(text for text, _ in TIED), *OTHERS]), max_size=6))
@example(["NIS 2: Article 47", "CIR Article 7 not met"])
@example(["NIS 2: Article 47", "Nummer 14.2 des Anhangs der Durchführungsverordnung (EU) 2024/2690 gilt."])
def test_paragraphs_do_not_disturb_each_other(paragraphs: list[str]) -> None:
    """What is reported of a paragraph does not depend on the paragraphs around it."""
    expected = [part for paragraph in paragraphs for part in dict(TIED).get(paragraph, [])]
    assert cited("\n\n".join(paragraphs)) == expected


@pytest.mark.slow
def test_no_two_paragraphs_disturb_each_other() -> None:
    """The same of every pair of sentences."""
    expected = dict(TIED) | {text: [] for text in OTHERS}
    for first, second in product(expected, repeat=2):
        assert cited(f"{first}\n\n{second}") == expected[first] + expected[second], (first, second)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "| Article 99 NIS 2 |\n", "|", "l'article 99 de la ", "a", " ", "A.", "art ", "Article 99 NIS 2 ", "(1)", ", 77", "NIS-", "gesetz", "1/", "A.5.1-", "a. B ",
    ],
)  # fmt: skip
def test_time_is_linear_in_hostile_text(unit: str) -> None:
    """Ten times the text may take no more than thirty times as long (of the processor's time), up to a megabyte."""

    def seconds(size: int) -> float:
        text = "NIS 2 Article 1" + unit * (size // len(unit))
        start = time.process_time()
        lint(text)
        return time.process_time() - start

    small = max(seconds(100_000), 0.05)
    assert seconds(1_000_000) < 30 * small


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See point 12 in Annex I to Directive (EU) 2022/2555.", ["point 12 in Annex I"]),
        ("Article 47, third paragraph, of NIS 2 is new.", ["Article 47, third paragraph"]),
        ("Article 20, subparagraph 9 of NIS 2 is new.", ["Article 20, subparagraph 9"]),
        ("Annex II of the CIR applies.", ["Annex II"]),
        ("See CIR Annex IV, point 3.", ["Annex IV, point 3"]),
        ("Points 6.10 and 14 of the Annex to the CIR", ["14"]),
        ("Article 21a of NIS 2 is new.", ["Article 21a"]),
        # These exist, in the first sentence by its paragraph alone.
        ("Article 21, first paragraph, third sentence, of NIS 2", []),
        ("Article 46, first subparagraph, of NIS 2", []),
        ("Annex I of the CIR applies.", []),
        ("Point 3 of the Annex I to the NIS 2 Directive", []),
        # The numbers behind "and" are no members of these lists.
        ("Article 20 and 47 employees of NIS 2 entities", []),
        ("Clauses 4.1 and 12 months of ISO 27001", []),
        ("clause 4.1 and 12 of ISO 27001", []),
        ("Articles 20 and 47.2 of NIS 2", []),
        ("Article 21(2)(a), 2, of NIS 2", []),
        ("Art. 21(2)(a), 3 and b of NIS 2", []),
        # The front matter of the guide holds no controls, and these laws are not ours.
        ("Clause 3.1 of ISO 27002", []),
        ("NIS 2 und Art. 99 BSIG", []),
        ("cir:cular and nis2:-- are no ids", []),
    ],
)  # fmt: skip
def test_lists_and_tails_end_where_their_sentence_ends_them(text: str, expected: list[str]) -> None:
    """What belongs to a citation is read to its end, and what only stands next to it is left alone."""
    assert cited(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "l'article 55 dudit règlement",
        "l'article 48, paragraphe 2, dudit acte",
        "aux articles 55 et 56 desdits règlements",
        "l'annexe IV dudit règlement",
        "l'article 99 desdites directives",
    ],
)
def test_french_words_for_another_text_are_read(text: str) -> None:
    """ "Dudit règlement" is another text than the Directive, whichever it is."""
    sentence = (
        f"En vertu de l'article 35 de la directive (UE) 2022/2555, elles informent les autorités visées à {text}."
    )
    assert lint(sentence) == ()


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        (
            "ANNEX III\n\nCORRELATION TABLE\n\nDirective (EU) 2016/1148\n\nThis Directive",
            "Article 16(11)\n\nArticle 1(7)",
        ),
        ("ANHANG III\n\nENTSPRECHUNGSTABELLE\n\nVorliegende Richtlinie", "Artikel 16 Absatz 11\n\nArtikel 1 Absatz 7"),
        ("ANNEXE III\n\nTABLEAU DE CORRESPONDANCE", "Article 16, paragraphe 11\n\nAnnexe III, point 6)"),
    ],
)
def test_cells_of_a_pasted_correlation_table_are_left_alone(heading: str, cells: str) -> None:
    """Without the lines of the table nobody knows whose units its cells are; the next annex is the text's again."""
    assert lint(f"{heading}\n\n{cells}", framework="nis2") == ()
    assert len(lint(f"{heading}\n\n{cells}\n\nANNEX I\n\nSee Article 99.", framework="nis2")) == 1


@pytest.mark.parametrize(
    "cited",
    [
        "Article 2(2), point (f), (i), of the NIS 2 Directive",
        "Article 2(2), point (f), (i) and (ii), of the NIS 2 Directive",
        "l'article 2, paragraphe 2, point f), i), de la directive (UE) 2022/2555",
        "Article 21(2)(g), (h), (i) and (j) of the NIS 2 Directive",
    ],
)
def test_a_roman_numeral_may_stand_below_or_beside(cited: str) -> None:
    """Behind a comma "(i)" is the next letter or the first numeral; the one that exists is meant."""
    assert lint(f"See {cited}.") == ()


def test_a_roman_numeral_that_is_neither_is_reported() -> None:
    """No such letter beside, no such numeral below."""
    (problem,) = lint("See Article 2(2), point (f), (iii), of the NIS 2 Directive.")
    assert problem.code == "no-such-unit"
