"""The newest text of an article, each sentence by the version that last changed it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter, Request
from starlette.responses import Response

from newscrawl.diff import Blame
from newscrawl.diff import blame as blame_sentences
from newscrawl.humanize import gettext, moment
from newscrawl.items import Version
from newscrawl.store.reader import Absent, ArticleView
from newscrawl.web.context import AppContext, Context
from newscrawl.web.params import ArticleId

router = APIRouter(include_in_schema=False, prefix="/article/{article_id}")
MAX_VERSIONS = 60  # that are compared, the newest ones: each step costs as much as a diff
AGES = 5  # colours, from the oldest to the newest version


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as the page shows it; `age` is the number of its colour."""

    text: str
    age: int
    url: str
    label: str


@router.get("/blame")
async def blame_page(request: Request, context: Context, article_id: ArticleId) -> Response:
    article = await context.reader.articles.article(article_id)
    versions, sentences = await blamed(context, article)
    values = {
        "article": article,
        "newest": versions[-1].number,
        "first": versions[0].number,
        "paragraphs": _paragraphs(article_id, sentences, versions),
        "is_private": True,
    }
    return context.page(request, "blame.html", values)


async def blamed(context: AppContext, article: ArticleView) -> tuple[list[Version], tuple[Blame, ...]]:
    """Return the newest versions of an article, oldest first, and the sentences of the last of them.

    Raises Absent if no version may be shown.
    """
    first = max(1, article.number - MAX_VERSIONS + 1)
    keys = [(article.article_id, number) for number in range(first, article.number + 1)]
    found = await context.reader.articles.full_versions(keys)
    versions = [version for _, version in sorted(found.items())]
    if not versions:
        raise Absent(gettext("article %(article)s has no text that may be shown", article=article.article_id))
    return versions, await asyncio.to_thread(blame_sentences, versions)


def _paragraphs(article_id: str, sentences: Sequence[Blame], versions: Sequence[Version]) -> list[list[Sentence]]:
    """Return the sentences of each paragraph, without the headline."""
    by_number = {version.number: version for version in versions}
    order = {number: index for index, number in enumerate(sorted({each.changed for each in sentences}))}
    scale = max(1, len(order) - 1)

    def shown(each: Blame) -> Sentence:
        age = round(order[each.changed] / scale * (AGES - 1)) if len(order) > 1 else 0
        seen = moment(by_number[each.changed].seen_at)
        label = gettext("Version %(number)s, seen %(moment)s", number=each.changed, moment=seen)
        if each.entered != each.changed:
            label += gettext("; in the text since version %(number)s", number=each.entered)
        pair = f"{each.changed - 1}/{each.changed}" if each.changed - 1 in by_number else f"{each.changed}"
        return Sentence(each.text, age, f"/article/{article_id}/{pair}", label)

    text = (each for each in sentences if each.paragraph >= 0)
    return [[shown(each) for each in group] for _, group in groupby(text, key=lambda each: each.paragraph)]
