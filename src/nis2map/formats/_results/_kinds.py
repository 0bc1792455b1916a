"""Which results are documents, and how each is written and read.

A document of a result says what it is, the version of its layout, which version of this library wrote it, and the
value:

    {"nis2map": "plan",
    "version": 1,
    "package": "0.1.0",
    "value": {
    "steps": [...],
    ...}}

What a public function returns, alone or several in a tuple, and what a user keeps (an entity, an incident, a step) is a
document; what only occurs inside of these is not. A tuple of one kind is a document of kind "list".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import attrs

from ..._shared import Limits
from ..._version import __version__
from ...assessment import Assessment
from ...dataset import given
from ...errors import InputError, quote
from .._strict_json import Json
from .._structure import Flaw, Flaws, attempt, named, problems_of
from . import _reading, _writing
from ._assessment import AssessmentBody, assessment_of, body_of, repeated
from ._types import kebab
from ._writing import plain_record

if TYPE_CHECKING:
    from cattrs import Converter

    from ...dataset import Dataset

__all__ = ["KINDS", "LIST", "read_result", "result_class", "version_of", "word_of", "written_result"]

LIST = "list"
# The newest layout of each kind that has had more than one. A field that is added makes a new one of every kind that
# holds it, and has a default, so that documents of the older ones are still read.
_VERSIONS: Mapping[str, int] = {}
_NAMES = {
    "assessment": "Finding",
    "dataset": "Hits Overlap",
    "diff": "Comparison Composition Correspondence Migration",
    "errors": "Problem",
    "law": (
        "Classification Clock Deadline Entity Fact FineCeiling Incident IncidentFacts MemberState RegistrationPlan "
        "Schedule ScheduleState Significance SupervisionRow"
    ),
    "model": (
        "Alias Benefit Control CycleStage Demand Difference EntityType Framework LegalDate Link Measure "
        "Requirement Source Verdict"
    ),
    "planning": "Contributions Plan Roadmap Sensitivity Simulation Step",
    "review": "Agreement Corroboration Review ReviewAgreement ReviewMigration ReviewSheet",
    "scoring": "Coverage Explanation Gap Gaps MeasureGroup Score",
}
# The word of each kind, with the package and the name of its class.
KINDS: Mapping[str, tuple[str, str]] = {
    kebab(name): (package, name) for package, names in _NAMES.items() for name in names.split()
}


def result_class(word: str) -> type[attrs.AttrsInstance]:
    """Return the class of a kind; its package is loaded when it is asked for."""
    package, name = KINDS[word]
    return cast("type[attrs.AttrsInstance]", getattr(import_module(f"...{package}", __package__), name))


def word_of(kind: type) -> str:
    """Return the kind of document that objects of a class have, empty if they have none."""
    for base in kind.__mro__:
        # No package is loaded to say no: an object's class is loaded already.
        if base.__name__ and base.__module__.startswith(f"{__name__.partition('.')[0]}."):
            word = kebab(base.__name__)
            if word in KINDS and result_class(word) is base:
                return word
    return LIST if issubclass(kind, tuple) else ""


def version_of(word: str) -> int:
    """Return the version of the layout in which a kind is written, the newest that is read."""
    return _VERSIONS.get(word, 1)


def written_result(value: object, word: str) -> dict[str, object]:
    """Return what a document holds of a result, behind its kind and version."""
    if word != LIST:
        return {"package": __version__, "value": _value_of(value, word)}
    items = cast("tuple[object, ...]", value)
    words = list(dict.fromkeys(word_of(type(item)) for item in items))
    if len(words) > 1 or words in ([""], [LIST]):
        found = ", ".join(dict.fromkeys(quote(type(item).__name__) for item in items))
        raise InputError(f"a tuple of {found} can't be written as a document", hint="results of one kind have one")
    return {
        "package": __version__,
        **({"of": words[0]} if words else {}),
        "value": [_value_of(item, words[0]) for item in items],
    }


def _value_of(value: object, word: str) -> dict[str, object]:
    from ._kept import coverage_body, gaps_body

    bodies: dict[str, Callable[[Any], attrs.AttrsInstance]] = {"coverage": coverage_body, "gaps": gaps_body}
    return plain_record(bodies[word](value) if word in bodies else cast("attrs.AttrsInstance", value))


def read_result(
    document: Mapping[str, Json], word: str, *, name: str, limits: Limits, dataset: Dataset | None
) -> object:
    """Return the result that a document of a kind holds; `InputError` with every problem and its pointer."""
    flaws = _flaws_around(document, word)
    several = document.get("value") if word == LIST else [document.get("value")]
    of = str(document.get("of", "")) if word == LIST else word
    rows: list[object] = []
    # Where the kind of the items is not known, or there are none, that is told already.
    for place, item in enumerate(several if isinstance(several, list) and of in KINDS and "value" in document else ()):
        row, found = _read(item, of)
        rows.append(row)
        flaws += [flaw.below("value", *((place,) if word == LIST else ())) for flaw in found]
    if flaws:
        raise InputError.of(problems_of(flaws, path=name, limits=limits), what=f"{name} is not a valid {word}")
    own = document.get("package") == __version__
    values = tuple(_alive(row, dataset, words=own) for row in rows)
    return values if word == LIST else values[0]


def _flaws_around(document: Mapping[str, Json], word: str) -> list[Flaw]:
    """Return what is wrong with a document around its value."""
    keys = ("nis2map", "version", "package", "value", *(("of",) if word == LIST else ()))
    known = f"known: {', '.join(keys)}"
    flaws = [Flaw((key,), "the key is not known here", known, "unknown-key") for key in document if key not in keys]
    flaws += [Flaw((), f"the key '{key}' is missing", code="missing-key") for key in keys[:4] if key not in document]
    version, package, of = document.get("version"), document.get("package", ""), document.get("of", "")
    versions = range(1, version_of(word) + 1)
    if "version" in document and (type(version) is not int or version not in versions):
        hint = f"one of: {', '.join(map(str, versions))}"
        flaws.append(Flaw(("version",), f"{named(version)} is not a version", hint, "unknown-word"))
    if not isinstance(package, str):
        flaws.append(Flaw(("package",), f"a text is expected here, not {named(package)}", code="bad-type"))
    if word == LIST and not isinstance(document.get("value", []), list):
        flaws.append(Flaw(("value",), f"a list is expected here, not {named(document['value'])}", code="bad-type"))
    elif word == LIST and document.get("value") and not (isinstance(of, str) and of in KINDS):
        hint = f"one of: {', '.join(KINDS)}"
        flaws.append(Flaw(("of",), f"{named(of)} is not a kind of document", hint, "unknown-word"))
    return flaws


def _read(value: object, word: str) -> tuple[object, list[Flaw]]:
    from ._kept import CoverageBody, GapsBody

    bodies: dict[str, type] = {"coverage": CoverageBody, "gaps": GapsBody}
    kind: type[object] = bodies.get(word) or result_class(word)
    return attempt(value, kind, more=_reading.teach, rules=_reading.rules)


def _alive(value: object, dataset: Dataset | None, *, words: bool) -> object:
    from ._kept import CoverageBody, GapsBody, coverage_of, gaps_of_body

    if isinstance(value, CoverageBody):
        return coverage_of(value, given(dataset), words=words)
    if isinstance(value, GapsBody):
        return gaps_of_body(value, given(dataset), words=words)
    return _naming(value, given(dataset))


def _naming(value: object, dataset: Dataset) -> object:
    """Return a result whose table names its units as the dataset does that it was made with, if that is at hand."""
    kind = cast("type[attrs.AttrsInstance]", type(value))
    if "_dataset" not in attrs.fields_dict(kind) or getattr(value, "digest", "") not in ("", dataset.digest):
        return value
    return attrs.evolve(cast("Any", value), dataset=dataset)


def _assessments(converter: Converter) -> _reading.Read:
    """Return what reads an assessment inside a result."""

    def read(value: object, _: object) -> object:
        body = converter.structure(value, AssessmentBody)
        flaws = repeated(body)
        if flaws:
            raise Flaws(flaws)
        return assessment_of(body)

    return read


_reading.SPECIAL[Assessment] = _assessments
_writing.SPECIAL[Assessment] = body_of
