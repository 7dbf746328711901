"""From a Diff to what the page shows: two columns of paragraphs, links between places, folded runs. Data, not HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from newscrawl.humanize import counted
from newscrawl.items import Article, Diff, DiffOp, DiffRow, Segment, SegmentOp

CONTEXT = 1  # unchanged paragraphs that stay in sight on either side of a change
MIN_FOLD = 3  # shorter runs are not worth a fold
QUOTED = 60  # characters of a moved passage that a link repeats


@dataclass(frozen=True, slots=True)
class Paragraph:
    number: int  # from 1, in its version
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link to where a paragraph or passage stands in the other version."""

    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Side:
    paragraphs: tuple[Paragraph, ...] = ()
    places: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    op: DiffOp
    a: Side
    b: Side
    segments: tuple[Segment, ...] = ()
    is_ghost: bool = False  # only tells where a moved paragraph stood; its text is in another row

    @property
    def is_changed(self) -> bool:
        return self.op is not DiffOp.KEPT


@dataclass(frozen=True, slots=True)
class Run:
    """Rows that follow one another; a folded run is closed until somebody opens it."""

    rows: tuple[Row, ...]
    is_folded: bool = False

    @property
    def label(self) -> str:
        return counted(sum(len(row.b.paragraphs) for row in self.rows), "unchanged paragraph")


@dataclass(frozen=True, slots=True)
class DiffLayout:
    """A diff as laid out."""

    headline: Row
    byline: Row
    runs: tuple[Run, ...]
    is_coarse: bool

    @property
    def rows(self) -> Iterator[Row]:
        return (row for run in self.runs for row in run.rows)


def diff_layout(diff: Diff, a: Article, b: Article) -> DiffLayout:
    """Lay out the diff that turns article `a` into `b`."""
    rows = [_row(row, a.paragraphs, b.paragraphs) for row in diff.rows]
    rows = _with_passages(diff, rows)
    rows = _with_ghosts(diff.rows, rows)
    return DiffLayout(
        headline=_row(diff.headline, (a.headline,), (b.headline,)),
        byline=_row(diff.byline, (a.byline or "",), (b.byline or "",)),
        runs=tuple(_runs(rows)),
        is_coarse=diff.is_coarse,
    )


def _row(row: DiffRow, old: Sequence[str], new: Sequence[str]) -> Row:
    segments = row.segments or _plain(row, old, new)
    a = _paragraphs(row.a, old, segments, SegmentOp.DELETE)
    b = _paragraphs(row.b, new, segments, SegmentOp.INSERT)
    places_a: tuple[Link, ...] = ()
    places_b: tuple[Link, ...] = ()
    if row.op is DiffOp.MOVED and row.a and row.b:
        places_a = (Link(f"new-{row.b[0] + 1}", f"now paragraph {row.b[0] + 1}"),)
        places_b = (Link(f"old-{row.a[0] + 1}", f"was paragraph {row.a[0] + 1}"),)
    return Row(row.op, Side(a, places_a), Side(b, places_b), segments)


def _plain(row: DiffRow, old: Sequence[str], new: Sequence[str]) -> tuple[Segment, ...]:
    """Return the segments of a row that came without: one side whole, or kept."""
    if row.op is DiffOp.REMOVED:
        return (Segment(SegmentOp.DELETE, "\n".join(old[i] for i in row.a)),)
    op = SegmentOp.INSERT if row.op is DiffOp.ADDED else SegmentOp.KEEP
    return (Segment(op, "\n".join(new[i] for i in row.b)),)


def _paragraphs(
    indices: Sequence[int], texts: Sequence[str], segments: Sequence[Segment], own: SegmentOp
) -> tuple[Paragraph, ...]:
    """Cut one side's segments where its paragraphs end."""
    mine = [segment for segment in segments if segment.op in (SegmentOp.KEEP, own)]
    if "".join(segment.text for segment in mine) != "\n".join(texts[i] for i in indices):
        # Equal but for typography: each side shows its own letters.
        return tuple(Paragraph(i + 1, (Segment(SegmentOp.KEEP, texts[i]),)) for i in indices)
    return tuple(
        Paragraph(i + 1, tuple(cut))
        for i, cut in zip(indices, _cut(mine, [len(texts[i]) for i in indices]), strict=True)
    )


def _cut(segments: Sequence[Segment], lengths: Sequence[int]) -> list[list[Segment]]:
    """Distribute segments over stretches of the given lengths, each followed by one separator that is dropped."""
    result: list[list[Segment]] = []
    queue = list(reversed(segments))
    for length in lengths:
        result.append(_take(queue, length))
        _take(queue, 1)
    return result


