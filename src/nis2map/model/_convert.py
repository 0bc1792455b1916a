"""What the fields of the model take: refs in any text form, words of enumerations, one text or several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard, TypeVar, cast

import attrs

from .._shared import FrozenMap, each, member, texts
from ..errors import DatasetError, InvalidRef, quote
from ..ids import Ref, check_framework, read_ref
from ._words import Relation, ReviewState, Role

T = TypeVar("T")

__all__ = [
    "are_refs",
    "to_framework_id",
    "to_optional_ref",
    "to_record",
    "to_records",
    "to_ref",
    "to_refs",
    "to_relation",
    "to_review",
    "to_role",
    "to_side",
    "to_texts",
    "to_titles",
]


def to_ref(value: Ref | str) -> Ref:
    return value if type(value) is Ref else read_ref(value)


def to_optional_ref(value: Ref | str | None) -> Ref | None:
    return None if value is None else to_ref(value)


def to_refs(value: Iterable[Ref | str] | Ref | str) -> tuple[Ref, ...]:
    if isinstance(value, (Ref, str)):
        return (to_ref(value),)
    if are_refs(value):
        return value
    return tuple(map(to_ref, each(value, "refs", DatasetError)))


def are_refs(value: object) -> TypeGuard[tuple[Ref, ...]]:
    """Tell whether a value is a tuple of refs already, as those of the packaged tables are."""
    # Most are empty, and this is asked thousands of times at start.
    return type(value) is tuple and (not value or all(type(item) is Ref for item in cast("tuple[object, ...]", value)))


def to_texts(value: Iterable[str] | str) -> tuple[str, ...]:
    return texts(value, DatasetError)


def to_titles(value: Mapping[str, str]) -> FrozenMap[str, str]:
    held = cast("object", value)
    if isinstance(held, Mapping):
        pairs = cast("list[tuple[object, object]]", [*value.items()])
        if all(isinstance(text, str) for pair in pairs for text in pair):
            return FrozenMap(sorted(value.items()))
    raise DatasetError(
        f"expected titles by language, got {quote(cast('object', value))}", hint="such as {'fr': 'Sauvegardes'}"
    )


def to_framework_id(value: str) -> str:
    if cast("object", value) is None:  # which `check_framework` takes for "any"
        raise DatasetError("expected the id of a framework, got None")
    try:
        check_framework(value)
    except InvalidRef as error:
        raise DatasetError(error.message, hint=error.hint) from None
    return value


def to_role(value: Role | str) -> Role:
    return member(Role, value, error=DatasetError)


def to_relation(value: Relation | str) -> Relation:
    return member(Relation, value, error=DatasetError)


def to_review(value: ReviewState | str) -> ReviewState:
    return member(ReviewState, value, "review", DatasetError)


def to_side(value: str) -> str:
    # An array compares to an array, which has no truth value.
    if not isinstance(value, str) or value not in ("requirement", "control"):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DatasetError(f"side: expected requirement or control, got {quote(value)}")
    return value


def to_record(kind: type[T], value: T | Mapping[str, object]) -> T:
    """Return a record of the law's tables that lies inside another; packaged rows and files hold it as a mapping."""
    if isinstance(value, kind):
        return value
    if not isinstance(value, Mapping):
        raise DatasetError(f"expected a {kind.__name__}, got {quote(value)}")
    row = cast("Mapping[str, Any]", value)
    fields = attrs.fields_dict(cast("type[attrs.AttrsInstance]", kind))
    unknown = next((name for name in row if name not in fields), None)
    if unknown is not None:
        raise DatasetError(f"{kind.__name__} has no field {quote(unknown)}", hint=f"it has {', '.join(fields)}")
    lacking = [name for name, field in fields.items() if field.default is attrs.NOTHING and name not in row]
    if lacking:
        raise DatasetError(f"{kind.__name__} needs {lacking[0]}, got {quote(row)}")
    return kind(**row)


def to_records(kind: type[T], value: Iterable[T | Mapping[str, object]]) -> tuple[T, ...]:
    return tuple(to_record(kind, row) for row in each(value, f"{kind.__name__} records", DatasetError))
