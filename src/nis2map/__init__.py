"""NIS 2, its Implementing Regulation and ISO/IEC 27001:2022, mapped: what is covered, how sure, and what is missing.

Everything public is importable from here; each name is loaded from its module when it is first used, so that
`import nis2map` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from ._reading import Limits as Limits
    from .assessment import Assessment as Assessment
    from .assessment import Finding as Finding
    from .assessment import Status as Status
    from .composition import compose as compose
    from .dataset import Dataset as Dataset
    from .dataset import load as load
    from .dataset import plugins as plugins
    from .diff import agreement as agreement
    from .diff import apply as apply
    from .diff import compare as compare
    from .diff import migrate as migrate
    from .enforcement import fine_ceiling as fine_ceiling
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
    from .formats import dump as dump
    from .formats import dumps as dumps
    from .formats import load_assessment as load_assessment
    from .formats import load_crosswalk as load_crosswalk
    from .formats import load_dataset as load_dataset
    from .formats import loads as loads
    from .formats import read_soa as read_soa
    from .gap import gaps as gaps
    from .ids import Ref as Ref
    from .ids import parse_ref as parse_ref
    from .ids import parse_refs as parse_refs
    from .incident import Deadline as Deadline
    from .incident import Incident as Incident
    from .incident import IncidentFacts as IncidentFacts
    from .incident import Schedule as Schedule
    from .incident import deadlines as deadlines
    from .incident import significance as significance
    from .member_states import member_state as member_state
    from .model import Control as Control
    from .model import Crosswalk as Crosswalk
    from .model import Demand as Demand
    from .model import Framework as Framework
    from .model import GapClass as GapClass
    from .model import Link as Link
    from .model import Measure as Measure
    from .model import Relation as Relation
    from .model import Requirement as Requirement
    from .model import Role as Role
    from .model import Source as Source
    from .model import Texts as Texts
    from .planning import Step as Step
    from .planning import contributions as contributions
    from .planning import plan as plan
    from .planning import sensitivity as sensitivity
    from .planning import simulate as simulate
    from .programme import differences as differences
    from .programme import roadmap as roadmap
    from .query import duties as duties
    from .query import find as find
    from .query import lint as lint
    from .query import overlap as overlap
    from .query import related as related
    from .scope import Classification as Classification
    from .scope import Entity as Entity
    from .scope import EntityClass as EntityClass
    from .scope import Figures as Figures
    from .scope import Partner as Partner
    from .scope import classify as classify
    from .scoring import coverage as coverage

_MODULES = {
    "_reading": "Limits",
    "assessment": "Assessment Finding Status",
    "composition": "compose",
    "dataset": "Dataset load plugins",
    "diff": "agreement apply compare migrate",
    "enforcement": "fine_ceiling",
    "errors": "AmbiguousIds DatasetError InputError InvalidRef LimitExceeded MissingExtra Nis2mapError NotMapped "
    "Problem UnknownRef UnsupportedEdition",
    "formats": "dump dumps load_assessment load_crosswalk load_dataset loads read_soa",
    "gap": "gaps",
    "ids": "Ref parse_ref parse_refs",
    "incident": "Deadline Incident IncidentFacts Schedule deadlines significance",
    "member_states": "member_state",
    "model": "Control Crosswalk Demand Framework GapClass Link Measure Relation Requirement Role Source Texts",
    "planning": "Step contributions plan sensitivity simulate",
    "programme": "differences roadmap",
    "query": "duties find lint overlap related",
    "scope": "Classification Entity EntityClass Figures Partner classify",
    "scoring": "coverage",
}
_NAMES = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = [  # noqa: PLE0604  (the names are those of the table above)
    "__version__",
    *sorted(_NAMES),  # pyright: ignore[reportUnsupportedDunderAll]
]


def __getattr__(name: str) -> Any:
    module = _NAMES.get(name)
    if module is None:
        raise AttributeError(f"module 'nis2map' has no attribute {name!r}")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_NAMES})
