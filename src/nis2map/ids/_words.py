"""The words of citations: the one list from which the reader of single citations (`_grammar`) and the finder of
citations in running text (`_mentions`) are built.

English, German and French are known throughout, Spanish, Italian and Dutch for the words of legal citations. A word
stands here without its full stop: every one may carry it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

__all__ = [
    "ACTS",
    "AND",
    "ANNEX",
    "ARTICLE",
    "ARTICLES",
    "CLAUSE",
    "CLAUSES",
    "CLAUSE_OR_SECTION",
    "CONTROL",
    "CONTROLS",
    "DECISION",
    "DIRECTIVE",
    "DIRECTIVE_NOUNS",
    "EU",
    "IMPLEMENTING",
    "IMPLEMENTING_NOUNS",
    "INDENT",
    "ISO",
    "NIS2",
    "OF",
    "ORDINALS",
    "ORDINAL_NAMES",
    "PARAGRAPH",
    "PLAIN",
    "POINT",
    "POINTS",
    "REGULATION",
    "REGULATION_NOUNS",
    "REQUIREMENT",
    "SECTION",
    "SECTIONS",
    "SECTOR",
    "SENTENCE",
    "STANDARD",
    "SUBPARAGRAPH",
    "THE",
    "TO",
    "any_of",
    "has",
]

# What spreadsheets and word processors write for blanks, full stops, quotes and hyphens, one character for one, so that
# places in the plain text are places in the text.
PLAIN = {
    **dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F), " "),
    0x2024: ".",
    **dict.fromkeys((0x2018, 0x2019), "'"),
    **dict.fromkeys((0x2010, 0x2011), "-"),
}

# Units. The plural opens a list whose members need no form of their own: "Articles 20 and 21".
ARTICLES = "articles artikeln artikelen artículos articulos articoli arts artt".split()
ARTICLE = [*ARTICLES, *"article artikel artikels artículo articulo articolo art".split()]
PARAGRAPH = (
    "paragraph paragraphs para paras par abs absatz absatzes absätze paragraphe paragraphes paragr apartado apartados "
    "paragrafo paragrafi lid leden comma commi §"
).split()
SUBPARAGRAPH = (
    "subparagraph subparagraphs sub-paragraph sub-paragraphs subpara subparas unterabsatz unterabsatzes unterabs uabs "
    "alinéa alinéas alinea al párrafo"
).split()
POINTS = "points pts nummern ziffern litt letters lettres letras lettere puntos punti punten items".split()
POINT = [
    *POINTS,
    *(
        "point pt letter lit litera buchst buchstabe buchstaben lettre let lett letra lettera punto punt onderdeel nr "
        "nummer no item ziffer ziff subpoint subpoints sub-point sub-points"
    ).split(),
]
SECTIONS = "sections abschnitte chapters".split()
SECTION = [*SECTIONS, *"section sec abschnitt abschnitts §".split()]
REQUIREMENT = "requirement requirements".split()
ANNEX = "annex annexes annexe anhang anhangs anhänge anexo anexos allegato allegati bijlage bijlagen".split()
INDENT = "indent indents spiegelstrich tiret guion guión trattino streepje".split()
SENTENCE = "sentence satz halbsatz hs phrase frase zin volzin".split()
SECTOR = "sector sectors sektor sektors secteur".split()
CLAUSES = "clauses klauseln kapitel normkapitel chapitres cláusulas".split()
CLAUSE = [*CLAUSES, *"clause cl klausel kap chapitre cláusula clausula".split()]
# German for a section, and before a number alone as good a word for a clause.
CLAUSE_OR_SECTION = [*CLAUSE, "abschnitt"]
CONTROLS = "controls kontrollen maßnahmen mesures controles".split()
CONTROL = [*CONTROLS, *"control kontrolle maßnahme mesure".split()]

_ORDINAL_WORDS = (
    "first 1st erster ersten erste premier première primer primo eerste",
    "second 2nd zweiter zweiten zweite deuxième segundo secondo tweede",
    "third 3rd dritter dritten dritte troisième tercer terzo derde",
    "fourth 4th vierter vierten vierte quatrième cuarto quarto vierde",
    "fifth 5th fünfter fünften fünfte cinquième quinto vijfde",
    "sixth 6th sechster sechsten sechste sixième sexto sesto zesde",
    "seventh 7th siebter siebten siebte septième séptimo settimo zevende",
)
ORDINALS = {word: number for number, words in enumerate(_ORDINAL_WORDS, 1) for word in words.split()}
ORDINAL_NAMES = ("", *(words.split()[0] for words in _ORDINAL_WORDS))

# Words between units, and between a unit and the text that it is of.
AND = "and or und oder sowie et ou y".split()
TO = "to through bis à".split()
OF = "of de des du der von vom del della dell' van".split()
THE = "the la le les l' die das dem den der dieser el los il de het".split()

# Texts. Their numbers name one act each, whatever word stands before them.
ACTS = {"nis2": "2022/2555", "cir": "2024/2690"}
DIRECTIVE_NOUNS = "directive richtlinie directiva direttiva richtlijn".split()
DIRECTIVE = [*DIRECTIVE_NOUNS, "dir", "rl"]
REGULATION_NOUNS = "regulation verordnung règlement reglamento regolamento verordening".split()
REGULATION = [*REGULATION_NOUNS, "reg", "vo"]
DECISION = "decision beschluss décision decisión decisione besluit".split()
# Patterns, since these are several words.
IMPLEMENTING_NOUNS = (
    r"implementing\s{1,2}regulation",
    r"durchführungsverordnung",
    r"règlement\s{1,2}d'exécution",
    r"reglamento\s{1,2}de\s{1,2}ejecución",
    r"regolamento\s{1,2}di\s{1,2}esecuzione",
    "uitvoeringsverordening",
)
IMPLEMENTING = (*IMPLEMENTING_NOUNS, r"impl\.?\s{0,2}reg", "dvo", "ir")
STANDARD = "standard norm norme norma".split()
# The French title says SRI for NIS.
NIS2 = r"(?:nis|sri)[\s-]?(?:2|ii)"
EU = r"\(?(?:eu|ue)\)?"
ISO = r"(?:(?:din|bs|nf|une|uni|nen|sn|önorm)\s{1,2})?(?:en\s{1,2})?iso(?:\s?/\s?iec|\s{1,2}iec)?"


# Short forms that are words of their own in running text ("not", "par l'autorité", "al 23", "let a"): there they count
# with their full stop alone.
_NEED_STOP = frozenset("no nr pt pts al let lett litt par sec cl kap dir reg ir hs arts artt".split())


def any_of(*lists: Iterable[str], stop: bool = True, running: bool = False) -> str:
    """Return a pattern for one of the words, the longest first, with the full stop that it may carry.

    In `running` text the short forms that may be other words need theirs.
    """
    words = sorted({word for words in lists for word in words}, key=lambda word: (-len(word), word))
    if running:
        return f"(?:{'|'.join(re.escape(word) + (r'[.]' if word in _NEED_STOP else r'[.]?') for word in words)})"
    return f"(?:{'|'.join(map(re.escape, words))})" + (r"\.?" if stop else "")


def has(words: Collection[str], word: str) -> bool:
    """Tell whether a word of a text is one of the list, in whatever case and with or without its full stop."""
    return word.lower().rstrip(".") in words
