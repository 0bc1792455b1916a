"""NIS 2, its Implementing Regulation and ISO/IEC 27001:2022, mapped: what is covered, how sure, and what is missing.

Everything public is importable from here; each name is loaded from its module when it is first used, so that
`import nis2map` costs next to nothing.
"""

from __future__ import annotations

from ._shared import door

# As type checkers know it: to import typing would take longer than all of this.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._shared import Diagram as Diagram
    from ._shared import FrozenMap as FrozenMap
    from ._shared import Limits as Limits
    from ._shared import Listed as Listed
    from ._shared import Tabular as Tabular
    from ._version import __version__ as __version__
    from .assessment import Assessment as Assessment
    from .assessment import Finding as Finding
    from .assessment import Status as Status
    from .dataset import Dataset as Dataset
    from .dataset import DemandTable as DemandTable
    from .dataset import Hit as Hit
    from .dataset import Hits as Hits
    from .dataset import LinkTable as LinkTable
    from .dataset import Overlap as Overlap
    from .dataset import Overlay as Overlay
    from .dataset import UnitTable as UnitTable
    from .dataset import VerdictTable as VerdictTable
    from .dataset import find as find
    from .dataset import load as load
    from .dataset import overlap as overlap
    from .dataset import plugins as plugins
    from .dataset import related as related
    from .diff import Basis as Basis
    from .diff import Chain as Chain
    from .diff import ChainStep as ChainStep
    from .diff import Change as Change
    from .diff import ChangeKind as ChangeKind
    from .diff import ClassChange as ClassChange
    from .diff import Comparison as Comparison
    from .diff import Composition as Composition
    from .diff import Conclusion as Conclusion
    from .diff import Correspondence as Correspondence
    from .diff import CorrespondenceKind as CorrespondenceKind
    from .diff import CorrespondenceRow as CorrespondenceRow
    from .diff import Effect as Effect
    from .diff import EntityChange as EntityChange
    from .diff import Migration as Migration
    from .diff import Movable as Movable
    from .diff import Move as Move
    from .diff import Pair as Pair
    from .diff import Part as Part
    from .diff import Place as Place
    from .diff import Regression as Regression
    from .diff import StageChange as StageChange
    from .diff import apply as apply
    from .diff import compare as compare
    from .diff import compose as compose
    from .diff import migrate as migrate
    from .errors import AmbiguousIds as AmbiguousIds
    from .errors import DatasetError as DatasetError
    from .errors import InputError as InputError
    from .errors import InvalidRef as InvalidRef
    from .errors import LimitExceeded as LimitExceeded
    from .errors import MissingExtra as MissingExtra
    from .errors import Nis2mapError as Nis2mapError
    from .errors import NotMapped as NotMapped
    from .errors import Problem as Problem
    from .errors import UnknownRef as UnknownRef
    from .errors import UnsupportedEdition as UnsupportedEdition
    from .formats import SoaOptions as SoaOptions
    from .formats import dump as dump
    from .formats import dumps as dumps
    from .formats import load_assessment as load_assessment
    from .formats import load_correspondence as load_correspondence
    from .formats import load_crosswalk as load_crosswalk
    from .formats import load_dataset as load_dataset
    from .formats import load_framework as load_framework
    from .formats import loads as loads
    from .formats import read_review as read_review
    from .formats import read_soa as read_soa
    from .frames import assessments_from_frame as assessments_from_frame
    from .frames import to_frame as to_frame  # pyright: ignore[reportUnknownVariableType]
    from .ids import KnownUnits as KnownUnits
    from .ids import Ref as Ref
    from .ids import RefMap as RefMap
    from .ids import parse_ref as parse_ref
    from .ids import parse_refs as parse_refs
    from .law import Administration as Administration
    from .law import Affected as Affected
    from .law import Answer as Answer
    from .law import AppliedTerm as AppliedTerm
    from .law import Classification as Classification
    from .law import Clock as Clock
    from .law import Criterion as Criterion
    from .law import Csirt as Csirt
    from .law import Deadline as Deadline
    from .law import DeadlineState as DeadlineState
    from .law import Designation as Designation
    from .law import Deviation as Deviation
    from .law import Displacement as Displacement
    from .law import Entity as Entity
    from .law import EntityClass as EntityClass
    from .law import EntityKind as EntityKind
    from .law import EntityType as EntityType
    from .law import Exemption as Exemption
    from .law import Fact as Fact
    from .law import Figures as Figures
    from .law import FineCeiling as FineCeiling
    from .law import FineOption as FineOption
    from .law import FineRule as FineRule
    from .law import Incident as Incident
    from .law import IncidentFacts as IncidentFacts
    from .law import Jurisdiction as Jurisdiction
    from .law import MemberState as MemberState
    from .law import Note as Note
    from .law import Partner as Partner
    from .law import Reason as Reason
    from .law import Recognition as Recognition
    from .law import Registration as Registration
    from .law import RegistrationDuty as RegistrationDuty
    from .law import RegistrationPlan as RegistrationPlan
    from .law import ReportingRule as ReportingRule
    from .law import Schedule as Schedule
    from .law import ScheduleState as ScheduleState
    from .law import Significance as Significance
    from .law import Size as Size
    from .law import SizeRange as SizeRange
    from .law import Stage as Stage
    from .law import Standing as Standing
    from .law import SupervisionRow as SupervisionRow
    from .law import Transposition as Transposition
    from .law import TrustService as TrustService
    from .law import classify as classify
    from .law import deadlines as deadlines
    from .law import duties as duties
    from .law import entity_type as entity_type
    from .law import entity_types as entity_types
    from .law import fine_ceiling as fine_ceiling
    from .law import lint as lint
    from .law import member_state as member_state
    from .law import member_states as member_states
    from .law import registration as registration
    from .law import significance as significance
    from .law import stale as stale
    from .law import supervision as supervision
    from .model import Alias as Alias
    from .model import Catalogue as Catalogue
    from .model import Control as Control
    from .model import Crosswalk as Crosswalk
    from .model import Demand as Demand
    from .model import DisplacementRule as DisplacementRule
    from .model import DutyRule as DutyRule
    from .model import FactSource as FactSource
    from .model import FactTest as FactTest
    from .model import FineFloor as FineFloor
    from .model import Framework as Framework
    from .model import GapClass as GapClass
    from .model import Grade as Grade
    from .model import Grain as Grain
    from .model import LawTables as LawTables
    from .model import LawVersion as LawVersion
    from .model import Link as Link
    from .model import Measure as Measure
    from .model import MoveKind as MoveKind
    from .model import ParallelAct as ParallelAct
    from .model import Period as Period
    from .model import ProgrammeStep as ProgrammeStep
    from .model import RegistrationRule as RegistrationRule
    from .model import Relation as Relation
    from .model import ReportingStage as ReportingStage
    from .model import Requirement as Requirement
    from .model import ReviewState as ReviewState
    from .model import Role as Role
    from .model import ScopeRule as ScopeRule
    from .model import SignificanceTest as SignificanceTest
    from .model import Source as Source
    from .model import StateFacts as StateFacts
    from .model import Texts as Texts
    from .model import Theme as Theme
    from .model import TimeUnit as TimeUnit
    from .model import Verdict as Verdict
    from .planning import Benefit as Benefit
    from .planning import Contribution as Contribution
    from .planning import Contributions as Contributions
    from .planning import CycleStage as CycleStage
    from .planning import Difference as Difference
    from .planning import LegalDate as LegalDate
    from .planning import LinkEffect as LinkEffect
    from .planning import Plan as Plan
    from .planning import Point as Point
    from .planning import Roadmap as Roadmap
    from .planning import RoadmapStep as RoadmapStep
    from .planning import Sensitivity as Sensitivity
    from .planning import Shift as Shift
    from .planning import Simulation as Simulation
    from .planning import Step as Step
    from .planning import benefits as benefits
    from .planning import contributions as contributions
    from .planning import cycle as cycle
    from .planning import differences as differences
    from .planning import plan as plan
    from .planning import roadmap as roadmap
    from .planning import sensitivity as sensitivity
    from .planning import simulate as simulate
    from .planning import timeline as timeline
    from .review import Agreement as Agreement
    from .review import Corroboration as Corroboration
    from .review import CoverageUnder as CoverageUnder
    from .review import GradeAgreement as GradeAgreement
    from .review import GradeCount as GradeCount
    from .review import GradedPair as GradedPair
    from .review import PairAgreement as PairAgreement
    from .review import PairStatus as PairStatus
    from .review import Review as Review
    from .review import ReviewAgreement as ReviewAgreement
    from .review import ReviewDifference as ReviewDifference
    from .review import ReviewMigration as ReviewMigration
    from .review import ReviewRow as ReviewRow
    from .review import ReviewSheet as ReviewSheet
    from .review import ReviewVerdict as ReviewVerdict
    from .review import SecondOpinion as SecondOpinion
    from .review import Share as Share
    from .review import agreement as agreement
    from .review import corroboration as corroboration
    from .review import review_sheet as review_sheet
    from .scoring import Bounds as Bounds
    from .scoring import Conflict as Conflict
    from .scoring import Coverage as Coverage
    from .scoring import DemandExplanation as DemandExplanation
    from .scoring import Explanation as Explanation
    from .scoring import Gap as Gap
    from .scoring import Gaps as Gaps
    from .scoring import Judgement as Judgement
    from .scoring import MeasureGroup as MeasureGroup
    from .scoring import MeasureGroups as MeasureGroups
    from .scoring import Options as Options
    from .scoring import Score as Score
    from .scoring import Scores as Scores
    from .scoring import TermExplanation as TermExplanation
    from .scoring import coverage as coverage
    from .scoring import gaps as gaps
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_shared": "Diagram FrozenMap Limits Listed Tabular",
            "_version": "__version__",
            "assessment": "Assessment Finding Status",
            "dataset": (
                "Dataset DemandTable Hit Hits LinkTable Overlap Overlay UnitTable VerdictTable find load overlap "
                "plugins related"
            ),
            "diff": (
                "Basis Chain ChainStep Change ChangeKind ClassChange Comparison Composition Conclusion "
                "Correspondence CorrespondenceKind CorrespondenceRow Effect EntityChange Migration Movable Move "
                "Pair Part Place Regression StageChange apply compare compose migrate"
            ),
            "errors": (
                "AmbiguousIds DatasetError InputError InvalidRef LimitExceeded MissingExtra Nis2mapError NotMapped "
                "Problem UnknownRef UnsupportedEdition"
            ),
            "formats": (
                "SoaOptions dump dumps load_assessment load_correspondence load_crosswalk load_dataset "
                "load_framework loads read_review read_soa"
            ),
            "frames": "assessments_from_frame to_frame",
            "ids": "KnownUnits Ref RefMap parse_ref parse_refs",
            "law": (
                "Administration Affected Answer AppliedTerm Classification Clock Criterion Csirt Deadline "
                "DeadlineState Designation Deviation Displacement Entity EntityClass EntityKind EntityType "
                "Exemption Fact Figures FineCeiling FineOption FineRule Incident IncidentFacts Jurisdiction "
                "MemberState Note Partner Reason Recognition Registration RegistrationDuty RegistrationPlan "
                "ReportingRule Schedule ScheduleState Significance Size SizeRange Stage Standing SupervisionRow "
                "Transposition TrustService classify deadlines duties entity_type entity_types fine_ceiling lint "
                "member_state member_states registration significance stale supervision"
            ),
            "model": (
                "Alias Catalogue Control Crosswalk Demand DisplacementRule DutyRule FactSource FactTest FineFloor "
                "Framework GapClass Grade Grain LawTables LawVersion Link Measure MoveKind ParallelAct Period "
                "ProgrammeStep RegistrationRule Relation ReportingStage Requirement ReviewState Role ScopeRule "
                "SignificanceTest Source StateFacts Texts Theme TimeUnit Verdict"
            ),
            "planning": (
                "Benefit Contribution Contributions CycleStage Difference LegalDate LinkEffect Plan Point Roadmap "
                "RoadmapStep Sensitivity Shift Simulation Step benefits contributions cycle differences plan "
                "roadmap sensitivity simulate timeline"
            ),
            "review": (
                "Agreement Corroboration CoverageUnder GradeAgreement GradeCount GradedPair PairAgreement "
                "PairStatus Review ReviewAgreement ReviewDifference ReviewMigration ReviewRow ReviewSheet "
                "ReviewVerdict SecondOpinion Share agreement corroboration review_sheet"
            ),
            "scoring": (
                "Bounds Conflict Coverage DemandExplanation Explanation Gap Gaps Judgement MeasureGroup "
                "MeasureGroups Options Score Scores TermExplanation coverage gaps"
            ),
        },
        modules="formats graph plot report testing",
    )
