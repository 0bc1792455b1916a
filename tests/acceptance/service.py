"""The web service of `examples/service`, asked by a real HTTP client on loopback; bounded in count and in time.

    python tests/acceptance/service.py

What must hold: good files give the library's own numbers, whatever strangers send is refused with where and what, no
answer shows a traceback, twenty at once are answered alike, and the server ends when it is told to. `--serve` is the
server that this script starts: it refuses to connect to anything.
"""

from __future__ import annotations

import io
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICE = ROOT / "examples" / "service"
SAMPLE = ROOT / "examples" / "soa-with-gaps.csv"
FORM = {"content-type": "multipart/form-data; boundary=b"}
HEAD = b'--b\r\ncontent-disposition: form-data; name="soa"; filename="soa.csv"\r\n\r\n'
TAIL = b"\r\n--b--\r\n"
MIB = 1024 * 1024


def serve(*, broken: bool) -> None:
    """Run the service on a free port of loopback; a connection to anywhere is an error, and so is a broken function."""
    import uvicorn

    import nis2map

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.connect":
            raise RuntimeError(f"the service connects to {arguments[1]}")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of ours")

    sys.addaudithook(watch)
    if broken:
        nis2map.classify = fail
    uvicorn.run("app:app", app_dir=str(SERVICE), host="127.0.0.1", port=0, limit_concurrency=50, access_log=False)


@contextmanager
def server(*, broken: bool = False) -> Iterator[str]:
    """Yield the address of a server; told to end it must within ten seconds, with no traceback in its log unless broken."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = [sys.executable, __file__, "--serve", *["--broken"] * broken]
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder)
        try:
            yield f"http://127.0.0.1:{port_in(log, process)}"
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) in (0, -signal.SIGTERM), process.returncode
        finally:
            process.kill()
            process.wait(timeout=10)
        told = log.read_text(encoding="utf-8")
        assert "Application shutdown complete." in told
        assert ("Traceback" in told) == broken, told[-3_000:]
        assert ("a secret of ours" in told) == broken


def port_in(log: Path, process: subprocess.Popen[bytes]) -> int:
    """Return the port that the server says it listens on, once it does."""
    for _ in range(300):
        found = re.search(r"running on http://127\.0\.0\.1:(\d+)", log.read_text(encoding="utf-8"))
        if found:
            return int(found[1])
        assert process.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError(f"no server after 30 seconds: {log.read_text(encoding='utf-8')}")


def check(address: str) -> None:
    """Ask one server everything, in this order; the slow client waits meanwhile."""
    import httpx

    limits = httpx.Limits(max_connections=20)
    with (
        httpx.Client(base_url=address, timeout=60, trust_env=False, limits=limits) as client,
        ThreadPoolExecutor(1) as aside,
    ):
        waiting = aside.submit(slow, address)
        good_uploads(client)
        hostile_uploads(client)
        lying_streams(client, address)
        questions(client)
        many_at_once(client)
        status, seconds = waiting.result(timeout=30)
        assert status == 408, status
        print(f"slow upload: 408 after {seconds:.0f} s")


def refused(answer, status: int, kind: str = "") -> dict[str, object]:
    """Return the error of an answer that has this status, is JSON of the one form, and shows nothing of our inside."""
    assert answer.status_code == status, (answer.status_code, answer.text[:500])
    assert "Traceback" not in answer.text
    assert 'File "' not in answer.text
    error = answer.json()["error"]
    assert set(error) == {"kind", "what", "hint", "problems"}
    assert error["what"]
    assert kind in ("", error["kind"]), error
    return error


def upload(client, data: bytes, path: str = "/coverage", name: str = "soa.csv", **options: object):
    return client.post(path, files={"soa": (name, data)}, params=options)


def good_uploads(client) -> None:
    """CSV and XLSX give the numbers of the library; what can't be read of a file is told with its place."""
    import nis2map

    soa = nis2map.read_soa(SAMPLE)
    own = nis2map.coverage(soa.certified(), framework="cir", basis="guidance").overall
    for data in (SAMPLE.read_bytes(), nis2map.dumps(soa, format="xlsx")):
        answer = upload(client, data, framework="cir", basis="guidance", certified=True).raise_for_status().json()
        assert answer["overall"] == own.to_dict()
        assert answer["problems"] == []
        assert answer["assessment_digest"] == soa.certified().digest
        found = upload(client, data, "/gaps").raise_for_status().json()
        assert found["controls"] == 93
        assert len(found["gaps"]) == len(nis2map.gaps(soa))
    partly = upload(client, b"Control ID,Status\nA.5.1,implemented\nA.5.2,sort of\nA.8.99,planned\n").json()
    assert partly["controls"] == 1
    assert [problem["row"] for problem in partly["problems"]] == [3, 4]
    assert "row 3, column 'Status'" in partly["problems"][0]["where"]
    print("good uploads: CSV and XLSX, the library's numbers")


