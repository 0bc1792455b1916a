"""`binds`: whether a text binds an entity, as its classification tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import InputError

if TYPE_CHECKING:
    from ._scope import Classification

__all__ = ["binds"]


def binds(classification: Classification, framework: str) -> bool | None:
    """Tell whether a framework binds the entity that was classified; None while facts leave it open.

    The Directive binds (through national law) whoever is in scope, the CIR the entities that its Article 1 names.
    Raises `InputError` for a framework of which a classification says nothing.
    """
    answers = {"nis2": classification.in_scope, "cir": classification.cir_applies}
    if framework not in answers:
        raise InputError(f"a classification says nothing of {framework}", hint=f"one of: {', '.join(answers)}")
    return answers[framework]
