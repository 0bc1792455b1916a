"""What needs other people's tools, each in an environment of its own; never part of `make test`.

    python tests/acceptance/run.py [--dist FILE] [names]

Names are `graphs`, `calendar`, `typing`, `examples`, `report`, `service`, `shells` and `site`; all of them without any. A wheel
is built from this checkout if no distribution is given. What runs is the distribution: nothing here can import from `src/`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDER = ROOT / "build" / "acceptance"

sys.path.insert(0, str(ROOT / "tools"))
from installed import built, environment  # noqa: E402


def call(*command: str | Path, quiet: bool = False) -> None:
    """Run a command in a folder that holds nothing of ours, its environment first on PATH; a failure ends the check."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables["PATH"] = f"{Path(command[0]).parent}{os.pathsep}{variables.get('PATH', '')}"
    output = subprocess.DEVNULL if quiet else None
    subprocess.run([str(part) for part in command], check=True, cwd=FOLDER, env=variables, stdout=output)


def graphs(dist: str) -> None:
    """Our graph in four formats, read back by networkx, igraph and pandas."""
    python = environment(FOLDER / "graphs", [dist, "networkx", "pandas", "python-igraph"])
    call(python, HERE / "read_graphs.py")


def calendar(dist: str) -> None:
    """Our calendar of reporting deadlines, read by the icalendar package."""
    python = environment(FOLDER / "calendar", [dist, "icalendar", "tzdata"])
    call(python, HERE / "read_calendar.py")


def typing(dist: str) -> None:
    """What users' type checkers see: every public name has a type, the examples pass, and wrong calls are refused."""
    python = environment(FOLDER / "typing", [dist, "hypothesis", "mypy", "pyright[nodejs]"])
    # Without settings of its own pyright would take those of the checkout around it, and its environment.
    (FOLDER / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', encoding="utf-8")
    scripts = [*sorted((ROOT / "examples").glob("*.py")), HERE / "typed_calls.py"]
    call(python, "-m", "pyright", "--verifytypes", "nis2map", "--ignoreexternal")
    call(python, "-m", "pyright", *scripts)
    call(python, "-m", "mypy", "--strict", *scripts)


def examples(dist: str) -> None:
    """The examples on every Python from 3.11 on that this machine has."""
    shutil.copytree(ROOT / "examples", FOLDER / "scripts", dirs_exist_ok=True)
    for version, interpreter in interpreters():
        python = environment(FOLDER / f"python{version}", [dist], interpreter=interpreter)
        for script in sorted((FOLDER / "scripts").glob("*.py")):
            call(python, "-W", "error", script, quiet=True)
        print(f"the examples run on Python {version}")


def service(dist: str) -> None:
    """The web service of the examples, with what it needs, asked by an HTTP client on loopback."""
    needed = ["--requirement", str(ROOT / "examples" / "service" / "requirements.txt")]
    python = environment(FOLDER / "service", [f"{dist}[xlsx,yaml]", *needed, "httpx"])
    call(python, HERE / "service.py")


def shells(dist: str) -> None:
    """Our completion scripts in a real bash, zsh and fish."""
    missing = [name for name in ("bash", "zsh", "fish") if shutil.which(name) is None]
    if missing:
        print(f"not installed: {', '.join(missing)} (Debian: apt-get install {' '.join(missing)})")
        raise subprocess.CalledProcessError(127, missing)
    python = environment(FOLDER / "shells", [dist, "hypothesis", "pytest"])
    tests = ROOT / "tests" / "test_cli_start.py"
    call(
        python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml", "-k", "completes", tests
    )


def interpreters() -> Iterator[tuple[str, str]]:
    """Yield versions and interpreters that can make an environment, from PATH and from pyenv."""
    for minor in range(11, 20):
        name = f"python3.{minor}"
        kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"3.{minor}.*/bin/{name}"))
        for candidate in filter(None, [shutil.which(name), *map(str, kept)]):
            probe = [candidate, "-c", f"import ensurepip, sys, venv; assert sys.version_info[:2] == (3, {minor})"]
            if subprocess.run(probe, check=False, capture_output=True).returncode == 0:
                yield f"3.{minor}", candidate
                break


# Pinned, because a newer axe has more rules and a newer playwright may want a newer browser.
_FROM_NPM = ("playwright-core@1.65.1", "axe-core@4.14.1")


def report(dist: str) -> None:
    """Reports in Debian's Chromium: no request, nothing logged, axe finds nothing; screenshots in build/acceptance."""
    chromium, npm, node = (tool(name) for name in ("chromium", "npm", "node"))
    folder = FOLDER / "report"
    python = environment(folder / "env", [f"{dist}[plan]"])
    call(npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, *_FROM_NPM)
    call(python, HERE / "report.py", folder, ROOT / "examples" / "soa-with-gaps.csv")
    call(node, HERE / "report.mjs", folder, chromium)


def site(dist: str) -> None:
    """The page that makes a report in Chromium, on files of every form it reads: the library's own reports, no request out."""
    chromium, npm, node = (tool(name) for name in ("chromium", "npm", "node"))
    folder = FOLDER / "site"
    wheel = dist if dist.endswith(".whl") else str(built(FOLDER / "wheel"))
    # Plans are greedy there, so that the library here has no solver; it reads workbooks with the library that reads them there.
    python = environment(folder / "env", [wheel, "openpyxl", "tzdata", "xlsxwriter"])
    call(npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, *_FROM_NPM)
    call(python, HERE / "site.py", folder, wheel, node, chromium)


def tool(name: str) -> str:
    """Return a program of the machine, installed from Debian's packages where it is missing."""
    packages = {"node": "nodejs"}
    if shutil.which(name) is None and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", packages.get(name, name)], check=False)
    return shutil.which(name) or sys.exit(f"{name} is missing: install it, for example with apt-get install {name}")


CHECKS: dict[str, Callable[[str], None]] = {
    "graphs": graphs,
    "calendar": calendar,
    "typing": typing,
    "examples": examples,
    "report": report,
    "service": service,
    "shells": shells,
    "site": site,
}


def main() -> int:
    """Return 0 if all checks asked for pass; the last lines say which did, and how long each took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dist", type=Path)
    parser.add_argument("names", nargs="*", choices=[[], *CHECKS], metavar="name")
    args = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    dist = str(args.dist.resolve() if args.dist else built(FOLDER / "wheel"))
    lines: list[str] = []
    failed = False
    for name in args.names or CHECKS:
        print(f"== {name}", flush=True)
        start = time.perf_counter()
        try:
            CHECKS[name](dist)
            verdict = "passed"
        except subprocess.CalledProcessError as error:
            print(error)
            verdict, failed = "FAILED", True
        lines.append(f"{name:10} {verdict} in {time.perf_counter() - start:.0f} s")
    print("\n" + "\n".join(lines))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
