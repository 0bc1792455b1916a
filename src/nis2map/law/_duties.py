"""`duties`: which duties of both texts bind an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import expect
from ..dataset import Dataset, given
from ..model import Requirement

if TYPE_CHECKING:
    from ._scope import Classification, EntityClass

__all__ = ["duties"]

# Words of `scope.EntityClass` and `scope.Exemption`, which are loaded only by those who classify.
_CLASSES = {"essential": "essential", "important": "important"}
_REGISTRATION_ONLY = "registration_only"
_ENTIRELY = "entirely"
_COMMUNICATIONS = ("nis2:annexI.8.8", "nis2:annexI.8.9")
_TRUST = ("nis2:annexI.8.7",)


def duties(classification: Classification, *, dataset: Dataset | None = None) -> tuple[Requirement, ...]:
    """Return the duties of both texts that bind an entity, in legal order.

    Of the Directive every duty that is addressed to the entity's class or kind, with those that apply only if a State
    requires it (`modality` says so); of the CIR the units of its Annex, if its Article 1 names the entity. For an
    undetermined classification the duties that are certain under every class left open. Sector-specific acts (Article
    4, DORA) are a caveat of the classification and take nothing away here.
    """
    from ._scope import Classification

    data = given(dataset)
    expect(classification, Classification, "classification")
    directive = [
        unit
        for unit in data.requirements("nis2")
        if unit.role.is_duty and all(_binds(unit, classification, one) for one in classification.possible)
    ]
    annex = [
        unit
        for unit in data.requirements("cir")
        if classification.cir_applies is True and unit.role.is_duty and not unit.ref.local.startswith("art.")
    ]
    return (*directive, *annex)


def _binds(unit: Requirement, classification: Classification, entity_class: EntityClass) -> bool:
    """Tell whether a duty surely binds the entity if it is of this class."""
    if entity_class not in (*_CLASSES, _REGISTRATION_ONLY):
        return False
    register = classification.registration
    article = unit.ref.local.partition(".")[0]
    if article in ("21", "23") and _exempt(classification):
        return False
    by_article = {"3": register.listed, "27": register.registry, "28": register.domain_data}
    if article in by_article:
        return by_article[article] is True
    named = set(unit.addressees)
    if "article-26-entities-outside-union" in named:
        return register.representative is True
    if "all" in named:
        return True
    if entity_class not in _CLASSES:
        return False
    kinds = {str(ref) for ref in classification.types or ()}
    if named & {"trust-service-providers", "electronic-communications"}:
        return bool(kinds & {*(_TRUST if "trust-service-providers" in named else _COMMUNICATIONS)})
    if named & {"essential", "important"}:
        return _CLASSES[entity_class] in named
    return "management-body" in named


def _exempt(classification: Classification) -> bool:
    """A State decision under Article 2(8) lifts Articles 21 and 23, unless a trust service is offered (2(9))."""
    lifted = classification.entity.state_exemption == _ENTIRELY
    return lifted and not {str(ref) for ref in classification.types or ()} & {*_TRUST}
