"""The sources by their domains: whose article a URL is, for millions of URLs."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator

from newscrawl.errors import SpiderFileError
from newscrawl.normalize import authority_of, domain_as_compared, without_port
from newscrawl.sources.catalogue import load_spider, source_names
from newscrawl.sources.folders import source_folders
from newscrawl.sources.watched import row_name
from newscrawl.spider import NewsSpider

logger = logging.getLogger(__name__)
DEMO = "demo"  # its domain is any port of loopback


class SourcesByHost:
    """Made once: files that are edited later are not seen."""

    def __init__(self, *, with_demo: bool = True) -> None:
        self._by_domain: defaultdict[str, list[NewsSpider]] = defaultdict(list)
        files = {name: folder.shown(name) for folder in reversed(source_folders()) for name in folder.file_names()}
        self._files = files
        self._clashes: dict[str, str] = {}
        spiders: list[NewsSpider] = []
        for name in sorted(source_names(), key=lambda name: (name not in files, name)):
            if name == DEMO and not with_demo:
                continue
            try:
                spiders.append(load_spider(name)())
            except SpiderFileError as error:
                logger.warning("%s", error)
        stated = [(domain, spider) for spider in spiders for domain in spider.domains]
        stated += [(domain, spider) for spider in spiders for domain in spider.former_domains]
        for domain, spider in stated:
            self._by_domain[domain_as_compared(domain)].append(spider)

    def of(self, url: str) -> NewsSpider | None:
        """Return the source that a URL is of; None if it is on no source's domain.

        Of several that have its domain, such as editions of a newspaper, it is the first that takes it for an article:
        by the longest domain, those with files before those of tables.
        """
        first = None
        for spider in self.on_its_domains(url):
            if spider.is_article_url(url):
                return spider
            first = first or spider
        return first

    def clash(self, host: str) -> str:
        """Return why a host that no source has cannot become one: the file of another site has its name."""
        if host not in self._clashes:
            file = self._files.get(row_name(f"https://{host}/"))
            self._clashes[host] = (
                ""
                if file is None
                else f"{host} cannot be adopted: {file} is the source of another site; add {host} to its domains, or "
                "give that file another name"
            )
        return self._clashes[host]

    def on_its_domains(self, url: str) -> Iterator[NewsSpider]:
        """Yield all sources that have the domain of a URL, those of the longest domain first."""
        netloc = authority_of(url)
        host = without_port(netloc)
        labels, port = host.split("."), netloc.removeprefix(host)
        for at in range(len(labels)):
            domain = ".".join(labels[at:])
            for each in dict.fromkeys((domain + port, domain)):
                yield from (spider for spider in self._by_domain.get(each, ()) if spider.is_ours(url))


def source_of_url(url: str) -> str | None:
    """Return the name of the source that a URL is of, the demo's left out; None where there is none."""
    spider = SourcesByHost(with_demo=False).of(url)
    return None if spider is None else spider.name
