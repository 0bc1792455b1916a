"""A web service that takes Statements of Applicability from strangers: no state, no network, bounded in size and time.

    pip install -r requirements.txt
    uvicorn app:app --limit-concurrency 50

README.md says what each part is for, and what is left to whatever stands in front.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal

from fastapi import Body, FastAPI, Query, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import nis2map

# A Statement of Applicability has 93 rows, so that a small part of what the library reads by default is plenty.
LIMITS = nis2map.Limits(
    bytes=1024 * 1024,
    members=200,
    ratio=100,
    rows=1_000,
    columns=100,
    cells=20_000,
    cell=8_000,
    nesting=16,
    problems=50,
)
MOST_BYTES = LIMITS.bytes + 16 * 1024  # the whole body: the file, and what a form wraps around it
MOST_SECONDS = 10.0  # for all of the body to arrive
JUDGED = "The links behind these numbers were judged by language models; no person has reviewed them. No legal advice."
DATASET = nis2map.load()  # immutable: all threads share it

Json = dict[str, Any]
Framework = Literal["nis2", "cir"]
Basis = Literal["statement", "guidance", "consideration"]


class BoundedBody:
    """Ends a request whose body is too large or too slow, by what arrives: a declared length may be wrong or missing.

    Newer versions of FastAPI can count by themselves (`max_body_size`); older ones take the argument and do nothing.
    """

    def __init__(self, app: ASGIApp, *, most_bytes: int, most_seconds: float) -> None:
        self.app = app
        self.most_bytes = most_bytes
        self.most_seconds = most_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + self.most_seconds
        size, more = 0, True

        async def bounded() -> Message:
            nonlocal size, more
            try:
                async with asyncio.timeout_at(deadline if more else None):
                    message = await receive()
            except TimeoutError:
                raise _ended(408, f"the request took longer than {self.most_seconds:g} seconds to arrive") from None
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
            if size > self.most_bytes:
                raise _ended(413, f"the request is larger than {self.most_bytes} bytes")
            return message

        await self.app(scope, bounded, send)


def _ended(status: int, what: str) -> HTTPException:
    # The rest of the body is not read, so this connection can't carry another request.
    return HTTPException(status, what, headers={"Connection": "close"})


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
    """Read the tables before the first request comes, so that it is not slower than the others."""
    for framework in ("nis2", "cir"):
        nis2map.coverage(nis2map.Assessment.full(), framework=framework, dataset=DATASET)
    nis2map.find("backup", dataset=DATASET)
    yield


# The pages /docs and /redoc load scripts from a CDN; /openapi.json says the same.
app = FastAPI(title="NIS 2 from a Statement of Applicability", lifespan=lifespan, docs_url=None, redoc_url=None)
app.add_middleware(BoundedBody, most_bytes=MOST_BYTES, most_seconds=MOST_SECONDS)


# Plain `def`: FastAPI runs these in its thread pool, so that reading a file keeps no other request waiting.
@app.post("/coverage")
def coverage(
    soa: UploadFile, framework: Framework = "nis2", basis: Basis = "statement", certified: bool = False
) -> Json:
    """Return how much of a framework is met, as a whole and by measure."""
    assessment = _read(soa, certified)
    found = nis2map.coverage(assessment, framework=framework, basis=basis, dataset=DATASET)
    rows = found.measure_groups.to_dicts()
    return _answer(assessment, found.notes) | {"overall": found.overall.to_dict(), "measures": rows}


@app.post("/gaps")
def gaps(soa: UploadFile, framework: Framework = "nis2", basis: Basis = "statement", certified: bool = False) -> Json:
    """Return what is not surely met, with why, what to do and what to show."""
    assessment = _read(soa, certified)
    found = nis2map.gaps(assessment, framework=framework, basis=basis, dataset=DATASET)
    return _answer(assessment, found.coverage.notes) | {
        "summary": {str(kind): count for kind, count in found.summary.items()},
        "gaps": [gap.to_dict() for gap in found],
    }


def _read(upload: UploadFile, certified: bool) -> nis2map.Assessment:
    """Return what the file says; rows that can't be read are `problems` of it, and the others count."""
    assessment = nis2map.read_soa(upload.file, limits=LIMITS, on_problem="collect")
    return assessment.certified() if certified else assessment


