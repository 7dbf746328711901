"""One edit in a few lines: what is shown of it in frames of other sites, and on cards."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawl.humanize import change_interval, gettext, translated
from newscrawl.humanize import moment as moment_in_words
from newscrawl.items import Diff, Evidence, Segment, Version
from newscrawl.store.reader import Absent, ArticleView, VersionView
from newscrawl.web.context import AppContext
from newscrawl.web.diff_layout import diff_summary
from newscrawl.web.entries import headline_segments


@dataclass(frozen=True, slots=True)
class Edit:
    """What turned one version into another; `excerpt` is empty where none is known or may be shown."""

    url: str
    publisher: str
    interval: str
    language: str | None
    headline: tuple[Segment, ...]
    excerpt: tuple[Segment, ...]
    summary: str  # in the language of the reader
    stored_summary: str  # in English; empty between versions that do not follow one another
    old: VersionView
    new: VersionView


async def edit(context: AppContext, article_id: str, a: int, b: int) -> Edit:
    """Return the edit between two versions; raises Absent or Hidden."""
    if a == b:
        raise Absent(gettext("an edit is between two versions"))
    article = await context.reader.articles.article(article_id)
    old, new = await context.reader.articles.pair(article_id, a, b)
    return edit_of(context.root_url, article, old, new, (await context.compare(old.version, new.version))[0])


def edit_of(root: str, article: ArticleView, old: VersionView, new: VersionView, diff: Diff) -> Edit:
    a, b = old.version, new.version
    change = b.change if b.number == a.number + 1 else None
    return Edit(
        url=f"{root}/article/{b.article_id}/{a.number}/{b.number}",
        publisher=article.publisher,
        interval=interval(a, b),
        language=b.article.in_language,
        headline=headline_segments(a.article.headline, b.article.headline),
        excerpt=change.excerpts[0].segments if change and change.excerpts else (),
        summary=translated(change.summary if change else "") or diff_summary(diff),
        stored_summary=change.summary if change else "",
        old=old,
        new=new,
    )


def interval(a: Version, b: Version) -> str:
    """Return between which checks the newspaper changed one version into the other."""
    has_evidence = Evidence.NONE not in (a.evidence, b.evidence)
    if b.number == a.number + 1 and has_evidence:  # without, nothing shows that the newspaper changed it
        return gettext("changed %(interval)s", interval=change_interval(b.not_before, b.seen_at))
    first, last = sorted((a.seen_at, b.seen_at))
    return gettext("seen on %(first)s and %(last)s", first=moment_in_words(first), last=moment_in_words(last))
