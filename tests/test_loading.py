"""What is imported when, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nis2map

SOURCES = Path(__file__).parents[1] / "src"


def test_the_package_tested_is_the_one_installed_or_that_of_this_checkout() -> None:
    """Tests of a wheel must not see `src/`, and those of a checkout not another checkout's package."""
    home = Path(nis2map.__file__)
    if os.environ.get("NIS2MAP_INSTALLED"):
        assert "site-packages" in home.parts
    else:
        assert "site-packages" in home.parts or home.is_relative_to(SOURCES)
    code = "import nis2map; print(nis2map.__file__)"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == str(home)


def test_strategies_say_what_they_need() -> None:
    """Without hypothesis the strategies name what is missing and how to install it."""
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "try:\n    import nis2map.testing\nexcept ImportError as error:\n    print(type(error).__name__, error)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.startswith("MissingExtra nis2map.testing needs hypothesis")


def test_scoring_the_default_set_loads_no_module_of_the_law() -> None:
    """They cost more at start than the scores do."""
    code = (
        "import sys, nis2map; nis2map.coverage(nis2map.Assessment.full()).overall;"
        "print(sorted(name for name in sys.modules if name in ('nis2map.law', 'nis2map.law._scope', 'nis2map.law._incident')))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_units_of_the_bundled_dataset_are_built_once_each_when_they_are_looked_up() -> None:
    """A first score needs one unit in six of the Directive; whoever asks again gets the same object, in legal order."""
    code = (
        "import nis2map; from nis2map.dataset import keep; ds = nis2map.load(); nis2map.coverage(nis2map.Assessment.full());"
        "index = keep(ds, ('units', 'nis2'), dict); print(len(index._built) < 150 < len(index) == len(ds.of('nis2')));"
        "print(ds['Art. 21(2)(h)'] is ds['nis2:21.2.h'], [u.ref for u in ds.of('nis2')] == sorted(u.ref for u in ds.of('nis2')))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["True"] * 3


def loaded(code: str) -> set[str]:
    """Return the modules of the package that are loaded after a piece of code, in a process of its own."""
    code += "\nimport sys; print(*(name for name in sys.modules if name.startswith('nis2map')))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_package_loads_its_door_alone() -> None:
    """`import nis2map` costs next to nothing, also for a program that ends up using one name."""
    assert loaded("import nis2map") == {"nis2map", "nis2map._shared", "nis2map._shared._door"}


def test_a_first_score_loads_nothing_that_makes_html_or_drawings() -> None:
    """Most programs print or write what they score, and few show it in a notebook."""
    rooms = loaded("import nis2map; nis2map.coverage(nis2map.Assessment.full()).overall")
    assert {f"nis2map._shared._display.{room}" for room in ("_html", "_card", "_diagram")}.isdisjoint(rooms)
    shown = loaded("import nis2map; nis2map.related('A.8.24')[0]._repr_mimebundle_()")
    assert {f"nis2map._shared._display.{room}" for room in ("_html", "_card", "_diagram")} <= shown


def test_extras_are_loaded_when_they_are_used() -> None:
    """A plan needs its solver and a spreadsheet its library; a program that asks for neither loads none of them."""
    code = (
        "import sys, nis2map, nis2map.planning._solver._highs, nis2map.formats.xlsx;"
        "[getattr(nis2map, name) for name in nis2map.__all__];"
        "print(sorted({'highspy', 'numpy', 'xlsxwriter', 'python_calamine'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_reading_ids_loads_nothing_above_them() -> None:
    """Whoever only needs ids pays for the rows up to them: no model, no dataset, no scores."""
    rows = {name.split(".")[1] for name in loaded("import nis2map; nis2map.parse_ref('A.8.24')") if "." in name}
    assert rows <= {"_shared", "_version", "errors", "data", "ids"}


def test_every_package_can_be_the_first_one_entered() -> None:
    """Doors are lazy, so an order of imports that only works after another one would show here."""
    homes = {name: getattr(getattr(nis2map, name), "__module__", f"nis2map.{name}") for name in nis2map.__all__}
    firsts = {home.split(".")[1]: name for name, home in homes.items()}
    code = (
        f"import importlib, sys\nfor name in {list(firsts.values())}:\n"
        "    for module in [m for m in sys.modules if m.startswith('nis2map')]: del sys.modules[module]\n"
        "    assert getattr(importlib.import_module('nis2map'), name) is not None, name\n"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (child.returncode, child.stderr) == (0, "")
    assert len(firsts) >= 12
