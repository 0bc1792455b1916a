"""What is imported when, in a process of its own."""

from __future__ import annotations

import subprocess
import sys


def test_strategies_say_what_they_need() -> None:
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
