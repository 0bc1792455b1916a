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