def _answer(assessment: nis2map.Assessment, notes: tuple[str, ...]) -> Json:
    return {
        "controls": len(assessment),
        "problems": _problems(assessment.problems),
        "notes": list(notes),
        "judged": JUDGED,
        "data": DATASET.version,
        "assessment_digest": assessment.digest,
    }


@app.get("/units/{ref}")
def unit(ref: str) -> Json:
    """Return a unit of NIS 2, the CIR or ISO/IEC 27001 in any spelling, with what it asks and what it is linked to."""
    found = DATASET[ref]
    if isinstance(found, nis2map.Demand):
        return {"ref": str(found.ref), "citation": found.ref.citation, "label": found.label}
    return {
        "ref": str(found.ref),
        "citation": found.citation,
        "title": found.title,
        "parts": [str(part) for part in DATASET.children(found.ref)],
        "demands": [{"ref": str(demand.ref), "label": demand.label} for demand in DATASET.demands(found.ref)],
        "links": [
            {
                "requirement": str(link.requirement),
                "controls": [str(control) for control in link.controls],
                "relation": link.relation,
                "grade": link.grade,
                "rationale": link.rationale,
                "review": link.review,
            }
            for link in nis2map.related(found.ref, dataset=DATASET)
        ],
        "judged": JUDGED,
    }


@app.get("/find")
def find(
    q: Annotated[str, Query(min_length=1, max_length=200)], limit: Annotated[int, Query(ge=1, le=50)] = 10
) -> list[Json]:
    """Return the units that words are about, the best first."""
    return nis2map.find(q, limit=limit, dataset=DATASET).to_dicts()


@app.post("/scope")
def scope(facts: Annotated[Json, Body()]) -> Response:
    """Return whether NIS 2 applies to an entity, as what, and by which articles, as a document that `loads` reads.

    The facts have the names of the fields of `Entity`.
    """
    found = nis2map.classify(nis2map.Entity.from_dict(facts), dataset=DATASET)
    return Response(nis2map.dumps(found), media_type="application/json")


# Whose fault it is decides: the caller's and the file's are answered with where, what and the nearest right thing. Ours
# (`DatasetError`, `MissingExtra`, anything else) is a 500 that says nothing more; the traceback is in the log.
def _refused(status: int, kind: str, what: str, hint: str = "", problems: list[Json] | None = None) -> JSONResponse:
    return JSONResponse({"error": {"kind": kind, "what": what, "hint": hint, "problems": problems or []}}, status)


def _problems(problems: tuple[nis2map.Problem, ...]) -> list[Json]:
    return [{"where": problem.where, **problem.to_dict()} for problem in problems]


@app.exception_handler(nis2map.InvalidRef)
@app.exception_handler(nis2map.UnknownRef)
@app.exception_handler(nis2map.InputError)
@app.exception_handler(nis2map.NotMapped)
def on_fault(request: Request, error: nis2map.Nis2mapError) -> JSONResponse:
    """Answer a fault of the caller or of the file."""
    in_address = "ref" in request.path_params  # elsewhere an id is part of what was handed in
    match error:
        case nis2map.UnknownRef() if in_address:
            status = 404
        case nis2map.InvalidRef() if in_address:
            status = 400
        case nis2map.LimitExceeded():
            status = 413
        case _:
            status = 422
    hint = "" if status == 413 else error.hint  # of a limit it is for whoever sets it
    return _refused(status, type(error).__name__, error.message, hint, _problems(error.problems))


@app.exception_handler(RequestValidationError)
def on_invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
    """Answer a request without a file, or with an option that there is not, in the same form."""
    problems = [{"where": ", ".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
    return _refused(422, "InvalidRequest", "the request can't be used as it is", problems=problems)


@app.exception_handler(HTTPException)
def on_http_error(_: Request, error: HTTPException) -> JSONResponse:
    """Answer what the framework refuses in the same form."""
    answer = _refused(error.status_code, "HTTPError", str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


@app.exception_handler(Exception)
def on_our_fault(_: Request, error: Exception) -> JSONResponse:
    """Answer what is our fault; the server logs it."""
    del error
    return _refused(500, "InternalError", "this is our fault, not yours or the file's")
