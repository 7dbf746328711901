"""Print a diff: as text with marks for people, or as plain data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from newscrawl.cli.terminal import safe
from newscrawl.diff import compare, readable
from newscrawl.items import Article, Diff, DiffOp, DiffRow, MovedText, PageKind, Segment, SegmentOp

STYLES = {SegmentOp.KEEP: "", SegmentOp.INSERT: "green underline", SegmentOp.DELETE: "red strike"}
MARKS = {SegmentOp.KEEP: ("", ""), SegmentOp.INSERT: ("{+", "+}"), SegmentOp.DELETE: ("[-", "-]")}


def diff_files(path_a: Path | str, path_b: Path | str) -> list[dict[str, Any]]:
    """Compare two text files (UTF-8; the first line is the headline, each further line a paragraph) and return rows.

    A row is {"op", "a": [..], "b": [..], "segments": [{"op", "text"}, ..]}; indices count the lines after the headline
    from 0. The first row is the headline's: it has "part": "headline" and no indices, so that it links no paragraphs.
    A row into which a sentence or quote moved from another paragraph also has "passages".
    """
    return _rows(compare(_read(path_a), _read(path_b)))


def render_files(path_a: Path | str, path_b: Path | str, console: Console) -> None:
    a, b = _read(path_a), _read(path_b)
    render(compare(a, b), a, b, console)


def _read(path: Path | str) -> Article:
    text = Path(path).read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n").removesuffix("\n")
    headline, *paragraphs = text.split("\n")
    return Article(
        source="file",
        guid=str(path),
        url="",
        headline=headline,
        paragraphs=tuple(paragraphs),
        wording_digest="",
        display_digest="",
        stamp="",
        kind=PageKind.ARTICLE,
        rules="file",
    )


def as_data(diff: Diff) -> dict[str, Any]:
    """Return a diff as plain data: its rows, the headline's first, then the byline's if there is one."""
    return {"rows": _rows(diff), "is_coarse": diff.is_coarse}


def _rows(diff: Diff) -> list[dict[str, Any]]:
    rows = [{**_row(diff.headline), "part": "headline", "a": [], "b": []}]
    if diff.byline.segments:
        rows.append({**_row(diff.byline), "part": "byline", "a": [], "b": []})
    for row in diff.rows:
        passages = [_passage(passage) for passage in diff.passages if passage.b in row.b]
        rows.append({**_row(row), "passages": passages} if passages else _row(row))
    return rows


def _row(row: DiffRow) -> dict[str, Any]:
    segments = [{"op": segment.op.value, "text": segment.text} for segment in row.segments]
    return {"op": row.op.value, "a": list(row.a), "b": list(row.b), "segments": segments}


def _passage(passage: MovedText) -> dict[str, Any]:
    return {
        "text": passage.text,
        "a": passage.a,
        "b": passage.b,
        "a_span": list(passage.a_span),
        "b_span": list(passage.b_span),
    }


def render(diff: Diff, a: Article, b: Article, console: Console) -> None:
    """Print what changed, word by word: coloured on a terminal, with [-old-]{+new+} marks anywhere else.

    Paragraph numbers count from 1. Escape sequences in a page's text have no effect.
    """
    is_coloured = console.is_terminal and not console.no_color and console.color_system is not None
    console.print(_marked(diff.headline.segments, is_coloured), style="bold" if is_coloured else "", soft_wrap=True)
    if readable(diff, a, b).byline.op is not DiffOp.KEPT:
        console.print(_marked(diff.byline.segments, is_coloured), soft_wrap=True)
    for part in _parts(diff, len(a.paragraphs), len(b.paragraphs)):
        console.print()
        if isinstance(part, str):
            console.print(Text(part, style="dim"))
            continue
        console.print(Text(_heading(part, diff.passages), style="cyan"))
        console.print(_marked(part.segments, is_coloured), soft_wrap=True)
    if diff.is_coarse:
        console.print()
        console.print(Text("These texts are very long; the marks are coarser than usual.", style="dim"))


def _parts(diff: Diff, count_a: int, count_b: int) -> Iterator[DiffRow | str]:
    """Yield the rows that changed, and one line for each group of unchanged paragraphs between them."""
    unchanged = 0
    for row in diff.rows:
        if row.op is DiffOp.KEPT:
            unchanged += 1
            continue
        if unchanged:
            yield _unchanged_line(unchanged)
            unchanged = 0
        yield row
    if unchanged and unchanged == count_a == count_b:
        yield "All paragraphs are unchanged."
    elif unchanged:
        yield _unchanged_line(unchanged)


def _unchanged_line(count: int) -> str:
    return f"… {count} paragraph{'s' if count > 1 else ''} unchanged …"


def _heading(row: DiffRow, passages: Sequence[MovedText]) -> str:
    """Return in words how a row's paragraphs changed, and from where or to where its sentences moved."""
    old, new = _paragraph_numbers(row.a), _paragraph_numbers(row.b)
    is_same = all(segment.op is SegmentOp.KEEP for segment in row.segments)
    change = {
        DiffOp.ADDED: f"added as {new}",
        DiffOp.REMOVED: f"removed, was {old}",
        DiffOp.EDITED: f"edited {new}" if row.a == row.b else f"edited {new}, was {old}",
        DiffOp.MOVED: f"moved{'' if is_same else ' and edited'} from {old} to {new}",
        DiffOp.SPLIT: f"split {old} into {new}",
        DiffOp.MERGED: f"merged {old} into {new}",
        DiffOp.KEPT: f"kept {new}",
    }[row.op]
    arrived = [f"a passage came from {_paragraph_numbers((p.a,))}" for p in passages if p.b in row.b]
    left = [f"a passage went to {_paragraph_numbers((p.b,))}" for p in passages if p.a in row.a]
    return "; ".join([change, *arrived, *left])


def _paragraph_numbers(indices: Sequence[int]) -> str:
    return "¶ " + ", ".join(str(index + 1) for index in indices)


def _marked(segments: Sequence[Segment], is_coloured: bool) -> Text:
    text = Text()
    for segment in segments:
        before, after = ("", "") if is_coloured else MARKS[segment.op]
        text.append(f"{before}{safe(segment.text)}{after}", style=STYLES[segment.op] if is_coloured else "")
    return text
