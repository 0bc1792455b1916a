"""The layout: who may live in the hall, how many rooms a package has, and that every door is kept."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import nis2map

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "nis2map"
PACKAGES = sorted(path.parent for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE)
ROOMS = 9
PUBLIC_MODULES = (
    "nis2map",
    *(
        f"nis2map.{name}"
        for name in (
            "formats",
            "formats.csv",
            "formats.json",
            "formats.markdown",
            "formats.xlsx",
            "formats.yaml",
            "graph",
            "plot",
            "report",
            "testing",
        )
    ),
)
pytestmark = pytest.mark.sources


def entries(folder: Path) -> list[str]:
    return sorted(p.stem for p in folder.iterdir() if (p.suffix == ".py" or (p / "__init__.py").is_file()))


def test_the_hall_has_at_most_24_entries() -> None:
    """More than two dozen names next to each other show nobody the architecture."""
    assert len([p for p in PACKAGE.iterdir() if p.name != "__pycache__"]) <= 24


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: str(folder.relative_to(PACKAGE)))
def test_a_package_has_at_most_nine_rooms_and_all_are_private(folder: Path) -> None:
    """A package is entered through its door; `formats` may also have one public module a format."""
    rooms = [name for name in entries(folder) if name != "__init__"]
    public = [name for name in rooms if not name.startswith("_")]
    assert folder.name == "formats" or not public
    assert len(rooms) - len(public) <= ROOMS


def test_every_package_has_a_contract_for_its_door() -> None:
    """import-linter lists packages one by one, so a new one without a contract would be open to all."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    guarded = {c["protected_modules"][0]: c["allowed_importers"] for c in contracts if c["type"] == "protected"}
    names = [".".join(("nis2map", *folder.relative_to(PACKAGE).parts)) for folder in PACKAGES]
    assert guarded == {f"{name}.*": [name] for name in names}


def test_doors_give_at_run_time_what_type_checkers_see() -> None:
    """The typed branch of each door is the one table; the branch that runs is written from it."""
    found = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "doors.py"), "--check"], capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout


def test_the_facade_gives_every_name_that_it_lists_and_completion_shows_no_other() -> None:
    """`dir`, `__all__` and what can be got are one list of public names."""
    assert dir(nis2map) == sorted(nis2map.__all__)
    for name in nis2map.__all__:
        assert getattr(nis2map, name) is not None
    assert [name for name in nis2map.__all__ if name.startswith("_")] == ["__version__"]
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = nis2map.nonsense  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", PUBLIC_MODULES)
def test_completion_in_a_public_module_shows_public_names_alone(name: str) -> None:
    """Whoever types `nis2map.graph.` is offered what is meant for users, and each of it is there."""
    module = importlib.import_module(name)
    assert dir(module) == sorted(module.__all__)
    assert all(getattr(module, public) is not None for public in dir(module))
    if name == "nis2map.formats":
        assert {"Json", "parse_json"}.isdisjoint(dir(module))


def test_no_public_name_is_that_of_a_module() -> None:
    """`nis2map.plan` would be the function or the module, depending on what was imported before."""
    modules = {"csv", "json", "formats", "graph", "plot", "report", "testing"}
    functions = {name for name in nis2map.__all__ if name not in modules}
    assert functions.isdisjoint(entries(PACKAGE))


