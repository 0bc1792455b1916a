"""The examples of docstrings, and those of docs/reference/examples.txt, print what they say; no public name lacks one."""

from __future__ import annotations

import contextlib
import doctest
import enum
import importlib
import inspect
import io
import re
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

import nis2map

from .test_golden import REGENERATE

ROOT = Path(__file__).parents[1]
OUTSIDE = ROOT / "docs" / "reference" / "examples.txt"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def documented() -> Iterator[doctest.DocTest]:
    """Yield the examples in docstrings of public functions, classes and their methods, each with names of its module."""
    finder = doctest.DocTestFinder(exclude_empty=True, recurse=True)
    for name, value in public().items():
        if inspect.isclass(value) or inspect.isfunction(value):
            space = dict(vars(inspect.getmodule(value) or types.ModuleType("none")))
            for found in finder.find(value, name, globs=space):
                if found.examples:
                    yield found


MODULES = (
    "graph",
    "plot",
    "report",
    "testing",
    "formats.csv",
    "formats.json",
    "formats.markdown",
    "formats.xlsx",
    "formats.yaml",
)


def public() -> dict[str, object]:
    """Return what users call by name: what `nis2map` gives, and the functions of its public modules."""
    found = {name: getattr(nis2map, name) for name in nis2map.__all__ if not name.startswith("__")}
    found = {name: value for name, value in found.items() if not isinstance(value, types.ModuleType)}
    for path in MODULES:
        module = importlib.import_module(f"nis2map.{path}")
        for name in module.__all__:
            if inspect.isfunction(value := getattr(module, name)):
                found[f"{path}.{name}"] = value
    return found


def outside() -> dict[str, str]:
    parts = re.split(r"^# ([\w.]+)\n", OUTSIDE.read_text(encoding="utf-8"), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def filled(body: str, space: dict[str, object]) -> str:
    """Return an example with what it prints now."""
    lines: list[str] = []
    for step in doctest.DocTestParser().get_examples(body):
        first, *more = step.source.rstrip("\n").split("\n")
        lines += [f">>> {first}", *(f"... {line}" for line in more)]
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(step.source, "examples.txt", "single"), space)
        lines += out.getvalue().splitlines()
    return "\n".join(lines) + "\n\n"


def check(example: doctest.DocTest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(folder)
    told: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(example, out=told.append)
    assert not told, "".join(told)


@pytest.mark.parametrize("example", list(documented()), ids=lambda example: example.name)
def test_an_example_in_a_docstring_holds(
    example: doctest.DocTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `help` shows is what happens, in a folder with nothing but the examples."""
    check(example, tmp_path, monkeypatch)


@pytest.mark.parametrize("name", list(outside()))
def test_an_example_of_the_reference_holds(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the reference adds holds too; `soa` is the sample with a certificate, `cov` its coverage, `ds` the dataset."""
    soa = nis2map.read_soa(ROOT / "examples" / "soa-with-gaps.csv").certified()
    space = {"nis2map": nis2map, "soa": soa, "cov": nis2map.coverage(soa), "ds": nis2map.load()}
    if REGENERATE:
        (tmp_path / "examples").symlink_to(ROOT / "examples")
        monkeypatch.chdir(tmp_path)
        text = OUTSIDE.read_text(encoding="utf-8") + "\n"
        OUTSIDE.write_text(
            text.replace(outside()[name], filled(outside()[name], space)).rstrip() + "\n", encoding="utf-8"
        )
        return
    check(doctest.DocTestParser().get_doctest(outside()[name], space, name, str(OUTSIDE), 0), tmp_path, monkeypatch)


def test_every_public_name_has_a_summary_and_an_example() -> None:
    """Nobody has to guess from a signature; the example of an enumeration is made of its first value."""
    written = outside()
    bare: list[str] = []
    for name, value in public().items():
        assert (value.__doc__ or "").strip(), name
        shown = ">>>" in (value.__doc__ or "")
        assert not (shown and name in written), f"{name} has two examples"
        if not shown and name not in written and not (isinstance(value, type) and issubclass(value, enum.Enum)):
            bare.append(name)
    assert not bare, "\n".join(bare)
    assert set(written) <= set(public())
