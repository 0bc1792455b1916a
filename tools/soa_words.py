"""Write docs/reference/soa-words.md: the words in which Statements of Applicability are read.

    python tools/soa_words.py

Everything comes from the packaged table `soa_words.json`; a test keeps the page up to date.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from nis2map.formats._soa import Word, vocabulary

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "soa-words.md"

LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "it": "Italian",
    "es": "Spanish",
    "nl": "Dutch",
    "pl": "Polish",
    "cs": "Czech",
    "pt": "Portuguese",
    "el": "Greek",
    "": "any",
}
KINDS = {
    "header": ("Headers", "What a column says, by its header."),
    "answer": ("Answers", "Whether a control applies."),
    "status": ("Statuses", "Whether a control is in place."),
}
HEAD = """# Words of Statements of Applicability

<!-- made by tools/soa_words.py -->

`nis2map.read_soa` reads these words in the column that they belong to; [how it reads a file](../how-to/read-a-soa.md) says
which language is taken. Words in italics say something else that usually means this: the assessment notes that they were
read so. Case, accents, underscores, hyphens, the marks of Markdown, and stops, colons and question marks at the end do not
matter; German words may have ae, oe, ue for their umlauts.

A word that has two readings in one language is not read. "Pending" and "under review" say no status, "applied" is said
both of a control that applies and of one that is in place, and "none" may be what a program wrote for an empty cell."""


def sections() -> Iterator[str]:
    """Yield the lines of the page below its head: a table of languages for each meaning."""
    for kind, words in groupby(vocabulary(), key=lambda word: word.kind):
        title, about = KINDS[kind]
        yield from ("", f"## {title}", "", about)
        for means, same in groupby(words, key=lambda word: word.means):
            yield from ("", f"### {means}", "", "| language | words |", "|---|---|")
            for language, told in groupby(same, key=lambda word: word.language):
                yield f"| {LANGUAGES[language]} | {cell(list(told))} |"


def cell(words: list[Word]) -> str:
    """Return the words of one language, those that are noted in italics."""
    named = ", ".join(word.word for word in words if not word.usual)
    usual = ", ".join(word.word for word in words if word.usual)
    return "<br>".join(part for part in (named, f"*{usual}*" if usual else "") if part)


def page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *sections()]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
