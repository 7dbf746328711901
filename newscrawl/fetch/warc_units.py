"""The units of a WARC or ARC file: gzip members, and stretches that are not packed; each as a stream of its own."""

from __future__ import annotations

import os
import re
import zlib
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, BytesIO, RawIOBase
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, NamedTuple

from newscrawl.fetch import arc_lines
from newscrawl.items import GZIP_MAGIC

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

VERSION = re.compile(rb"WARC/\d\.\d")
MAX_MEMBER_BYTES = 2**30  # of what a member holds; beyond, it is a bomb
MAX_IN_MEMORY = 8 * 2**20
_CHUNK = 1 << 16
_MEMBER = GZIP_MAGIC + b"\x08"
# bgzip's members say how long they are, and hold 64 KB each, wherever records begin (SAM specification, 4.1).
_BLOCK = re.compile(rb"\x1f\x8b\x08\x04.{6}\x06\0BC\x02\0(..)", re.DOTALL)
_BLOCK_HEAD, _LEAST_BLOCK = 18, 26


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
    is_run: bool = False  # of bgzip's members: records go on from one to the next


def units(file: BufferedReader, size: int) -> Iterator[Unit]:
    """Yield the units of a file in order. Behind a part that cannot be unpacked the next member is searched for."""
    offset = behind_mark(file, 0)
    is_packed = False
    while offset < size:
        unit = unit_at(file, offset, size, is_tried=True)
        is_packed = is_packed or unit.is_member
        if is_packed and not unit.is_member:
            unit = replace(unit, fault="no gzip member there")
        # A member without an end was left by a crawler that was killed; the next one may have gone on behind it.
        if not unit.is_run and (unit.fault or (unit.is_member and not unit.is_closed)):
            unit = replace(unit, end=_next_member(file, offset + 1, size))
        yield unit
        offset = unit.end


def behind_mark(stream: IO[bytes], at: int) -> int:
    """Return the position behind a byte order mark, with which editors and PowerShell begin files."""
    stream.seek(at)
    return at + len(BOM_UTF8) if stream.read(len(BOM_UTF8)) == BOM_UTF8 else at


def unit_at(file: BufferedReader, offset: int, size: int, *, is_tried: bool = False) -> Unit:
    """Return the unit that begins at an offset; `is_tried` ends one of several members before one that is broken."""
    file.seek(offset)
    beginning = file.peek(_BLOCK_HEAD)[:_BLOCK_HEAD]
    if _BLOCK.match(beginning):
        return _run(file.fileno(), offset, size, is_tried=is_tried)
    if beginning.startswith(GZIP_MAGIC):
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


class _Block(NamedTuple):
    """One of bgzip's members: where its content begins in that of the run, and where it is in the file."""

    inner: int
    offset: int
    packed: int
    length: int


def _run(descriptor: int, offset: int, size: int, *, is_tried: bool) -> Unit:
    """Return the members of bgzip from an offset on as one unit; the first one alone if it is broken."""
    blocks: list[_Block] = []
    at, inner, is_closed = offset, 0, True
    while found := _BLOCK.match(os.pread(descriptor, _BLOCK_HEAD, at)):
        packed = max(int.from_bytes(found[1], "little") + 1, _LEAST_BLOCK)
        length = int.from_bytes(os.pread(descriptor, 4, at + packed - 4), "little")
        block = _Block(inner, at, packed, length)
        is_closed = at + packed <= size  # a record that goes on in a broken member is lost, not cut off
        if not is_closed or (is_tried and _content(descriptor, block) is None):
            break
        blocks.append(block)
        at, inner = at + packed, inner + length
    if not blocks:
        end = min(offset + packed, size)
        return Unit(offset, end, BytesIO(), True, fault="a broken member of bgzip", is_run=True)
    stream = BufferedReader(_Blocks(os.dup(descriptor), blocks))
    return Unit(offset, at, stream, True, is_closed=is_closed, is_run=True)


def _content(descriptor: int, block: _Block) -> bytes | None:
    """Return what a member holds; None if it is broken."""
    member = zlib.decompressobj(wbits=31)
    try:
        content = member.decompress(os.pread(descriptor, block.packed, block.offset), block.length + 1)
    except zlib.error:
        return None
    return content if member.eof and len(content) == block.length else None


class _Blocks(RawIOBase):
    """The content of a run of bgzip's members as one stream; each is unpacked when it is read."""

    def __init__(self, descriptor: int, blocks: list[_Block]) -> None:
        self._descriptor = descriptor
        self._blocks = blocks
        self._starts = [block.inner for block in blocks]
        self._size = blocks[-1].inner + blocks[-1].length
        self._at = 0
        self._unpacked: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        self._at = offset + {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self._at >= self._size:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        if self._unpacked[0] != number:
            block = self._blocks[number]
            content = _content(self._descriptor, block)
            if content is None:  # from now on the run ends before it
                del self._blocks[number:], self._starts[number:]
                self._size = self._at = block.inner
                return 0
            self._unpacked = (number, content)
        view = memoryview(buffer)
        begin = self._at - self._starts[number]
        part = self._unpacked[1][begin : begin + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()


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
