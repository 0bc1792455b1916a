"""Hand files to the page of the site in a browser, and hold its reports to those of the library on this machine.

    python tests/acceptance/site.py FOLDER WHEEL NODE CHROMIUM

The site is served on loopback, from what `tools/site_page.py` builds. Plans in a browser are greedy, so that the library here
runs in an environment without the solver; it reads XLSX with openpyxl, as the page does.
"""

from __future__ import annotations

import functools
import http.server
import io
import json
import subprocess
import sys
import threading
from pathlib import Path

import nis2map
from nis2map import report

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "examples" / "soa-with-gaps.csv"
PUBLIC = ROOT.parent / "shared" / "reference" / "soa"  # files of other people, where they stand beside the checkout
HOSTILE = '<img src=x onerror="console.error(1)"><script>console.error(2)</script>'


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def cases(folder: Path, workbook: Path) -> list[dict[str, object]]:
    """Return files with what the library says of them."""
    hostile = folder / "hostile.csv"
    hostile.write_text(
        f'Control ID,Status,Justification,Owner\nA.5.1,implemented,"{HOSTILE.replace(chr(34), chr(34) * 2)}",{HOSTILE[:19]}\n',
        encoding="utf-8",
    )
    bad = folder / "bad.csv"
    bad.write_text("Control ID,Status\nA.5.1,sort of\nA.8.99,implemented\n", encoding="utf-8")
    ods = folder / "soa.ods"
    ods.write_bytes(b"PK\x03\x04 nothing")
    asked: list[tuple[Path, dict[str, object]]] = [
        (SAMPLE, {"framework": "nis2", "lang": "en", "state": "", "certified": False}),
        (workbook, {"framework": "cir", "lang": "de", "state": "BE", "certified": True}),
        (SAMPLE, {"framework": "nis2", "lang": "fr", "state": "DE", "certified": True}),
        (hostile, {"framework": "nis2", "lang": "en", "state": "", "certified": False}),
        (bad, {"framework": "nis2", "lang": "en", "state": "", "certified": False}),
        (ods, {"framework": "nis2", "lang": "en", "state": "", "certified": False}),
    ]
    german: dict[str, object] = {"framework": "nis2", "lang": "de", "state": "", "certified": True}
    asked[1:1] = [(path, german) for path in sorted(PUBLIC.glob("*_soa_de.*"))]
    return [{"path": str(path), "options": options, **answer(path, options)} for path, options in asked]


def answer(path: Path, options: dict[str, object]) -> dict[str, str]:
    """Return the report of the library, or its error, as the page's Python gives them."""
    source = io.BytesIO(path.read_bytes())
    source.name = path.name
    state = str(options["state"]) or None
    try:
        soa = nis2map.read_soa(source)
        soa = soa.certified() if options["certified"] else soa
        framework, lang = str(options["framework"]), str(options["lang"])
        return {"html": report.html(soa, framework=framework, lang=lang, member_state=state)}
    except nis2map.Nis2mapError as error:
        return {"error": "\n".join([str(error), *map(str, error.problems[3:])])}


def main() -> None:
    """Serve the site, and start the browser on it."""
    folder, wheel, node, chromium = map(Path, sys.argv[1:5])
    sys.path.insert(0, str(ROOT / "tools"))
    import site_page

    size = site_page.page(folder / "site", wheel)
    print(f"the page loads {size / site_page.MIB:.1f} MB")
    workbook = folder / "soa.xlsx"
    workbook.write_bytes(nis2map.dumps(nis2map.read_soa(SAMPLE), format="xlsx"))
    expected = folder / "expected.json"
    expected.write_text(json.dumps(cases(folder, workbook)), encoding="utf-8")
    handler = functools.partial(Quiet, directory=str(folder / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/index.html"
        script = Path(__file__).with_suffix(".mjs")
        try:
            subprocess.run([node, script, folder, chromium, address, expected], check=True, timeout=600)
        finally:
            server.shutdown()


if __name__ == "__main__":
    main()