def hostile_uploads(client) -> None:
    """Bombs and files that are too large are 413, what is not a Statement of Applicability is 422."""
    for bomb in (inflated(), crowded()):
        error = refused(upload(client, bomb, name="soa.xlsx"), 413, "LimitExceeded")
        print(f"bomb of {len(bomb)} bytes: {error['what']}")
    refused(upload(client, b"Control ID,Status\n" + b"A.5.1,implemented\n" * 2_000), 413, "LimitExceeded")
    refused(upload(client, b"x" * (MIB + 1)), 413, "LimitExceeded")
    refused(upload(client, b"[" * 50_000), 413, "LimitExceeded")
    noise = random.Random(2026).randbytes(50_000)
    html = b"<html><script>alert(1)</script></html>"
    for data in (
        b"",
        noise,
        b"%PDF-1.7" + noise,
        b"PK\x03\x04" + noise,
        html,
        b'{"a": 1}',
        b"\xff\xfe\x00",
    ):
        refused(upload(client, data), 422)
    refused(client.post("/coverage"), 422, "InvalidRequest")
    refused(upload(client, SAMPLE.read_bytes(), basis="anything"), 422, "InvalidRequest")
    refused(client.post("/coverage", content=b"no form", headers=FORM), 400)


def inflated() -> bytes:
    """Return a workbook with a sheet of 200 MB that packs into 200 kB."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(200):
                member.write(b" " * MIB)
    return data.getvalue()


def crowded() -> bytes:
    """Return a workbook with five thousand members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(5_000):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", "<worksheet/>")
    return data.getvalue()


def lying_streams(client, address: str) -> None:
    """A body without a length, one that is larger than it says, and one a byte too large: none is read to its end."""
    import httpx

    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield HEAD
        for _ in range(1_024):
            taken += MIB // 16
            yield b"x" * (MIB // 16)

    with suppress(httpx.TransportError):  # cut off while it is still sending, it may not get to read the answer
        refused(client.post("/coverage", content=endless(), headers=FORM), 413)
    assert taken < 32 * MIB, taken  # the limit, and what the buffers of both sides hold
    print(f"stream without a length: cut off after {taken} of {64 * MIB} bytes")

    answer = raw(address, b"content-length: 300\r\n", HEAD + b"x" * 5 * MIB)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:200]

    body = HEAD + b"x" * (MIB + 16 * 1024 + 1 - len(HEAD) - len(TAIL)) + TAIL
    refused(client.post("/coverage", content=iter([body]), headers=FORM), 413)
    refused(client.post("/scope", content=iter([body]), headers={"content-type": "application/json"}), 413)
    upload(client, SAMPLE.read_bytes()).raise_for_status()


