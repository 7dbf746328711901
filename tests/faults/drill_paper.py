"""The Saltmarsh Courier: an invented paper on loopback, as it is served well, and after a redesign."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from html import escape

from .articles import ArticleText
from .behaviours import HTML, refusing
from .project import Project
from .world import Answer, Behaviour, Visit, World

NAME = "courier"
NUMBERS = range(101, 107)
SPIDER = """\
from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class Courier(NewsSpider):
    name = "courier"
    publisher = "The Saltmarsh Courier"
    domains = ("{host}",)
    timezone = "UTC"
    feeds = {feeds!r}
    sections = {sections!r}
    {options}
    article_pattern = r"/news/report-\\d+$"
    guid_pattern = r"-(\\d+)$"
{more}
    class Classic(Rules):
        match = "body.courier"
        byline = "p.words"
        body = "div.copy > p"
"""
# What an operator adds after the redesign.
NEW_RULES = """
    class Design2027(Rules):
        match = "#x9 td.k2"
        headline = "#x9 td.k1"
        byline = "#x9 td.k3"
        body = "#x9 td.k2 > span.q"
"""
Layout = Callable[[ArticleText], str]


def classic(text: ArticleText) -> str:
    paragraphs = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.paragraphs)
    return _page(
        text,
        f'<body class="courier"><nav><a href="/">Home</a> <a href="/tides">Tides</a></nav>'
        f'<h1>{escape(text.headline)}</h1><p class="words">By Ada Quill</p>'
        f'<div class="copy">{paragraphs}</div><footer>All words belong to the Courier.</footer></body>',
    )


def redesigned(text: ArticleText) -> str:
    """The same words in a table, paragraphs in adjacent inline spans: no rule of the spider fits."""
    spans = "".join(f'<span class="q">{escape(paragraph)}</span>' for paragraph in text.paragraphs)
    return _page(
        text,
        f'<body><div id="x9"><table><tr><td class="k1">{escape(text.headline)}</td></tr>'
        f'<tr><td class="k3">By Ada Quill</td></tr><tr><td class="k2">{spans}</td></tr></table></div></body>',
    )


def emptied(text: ArticleText) -> str:
    """The page of a publishing system that lost its texts."""
    return _page(text, f'<body class="courier"><h1>{escape(text.headline)}</h1><div class="copy"></div></body>')


def drawn_by_script(text: ArticleText) -> str:
    """A page whose script puts the text, which comes as JSON, into an empty element."""
    return _page(text, '<body class="courier"><div id="app"></div><script src="/app.js"></script></body>')


SCRIPT = """
const number = location.pathname.match(/(\\d+)$/)[1];
fetch(`/api/news/${number}.json`).then((answer) => answer.json()).then((news) => {
  const add = (parent, name, text, kind) => {
    const element = parent.appendChild(document.createElement(name));
    element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const app = document.getElementById("app");
  add(app, "h1", news.headline);
  add(app, "p", news.words, "words");
  const copy = add(app, "div", "", "copy");
  for (const paragraph of news.paragraphs) add(copy, "p", paragraph);
});
"""


def served_as(layout: Layout) -> Behaviour:
    """Serve articles in another layout."""

    async def behave(visit: Visit) -> None:
        number = visit.request.number
        text = visit.site.articles.get(number) if number is not None else None
        await visit.send(Answer(200, HTML, layout(text).encode()) if text else None)

    return behave


class Paper:
    """The paper's site and its source."""

    def __init__(self, world: World, project: Project, tls: ssl.SSLContext | None = None) -> None:
        self.site = world.site(NUMBERS, tls=tls)
        self._project = project
        self.heal()
        self.write_source()

    def heal(self) -> None:
        """Serve everything as on the first day."""
        self.site.behaviours = {"articles": served_as(classic)}

    def publish_as_json(self) -> None:
        """Serve the script, and the texts that it asks for."""
        self.site.pages["/app.js"] = Answer(200, {"Content-Type": "text/javascript"}, SCRIPT.encode())
        for number, text in self.site.articles.items():
            news = {"headline": text.headline, "words": "By Ada Quill", "paragraphs": text.paragraphs}
            answer = Answer(200, {"Content-Type": "application/json"}, json.dumps(news).encode())
            self.site.pages[f"/api/news/{number}.json"] = answer

    def spoil(self, *parts: str | int, by: Behaviour) -> None:
        """Let parts of the site, as `Site.behaviours` names them, behave otherwise."""
        self.site.behaviours |= dict.fromkeys(parts, by)

    def drop_feed(self) -> None:
        """Remove the feed, and the link to it; the front page still lists the articles."""
        self.spoil("feed", by=refusing(404))
        links = "".join(
            f'<li><a href="{self.site.url(number)}">{escape(text.headline)}</a></li>'
            for number, text in self.site.articles.items()
        )
        page = (
            f'<!DOCTYPE html><html lang="en"><title>The Saltmarsh Courier</title><body><ul>{links}</ul></body></html>'
        )
        self.site.pages["/"] = Answer(200, HTML, page.encode())

    def write_source(
        self,
        *,
        feeds: tuple[str, ...] = ("/feed.xml",),
        sections: tuple[str, ...] = (),
        options: str = "",
        more: str = "",
    ) -> None:
        """Write the spider file, as its operator does."""
        stated = tuple(self.site.base + path for path in feeds)
        text = SPIDER.format(host=self.site.host, feeds=stated, sections=sections, options=options, more=more)
        self._project.write(NAME, text)


def _page(text: ArticleText, body: str) -> str:
    headline = escape(text.headline)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{headline} | The Saltmarsh Courier</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{headline}"></head>'
        f"{body}</html>"
    )
