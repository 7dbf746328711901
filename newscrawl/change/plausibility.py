"""Signs that a page was served incompletely or read wrongly, so that one check does not prove an edit."""

from __future__ import annotations

from collections import Counter

from newscrawl.items import Article

# A body that keeps about a third of its words or fewer, or shares almost none with the last version, is far more often
# a paywall, a consent page or a broken template than an edit. A real rewrite is confirmed by the next check.
MIN_KEPT_SHARE = 0.35
MIN_SHARED_SHARE = 0.05
MIN_WORDS = 60  # in shorter texts these shares mean nothing
REPETITIONS = 3  # a long paragraph that occurs so often is boilerplate of the template
LONG_PARAGRAPH = 80  # characters
EMPTIED = "emptied"  # the reason for a page that lost its text; a second such page proves no edit


def reason_to_doubt(previous: Article, current: Article) -> str | None:
    """Return why a changed text is doubtful, or None if it can be accepted at once."""
    before, after = _words(previous), _words(current)
    old_count, new_count = len(before), len(after)
    if old_count >= MIN_WORDS:
        if current.paragraphs == (current.headline,):
            return f"{EMPTIED}: of {old_count} words the headline alone is left"
        if new_count < MIN_KEPT_SHARE * old_count:
            return f"shrunk: {new_count} of {old_count} words left"
        if current.headline != previous.headline:
            shared = (Counter(before) & Counter(after)).total()
            if shared < MIN_SHARED_SHARE * old_count:
                return f"strange: {shared} of {old_count} words shared and another headline"
    long_paragraphs = Counter(text for text in current.paragraphs if len(text) > LONG_PARAGRAPH)
    paragraph, count = max(long_paragraphs.items(), key=lambda item: item[1], default=("", 0))
    if count >= REPETITIONS and previous.paragraphs.count(paragraph) < count:
        return f"repeated: one paragraph occurs {count} times"
    return None


def _words(article: Article) -> list[str]:
    return [word for paragraph in article.paragraphs for word in _split(paragraph)]


def _split(paragraph: str) -> list[str]:
    """Split at spaces; a text written without spaces is split into pairs of characters."""
    words = paragraph.lower().split()
    if len(paragraph) > 40 and len(words) * 20 < len(paragraph):
        return [paragraph[i : i + 2] for i in range(0, len(paragraph) - 1, 2)]
    return words