def raw(address: str, headers: bytes, body: bytes) -> bytes:
    """Return what the server answers to a request that no honest client would send."""
    host, port = address.removeprefix("http://").split(":")
    head = b"POST /coverage HTTP/1.1\r\nhost: x\r\ncontent-type: " + FORM["content-type"].encode() + b"\r\n"
    received = b""
    # The server may close while we are sending.
    with socket.create_connection((host, int(port)), timeout=25) as connection, suppress(ConnectionError):
        connection.sendall(head + headers + b"\r\n" + body)
        while part := connection.recv(65_536):
            received += part
    return received


def slow(address: str) -> tuple[int, float]:
    """Return the status, and after how long, of a request that stops half way and waits."""
    start = time.monotonic()
    answer = raw(address, b"content-length: 10000\r\n", HEAD)
    return int(answer.split()[1]) if answer else 0, time.monotonic() - start


def questions(client) -> None:
    """Units by any spelling, 404 with the nearest for an id that does not exist; words; facts of an entity."""
    unit = client.get("/units/Art. 21(2)(h)").raise_for_status().json()
    assert unit["ref"] == "nis2:21.2.h"
    assert unit["links"]
    assert "A.8.34" in str(refused(client.get("/units/A.8.99"), 404, "UnknownRef")["hint"])
    refused(client.get("/units/no idea"), 400, "InvalidRef")
    refused(client.get("/units/" + "x" * 5_000), 400, "InvalidRef")
    refused(client.get("/nothing"), 404)
    assert client.get("/find", params={"q": "multi-factor", "limit": 3}).raise_for_status().json()[0]["ref"]
    refused(client.get("/find", params={"q": "x" * 201}), 422, "InvalidRequest")
    refused(client.get("/find", params={"q": "x", "limit": 1_000_000}), 422, "InvalidRequest")

    found = client.post("/scope", json={"types": ["nis2:annexI.8.4"], "headcount": 300}).raise_for_status().json()
    assert found["value"]["entity_class"] == "essential"
    refused(client.post("/scope", json={"types": ["nis2:annexI.99"]}), 422, "UnknownRef")
    assert "headcount" in str(refused(client.post("/scope", json={"types": [], "headcount": "9"}), 422)["what"])
    json_type = {"content-type": "application/json"}
    for text in (b'{"types": [], "name": "\\ud800"}', b'{"types": [], "headcount": NaN}', b"{", b"[]"):
        refused(client.post("/scope", content=text, headers=json_type), 422)
    for text in (b"[" * 100_000, b"\xff"):
        refused(client.post("/scope", content=text, headers=json_type), 400)
    print("questions: units, words, facts; what is wrong with them is told")


def many_at_once(client) -> None:
    """Twenty requests at once, of four kinds, have the answers that each has alone, within a minute."""
    data = SAMPLE.read_bytes()
    kinds = [
        lambda: upload(client, data, framework="cir"),
        lambda: upload(client, data, "/gaps", basis="guidance"),
        lambda: client.get("/units/A.8.24"),
        lambda: upload(client, b"nothing"),
    ]
    alone = [(answer.status_code, answer.content) for answer in (ask() for ask in kinds)]
    assert [status for status, _ in alone] == [200, 200, 200, 422]
    start = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(kinds[number % 4]) for number in range(20)]
        answers = [one.result(timeout=60) for one in waiting]
    assert [(answer.status_code, answer.content) for answer in answers] == alone * 5
    print(f"20 at once: all as alone, in {time.monotonic() - start:.1f} s")


def main() -> None:
    """Ask a sound server, then one with a fault of ours in it."""
    import httpx

    with server() as address:
        check(address)
    with server(broken=True) as address:
        answer = httpx.post(f"{address}/scope", json={"types": []}, timeout=60, trust_env=False)
        refused(answer, 500, "InternalError")
        assert "secret" not in answer.text
    print("a fault of ours: 500 without a word of it; both servers ended when they were told to")


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve(broken="--broken" in sys.argv)
    else:
        main()
