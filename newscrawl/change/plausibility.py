"""Signs that a page was not served whole or read right, so that one look is not enough to call it an edit."""

from __future__ import annotations

from collections import Counter

from newscrawl.items import Article

# A body that keeps under a third of its words, or shares almost none with the last version, is far more often a
# paywall, a consent page or a broken template than an edit; true rewrites are confirmed by the next look.
SHRUNK = 0.35
STRANGE = 0.05
ENOUGH_WORDS = 60  # shares of shorter texts say nothing
REPEATED = 3  # the same long paragraph this often is boilerplate of the template


def doubts(previous: Article, current: Article) -> str | None:
    """Return why a changed text is doubtful, or None for a text that may be believed at once."""
    before, after = _words(previous), _words(current)
    total, kept = sum(before.values()), sum(after.values())
    if total >= ENOUGH_WORDS:
        if kept < SHRUNK * total:
            return f"shrunk: {kept} of {total} words left"
        shared = sum((before & after).values())
        if shared < STRANGE * total and current.headline != previous.headline:
            return f"strange: {shared} of {total} words shared and another headline"
    often = Counter(p for p in current.paragraphs if len(p) > 80)
    worst, count = max(often.items(), key=lambda item: item[1], default=("", 0))
    if count >= REPEATED and previous.paragraphs.count(worst) < count:
        return f"repeated: one paragraph stands {count} times"
    return None


def _words(article: Article) -> Counter[str]:
    return Counter(word for paragraph in article.paragraphs for word in _split(paragraph))


def _split(paragraph: str) -> list[str]:
    """Words at spaces; texts written without spaces count by character pairs instead."""
    words = paragraph.lower().split()
    if len(paragraph) > 40 and len(words) * 20 < len(paragraph):
        return [paragraph[i : i + 2] for i in range(0, len(paragraph) - 1, 2)]
    return words
