"""Watch one article without a spider of its own: check the address, find its source, and keep it in the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from newscrawl.errors import ConfigError, SpiderFileError
from newscrawl.items import Head, article_id
from newscrawl.normalize import canonical_url, head_with_url, is_front_page, spellings
from newscrawl.sources import watched
from newscrawl.sources.by_host import SourcesByHost, source_of_url
from newscrawl.sources.catalogue import folder_of, load_spider
from newscrawl.sources.probe import Fetch, ProbeFailed
from newscrawl.sources.trial import TriedPage, try_page
from newscrawl.spider import NewsSpider
from newscrawl.store.session import Store


@dataclass(frozen=True, slots=True)
class Watched:
    """An address in the table."""

    url: str
    source: str
    has_spider: bool  # the source is more than its watched addresses
    is_new: bool
    is_known: bool = False  # its article was stored before


async def watch_later(text: str, store: Store) -> Watched:
    """Watch an address that nobody has tried: its source is made due, and a round or worker requests it.

    For forms of people who do not wait. Raises ConfigError for an address that can be no article.
    """
    return await made_due(add_address(watched.checked_address(text)), store)


def add_address(url: str, *, language: str | None = None) -> Watched:
    """Add a checked address to the table."""
    name, has_spider = source_for(url)
    languages = (language.partition("-")[0],) if language else ("en",)
    row, is_new = watched.add(url, name, has_spider=has_spider, languages=languages)
    return Watched(url, row.name, has_spider, is_new)


async def made_due(found: Watched, store: Store) -> Watched:
    """Make an address's source due, and its article if it is known: one that is retired is watched again."""
    now = datetime.now(UTC)
    head = await head_at(store, found.source, found.url)
    if head is not None:
        await store.make_due(now, "asked for by a person", ids=[head.article_id])
    else:
        await store.make_sources_due([found.source], now)
    return Watched(found.url, found.source, found.has_spider, found.is_new, head is not None)


async def head_at(store: Store, source: str, url: str) -> Head | None:
    """Return the article that an address means, as a crawl finds it: http and https, www. and none are one."""
    try:
        spider = load_spider(source)()
    except SpiderFileError:  # the crawl of it says what is wrong, and what was recorded is still there
        return next(iter(await store.find(source, url, canonical_url(url))), None)
    known = await store.heads([article_id(source, spider.guid_of(url))])
    heads = [*known.values()] or await store.find(source, *spellings(url, spider.source))
    return head_with_url(heads, url, spider.source)


def source_for(url: str, sources: SourcesByHost | None = None) -> tuple[str, bool]:
    """Return the source that has an address's host, and whether it has a spider; else the name of one to be made.

    Raises ConfigError where a spider has the host and says that this is no article, unless it is watched already; and
    where the name to be made is that of a source of another host.
    """
    found = (sources or SourcesByHost(with_demo=False)).of(url)
    name = watched.row_name(url) if found is None else found.name
    folder = folder_of(name)
    if folder is None:
        return name, False
    if found is None:
        raise ConfigError(
            f"{url} would be watched as {name}, which is the source of {folder.shown(name)}: "
            f"add {watched.host_of(url)} to its domains, or give that file another name"
        )
    if not found.is_article_url(url) and not watched.has(name, url):
        raise ConfigError(f"{url} is on the domain of the source {name}, whose article_pattern it does not match")
    return name, True


async def tried(url: str, fetch: Fetch) -> TriedPage:
    """Return an address's page as it would be recorded; raises ProbeFailed if it is no article that can be read."""
    name = source_of_url(url)
    spider = load_spider(name) if name else _unknown(url)
    page = await try_page(await fetch(url), spider().reader)
    if page.capture.status != 200:
        raise ProbeFailed(f"{url}: http_{page.capture.status}; it is not watched")
    if is_front_page(page.capture.final_uri) or page.capture.is_redirected_to_front_page:
        raise ProbeFailed(f"{url} leads to the front page; it is not watched")
    if page.article is None:
        reason = page.problem or page.extraction.kind.value
        raise ProbeFailed(f"{url} is no article that can be read ({reason}); it is not watched. See newscrawl try")
    return page


def _unknown(url: str) -> type[NewsSpider]:
    name = watched.row_name(url)
    return type("Unknown", (NewsSpider,), {"name": name, "domains": (watched.host_of(url),)})
