"""Values that no caller means to hand in, and that must not make anything raise a foreign error."""

from __future__ import annotations


class Array:
    """Answers == as arrays do: with another array, whose truth value is refused."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> object:  # type: ignore[override]
        return self

    def __bool__(self) -> bool:
        raise ValueError("the truth value of an array is ambiguous")

    def __repr__(self) -> str:
        return "Array()"


class Column(Array):
    """Holds things as an array does, so that it is a container, and compares as one."""

    def __contains__(self, item: object) -> bool:
        return False


class Scalar(Array):
    """An array without dimensions: it has `__iter__`, which refuses."""

    def __iter__(self) -> object:
        raise TypeError("iteration over a 0-d array")
