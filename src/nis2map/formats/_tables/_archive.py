"""The parts of a workbook that are read, taken out of its archive within bounds and packed anew.

Two programs may see two workbooks in one archive: members of one name, members that lie over each other, sizes that
are not true. So the parts are taken out once, by what comes out and not by what the archive says of itself, and the
library that reads values gets a new archive of exactly these. Macros, links to other files, pictures and whatever else
a workbook carries are not among them, and never unpacked.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping

import attrs

from ..._shared import Limits, counted
from ...errors import InputError, LimitExceeded, Nis2mapError, clean

__all__ = ["Archive", "broken", "member_names", "packed", "readable"]

_CHUNK = 1 << 16
_FLOOR = 4 * 1024 * 1024  # bytes: a small workbook of a few styles, each written a thousand times, is no attack
_TIMES = 2  # of Limits.bytes: what any workbook may unpack to
_HINT = "raise Limits(bytes=..., ratio=...) if you trust it"
_LISTED = 10_000
_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1


@attrs.frozen
class Archive:
    """The members of a workbook by their names in lower case with slashes, as spreadsheet programs compare them."""

    name: str
    file: zipfile.ZipFile
    members: Mapping[str, zipfile.ZipInfo]
    most: int
    size: int

    def read(self, wanted: Iterable[str]) -> dict[str, bytes]:
        """Return the parts of these names that there are; `LimitExceeded` if they unpack to too much together."""
        parts: dict[str, bytes] = {}
        size = 0
        for part in wanted:
            member = self.members.get(part)
            if member is None or part in parts:
                continue
            chunks: list[bytes] = []
            try:
                with self.file.open(member) as stream:
                    while chunk := stream.read(_CHUNK):
                        size += len(chunk)
                        if size > self.most:
                            raise _too_large(self.name, self.most)
                        chunks.append(chunk)
            except LimitExceeded:
                raise
            except Exception as error:  # damaged archives end in errors of six modules
                raise broken(self.name, error) from error
            parts[part] = b"".join(chunks)
        return parts


def readable(data: bytes, name: str, limits: Limits) -> Archive:
    """Return the archive of a workbook without unpacking anything.

    Raises `LimitExceeded` for too many members or too much in them by what the archive says, `InputError` for one that
    is damaged or encrypted, that has a member twice, or members that share their bytes.
    """
    # Counted before the list is read, which takes a second for each hundred thousand of them.
    if data.count(_ENTRY) > limits.members:
        hint = "raise Limits(members=...) if you trust it"
        raise LimitExceeded(f"{name} has more than {counted(limits.members, 'member')}", hint=hint)
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
        members = file.infolist()
    except Exception as error:  # damaged archives end in errors of six modules
        raise broken(name, error) from error
    most = min(max(limits.ratio * len(data), _FLOOR), _TIMES * limits.bytes)
    if sum(member.file_size for member in members) > most:
        raise _too_large(name, most)
    by_name: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise InputError(f"{name} is encrypted", hint="save it without a password")
        key = member.filename.replace("\\", "/").lstrip("/").lower()
        if by_name.setdefault(key, member) is not member:
            what = f"{name} holds {clean(member.filename, 80)} twice, and programs differ in which of them they show"
            raise InputError(what, hint="open it in a spreadsheet program and save it again")
    _apart(members, name, len(data))
    return Archive(name, file, by_name, most, len(data))


def member_names(data: bytes) -> frozenset[str]:
    """Return the names of an archive's members in lower case; none if it can't be read, or has too many to look at."""
    try:
        if data.count(_ENTRY) > _LISTED:
            return frozenset()
        return frozenset(name.lower() for name in zipfile.ZipFile(io.BytesIO(data)).namelist())
    except Exception:  # damaged archives end in errors of six modules, and whoever reads the parts tells of them
        return frozenset()


def _apart(members: Iterable[zipfile.ZipInfo], name: str, size: int) -> None:
    """Refuse members whose packed bytes overlap: one kernel that counts a thousand times is a bomb."""
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end or member.header_offset + member.compress_size > size:
            raise InputError(f"{name} can't be read as a workbook: its members overlap")
        end = member.header_offset + member.compress_size


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a new archive of these parts alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for part, data in parts.items():
            archive.writestr(zipfile.ZipInfo(part), data)
    return out.getvalue()


def broken(name: str, error: object) -> Nis2mapError:
    """Return the error for a workbook that can't be read, with the reason that a library gave."""
    return InputError(f"{name} can't be read as a workbook: {error}", hint="it may be truncated or damaged")


def _too_large(name: str, most: int) -> LimitExceeded:
    return LimitExceeded(f"{name} unpacks to more than {counted(most, 'byte')}", hint=_HINT)
