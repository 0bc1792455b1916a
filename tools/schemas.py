"""Write docs/schemas/<kind>-<version>.json, one JSON schema (draft 2020-12) for every kind of document, and their index.

    python tools/schemas.py

The schemas are made from the same fields and types by which documents are written and read; a test keeps them up to
date. A schema of an earlier version is never touched: it stays for the documents that were written then.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Container, Iterator
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from nis2map import model
from nis2map.assessment import Assessment, Finding
from nis2map.diff import Place
from nis2map.formats import _structure
from nis2map.formats._results import KINDS, LIST, _assessment, _kept, _kinds, version_of
from nis2map.formats._results._types import LISTED, alternatives, bounds_of, fields_of, is_map, is_number, kebab
from nis2map.formats.json import AssessmentDocument, CrosswalkDocument, DatasetDocument, class_of, newest
from nis2map.ids import Ref
from nis2map.ids._frameworks import FRAMEWORK, LOCAL

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "docs" / "schemas"
INDEX = ROOT / "docs" / "reference" / "schemas.md"
Schema = dict[str, Any]

MOMENT = r"^\d{4}-\d{2}-\d{2}T[0-9:.]+[+-][0-9:.]+(\[[A-Za-z0-9_+/-]{1,60}\])?$"
SPAN = r"^-?P\d{1,9}DT\d{1,5}(\.\d{6})?S$"
EXACT = r"^-?\d+(\.\d+|/[1-9]\d*)?$"
SCALARS: dict[object, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    Ref: {"$ref": "#/$defs/ref"},
    dt.date: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    dt.datetime: {"type": "string", "pattern": MOMENT},
    dt.timedelta: {"type": "string", "pattern": SPAN},
    dt.tzinfo: {"type": "string", "minLength": 1},
    Decimal: {"type": "string", "pattern": EXACT},
    Fraction: {"type": "string", "pattern": EXACT},
}
REF: Schema = {
    "description": "framework and place of a unit, with a demand behind #",
    "type": "string",
    "pattern": f"^{FRAMEWORK}:{LOCAL}$",
}
# What a class is read as where its document says it otherwise.
BODIES: dict[object, type] = {
    Assessment: _assessment.AssessmentBody,
    _kinds.result_class("coverage"): _kept.CoverageBody,
    _kinds.result_class("gaps"): _kept.GapsBody,
}
# The documents that are no results.
OWN: dict[str, type] = {
    "assessment": AssessmentDocument,
    "crosswalk": CrosswalkDocument,
    "dataset": DatasetDocument,
}
CHANGED = (
    *(model.Requirement, model.Control, model.Demand, model.Link, model.Framework, model.Crosswalk),
    *(model.Source, model.Measure, model.Alias, model.LawTables, model.Grain, Finding, Ref, dt.date, Place),
)


class Definitions:
    """The definitions that a schema comes to need, by name."""

    def __init__(self) -> None:
        self.held: dict[str, Schema] = {"ref": REF}

    def of(self, kind: object) -> Schema:
        """Return the schema of a type."""
        if kind is object:
            return self._anything()
        if len(alternatives(kind)) > 1:
            return self._union(kind)
        if kind in SCALARS:
            return dict(SCALARS[kind])
        origin = get_origin(kind)
        if origin is Literal:
            return {"enum": list(get_args(kind))}
        if is_map(kind):
            keys, items = get_args(kind)
            return {"type": "object", "propertyNames": self.of(keys), "additionalProperties": self.of(items)}
        if origin is Container:
            return {"type": "array", "items": self.of(get_args(kind)[0]), "uniqueItems": True}
        if origin is tuple:
            return self._tuple(get_args(kind))
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"enum": [member.value for member in kind]}
        assert isinstance(kind, type), kind
        return self._named(kind)

    def _tuple(self, kinds: tuple[object, ...]) -> Schema:
        if kinds[-1] is Ellipsis:
            return {"type": "array", "items": self.of(kinds[0])}
        return {
            "type": "array",
            "prefixItems": [self.of(kind) for kind in kinds],
            "items": False,
            "minItems": len(kinds),
        }

    def _union(self, kind: object) -> Schema:
        parts = alternatives(kind)
        if is_number(kind):
            found = [{"type": "number"}, SCALARS[Decimal], *([{"type": "null"}] if type(None) in parts else [])]
            return {"anyOf": found}
        beside_text = str in parts
        return {
            "anyOf": [
                self._tagged(part) if beside_text and part in (dt.date, dt.tzinfo) else self.of(part) for part in parts
            ]
        }

    def _tagged(self, kind: Any) -> Schema:
        name = "zone" if kind is dt.tzinfo else kebab(kind.__name__)
        return _object({name: self.of(kind)}, [name])

    def _anything(self) -> Schema:
        name = "anything"
        if name not in self.held:
            self.held[name] = {}
            plain = [{"type": ["null", "boolean", "string"]}, {"type": "array", "items": {"$ref": "#/$defs/anything"}}]
            self.held[name] = {"anyOf": [*plain, *map(self._tagged, CHANGED)]}
        return {"$ref": "#/$defs/anything"}

    def _named(self, kind: type) -> Schema:
        name = kebab(kind.__name__.strip("_"))
        if name not in self.held:
            self.held[name] = {}  # classes may hold one another
            self.held[name] = self.members(BODIES.get(kind, kind))
        return {"$ref": f"#/$defs/{name}"}

    def members(self, kind: type) -> Schema:
        """Return the schema of what a class holds."""
        properties: dict[str, Schema] = {}
        needed: list[str] = []
        for field in fields_of(kind):
            properties[field.key] = self._field(kind, field.name, field.type) | bounds_of(kind, field)
            needed += [field.key] if field.needed else []
        return _object(properties, needed, _summary(kind))

    def _field(self, kind: type, name: str, hint: object) -> Schema:
        if kind is model.Requirement and name == "demands":
            return {"type": "array", "items": self.of(_structure.DemandRow)}
        if kind is model.Link and name in LISTED:
            return {
                "type": "array",
                "items": {"type": "string"},
                "description": "slugs within the requirement, or refs",
            }
        if kind is model.Framework and name == "side":
            return {"enum": ["requirement", "control"]}
        return self.of(hint)


def _object(properties: dict[str, Schema], needed: list[str], description: str = "") -> Schema:
    told: Schema = {"description": description} if description else {}
    return {**told, "type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _summary(kind: type) -> str:
    text = (kind.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(text.replace("`", "").split())


def schema(word: str) -> Schema:
    """Return the schema of a kind of document."""
    definitions = Definitions()
    if word in OWN:
        top, version = definitions.members(OWN[word]), newest(word)
        top["properties"] |= {"nis2map": {"const": word}, "version": {"const": version}}
    else:
        version = version_of(word)
        properties: dict[str, Schema] = {
            "nis2map": {"const": word},
            "version": {"const": version},
            "package": {"type": "string", "description": "the version of nis2map that wrote it"},
        }
        needed = [*properties, "value"]
        if word == LIST:
            properties["of"] = {"enum": list(KINDS), "description": "the kind of every item; left out if there is none"}
            properties["value"] = {"type": "array", "items": {"type": "object"}}
        else:
            properties["value"] = definitions.of(_kinds.result_class(word))
        top = _object(properties, needed)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:nis2map:{word}:{version}",
        "title": f"nis2map {word}, version {version}",
    }
    if word == LIST:
        top["description"] = 'Several results of one kind; each item is what "value" is in a document of that kind.'
    return {**head, **top, "$defs": dict(sorted(definitions.held.items()))}


def words() -> Iterator[str]:
    """Yield every kind of document."""
    yield from (*OWN, *KINDS, LIST)


def files() -> Iterator[tuple[Path, str]]:
    """Yield each file that is made, with its text."""
    rows: list[str] = []
    for word in words():
        made = schema(word)
        path = SCHEMAS / f"{word}-{made['properties']['version']['const']}.json"
        yield path, json.dumps(made, indent=1, ensure_ascii=False) + "\n"
        rows.append(f"| {word} | `{class_of(word).__name__}` | {_versions(path)} |")
    yield INDEX, PAGE + "\n".join(rows) + "\n"


def _versions(newest: Path) -> str:
    stem, _, last = newest.stem.rpartition("-")
    return ", ".join(f"[{number}](<../schemas/{stem}-{number}.json>)" for number in range(1, int(last) + 1))


PAGE = """# Schemas of documents

Written by `tools/schemas.py` from the classes; a test keeps this page and the schemas up to date.

Every result is a document (`nis2map.dumps`, [JSON](formats.md)), and every kind of document has a JSON schema (draft
2020-12) for each version of its layout. Documents of earlier versions are read by every later nis2map. A schema says
the shape of a document; what else must hold (that units exist, that a relation agrees with its demands) is checked
when it is read.

| kind | class | versions |
| --- | --- | --- |
"""


def stale() -> list[Path]:
    """Return the schemas that are of no kind of document, or of a version that there is not yet."""
    known = set(_listed())
    return sorted(path for path in SCHEMAS.iterdir() if path.name not in known)


def _listed() -> Iterator[str]:
    for word in words():
        yield from (f"{word}-{number}.json" for number in range(1, newest(word) + 1))


def main() -> None:
    """Write the schemas of the present versions, and the index; remove those of what is not a kind any more."""
    SCHEMAS.mkdir(exist_ok=True)
    for path in stale():
        path.unlink()
    for path, text in files():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
