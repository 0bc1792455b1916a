"""The reference: every public name with a summary, its fields and an example.

`.. public:: nis2map.scoring` documents the names behind a door, functions first, under a table of them all. Names are
those that `nis2map` itself gives; other packages may enter a door for more, which is not public. Names in the content
come first, in that order. `make docs` fails on a name without a page, a summary or an example, and on a field without a
meaning.

Examples stand in docstrings, and for records that a result holds in docs/reference/examples.txt, which
tests/test_docstrings.py runs. What a field means is a sentence of the docstring of its class, or a line of
docs/reference/fields.txt.
"""

from __future__ import annotations

import enum
import functools
import inspect
import re
import types
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import nis2map

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

REFERENCE = Path(__file__).parents[1] / "reference"

# What users make themselves: their parameters are shown as a call has them. Others come from functions.
CALLED = frozenset(
    "Affected Assessment Clock Control Correspondence CorrespondenceRow Crosswalk Csirt Demand Entity Figures Finding "
    "Framework Incident IncidentFacts Limits Link Measure Partner Ref Requirement ReviewVerdict Review Source "
    "Step Texts SoaOptions Options RefMap FrozenMap".split()
)
# Not for callers: how a result finds back to what it was made of.
PRIVATE = frozenset({"store", "keep"})


@functools.cache
def examples() -> dict[str, str]:
    """Return the examples that stand outside of docstrings, by name."""
    text = (REFERENCE / "examples.txt").read_text(encoding="utf-8")
    parts = re.split(r"^# ([\w.]+)\n", text, flags=re.M)[1:]
    return {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}


