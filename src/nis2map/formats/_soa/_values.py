"""What a cell says: yes or no, a status, a degree, a day; or the problem with it.

Nothing is guessed: a word that is not known, or that has two readings in the languages that the table may be in, is a
problem by name. What is known and usually means a status without naming it is an interpretation, and is told.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Generic, Literal, TypeVar

import attrs

from ...assessment import Status
from ...errors import quote
from .._cells import CellKind
from ._columns import NOTHING, TICKS, Columns, Hints
from ._scale import Scale, graded
from ._words import accepted, date_of, folded, percentage, readings

__all__ = ["CellAnswer", "CellValues", "Degree"]

T = TypeVar("T")

Degree = tuple[Status, float | None]
Flaw = tuple[str, str, str]  # code, message, hint
_BRACKETS = re.compile(r"(.*\S)\s*\(([^()]*)\)\s*", re.DOTALL)
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]00:00(?::00(?:\.0+)?)?Z?", re.ASCII)
_LEVEL = re.compile(r"(\d{1,2})\s*[-–—:=.]?\s*[^\W\d].*", re.DOTALL)  # "3 - Defined"
_SHOWN = 40  # how much of a cell a hint repeats
_LEVELS = 5  # whole numbers up to here may be levels of maturity as well as percentages


@attrs.frozen
class CellAnswer(Generic[T]):
    """What one cell says: a value (None if it is empty), or the code, message and hint of a problem.

    `told` is what had to be interpreted, as words for a note; `left` what was not read, told whatever decides.
    """

    value: T | None = None
    problem: Flaw | None = None
    told: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@attrs.frozen
class _Meaning:
    """The one meaning of a word, or those between which nothing decides."""

    means: str = ""
    usual: bool = False
    several: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class CellValues:
    """Reads the cells of one table; what a text says is worked out once, because a table repeats few words."""

    def __init__(self, columns: Columns, given: Hints, scale: Scale | None) -> None:
        self._columns = columns
        self._given = given
        self._scale = scale
        self._legend = columns.cells.legend
        self._answers: dict[tuple[str, str, CellKind | None], CellAnswer[Any]] = {}
        self._shares = _Shares.of(_numbers(columns))

    def answer(self, role: str, text: str, kind: CellKind | None = None) -> CellAnswer[Any]:
        """Return what a cell says in a column of a role: a bool, a `Status`, a `Degree` or a day."""
        key = (role, text, kind)
        if key not in self._answers:
            self._answers[key] = self._read(role, text, kind)
        return self._answers[key]

    def _read(self, role: str, text: str, kind: CellKind | None) -> CellAnswer[Any]:
        if folded(text) in NOTHING:
            return CellAnswer()
        match role:
            case "applicable":
                return self._applicable(text)
            case "status":
                return self._status(text)
            case "included" | "excluded":
                return self._tick(text, excluded=role == "excluded")
            case "degree" | "maturity":
                return self._degree(text, kind, maturity=role == "maturity")
            case _:
                return self._day(text)

    def _tick(self, text: str, *, excluded: bool) -> CellAnswer[bool]:
        """Return what a tick column says: a tick under "excluded" says that the control does not apply."""
        if folded(text) in TICKS:
            return CellAnswer(not excluded)
        answer = self._applicable(text)
        return answer if answer.value is None else attrs.evolve(answer, value=answer.value is not excluded)

    def _applicable(self, text: str) -> CellAnswer[bool]:
        meaning = self._meaning(text, "answer")
        if meaning is None:
            meaning = self._meaning(text, "status")
            if meaning is not None and meaning.means not in ("unassessed", "not_applicable", ""):
                meaning = None  # "planned" says nothing on whether it applies
        if meaning is None:
            return CellAnswer(problem=_unknown(text, "applicable", accepted("answer", self._columns.languages)))
        if meaning.several:
            return CellAnswer(problem=_undecided(text, meaning.several, "applicable"))
        if meaning.means == "unassessed":
            return CellAnswer(None, left=(f"{quote(text, 40)} read as not known whether it applies",))
        value = meaning.means == "yes"
        usual = (f"{quote(text, 40)} read as not_applicable",) if meaning.usual and not value else ()
        return CellAnswer(value, told=(*meaning.told, *usual), left=meaning.left)

    def _status(self, text: str) -> CellAnswer[Status]:
        meaning = self._meaning(text, "status")
        if meaning is None:
            meaning = self._meaning(text, "answer")
            if meaning is not None and meaning.means:
                means = "implemented" if meaning.means == "yes" else "not_implemented"
                meaning = attrs.evolve(meaning, means=means, usual=True)
        if meaning is None:
            return CellAnswer(problem=_unknown(text, "status", accepted("status", self._columns.languages)))
        if meaning.several:
            return CellAnswer(problem=_undecided(text, meaning.several, "status"))
        status = Status(meaning.means)
        usual = (f"{quote(text, 40)} read as {status}",) if meaning.usual else ()
        return CellAnswer(status, told=(*meaning.told, *usual), left=meaning.left)

    def _meaning(self, text: str, kind: Literal["answer", "status"]) -> _Meaning | None:
        """Return what a text means: as it stands, without a sign that says the same, without what is in brackets."""
        signs, rest = _signs(text)
        explained = self._legend.get(text.strip()) or (self._legend.get(signs) if signs and not rest else None)
        if explained is not None and explained != text:
            meaning = self._word(folded(explained), kind)
            if meaning is not None:
                read = f"{quote(text, 40)} read as {meaning.means}, by the legend of the file: {quote(explained, 40)}"
                return attrs.evolve(meaning, usual=False, told=(read,))
        found = self._word(folded(text), kind)
        if found is not None and found.usual and "(" in text:  # "Applicable (Inherited)": somebody else does it
            found = attrs.evolve(found, left=(f"{quote(text, 40)} read as {found.means}",))
        if found is not None:
            return found
        if signs and rest:
            return self._sign_and_word(signs, rest, kind)
        match = _BRACKETS.fullmatch(text)
        outer = self._meaning(match[1], kind) if match else None
        inner = self._word(folded(match[2]), kind) if match else None
        if outer is None or (inner is not None and inner.means != outer.means):
            return None
        return attrs.evolve(outer, left=(*outer.left, f"what stands in brackets is left out: {quote(text, 40)}"))

    def _sign_and_word(self, signs: str, rest: str, kind: Literal["answer", "status"]) -> _Meaning | None:
        word, sign = self._meaning(rest, kind), self._word(signs, kind)
        if word is None or word.several or sign is None:
            return word
        possible = sign.several or (sign.means,)
        return word if word.means in possible else _Meaning(several=(*possible, word.means))

    def _word(self, word: str, kind: Literal["answer", "status"]) -> _Meaning | None:
        said = self._given.words.get(word)
        if said is not None:
            means = {"not_applicable": "no"}.get(said, said) if kind == "answer" else said
            return _Meaning(means) if (means in ("yes", "no")) is (kind == "answer") else None
        found = readings(kind, word)
        here = [one for one in found if not one.languages or one.languages & self._columns.languages]
        by_meaning = {one.means: one for one in here or found}
        if len(by_meaning) > 1:
            several = (_with_languages(by_meaning[name].languages, name) for name in sorted(by_meaning))
            return _Meaning(several=tuple(several))
        return next((_Meaning(one.means, one.usual) for one in by_meaning.values()), None)

    def _degree(self, text: str, kind: CellKind | None, *, maturity: bool) -> CellAnswer[Degree]:
        named = _LEVEL.fullmatch(text) if self._scale is not None else None
        value = percentage(named[1] if named else text)
        signed = "%" in text or kind is CellKind.PERCENT
        if value is None:
            return _bad(f"{quote(text, 40)} is not a percentage from 0 to 100")
        if self._scale is not None and not signed:
            meaning = self._scale.meaning(value)
            if meaning is None:
                return _bad(f"{quote(text, 40)} is not on the scale {self._scale.name}")
            return CellAnswer(meaning, told=(f"numbers read on the scale {self._scale.name}",))
        if maturity and not signed:
            message = f"{quote(text, 40)} is a level, and nothing says what it means"
            return _bad(message, "say scale='0-5', or which level is what: scale={3: 0.5, 5: 'implemented'}")
        if value > 100:
            return _bad(f"{quote(text, 40)} is not a percentage from 0 to 100")
        if not signed and 0 < value <= 1:
            message = f"{quote(text, 40)} may mean {value:g} % or {100 * value:g} %"
            return _bad(message, "write the percent sign, or say scale='percent' or scale='fraction'")
        if not signed and value and self._shares.may_be_levels:
            message = f"{quote(text, 40)} may mean {value:g} % or a level of {self._shares.most:g}"
            return _bad(message, "write the percent sign, or say scale='percent' or scale='0-5'")
        return CellAnswer(graded(float(f"{value}e-2")))  # the nearest to what is written, as 33.333 % is

    @staticmethod
    def _day(text: str) -> CellAnswer[dt.date]:
        # A date with slashes has two readings.
        match = _MIDNIGHT.fullmatch(text)
        date = date_of(match[1] if match else text)
        if date is None:
            return CellAnswer(
                problem=("bad-date", f"{quote(text, 40)} is not read as a date", "write it as 2026-01-31")
            )
        return CellAnswer(date)


@attrs.frozen
class _Shares:
    """What the numbers without a percent sign in the degree column may be."""

    most: float
    may_be_levels: bool

    @classmethod
    def of(cls, texts: Iterable[str]) -> _Shares:
        """Look at all numbers of a column: whole ones up to five, no percent sign at all, may be levels."""
        numbers: list[float] = []
        signed = False
        for text in texts:
            value = percentage(text)
            signed = signed or "%" in text
            if value is not None and "%" not in text:
                numbers.append(value)
        most = max(numbers, default=0.0)
        whole = all(number == int(number) for number in numbers)
        return cls(most, not signed and whole and 1 < most <= _LEVELS)


def _numbers(columns: Columns) -> Iterable[str]:
    places = columns.by_role.get("degree", ())
    for _, row in columns.cells.rows[columns.start :]:
        for place in places:
            if place < len(row):
                yield row[place]


def _signs(text: str) -> tuple[str, str]:
    """Return the pictures at either end of a text, and the words between them."""
    bare = text.strip().replace("\ufe0f", "")
    start = 0
    while start < len(bare) and _is_sign(bare[start]):
        start += 1
    end = len(bare)
    while end > start and _is_sign(bare[end - 1]):
        end -= 1
    signs = (bare[:start] + bare[end:]).replace(" ", "")
    return signs, bare[start:end].strip(" -–—:|\u00a0") if signs else text


def _is_sign(char: str) -> bool:
    return char == " " or (ord(char) > 0x2000 and unicodedata.category(char) in ("So", "Sk", "Cf"))


def _with_languages(languages: frozenset[str], means: str) -> str:
    return f"{means} ({', '.join(sorted(languages))})" if languages else means


def _unknown(text: str, role: str, words: str) -> Flaw:
    key = "..." if "'" in text or len(text) > _SHOWN else text.strip()
    hint = f"{words}, words={{'{key}': ...}} adds one"
    return (f"unknown-{role}", f"{quote(text, 40)} is not a word for {role} that is understood", hint)


def _undecided(text: str, several: Iterable[str], role: str) -> Flaw:
    hint = f"say which: lang='en', or words={{{text!r}: ...}}"
    return (f"unknown-{role}", f"{quote(text, 40)} may mean {' or '.join(several)}", hint)


def _bad(message: str, hint: str = "") -> CellAnswer[Degree]:
    return CellAnswer(problem=("bad-percentage", message, hint))
