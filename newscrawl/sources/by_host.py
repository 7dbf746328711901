"""The sources by their domains: whose article a URL is, for millions of URLs."""

from __future__ import annotations

import logging
from collections import defaultdict
from urllib.parse import urlsplit

from newscrawl.errors import SpiderFileError
from newscrawl.sources.catalogue import load_spider, source_names
from newscrawl.sources.folders import source_folders
from newscrawl.spider import NewsSpider

logger = logging.getLogger(__name__)


class SourcesByHost:
    """Made once: files that are edited later are not seen. Sources with files come before those of tables."""

    def __init__(self) -> None:
        self._by_domain: defaultdict[str, list[NewsSpider]] = defaultdict(list)
        files = {file for folder in source_folders() for file in folder.file_names()}
        for name in sorted(source_names(), key=lambda name: (name not in files, name)):
            try:
                spider = load_spider(name)()
            except SpiderFileError as error:
                logger.warning("%s", error)
                continue
            for domain in (*spider.domains, *spider.former_domains):
                self._by_domain[domain.lower()].append(spider)

    def of(self, url: str) -> NewsSpider | None:
        """Return the source on whose domains a URL is; None if there is none."""
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            return None
        labels = host.split(".")
        for at in range(len(labels)):
            for spider in self._by_domain.get(".".join(labels[at:]), ()):
                if spider.is_ours(url):
                    return spider
        return None
