"""The layout of a diff page, as data: two columns of paragraphs, links between places, folded groups of rows."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from newscrawl.humanize import gettext, ngettext
from newscrawl.items import Article, Diff, DiffOp, DiffRow, Segment, SegmentOp

CONTEXT_ROWS = 1  # unchanged paragraphs that stay in sight before and after a change
MIN_FOLDED_ROWS = 3  # shorter groups stay open
STEP_ROWS = 5  # of a long group that a first step unfolds beside each change
MAX_QUOTE_LENGTH = 60  # characters of a moved sentence that a link quotes


@dataclass(frozen=True, slots=True)
class Paragraph:
    number: int  # from 1, in its version
    segments: tuple[Segment, ...]
    permalink: str = ""  # of a text that is in one version only: an anchor made of it


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the place of a paragraph or sentence in the other version."""

    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Side:
    paragraphs: tuple[Paragraph, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    op: DiffOp
    a: Side
    b: Side
    segments: tuple[Segment, ...] = ()
    is_placeholder: bool = False  # marks where a moved paragraph was; its text is in another row

    @property
    def is_changed(self) -> bool:
        return self.op is not DiffOp.KEPT

    @property
    def is_two_sided(self) -> bool:
        """Whether both sides have text that differs: a narrow page shows it once, with what was removed and added."""
        return self.is_changed and bool(self.a.paragraphs and self.b.paragraphs and self.segments)


def _paragraph_count(rows: Sequence[Row]) -> int:
    return sum(len(row.b.paragraphs) for row in rows)


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Consecutive rows, all changed or all unchanged; a folded group is closed until a reader opens it."""

    rows: tuple[Row, ...]
    is_folded: bool = False

    @property
    def label(self) -> str:
        return ngettext("%(num)s unchanged paragraph", "%(num)s unchanged paragraphs", _paragraph_count(self.rows))

    @property
    def steps(self) -> tuple[tuple[Row, ...], tuple[Row, ...], tuple[Row, ...]]:
        """The rows before and behind what a second step unfolds, and that between them; empty in a short group."""
        if len(self.rows) <= 2 * STEP_ROWS + MIN_FOLDED_ROWS:
            return self.rows, (), ()
        return self.rows[:STEP_ROWS], self.rows[STEP_ROWS:-STEP_ROWS], self.rows[-STEP_ROWS:]

    @property
    def inner_label(self) -> str:
        """What the second step unfolds."""
        return ngettext("%(num)s more paragraph", "%(num)s more paragraphs", _paragraph_count(self.steps[1]))


@dataclass(frozen=True, slots=True)
class DiffLayout:
    """A diff, laid out for a page or a feed."""

    headline: Row
    byline: Row
    groups: tuple[RowGroup, ...]
    is_coarse: bool

    @property
    def rows(self) -> Iterator[Row]:
        return (row for group in self.groups for row in group.rows)


def diff_layout(diff: Diff, a: Article, b: Article) -> DiffLayout:
    """Lay out the diff that turns article `a` into `b`."""
    rows = [_row(row, a.paragraphs, b.paragraphs) for row in diff.rows]
    rows = _with_permalinks(rows, a.paragraphs, b.paragraphs)
    rows = _with_sentence_links(diff, rows)
    rows = _with_placeholders(diff.rows, rows)
    return DiffLayout(
        headline=_row(diff.headline, (a.headline,), (b.headline,)),
        byline=_row(diff.byline, (a.byline or "",), (b.byline or "",)),
        groups=tuple(_row_groups(rows)),
        is_coarse=diff.is_coarse,
    )


def _row(row: DiffRow, old: Sequence[str], new: Sequence[str]) -> Row:
    segments = row.segments or _whole_segment(row, old, new)
    a = _paragraphs(row.a, old, segments, SegmentOp.DELETE)
    b = _paragraphs(row.b, new, segments, SegmentOp.INSERT)
    links_a: tuple[Link, ...] = ()
    links_b: tuple[Link, ...] = ()
    if row.op is DiffOp.MOVED and row.a and row.b:
        links_a = (Link(f"new-{row.b[0] + 1}", gettext("now paragraph %(number)s", number=row.b[0] + 1)),)
        links_b = (Link(f"old-{row.a[0] + 1}", gettext("was paragraph %(number)s", number=row.a[0] + 1)),)
    return Row(row.op, Side(a, links_a), Side(b, links_b), segments)


def _whole_segment(row: DiffRow, old: Sequence[str], new: Sequence[str]) -> tuple[Segment, ...]:
    """Return one segment for a row that has none of its own: removed, added or kept as a whole."""
    if row.op is DiffOp.REMOVED:
        return (Segment(SegmentOp.DELETE, "\n".join(old[i] for i in row.a)),)
    op = SegmentOp.INSERT if row.op is DiffOp.ADDED else SegmentOp.KEEP
    return (Segment(op, "\n".join(new[i] for i in row.b)),)


def _paragraphs(
    indices: Sequence[int], texts: Sequence[str], segments: Sequence[Segment], own_op: SegmentOp
) -> tuple[Paragraph, ...]:
    """Split the segments of one side at the ends of its paragraphs."""
    own_segments = [segment for segment in segments if segment.op in (SegmentOp.KEEP, own_op)]
    if "".join(segment.text for segment in own_segments) != "\n".join(texts[i] for i in indices):
        # The sides differ in typography only: each shows its own characters.
        return tuple(Paragraph(i + 1, (Segment(SegmentOp.KEEP, texts[i]),)) for i in indices)
    split = _split(own_segments, [len(texts[i]) for i in indices])
    return tuple(Paragraph(i + 1, tuple(part)) for i, part in zip(indices, split, strict=True))


def _split(segments: Sequence[Segment], lengths: Sequence[int]) -> list[list[Segment]]:
    """Split segments into parts of these lengths; the one separator after each part is dropped."""
    parts: list[list[Segment]] = []
    queue = list(reversed(segments))
    for length in lengths:
        parts.append(_take(queue, length))
        _take(queue, 1)
    return parts


def _take(queue: list[Segment], length: int) -> list[Segment]:
    """Remove segments of `length` characters in total from the end of a queue; return them."""
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


def _with_permalinks(rows: Sequence[Row], old: Sequence[str], new: Sequence[str]) -> list[Row]:
    """Add anchors to paragraphs that are not the same in both versions, made of the version's side and their text.

    The texts of two versions stay, and with them these anchors: which stands beside which may change with newscrawl.
    """
    by_old, by_new = _permalinks("old", old, set(new)), _permalinks("new", new, set(old))
    return [replace(row, a=_with_anchors(row.a, by_old), b=_with_anchors(row.b, by_new)) for row in rows]


def _permalinks(side: str, texts: Sequence[str], others: Collection[str]) -> dict[int, str]:
    seen: Counter[str] = Counter()
    found = {}
    for number, text in enumerate(texts, start=1):
        if text not in others:
            seen[text] += 1  # of equal paragraphs each has its own
            key = f"{side}\0{seen[text]}\0{text}"
            found[number] = "edit-" + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:12]
    return found


def _with_anchors(side: Side, permalinks: Mapping[int, str]) -> Side:
    paragraphs = (replace(p, permalink=permalinks.get(p.number, "")) for p in side.paragraphs)
    return replace(side, paragraphs=tuple(paragraphs))


def _with_sentence_links(diff: Diff, rows: Sequence[Row]) -> list[Row]:
    """Add links for the sentences that moved to another paragraph."""
    links_by_old: dict[int, list[Link]] = {}
    links_by_new: dict[int, list[Link]] = {}
    for passage in diff.passages:
        quote = _quote(passage.text)
        is_now = gettext("“%(quote)s” is now in paragraph %(number)s", quote=quote, number=passage.b + 1)
        was = gettext("“%(quote)s” was in paragraph %(number)s", quote=quote, number=passage.a + 1)
        links_by_old.setdefault(passage.a, []).append(
            Link(
                f"new-{passage.b + 1}",
                is_now,
            )
        )
        links_by_new.setdefault(passage.b, []).append(
            Link(
                f"old-{passage.a + 1}",
                was,
            )
        )
    return [replace(row, a=_with_links(row.a, links_by_old), b=_with_links(row.b, links_by_new)) for row in rows]


def _quote(text: str) -> str:
    return text if len(text) <= MAX_QUOTE_LENGTH else text[: MAX_QUOTE_LENGTH - 1].rstrip() + "…"


def _with_links(side: Side, links_by_paragraph: dict[int, list[Link]]) -> Side:
    links = (link for paragraph in side.paragraphs for link in links_by_paragraph.get(paragraph.number - 1, ()))
    return replace(side, links=(*side.links, *links))


def _with_placeholders(diff_rows: Sequence[DiffRow], rows: Sequence[Row]) -> list[Row]:
    """Insert a placeholder row where each moved paragraph was, with a link to its new place."""
    in_place = sorted((row.a[-1], index) for index, row in enumerate(diff_rows) if row.a and row.op is not DiffOp.MOVED)
    placeholders: dict[int, list[Row]] = {}  # by the index of the row that they follow; -1: before all rows
    for row in diff_rows:
        if row.op is DiffOp.MOVED and row.a and row.b:
            earlier = bisect_left(in_place, (row.a[0],))
            link = Link(
                f"new-{row.b[0] + 1}", gettext("paragraph %(old)s moved to %(new)s", old=row.a[0] + 1, new=row.b[0] + 1)
            )
            placeholder = Row(DiffOp.MOVED, Side((), (link,)), Side(), (), is_placeholder=True)
            after = in_place[earlier - 1][1] if earlier else -1
            placeholders.setdefault(after, []).append(placeholder)
    result = list(placeholders.get(-1, ()))
    for index, laid_out in enumerate(rows):
        result.append(laid_out)
        result += placeholders.get(index, ())
    return result


def _row_groups(rows: Sequence[Row]) -> Iterator[RowGroup]:
    """Group rows and fold long groups of unchanged ones, leaving CONTEXT_ROWS in sight beside each change."""
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end].is_changed == rows[start].is_changed:
            end += 1
        first = start if start == 0 else start + CONTEXT_ROWS
        last = end if end == len(rows) else end - CONTEXT_ROWS
        if rows[start].is_changed or last - first < MIN_FOLDED_ROWS:
            yield RowGroup(tuple(rows[start:end]))
        else:
            if first > start:
                yield RowGroup(tuple(rows[start:first]))
            yield RowGroup(tuple(rows[first:last]), is_folded=True)
            if last < end:
                yield RowGroup(tuple(rows[last:end]))
        start = end


def diff_summary(diff: Diff) -> str:
    """Return what a diff of any two versions does, in one line: 'Headline rewritten; 1 paragraph added'."""
    counts = {op: sum(1 for row in diff.rows if row.op is op) for op in DiffOp}
    removed = sum(len(row.a) for row in diff.rows if row.op is DiffOp.REMOVED)
    added = sum(len(row.b) for row in diff.rows if row.op is DiffOp.ADDED)
    clauses = [
        (gettext("headline rewritten"), diff.headline.op is not DiffOp.KEPT),
        (gettext("byline changed"), diff.byline.op is not DiffOp.KEPT),
        (ngettext("%(num)s paragraph added", "%(num)s paragraphs added", added), added),
        (ngettext("%(num)s paragraph dropped", "%(num)s paragraphs dropped", removed), removed),
        (ngettext("%(num)s paragraph edited", "%(num)s paragraphs edited", edited := counts[DiffOp.EDITED]), edited),
        (ngettext("%(num)s paragraph moved", "%(num)s paragraphs moved", moved := counts[DiffOp.MOVED]), moved),
        (ngettext("%(num)s paragraph split", "%(num)s paragraphs split", split := counts[DiffOp.SPLIT]), split),
        (gettext("%(count)s merged", count=counts[DiffOp.MERGED]), counts[DiffOp.MERGED]),
        (
            ngettext(
                "%(num)s sentence moved to another paragraph",
                "%(num)s sentences moved to another paragraph",
                len(diff.passages),
            ),
            len(diff.passages),
        ),
    ]
    summary = gettext("; ").join(clause for clause, applies in clauses if applies)
    return summary[:1].upper() + summary[1:] if summary else gettext("The words are the same")