@functools.cache
def words() -> dict[str, str]:
    """Return what fields mean, by `Class.field`, or by `field` where it means the same everywhere."""
    lines = (REFERENCE / "fields.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


def names() -> Iterator[str]:
    """Yield the public names that are not modules."""
    for name in nis2map.__all__:
        if not name.startswith("__") and not isinstance(getattr(nis2map, name), types.ModuleType):
            yield name


def summary(name: str) -> str:
    """Return the first sentence of a docstring, which stands on its first line or goes on until a blank one."""
    doc = inspect.getdoc(getattr(nis2map, name)) or ""
    return " ".join(doc.partition("\n\n")[0].split())


def example(name: str) -> str:
    """Return the example of a name that its docstring lacks; that of an enumeration is worked out."""
    value: object = getattr(nis2map, name, None)
    if isinstance(value, type) and issubclass(value, enum.Enum):
        member = next(iter(value))
        return f">>> nis2map.{name}({member.value!r})\n{member!r}"
    return examples().get(name, "")


def fields_of(kind: type) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, type, default and meaning of each public field of an attrs class."""
    doc = inspect.getdoc(kind) or ""
    for field in attrs.fields(kind) if attrs.has(kind) else ():
        if not field.name.startswith("_") and field.name not in PRIVATE:
            said = words().get(f"{kind.__name__}.{field.name}") or _said(field.name, doc) or words().get(field.name, "")
            yield field.name, str(field.type), _default(field.default), said


def _said(name: str, doc: str) -> str:
    """Return the sentence of a docstring that says what a field is: the first that has its name as code."""
    text = " ".join(re.sub(r"^\s*>>>.*", "", doc, flags=re.M | re.S).split())
    for sentence in re.split(r"(?<=[.;])\s+(?=[A-Z`])", text):
        if re.search(rf"`{name}`", sentence):
            return sentence.rstrip(";") if sentence.endswith(".") else f"{sentence.rstrip(';')}."
    return ""


def _default(value: object) -> str:
    if value is attrs.NOTHING:
        return ""
    if isinstance(value, attrs.Factory):  # type: ignore[arg-type]
        return "empty"
    return f"``{str(value)!r}``" if isinstance(value, enum.Enum) else f"``{value!r}``"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]], widths: str) -> list[str]:
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", "   :class: fields", ""]
    for row in (head, *rows):
        lines += [f"   {'*' if not place else ' '} - {cell}".rstrip() for place, cell in enumerate(row)]
    return [*lines, ""]


class PublicNames(SphinxDirective):
    """`.. public:: nis2map.scoring`, see above."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a table of the names, then an entry for each."""
        self.env.note_reread()  # docstrings may be new where no page is
        home, first = self.arguments[0], " ".join(self.content).split()
        found = [name for name in names() if _home(name) == home or _home(name).startswith(f"{home}.")]
        found.sort(key=lambda name: (first.index(name) if name in first else len(first), _is_class(name), name))
        rows = [(f":py:obj:`~nis2map.{name}`", summary(name)) for name in found]
        parts = ["\n".join(_table(("name", "summary"), rows, "25 75")), *map(_entry, found)]
        return self.parse_text_to_nodes("\n\n".join(parts))


def _home(name: str) -> str:
    return str(getattr(getattr(nis2map, name), "__module__", ""))


def _is_class(name: str) -> bool:
    return inspect.isclass(getattr(nis2map, name))


def _entry(name: str) -> str:
    value: object = getattr(nis2map, name)
    if not isinstance(value, type):
        return f".. autofunction:: nis2map.{name}"
    if issubclass(value, enum.Enum):
        return f".. autoclass:: nis2map.{name}()"
    members = ", ".join(dict.fromkeys(_members(value)))  # a class may write anew what its base gives
    return f".. autoclass:: nis2map.{name}" + (f"\n   :members: {members}" if members else "")


def _members(kind: type) -> Iterator[str]:
    """Yield what a class and its own bases document, and nothing that Python or a library gives it."""
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("nis2map."):
            for name, value in vars(base).items():
                documented = isinstance(value, (types.FunctionType, classmethod, staticmethod, property))
                if documented and not name.startswith("_") and inspect.getdoc(getattr(kind, name)):
                    yield name


def _add(_app: Sphinx, what: str, name: str, value: object, _options: object, lines: list[str]) -> None:
    """Add values, fields and example to what a docstring says."""
    short = name.removeprefix("nis2map.")
    if what not in ("class", "function", "exception") or (short not in nis2map.__all__ and short not in examples()):
        return
    own = next((place for place, line in enumerate(lines) if line.lstrip().startswith(">>>")), len(lines))
    parts: list[str] = []
    if isinstance(value, type) and issubclass(value, enum.Enum):
        parts = ["", "Values: " + ", ".join(f"``{member.value!s}``" for member in value) + ".", ""]
    elif isinstance(value, type):
        rows = [(f"``{field}``", f"``{kind}``", default, said) for field, kind, default, said in fields_of(value)]
        if rows:
            parts = ["", *_table(("field", "type", "default", "meaning"), rows, "18 25 12 45")]
    lines[own:own] = parts
    if own == len(lines) - len(parts) and example(short):
        lines += ["", *example(short).splitlines(), ""]


def _signature(_app: Sphinx, what: str, name: str, *_rest: object) -> tuple[str, str] | None:
    """Hide the parameters of what only functions make: the table of fields says the same with meanings."""
    short = name.removeprefix("nis2map.")
    return ("", "") if what == "class" and "." not in short and short not in CALLED else None


def _check(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn, and `make docs` fails on it, of public names that are not documented in full."""
    log = logging.getLogger(__name__)
    documented = env.get_domain("py").data["objects"]
    for name in names():
        value: object = getattr(nis2map, name)
        if f"nis2map.{name}" not in documented:
            log.warning("%s: no page of docs/reference lists it", name)
        if not summary(name):
            log.warning("%s: its docstring has no summary", name)
        if ">>>" not in (value.__doc__ or "") and not example(name):
            log.warning("%s: no example in its docstring or in docs/reference/examples.txt", name)
        if isinstance(value, type):
            for field, _, _, said in fields_of(value):
                if not said:
                    log.warning(
                        "%s.%s: neither its docstring nor docs/reference/fields.txt says what it is", name, field
                    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and the checks."""
    app.add_directive("public", PublicNames)
    app.connect("autodoc-process-docstring", _add)
    app.connect("autodoc-process-signature", _signature)
    app.connect("env-check-consistency", _check)
    return {"parallel_read_safe": True}
