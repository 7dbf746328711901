"""A copy of this checkout whose only sources are a test's own sites."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.upgrade.archive import copied_project

from .world import Site

SPIDER = """\
from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class {kind}(NewsSpider):
    name = "{name}"
    publisher = "{kind}"
    domains = ("{host}",)
    timezone = "{timezone}"
    feeds = {feeds!r}
    sitemaps = {sitemaps!r}
    article_pattern = r"/news/[a-z]+-\\d+$"
    guid_pattern = r"-(\\d+)$"

    class Report(Rules):
        match = "body.report"
        body = "div.text > p"
{more}"""


class Project:
    """A folder with scrapy.cfg, newscrawl, pipelines and spiders."""

    def __init__(self, root: Path) -> None:
        self.root = copied_project(root)
        self.clear()

    def clear(self) -> None:
        """Remove every source: `crawl --due` asks none but those that a test puts here."""
        for path in (self.root / "spiders").iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "__init__.py":
                path.unlink()

    def add_source(
        self,
        name: str,
        site: Site,
        *,
        host: str | None = None,
        sitemaps: tuple[str, ...] = (),
        timezone: str = "UTC",
        more: str = "",
    ) -> None:
        """Write the spider of a site; `host` is another name of it, `more` goes into its Rules class."""
        base = site.base if host is None else f"http://{host}:{site.port}"
        text = SPIDER.format(
            kind=name.capitalize(),
            name=name,
            host=host or site.host,
            timezone=timezone,
            feeds=(f"{base}/feed.xml",) if not sitemaps else (),
            sitemaps=tuple(base + path for path in sitemaps),
            more=more,
        )
        self.write(name, text)

    def write(self, name: str, text: str) -> None:
        (self.root / "spiders" / f"{name}.py").write_text(text)
