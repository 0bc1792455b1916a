"""The law: scope, duties, incidents, enforcement, member states, and citations held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._consequences import FineCeiling as FineCeiling
    from ._consequences import FineOption as FineOption
    from ._consequences import FineRule as FineRule
    from ._consequences import RegistrationDuty as RegistrationDuty
    from ._consequences import RegistrationPlan as RegistrationPlan
    from ._consequences import SupervisionRow as SupervisionRow
    from ._consequences import binds as binds
    from ._consequences import displaced_duties as displaced_duties
    from ._consequences import duties as duties
    from ._consequences import fine_ceiling as fine_ceiling
    from ._consequences import registration as registration
    from ._consequences import supervision as supervision
    from ._incident import MOMENTS as MOMENTS
    from ._incident import Affected as Affected
    from ._incident import Answer as Answer
    from ._incident import Clock as Clock
    from ._incident import Criterion as Criterion
    from ._incident import Deadline as Deadline
    from ._incident import DeadlineState as DeadlineState
    from ._incident import EntityKind as EntityKind
    from ._incident import FactKind as FactKind
    from ._incident import Incident as Incident
    from ._incident import IncidentFacts as IncidentFacts
    from ._incident import Note as Note
    from ._incident import Schedule as Schedule
    from ._incident import ScheduleState as ScheduleState
    from ._incident import Significance as Significance
    from ._incident import Stage as Stage
    from ._incident import Standing as Standing
    from ._incident import deadlines as deadlines
    from ._incident import fact_kind as fact_kind
    from ._incident import parse_moment as parse_moment
    from ._incident import significance as significance
    from ._incident import states_time as states_time
    from ._incident import zone_of as zone_of
    from ._lint import lint as lint
    from ._member_states import AppliedTerm as AppliedTerm
    from ._member_states import Csirt as Csirt
    from ._member_states import Deviation as Deviation
    from ._member_states import Fact as Fact
    from ._member_states import MemberState as MemberState
    from ._member_states import Recognition as Recognition
    from ._member_states import ReportingRule as ReportingRule
    from ._member_states import Transposition as Transposition
    from ._member_states import member_state as member_state
    from ._member_states import member_states as member_states
    from ._member_states import reporting_rule as reporting_rule
    from ._member_states import stale as stale
    from ._member_states import state_code as state_code
    from ._scope import Administration as Administration
    from ._scope import Classification as Classification
    from ._scope import Designation as Designation
    from ._scope import Displacement as Displacement
    from ._scope import Entity as Entity
    from ._scope import EntityClass as EntityClass
    from ._scope import EntityType as EntityType
    from ._scope import Exemption as Exemption
    from ._scope import Figures as Figures
    from ._scope import Jurisdiction as Jurisdiction
    from ._scope import Partner as Partner
    from ._scope import Reason as Reason
    from ._scope import Registration as Registration
    from ._scope import Size as Size
    from ._scope import SizeRange as SizeRange
    from ._scope import TrustService as TrustService
    from ._scope import classify as classify
    from ._scope import entity_type as entity_type
    from ._scope import entity_types as entity_types
    from ._tables import law_table as law_table
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_consequences": (
                "FineCeiling FineOption FineRule RegistrationDuty RegistrationPlan SupervisionRow binds "
                "displaced_duties duties fine_ceiling registration supervision"
            ),
            "_incident": (
                "Affected Answer Clock Criterion Deadline DeadlineState EntityKind FactKind Incident IncidentFacts "
                "MOMENTS Note Schedule ScheduleState Significance Stage Standing deadlines fact_kind parse_moment "
                "significance states_time zone_of"
            ),
            "_lint": "lint",
            "_member_states": (
                "AppliedTerm Csirt Deviation Fact MemberState Recognition ReportingRule Transposition member_state "
                "member_states reporting_rule stale state_code"
            ),
            "_scope": (
                "Administration Classification Designation Displacement Entity EntityClass EntityType Exemption "
                "Figures Jurisdiction Partner Reason Registration Size SizeRange TrustService classify entity_type "
                "entity_types"
            ),
            "_tables": "law_table",
        },
    )
