"""What a page shows, as a subscription: its feed, and what of it can be announced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from newscrawl.humanize import gettext
from newscrawl.notify.definitions import Invalid
from newscrawl.store.reader.search_query import SearchQuery, problem
from newscrawl.web.changes import CHANGES, DELETED, FIRST_SIGHTINGS, TABS, ListPage
from newscrawl.web.context import AppContext
from newscrawl.web.params import FilterParams, Filters
from newscrawl.web.search import SearchScope, SearchText

LISTS = {page.feed_base[1:]: page for page in TABS}
ListName = Annotated[
    Literal["", "matters", "changes", "headlines", "corrections", "unnoted", "deleted", "first"], Query(alias="list")
]
Article = Annotated[str | None, Query(pattern=r"^([a-z2-7]{16})?$", description="Id of an article")]
WORDS_IN = {"wordings": "wording", "added": "added", "removed": "removed"}
ABOUT = {DELETED.tab: ["deletions"], FIRST_SIGHTINGS.tab: ["first"]}


@dataclass(frozen=True, slots=True)
class View:
    """A page by its parameters: an article, a search, or a list."""

    article: str | None
    text: str
    scope: str
    page: ListPage
    filters: Filters

    @property
    def query(self) -> dict[str, str | int | None]:
        """The parameters of the page, and of the one that subscribes to it."""
        if self.article:
            return {"article": self.article}
        if self.text:
            return {"q": self.text, "in": self.scope, **self.filters.query}
        return {"list": self.page.feed_base[1:], **self.filters.query}

    @property
    def feed(self) -> dict[str, Any]:
        if self.article:
            return {"base": f"/article/{self.article}/changes", "query": {}}
        if self.text:
            return {"base": "/search", "query": {"q": self.text, "in": self.scope, **self.filters.query}}
        return {"base": self.page.feed_base, "query": self.filters.query}

    async def title(self, context: AppContext) -> str:
        """Return what the page is called; raises Absent or Hidden for an article that may not be shown."""
        if self.article:
            return (await context.reader.articles.article(self.article)).headline
        name = gettext("Search: %(text)s", text=self.text) if self.text else gettext(self.page.title)
        return f"{name}: {self.filters.label}" if self.filters.label else name

    async def stated(self, context: AppContext) -> Mapping[str, Any]:
        """Return what a subscription to the page states; raises Invalid, with the parameter that has no equal."""
        if self.article:
            return {"articles": [self.article], "about": ["edits", "retractions", "deletions"]}
        for name in ("day", "since", "until"):
            if getattr(self.filters, name):
                raise Invalid(name, "has no equal in a subscription, which is about what comes: leave it out")
        source = self.filters.source
        if source and source not in {known for known, _ in await context.sources()}:
            raise Invalid("source", f"has {source!r}, of which nothing is recorded")
        narrowed = self.filters if self.text else self.page.narrowed(self.filters)
        found: dict[str, Any] = {
            "sources": [source] if source else [],
            "kinds": [narrowed.kind] if narrowed.kind else [],
            "min_significance": narrowed.min_significance,
            "only_unnoted": narrowed.unnoted,
        }
        if not self.text:
            return found | {"about": ABOUT.get(self.page.tab, [])}
        wrong = problem(self.text) or ("" if SearchQuery.of(self.text).groups else "it has no word to search")
        if wrong:
            raise Invalid("q", f"cannot be searched: {wrong}")
        about = ["edits", "retractions", *(["first"] if self.scope == "wordings" else [])]
        return found | {"words": self.text, "words_in": WORDS_IN[self.scope], "about": about}


async def _view(
    filters: FilterParams, article: Article = None, q: SearchText = None, scope: SearchScope = None, name: ListName = ""
) -> View:
    return View(article or None, (q or "").strip(), scope or "wordings", LISTS.get(name, CHANGES), filters)


Subscribed = Annotated[View, Depends(_view)]
