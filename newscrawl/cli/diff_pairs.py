"""Pairs of texts to one line of JSON each: the diff and what it means, for evaluation by outside tools."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from newscrawl.change import describe
from newscrawl.cli.diff_text import as_data
from newscrawl.diff import compare
from newscrawl.errors import ConfigError
from newscrawl.items import Article, Excerpt, Instant, PageKind, Precision, SegmentOp
from newscrawl.normalize.text import display_digest, wording_digest


def diff_pairs(pairs: Path, out: TextIO) -> None:
    """Write {id, rows, is_coarse, marks, types, significance, reasons, summary, silent, unnoted, excerpt}.

    A line names `A` and `B` (older and newer) and may name `id`. Each is a list of paragraphs, one paragraph, or
    an object with `headline`, `paragraphs`, `byline`, `language`, `published` and `modified` (ISO 8601). `marks` are
    the words inserted and deleted, each with the number of its row. Raises ConfigError for a file that is no such list.
    """
    for number, pair in _pairs(pairs):
        try:
            older, newer = _article(pair["A"]), _article(pair["B"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ConfigError(
                f"{pairs}, line {number}: a pair is an object with A and B, each a text: docs/diff.md ({error!r})"
            ) from error
        found = {"id": pair.get("id", number), **pair_data(older, newer)}
        out.write(json.dumps(found, ensure_ascii=False).encode("utf-8", "backslashreplace").decode() + "\n")


def pair_data(older: Article, newer: Article) -> dict[str, Any]:
    """Return the diff of two texts and what it means."""
    diff = compare(older, newer)
    change = describe(older, newer, diff)
    data = as_data(diff)
    return {
        **data,
        "marks": [
            {"row": number, "op": segment["op"], "text": segment["text"]}
            for number, row in enumerate(data["rows"])
            for segment in row["segments"]
            if segment["op"] != SegmentOp.KEEP.value
        ],
        "types": list(change.types),
        "significance": change.significance,
        "reasons": list(change.reasons),
        "summary": change.summary,
        "silent": change.silent,
        "unnoted": change.unnoted,
        "excerpt": _excerpt(change.excerpts[0]) if change.excerpts else None,
    }


def _excerpt(telling: Excerpt) -> dict[str, Any]:
    marks = [{"op": each.op.value, "text": each.text} for each in telling.segments]
    return {"old": telling.old, "new": telling.new, "paragraph": telling.paragraph, "segments": marks}


def _pairs(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            pair = json.loads(line)
        except ValueError as error:
            raise ConfigError(f"{path}, line {number}: {error}") from error
        if not isinstance(pair, dict):
            raise ConfigError(f"{path}, line {number}: a pair is an object with A and B, each a text: docs/diff.md")
        yield number, pair


def _article(side: Any) -> Article:
    if isinstance(side, str):
        side = [side]
    if isinstance(side, list):
        side = {"paragraphs": side}
    headline, paragraphs = str(side.get("headline") or ""), tuple(str(text) for text in side["paragraphs"])
    return Article(
        source="pair",
        guid="pair",
        url="",
        headline=headline,
        paragraphs=paragraphs,
        wording_digest=wording_digest(headline, paragraphs),
        display_digest=display_digest(headline, paragraphs),
        stamp="",
        kind=PageKind.ARTICLE,
        rules="pair",
        byline=side.get("byline"),
        in_language=side.get("language") or "en",
        date_published=_instant(side.get("published")),
        date_modified=_instant(side.get("modified")),
    )


def _instant(text: str | None) -> Instant | None:
    if text is None:
        return None
    value = datetime.fromisoformat(text)
    return Instant(value if value.tzinfo else value.replace(tzinfo=UTC), Precision.SECOND, text)
