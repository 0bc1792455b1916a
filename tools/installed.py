"""Test a built distribution as its users get it, with the sources out of the way.

    python tools/installed.py [--coverage] [--dist FILE] [--env FOLDER] [pytest arguments]

Without `--dist` a wheel is built from this checkout. An environment of its own gets the distribution and what the tests
need; the tests run in a copy of the checkout that has no `src/`. Tests marked `sources` judge the checkout itself (its
layout, the wheel that it makes, a rebuild of its data): they run where the sources are, with the same environment, into
which nothing from `src/` can come. With `--coverage` all tests run, slow ones too, and the branches of the installed
package are measured against `fail_under` of pyproject.toml.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TREE = ROOT / "build" / "installed"
PROOF = "import nis2map; print(nis2map.__file__); assert 'site-packages' in nis2map.__file__"


def built(folder: Path) -> Path:
    """Return a wheel of this checkout, built into an emptied folder by an environment of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    pip = [str(environment(folder / "env", [])), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def environment(folder: Path, wanted: list[str], *, interpreter: str = sys.executable) -> Path:
    """Return the interpreter of a new environment that holds what pip is told to install."""
    python = folder / "bin" / "python"
    subprocess.run([interpreter, "-m", "venv", "--clear", str(folder)], check=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--upgrade", "pip>=25.1"], check=True)
    if wanted:
        subprocess.run([*pip, *wanted], check=True)
    return python


def copy_without_sources() -> None:
    """Copy what git tracks, and what it would track, but for `src/`."""
    shutil.rmtree(TREE, ignore_errors=True)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        path = ROOT / name
        if not name.startswith("src/") and path.is_file():
            (TREE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, TREE / name)


def main() -> int:
    """Return 0 if every test passes and, with `--coverage`, enough branches are covered."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--coverage", action="store_true")
    parser.add_argument("--dist", type=Path)
    parser.add_argument("--env", type=Path, default=ROOT / ".venv-installed")
    args, more = parser.parse_known_args()
    dist = args.dist.resolve() if args.dist else built(ROOT / "build" / "wheel")
    group = f"{ROOT / 'pyproject.toml'}:{'coverage' if args.coverage else 'test'}"
    python = str(environment(args.env.resolve(), [str(dist), "--group", group]))
    copy_without_sources()
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables |= {"NIS2MAP_INSTALLED": "1", "COVERAGE_FILE": str(TREE / ".coverage")}
    for folder in (TREE, ROOT):
        subprocess.run([python, "-c", PROOF], cwd=folder, env=variables, check=True)
    measured = [python, "-m", "coverage", "run", "-m"] if args.coverage else [python, "-m"]
    slow = "" if args.coverage else " and not slow"
    more = ["--durations=20", "--durations-min=5", *more] if args.coverage else more
    codes = [
        subprocess.call([*measured, "pytest", "-n", "auto", "-m", marks + slow, *more], cwd=folder, env=variables)
        for folder, marks in ((TREE, "not sources"), (ROOT, "sources"))
    ]
    failed = any(codes)
    if args.coverage:
        subprocess.run([python, "-m", "coverage", "combine", "--quiet"], cwd=ROOT, env=variables, check=True)
        failed |= bool(subprocess.call([python, "-m", "coverage", "report"], cwd=ROOT, env=variables))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
