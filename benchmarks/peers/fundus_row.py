"""Fetch and read pages as fundus does, into SQLite; run by a Python that has fundus 0.5.7 (and the curl_cffi it pins).

`python fundus_row.py BASE PAGES FOLDER [PUBLISHER]` crawls each page once for each line of its input, and prints the
CPU seconds that this took; pages of a publisher by its parser for the day that the server names. Fundus keeps no
history: a page's text is stored if it is another than the newest one of its URL. Its crawler's threads, sitemaps and
filters are left out, which is in its favour.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import time
from datetime import datetime
from typing import Any

import curl_cffi.requests  # type: ignore[import-not-found]
from fundus import PublisherCollection  # type: ignore[import-not-found]
from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute  # type: ignore[import-not-found]
from fundus.parser.utility import extract_article_body_with_selector  # type: ignore[import-not-found]
from lxml.etree import XPath


class Parser(ParserProxy):  # type: ignore[misc]
    class V1(BaseParser):  # type: ignore[misc]
        _paragraphs = XPath("//div[@class='body']/p")

        @attribute  # type: ignore[untyped-decorator]
        def body(self) -> ArticleBody | None:
            return extract_article_body_with_selector(self.precomputed.doc, paragraph_selector=self._paragraphs)

        @attribute  # type: ignore[untyped-decorator]
        def title(self) -> str | None:
            return self.precomputed.meta.get("og:title") or self.precomputed.doc.xpath("string(//h1)")


def main(base: str, pages: int, folder: str, publisher: str = "") -> None:
    groups = PublisherCollection.get_subgroup_mapping().values() if publisher else ()
    published = next((each for group in groups for each in group if each.__name__ == publisher), None)
    stored = sqlite3.connect(f"{folder}/versions.db")
    stored.execute("CREATE TABLE IF NOT EXISTS versions (url, digest, title, text, html)")
    stored.execute("CREATE INDEX IF NOT EXISTS by_url ON versions (url)")
    session, parser = curl_cffi.requests.Session(), Parser()
    session.get(f"{base}/robots.txt")
    for _ in sys.stdin:
        started = time.process_time()
        for number in range(pages):
            url = f"{base}/article-{number}"
            response = session.get(url)
            html = response.text
            if published is None:
                read = parser().parse(html)
            else:
                read = published.parser(datetime.fromisoformat(response.headers["X-Captured"])).parse(html, "suppress")
            store(stored, url, html, read)
        print(time.process_time() - started, flush=True)


def store(stored: sqlite3.Connection, url: str, html: str, read: dict[str, Any]) -> None:
    text = str(read.get("body"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    newest = "SELECT digest FROM versions WHERE url = ? ORDER BY rowid DESC LIMIT 1"
    if stored.execute(newest, (url,)).fetchone() != (digest,):
        stored.execute("INSERT INTO versions VALUES (?, ?, ?, ?, ?)", (url, digest, read.get("title"), text, html))
        stored.commit()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
