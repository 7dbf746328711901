"""New segments of one backup: documents that are new or changed, and those that are copied out of old segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bson.raw_bson import RawBSONDocument

from newscrawl.store.backup.folder import Folder
from newscrawl.store.backup.known import Known, Place, digest_of, key_of
from newscrawl.store.backup.segments import DamagedSegment, Segment, SegmentWriter, live_documents

MAX_UNPACKED = 64 << 20
MAX_DOCUMENTS = 100_000
SMALL_BYTES = 4 << 20
MAX_SMALL = 24  # small segments of a collection, before they are joined


class NewSegments:
    """The segments that this backup writes."""

    def __init__(self, folder: Folder, known: Known) -> None:
        self._folder, self._known = folder, known
        self._next_number = folder.next_number()
        self._open: dict[str, SegmentWriter] = {}
        self.closed: dict[int, Segment] = {}
        self.documents = 0  # new and changed ones

    def put(self, collection: str, documents: Sequence[RawBSONDocument], prints: Sequence[bytes] | None = None) -> int:
        """Write those of the documents that are new or changed; return how many. `prints` if not by all of them."""
        digests = [digest_of(document.raw) for document in documents]
        prints = digests if prints is None else prints
        keys = [key_of(document) for document in documents]
        changed = self._known.changed(collection, list(zip(keys, prints, strict=True)))
        places = []
        for index, document in enumerate(documents):
            if changed[index]:
                segment, position = self._write(collection, bytes(document.raw))
                places.append(Place(keys[index], prints[index], digests[index], segment, position))
        self._known.store(collection, places)
        self.documents += len(places)
        return len(places)

    def _write(self, collection: str, document: bytes) -> tuple[int, int]:
        writer = self._open.get(collection)
        if writer and (writer.unpacked_bytes > MAX_UNPACKED or writer.documents >= MAX_DOCUMENTS):
            self._end(collection)
            writer = None
        if writer is None:
            writer = self._open[collection] = SegmentWriter(self._folder.segments, self._number(), collection)
        return writer.number, writer.add(document)

    def whole(self, collection: str, documents: Sequence[RawBSONDocument]) -> Segment:
        """Write a segment that is no part of the index."""
        writer = self._open[f"whole:{collection}"] = SegmentWriter(self._folder.segments, self._number(), collection)
        for document in documents:
            writer.add(bytes(document.raw))
        return self._end(f"whole:{collection}")

    def _number(self) -> int:
        self._next_number += 1
        return self._next_number - 1

    def _end(self, name: str) -> Segment:
        segment = self._open.pop(name).close()
        self.closed[segment.number] = segment
        return segment

    def end_all(self) -> None:
        for name in list(self._open):
            self._end(name)

    def rewrite(self, segments: Sequence[Segment], *, purges: bool) -> bool:
        """Copy live documents out of segments that are mostly dead, or small and many; with `purges` of all with any.

        Returns whether all could be read: of a damaged one the index forgets the documents, so that they are copied
        from the database again.
        """
        counts = self._known.live_counts()
        joined = _to_join(segments, counts)
        is_whole = True
        for segment in segments:
            live = counts.get(segment.number, 0)
            is_mostly_dead = live * 2 < segment.documents
            is_purged = purges and live < segment.documents
            if live and (is_purged or is_mostly_dead or segment.number in joined):
                is_whole &= self._copy(segment)
        self.end_all()
        return is_whole

    def _copy(self, segment: Segment) -> bool:
        bits = replace(segment, live=self._known.live_bits(segment))
        moved = []
        try:
            for position, document in live_documents(self._folder.segment_path(segment), bits):
                moved.append((segment.number, position, *self._write(segment.collection, document)))
        except DamagedSegment as error:
            self._known.forget(segment, str(error))
            return False
        self._known.move(moved)
        return True

    def discard(self) -> None:
        """Delete what was written."""
        for writer in self._open.values():
            writer.discard()
        for segment in self.closed.values():
            self._folder.segment_path(segment).unlink(missing_ok=True)


def _to_join(segments: Sequence[Segment], live: Mapping[int, int]) -> set[int]:
    """Return the numbers of the small segments of collections that have many of them."""
    small: dict[str, list[int]] = {}
    for each in segments:
        if each.size_bytes < SMALL_BYTES and live.get(each.number):
            small.setdefault(each.collection, []).append(each.number)
    return {number for numbers in small.values() if len(numbers) > MAX_SMALL for number in numbers}
