"""The units of a WARC or ARC file: gzip members, and stretches that are not packed; each as a stream of its own."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedReader
from tempfile import SpooledTemporaryFile
from typing import IO

from newscrawl.fetch import arc_lines
from newscrawl.items import GZIP_MAGIC

VERSION = re.compile(rb"WARC/\d\.\d")
MAX_MEMBER_BYTES = 2**30  # of what a member holds; beyond, it is a bomb
MAX_IN_MEMORY = 8 * 2**20
_CHUNK = 1 << 16
_MEMBER = GZIP_MAGIC + b"\x08"


def begins_record(text: bytes) -> bool:
    """Return whether bytes begin with a record: of WARC of any version, or with the first line of one of ARC."""
    return VERSION.match(text) is not None or arc_lines.fields_of(text[: text.find(b"\n") + 1]) is not None


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a file that is read on its own: where it is, and a stream of what it holds."""

    offset: int
    end: int
    stream: IO[bytes]
    is_member: bool  # of gzip: its content has offsets of its own
    is_closed: bool = True  # False: the file may end within a record
    fault: str = ""  # why it cannot be read


def units(file: BufferedReader, size: int) -> Iterator[Unit]:
    """Yield the units of a file in order. Behind a part that cannot be unpacked the next member is searched for."""
    offset = 0
    is_packed = False
    while offset < size:
        unit = unit_at(file, offset, size)
        is_packed = is_packed or unit.is_member
        if is_packed and not unit.is_member:
            unit = replace(unit, fault="no gzip member there")
        # A member without an end was left by a crawler that was killed; the next one may have gone on behind it.
        if unit.fault or (unit.is_member and not unit.is_closed):
            unit = replace(unit, end=_next_member(file, offset + 1, size))
        yield unit
        offset = unit.end


def unit_at(file: BufferedReader, offset: int, size: int) -> Unit:
    """Return the unit that begins at an offset."""
    file.seek(offset)
    if file.peek(2)[:2] == GZIP_MAGIC:
        return _member(file, offset, size)
    return Unit(offset, size, file, is_member=False, is_closed=False)


def _member(file: BufferedReader, offset: int, size: int) -> Unit:
    content: IO[bytes] = SpooledTemporaryFile(max_size=MAX_IN_MEMORY)  # noqa: SIM115 – the unit's reader closes it
    member = zlib.decompressobj(wbits=31)
    read = 0
    try:
        while not member.eof and (packed := file.read(_CHUNK)):
            while packed and not member.eof:
                part = member.decompress(packed, 1 << 20)
                read += len(part)
                if read > MAX_MEMBER_BYTES:
                    return Unit(offset, size, content, True, fault=f"a member of more than {MAX_MEMBER_BYTES} bytes")
                content.write(part)
                packed = member.unconsumed_tail
    except zlib.error as error:
        return Unit(offset, size, content, True, fault=str(error))
    content.seek(0)
    return Unit(offset, file.tell() - len(member.unused_data), content, True, is_closed=member.eof)


def _next_member(file: BufferedReader, offset: int, size: int) -> int:
    """Return where the next member with a record begins, the size of the file if there is none."""
    while offset < size:
        file.seek(offset)
        window = file.read(1 << 20)
        at = window.find(_MEMBER)
        if at < 0:
            offset += max(len(window) - len(_MEMBER) + 1, 1)
        elif _holds_record(file, offset + at):
            return offset + at
        else:
            offset += at + 1
    return size


def _holds_record(file: BufferedReader, offset: int) -> bool:
    file.seek(offset)
    try:
        return begins_record(zlib.decompressobj(wbits=31).decompress(file.read(_CHUNK), arc_lines.MAX_LINE))
    except zlib.error:
        return False
