"""The built wheel, with the sources out of the way."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.sources

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import nis2map
assert nis2map.__file__.startswith(sys.argv[1]), nis2map.__file__
ds = nis2map.load()
assert len(list(ds)) == len(ds)
cov = nis2map.coverage(nis2map.Assessment.full(), framework="cir")
assert nis2map.Dataset.from_parts(**{
    "frameworks": ds.frameworks.values(),
    "requirements": [u for u in ds if u.side == "requirement"],
    "controls": [u for u in ds if u.side == "control"],
    "crosswalks": [c for c in ds.crosswalks.values() if c.id not in ds.made_of_verdicts],
    "sources": ds.sources.values(),
    "measures": ds.measures,
    "law": ds.law,
    "aliases": ds.aliases,
}).digest == ds.digest
print(ds.digest, repr(cov.overall.low))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel: Path) -> None:
    """The wheel has every file of the package and both licences, and no other file."""
    names = zipfile.ZipFile(wheel).namelist()
    sources = {str(path.relative_to(ROOT / "src")) for path in (ROOT / "src" / "nis2map").rglob("*") if path.is_file()}
    packed = {name for name in names if name.startswith("nis2map/")}
    assert packed == {name for name in sources if "__pycache__" not in name}
    licences = {name.rpartition("/")[2] for name in names if "/licenses/" in name}
    assert licences == {"LICENSE", "LICENSE-DATA"}


def test_the_wheel_works_without_the_sources(wheel: Path, tmp_path: Path) -> None:
    """The installed package gives the same digest and score as the sources."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    script = tmp_path / "check.py"
    script.write_text(SCRIPT, encoding="utf-8")
    found = subprocess.run([sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    import nis2map

    cov = nis2map.coverage(nis2map.Assessment.full(), framework="cir")
    assert found.stdout.split() == [nis2map.load().digest, repr(cov.overall.low)]


def test_the_wheel_works_from_a_zip(wheel: Path) -> None:
    """The data are found where there is no folder to open them from."""
    code = (
        f"import sys; sys.path.insert(0, {str(wheel)!r}); import nis2map; print(len(nis2map.load()), nis2map.__file__)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=wheel.parent)
    assert found.returncode == 0, found.stderr
    assert ".whl" in found.stdout
