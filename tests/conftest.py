"""Shared by all tests: the bundled dataset, standard input, and the profiles of hypothesis."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

import nis2map

# Workers of pytest-xdist get the width of the terminal that the run was started from, and the command line heeds it.
for variable in ("COLUMNS", "LINES", "NO_COLOR"):
    os.environ.pop(variable, None)

settings.register_profile(
    "default",
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=1000)
# For gates: the same examples at every run, so that a change is not refused for what another one did.
settings.register_profile("repeatable", settings.get_profile("default"), derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def dataset() -> nis2map.Dataset:
    """The bundled dataset, loaded once for all tests."""
    return nis2map.load()


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """A function that puts bytes on standard input."""

    def give(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))

    return give
