"""Build the site: the documentation, and beside it a page that makes the report in a visitor's browser.

    python tools/site_page.py [--docs FOLDER] [--wheel FILE] [--out FOLDER]

The page is `docs/browser`, with a wheel of this checkout, the wheels of `docs/browser/requirements.txt` and Pyodide, all
of them files of the site: nothing comes from a CDN. Pyodide is an npm package, fetched by npm, and held to the digest
below. `python -m http.server -d build/site` shows the site; browsers start no worker from a file.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "docs" / "browser"
PYODIDE = "314.0.7"
INTEGRITY = "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
# What a worker needs of Pyodide; the rest is for consoles, for Node and for people who write TypeScript.
PARTS = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
MIB = 1024 * 1024


def main() -> int:
    """Build the site and say how large the page is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--docs", type=Path, help="a built documentation to put the page beside")
    parser.add_argument("--wheel", type=Path, help="the wheel to use; built from this checkout if not given")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "site")
    args = parser.parse_args()
    out: Path = args.out
    shutil.rmtree(out, ignore_errors=True)
    if args.docs:
        shutil.copytree(args.docs, out, ignore=shutil.ignore_patterns(".doctrees", ".buildinfo"))
    size = page(out / "browser", args.wheel or wheel(), docs="../index.html" if args.docs else "")
    print(f"{out}: the page loads {size / MIB:.1f} MB")
    return 0


def wheel() -> Path:
    """Return a wheel of this checkout."""
    from installed import built

    return built(ROOT / "build" / "wheel")


def page(folder: Path, own: Path, *, docs: str = "") -> int:
    """Write the page into a folder; return how many bytes it loads for the first file."""
    wheels, python = folder / "wheels", folder / "pyodide"
    wheels.mkdir(parents=True)
    python.mkdir()
    shutil.copy2(own, wheels)
    download = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    limits = ["--only-binary=:all:", "--platform", "any", "--python-version", "3.14"]
    subprocess.run([*download, *limits, "--dest", wheels, "-r", SOURCES / "requirements.txt"], check=True)
    unpack_pyodide(python)
    for name in ("page.js", "worker.js", "statement.py"):
        shutil.copy2(SOURCES / name, folder)
    shutil.copy2(ROOT / "examples" / "soa-with-gaps.csv", folder)
    names = sorted(path.name for path in wheels.iterdir())
    (folder / "files.json").write_text(json.dumps({"wheels": names}), encoding="utf-8")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    (folder / "index.html").write_text(filled(size, docs), encoding="utf-8")
    return size


def unpack_pyodide(folder: Path) -> None:
    """Fetch Pyodide with npm, and refuse what is not the package that was looked at."""
    kept = ROOT / "build" / "pyodide"
    kept.mkdir(parents=True, exist_ok=True)
    package = kept / f"pyodide-{PYODIDE}.tgz"
    if not package.is_file():
        subprocess.run(
            ["npm", "pack", "--silent", f"pyodide@{PYODIDE}"], check=True, cwd=kept, stdout=subprocess.DEVNULL
        )
    found = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if f"sha512-{found}" != INTEGRITY:
        package.unlink()
        sys.exit(f"pyodide {PYODIDE} is not the package that was looked at: its sha512 is {found}")
    with tarfile.open(package) as archive:
        for name in PARTS:
            source = archive.extractfile(f"package/{name}")
            assert source is not None, name
            (folder / name).write_bytes(source.read())


def filled(size: int, docs: str) -> str:
    """Return the page with its policy, its size and the versions."""
    import nis2map
    from nis2map import report

    text = (SOURCES / "index.html").read_text(encoding="utf-8")
    states = "".join(
        f'<option value="{html.escape(state.code)}">{html.escape(state.name)}</option>'
        for state in nis2map.member_states()
    )
    values = {
        "policy": policy(text, report.html(nis2map.Assessment())),
        "version": nis2map.__version__,
        "data": nis2map.load().version,
        "size": f"{size / MIB:.1f}",
        "states": states,
        "docs": docs or "https://pypi.org/project/nis2map/",
    }
    for name, value in values.items():
        assert f"{{{{{name}}}}}" in text, name
        text = text.replace(f"{{{{{name}}}}}", value)
    return text


def policy(text: str, made: str) -> str:
    """Return what the page may do: load from its own place, run Python and its own scripts, and those of the report.

    The report is shown in a frame that has the page's policy as well as its own, so that its script and its style are
    named here too.
    """
    scripts = " ".join(hashes(made, "script"))
    styles = " ".join([*hashes(text, "style"), *hashes(made, "style")])
    return (
        f"default-src 'none'; script-src 'self' blob: 'wasm-unsafe-eval' {scripts}; style-src {styles}; "
        "worker-src 'self' blob:; connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'"
    )


def hashes(text: str, element: str) -> list[str]:
    """Return the digests of the inline scripts or styles of a page, as a policy names them."""
    found = re.findall(rf"<{element}>(.*?)</{element}>", text, re.S)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in found]


if __name__ == "__main__":
    sys.exit(main())
