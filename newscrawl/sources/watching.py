"""Watch one article without a spider of its own: check the address, find its source, and keep it in the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from newscrawl.errors import ConfigError
from newscrawl.normalize import is_front_page
from newscrawl.sources import watched
from newscrawl.sources.by_host import source_of_url
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
    row, is_new = watched.add(url, name if has_spider else None, languages=languages)
    return Watched(url, row.name, has_spider, is_new)


async def made_due(found: Watched, store: Store) -> Watched:
    """Make an address's source due, and its article if it is known: one that is retired is watched again."""
    now = datetime.now(UTC)
    heads = await store.find(found.source, found.url)
    if heads:
        await store.make_due(now, "asked for by a person", ids=[heads[0].article_id])
    else:
        await store.make_sources_due([found.source], now)
    return Watched(found.url, found.source, found.has_spider, found.is_new, bool(heads))


def source_for(url: str) -> tuple[str, bool]:
    """Return the source that has an address's host, and whether it has a spider; else the name of one to be made.

    Raises ConfigError where a spider has the host and says that this is no article.
    """
    name = source_of_url(url)
    if name is None or folder_of(name) is None:
        return name or watched.row_name(url), False
    if not load_spider(name)().is_article_url(url):
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
