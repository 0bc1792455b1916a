"""What the fields of the model take: refs in any text form, words of enumerations, one text or several."""

from __future__ import annotations

from collections.abc import Iterable

from .._shared import each, member, texts
from ..errors import DatasetError, quote
from ..ids import Ref, read_ref
from ._words import Relation, Review, Role

__all__ = [
    "to_optional_ref",
    "to_ref",
    "to_refs",
    "to_relation",
    "to_review",
    "to_role",
    "to_side",
    "to_texts",
]


def to_ref(value: Ref | str) -> Ref:
    return value if type(value) is Ref else read_ref(value)


def to_optional_ref(value: Ref | str | None) -> Ref | None:
    return None if value is None else to_ref(value)


def to_refs(value: Iterable[Ref | str] | Ref | str) -> tuple[Ref, ...]:
    if isinstance(value, (Ref, str)):
        return (to_ref(value),)
    return tuple(map(to_ref, each(value, "refs", DatasetError)))


def to_texts(value: Iterable[str] | str) -> tuple[str, ...]:
    return texts(value, DatasetError)


def to_role(value: Role | str) -> Role:
    return member(Role, value, error=DatasetError)


def to_relation(value: Relation | str) -> Relation:
    return member(Relation, value, error=DatasetError)


def to_review(value: Review | str) -> Review:
    return member(Review, value, error=DatasetError)


def to_side(value: str) -> str:
    if value not in ("requirement", "control"):
        raise DatasetError(f"side: expected requirement or control, got {quote(value)}")
    return value
