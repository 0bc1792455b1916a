"""The words of the model: roles, relations, grains, reviews, themes, classes of gap."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["GapClass", "Grade", "Grain", "Relation", "ReviewState", "Role", "Theme"]


class Role(StrEnum):
    """What a unit of a legal text is."""

    OBLIGATION = "obligation"
    OBLIGATION_DETAIL = "obligation-detail"
    CONDITIONAL_OBLIGATION = "conditional-obligation"
    OPTION = "option"
    EXPOSURE = "exposure"
    SAFEGUARD = "safeguard"
    DEFINITION = "definition"
    SCOPE_RULE = "scope-rule"
    CLASSIFICATION = "classification"
    EXCLUSION = "exclusion"
    CONTEXT = "context"
    DATE = "date"
    ENCOURAGEMENT = "encouragement"
    CONTAINER = "container"

    @property
    def is_duty(self) -> bool:
        """Whether a unit of this role binds somebody: an obligation, a detail of one, or a conditional one."""
        return self in (Role.OBLIGATION, Role.OBLIGATION_DETAIL, Role.CONDITIONAL_OBLIGATION)


class Relation(StrEnum):
    """How a requirement relates to the control(s), read requirement -> control(s) (NIST IR 8477, OSCAL)."""

    EQUAL_TO = "equal-to"
    SUBSET_OF = "subset-of"
    SUPERSET_OF = "superset-of"
    INTERSECTS_WITH = "intersects-with"
    NO_RELATIONSHIP = "no-relationship"

    @property
    def inverse(self) -> Relation:
        """The relation read control(s) -> requirement; `r.inverse.inverse is r`."""
        match self:
            case Relation.SUBSET_OF:
                return Relation.SUPERSET_OF
            case Relation.SUPERSET_OF:
                return Relation.SUBSET_OF
            case _:
                return self

    @property
    def is_full(self) -> bool:
        """Whether the controls contain the whole requirement."""
        return self in (Relation.EQUAL_TO, Relation.SUBSET_OF)

    @property
    def is_partial(self) -> bool:
        """Whether the controls share a part of the requirement, or lie within it."""
        return self in (Relation.SUPERSET_OF, Relation.INTERSECTS_WITH)


class Grain(StrEnum):
    """What the links of a crosswalk are about: single demands, or whole units."""

    DEMAND = "demand"
    UNIT = "unit"


class ReviewState(StrEnum):
    """Who has looked at a link; `human`: a person has judged every demand that it names."""

    UNREVIEWED = "unreviewed"
    CLAIMED = "claimed"
    PUBLISHED = "published"
    SINGLE_JUDGED = "single-judged"
    DOUBLE_JUDGED = "double-judged"
    ADJUDICATED = "adjudicated"
    HUMAN = "human"


class Grade(StrEnum):
    """How far a link meets a demand, the best first; a demand to which no control contributes is bare.

    `stated`: the control's own statement requires it; `guided`: ISO/IEC 27002 says that it should be done;
    `considered`: ISO/IEC 27002 names it for consideration; `helped`: partial evidence, no more.
    """

    STATED = "stated"
    GUIDED = "guided"
    CONSIDERED = "considered"
    HELPED = "helped"
    BARE = "bare"


class Theme(StrEnum):
    """The part of ISO/IEC 27001 that a control belongs to: a theme of Annex A, or the clauses."""

    CLAUSE = "clause"
    ORGANIZATIONAL = "organizational"
    PEOPLE = "people"
    PHYSICAL = "physical"
    TECHNOLOGICAL = "technological"


class GapClass(StrEnum):
    """Why a demand is not surely met; the first that holds, in this order."""

    UNJUDGED = "unjudged"
    STRUCTURAL = "structural"
    RESIDUAL = "residual"
    IMPLEMENTATION = "implementation"
    UNASSESSED = "unassessed"