def _take(queue: list[Segment], length: int) -> list[Segment]:
    taken: list[Segment] = []
    while length and queue:
        segment = queue.pop()
        if len(segment.text) > length:
            queue.append(replace(segment, text=segment.text[length:]))
            segment = replace(segment, text=segment.text[:length])
        length -= len(segment.text)
        if segment.text:
            taken.append(segment)
    return taken


def _with_passages(diff: Diff, rows: Sequence[Row]) -> list[Row]:
    """Add to rows the links of sentences that stand in another paragraph than before."""
    old_places: dict[int, list[Link]] = {}
    new_places: dict[int, list[Link]] = {}
    for passage in diff.passages:
        quote = passage.text if len(passage.text) <= QUOTED else passage.text[: QUOTED - 1].rstrip() + "…"
        old_places.setdefault(passage.a, []).append(
            Link(f"new-{passage.b + 1}", f"“{quote}” is now in paragraph {passage.b + 1}")
        )
        new_places.setdefault(passage.b, []).append(
            Link(f"old-{passage.a + 1}", f"“{quote}” was in paragraph {passage.a + 1}")
        )
    return [
        replace(
            row,
            a=replace(row.a, places=row.a.places + _of(row.a, old_places)),
            b=replace(row.b, places=row.b.places + _of(row.b, new_places)),
        )
        for row in rows
    ]


def _of(side: Side, places: dict[int, list[Link]]) -> tuple[Link, ...]:
    return tuple(place for paragraph in side.paragraphs for place in places.get(paragraph.number - 1, ()))


def _with_ghosts(found: Sequence[DiffRow], rows: Sequence[Row]) -> list[Row]:
    """Insert, where a moved paragraph stood, a row that says where it went."""
    stay = [row.a[-1] if row.a and row.op is not DiffOp.MOVED else -1 for row in found]
    ghosts: dict[int, list[Row]] = {}
    for row in found:
        if row.op is DiffOp.MOVED and row.a and row.b:
            before = [at for at, last in enumerate(stay) if -1 < last < row.a[0]]
            place = Link(f"new-{row.b[0] + 1}", f"paragraph {row.a[0] + 1} moved to {row.b[0] + 1}")
            ghost = Row(DiffOp.MOVED, Side((), (place,)), Side(), (), is_ghost=True)
            ghosts.setdefault(max(before, key=lambda at: stay[at]) if before else -1, []).append(ghost)
    result = list(ghosts.get(-1, ()))
    for at, shown in enumerate(rows):
        result.append(shown)
        result += ghosts.get(at, ())
    return result


def _runs(rows: Sequence[Row]) -> Iterator[Run]:
    """Fold stretches of unchanged rows, leaving some in sight beside each change."""
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end].is_changed == rows[start].is_changed:
            end += 1
        first = start if start == 0 else start + CONTEXT
        last = end if end == len(rows) else end - CONTEXT
        if rows[start].is_changed or last - first < MIN_FOLD:
            yield Run(tuple(rows[start:end]))
        else:
            if first > start:
                yield Run(tuple(rows[start:first]))
            yield Run(tuple(rows[first:last]), is_folded=True)
            if last < end:
                yield Run(tuple(rows[last:end]))
        start = end


def in_words(diff: Diff) -> str:
    """Return what a diff of any two versions does, in one line of words."""
    counts = {op: sum(1 for row in diff.rows if row.op is op) for op in DiffOp}
    removed = sum(len(row.a) for row in diff.rows if row.op is DiffOp.REMOVED)
    added = sum(len(row.b) for row in diff.rows if row.op is DiffOp.ADDED)
    said = [
        ("headline rewritten", diff.headline.op is not DiffOp.KEPT),
        ("byline changed", diff.byline.op is not DiffOp.KEPT),
        (f"{counted(added, 'paragraph')} added", added),
        (f"{counted(removed, 'paragraph')} dropped", removed),
        (f"{counted(counts[DiffOp.EDITED], 'paragraph')} edited", counts[DiffOp.EDITED]),
        (f"{counted(counts[DiffOp.MOVED], 'paragraph')} moved", counts[DiffOp.MOVED]),
        (f"{counted(counts[DiffOp.SPLIT], 'paragraph')} split", counts[DiffOp.SPLIT]),
        (f"{counts[DiffOp.MERGED]} merged", counts[DiffOp.MERGED]),
        (f"{counted(len(diff.passages), 'sentence')} moved to another paragraph", len(diff.passages)),
    ]
    words = "; ".join(text for text, is_so in said if is_so)
    return words[:1].upper() + words[1:] if words else "The words are the same"