def test_two_public_classes_never_share_a_name() -> None:
    """A name that stands for two things makes tracebacks and searches lie."""
    defined: dict[str, list[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for name in re.findall(r"^class ([A-Z]\w+)", path.read_text(encoding="utf-8"), re.M):
            defined.setdefault(name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: places for name, places in defined.items() if len(places) > 1} == {}


def test_the_page_on_the_architecture_names_rooms_that_there_are() -> None:
    """A map with a street that has been renamed sends a stranger to the wrong door."""
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    names = re.findall(r"`((?:[\w-]+/)*[\w-]+\.(?:py|json))`", page)
    homes = (PACKAGE, ROOT, PACKAGE / "formats" / "_soa")
    assert names
    assert [name for name in names if not any((home / name).is_file() for home in homes)] == []


def test_the_page_on_the_architecture_shows_every_room_of_the_hall() -> None:
    """The table of the hall lists each entry of the hall once."""
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+ \| (.+?) \|", page, re.M)
    shown = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(shown) == sorted(name for name in entries(PACKAGE) if name != "__init__")


def test_the_page_on_the_architecture_has_the_rows_that_imports_are_checked_by() -> None:
    """Each entry stands on the row that import-linter gives it, counted from below; rows without an entry yet are left out."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    there = set(entries(PACKAGE))
    checked = {
        (number, name)
        for number, layer in enumerate(reversed(layers), 1)
        for name in re.findall(r"\w+", layer)
        if name in there
    }
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+?) \|", page, re.M)
    assert {(int(number), name) for number, cell in rows for name in re.findall(r"`(\w+)`", cell)} == checked


ANALYSES = ("graph.py", "dataset", "assessment", "scoring", "diff", "planning", "review")
TEXTS = re.compile(r"(nis2|cir|iso27001|nis2map)(:.*)?")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _named_texts(tree: ast.Module) -> list[str]:
    """Return the constants that name one of our texts, a unit of it or our crosswalk, defaults of arguments aside."""
    defaults: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            values = [*node.defaults, *filter(None, node.kw_defaults)]
            defaults |= {id(part) for value in values for part in ast.walk(value)}
        # the table of the defaults that all analysis functions share
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and "DEFAULTS" in ast.unparse(node).partition("=")[0]:
            defaults |= {id(part) for part in ast.walk(node)}
    return [
        f"{node.lineno} {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in defaults
        if TEXTS.fullmatch(node.value)
    ]


def test_no_analysis_names_one_of_our_texts() -> None:
    """What is special about NIS 2, the CIR or ISO 27001 is a field of a record, so that any framework can have it."""
    paths = [path for name in ANALYSES for path in (PACKAGE / name, *(PACKAGE / name).rglob("*.py")) if path.is_file()]
    assert len(paths) > len(ANALYSES)
    named = [f"{p.relative_to(PACKAGE)}:{line}" for p in paths for line in _named_texts(_tree(p))]
    assert not named, "\n".join(named)


def test_any_stays_rare() -> None:
    """Each `Any` is a place where a checker looks away: at most 7 a thousand lines, imports counted too."""
    lines = uses = 0
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        lines += len(text.splitlines())
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        uses += sum(token.type == tokenize.NAME and token.string == "Any" for token in tokens)
    assert 1000 * uses <= 7 * lines, f"{uses} in {lines} lines, {1000 * uses / lines:.1f} a thousand"


SPECIAL = ("__init__", "__getitem__", "__contains__", "__iter__", "__len__", "__call__")


def _public_functions(thing: object, name: str) -> Iterator[tuple[str, object]]:
    """Yield a function, or what a class of ours gives to users: fields, methods, properties, inherited ones too."""
    if not inspect.isclass(thing):
        yield name, inspect.unwrap(thing) if callable(thing) else thing
        return
    for base in (base for base in thing.__mro__ if base.__module__.startswith("nis2map")):
        yield name, base  # the annotations of a class are its fields
        for member, value in vars(base).items():
            if not member.startswith("_") or member in SPECIAL:
                value = value.fget if isinstance(value, property) else value
                value = value.func if isinstance(value, functools.cached_property) else value
                yield f"{name}.{member}", inspect.unwrap(getattr(value, "__func__", value))


def _public_annotations() -> Iterator[tuple[str, str, object, str]]:
    """Yield name, part, annotation and module of whatever users are told the type of."""
    for module in map(importlib.import_module, PUBLIC_MODULES):
        for public in module.__all__:
            for name, function in _public_functions(getattr(module, public), public):
                for part, annotation in getattr(function, "__annotations__", {}).items():
                    if not part.startswith("_"):
                        yield name, part, annotation, getattr(function, "__module__", "")


def _looks_away(annotation: object, home: str) -> bool:
    """Whether an annotation says `Any`, itself or through an alias of its module."""
    words = re.findall(r"\w+", str(annotation))
    names: dict[str, object] = getattr(sys.modules.get(home), "__dict__", {})  # hypothesis drops modules that it makes
    return "Any" in words or any("typing.Any" in str(names[word]) for word in words if word in names)


def test_public_signatures_say_any_for_the_values_of_plain_records_alone() -> None:
    """What `to_dict` and `to_dicts` give may be any JSON; whatever else is public has a type that says what it is."""
    every = list(_public_annotations())
    loose = {
        f"{name} {part}: {annotation}"
        for name, part, annotation, home in every
        if _looks_away(annotation, home)
        and (name.rpartition(".")[2], part, annotation)
        not in (("to_dict", "return", "dict[str, Any]"), ("to_dicts", "return", "list[dict[str, Any]]"))
    }
    assert len(every) > 1000
    assert not loose, "\n".join(sorted(loose))


def test_every_class_that_a_public_signature_names_can_be_imported() -> None:
    """What a function takes or gives has a name that users can write; constructors of results may keep their secrets."""
    classes = {
        node.name
        for path in PACKAGE.rglob("*.py")
        for node in _tree(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    hidden = {
        f"{name} {part}: {word}"
        for name, part, annotation, _ in _public_annotations()
        if not name.endswith("__init__")
        for word in classes.intersection(re.findall(r"\w+", str(annotation))).difference(nis2map.__all__)
    }
    assert not hidden, "\n".join(sorted(hidden))


def test_modules_and_functions_have_one_noun() -> None:
    """Past 450 lines a module has two nouns, and past 40 a function does two things; docstrings are not counted."""
    long: list[str] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree, name = _tree(path), path.relative_to(PACKAGE)
        size = len(path.read_text(encoding="utf-8").splitlines())
        long += [f"{name}: {size} lines"] if size > 450 else []
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                size = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                long += [f"{name}: {node.name} has {size} lines"] if size > 40 else []
    assert not long, "\n".join(long)


def test_every_test_says_what_must_hold() -> None:
    """A test whose promise is not written down can't be told from one that records what the code happened to do."""
    silent: list[str] = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(_tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
                said = ast.get_docstring(node) or ""
                silent += (
                    [] if said.endswith((".", "?", ")")) else [f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"]
                )
    assert not silent, "\n".join(silent)
