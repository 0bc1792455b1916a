"""The object model: units, demands, links, crosswalks, and relations between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._law import LAW_TABLES as LAW_TABLES
    from ._law import Benefit as Benefit
    from ._law import CycleStage as CycleStage
    from ._law import Difference as Difference
    from ._law import DisplacementRule as DisplacementRule
    from ._law import DutyRule as DutyRule
    from ._law import EntityClass as EntityClass
    from ._law import EntityType as EntityType
    from ._law import Exemption as Exemption
    from ._law import FactTest as FactTest
    from ._law import FineFloor as FineFloor
    from ._law import LawTables as LawTables
    from ._law import LawVersion as LawVersion
    from ._law import LegalDate as LegalDate
    from ._law import ProgrammeStep as ProgrammeStep
    from ._law import ScopeRule as ScopeRule
    from ._law import SignificanceTest as SignificanceTest
    from ._law import SupervisionRow as SupervisionRow
    from ._links import LISTS as LISTS
    from ._links import Crosswalk as Crosswalk
    from ._links import Link as Link
    from ._links import joined as joined
    from ._links import merged as merged
    from ._links import repeated as repeated
    from ._rcc5 import ANY as ANY
    from ._rcc5 import CONTAINING as CONTAINING
    from ._rcc5 import TABLE as TABLE
    from ._rcc5 import TOUCHING as TOUCHING
    from ._rcc5 import WITHIN as WITHIN
    from ._rcc5 import Relations as Relations
    from ._rcc5 import chained as chained
    from ._rcc5 import in_order as in_order
    from ._rcc5 import meet as meet
    from ._record import record as record
    from ._reference import Alias as Alias
    from ._reference import Catalogue as Catalogue
    from ._reference import Measure as Measure
    from ._reference import MoveKind as MoveKind
    from ._reference import Source as Source
    from ._reference import Texts as Texts
    from ._reference import Verdict as Verdict
    from ._states import AppliedTerm as AppliedTerm
    from ._states import Csirt as Csirt
    from ._states import Deviation as Deviation
    from ._states import FactSource as FactSource
    from ._states import ParallelAct as ParallelAct
    from ._states import Period as Period
    from ._states import Recognition as Recognition
    from ._states import RegistrationRule as RegistrationRule
    from ._states import ReportingRule as ReportingRule
    from ._states import ReportingStage as ReportingStage
    from ._states import StateFacts as StateFacts
    from ._states import TimeUnit as TimeUnit
    from ._states import Transposition as Transposition
    from ._units import Control as Control
    from ._units import Demand as Demand
    from ._units import Framework as Framework
    from ._units import Requirement as Requirement
    from ._units import cited_by as cited_by
    from ._units import unit_columns as unit_columns
    from ._words import GapClass as GapClass
    from ._words import Grade as Grade
    from ._words import Grain as Grain
    from ._words import Relation as Relation
    from ._words import ReviewState as ReviewState
    from ._words import Role as Role
    from ._words import Theme as Theme
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_law": (
                "Benefit CycleStage Difference DisplacementRule DutyRule EntityClass EntityType Exemption FactTest "
                "FineFloor LAW_TABLES LawTables LawVersion LegalDate ProgrammeStep ScopeRule SignificanceTest "
                "SupervisionRow"
            ),
            "_links": "Crosswalk LISTS Link joined merged repeated",
            "_rcc5": "ANY CONTAINING Relations TABLE TOUCHING WITHIN chained in_order meet",
            "_record": "record",
            "_reference": "Alias Catalogue Measure MoveKind Source Texts Verdict",
            "_states": (
                "AppliedTerm Csirt Deviation FactSource ParallelAct Period Recognition RegistrationRule "
                "ReportingRule ReportingStage StateFacts TimeUnit Transposition"
            ),
            "_units": "Control Demand Framework Requirement cited_by unit_columns",
            "_words": "GapClass Grade Grain Relation ReviewState Role Theme",
        },
    )
