"""An example of each attribute of a layout: what it states, on which page, and what is then read. A test reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LayoutExample:
    """Lines of a layout, a part of a page, and what is read of it, by the field's name."""

    meaning: str
    rules: str
    page: str
    reads: Mapping[str, Any]
    head: str = ""
    is_whole: bool = False  # its text is here; else the test adds one, in `div.text`


LAYOUTS: dict[str, LayoutExample] = {
    "example": LayoutExample(
        "URL of a page in this layout, for whoever mends it; nothing is read by it.",
        'example = "https://courier.example/news/ferry-77"',
        "<h1>Ferry sails again</h1>",
        {"headline": "Ferry sails again"},
    ),
    "match": LayoutExample(
        "What shows that a page has this layout; without it `body` does.",
        'match = "main.design-2026"',
        "<main class='design-2026'><h1>Ferry sails again</h1></main>",
        {"rules": "Layout2026"},
    ),
    "headline": LayoutExample(
        "The headline that a reader sees. Without it: the `h1` that agrees best with the headlines that the page states.",
        'headline = "h2.title"',
        "<h1>Harbour</h1><h2 class='title'>Ferry sails again</h2>",
        {"headline": "Ferry sails again"},
    ),
    "byline": LayoutExample(
        "The line as it is printed. Without it: the marked or labelled line beside the headline.",
        'byline = "p.line"',
        "<h1>Ferry sails again</h1><p class='line'>Eva Kern reports from the harbour</p>",
        {"byline": "Eva Kern reports from the harbour"},
    ),
    "author": LayoutExample(
        "The names as they are stated; they are split and cleaned later. `author = ()`: the source states none.",
        'author = "p.by a"',
        "<h1>Ferry sails again</h1><p class='by'>By <a>Eva Kern</a> and <a>Jan Roe</a></p>",
        {"author": ["Eva Kern", "Jan Roe"]},
    ),
    "date_published": LayoutExample(
        "Candidates for the date of publication, the most trusted first.",
        'date_published = "b.first::attr(data-utc)"',
        "<h1>Ferry sails again</h1><b class='first' data-utc='2026-03-12T14:05:00Z'>Thursday</b>",
        {"date_published": ["2026-03-12T14:05:00Z"]},
    ),
    "date_modified": LayoutExample(
        "Candidates for the date of the last edit, likewise.",
        'date_modified = "time.last::attr(datetime)"',
        "<h1>Ferry sails again</h1><time class='last' datetime='2026-03-12T16:40:00Z'>4.40 pm</time>",
        {"date_modified": ["2026-03-12T16:40:00Z"]},
    ),
    "section": LayoutExample(
        "The section that the article is in.",
        'section = "nav .here"',
        "<nav><a>News</a> <a class='here'>Harbour</a></nav><h1>Ferry sails again</h1>",
        {"article_section": "Harbour"},
    ),
    "language": LayoutExample(
        "The language of the text (BCP 47).",
        'language = "article::attr(lang)"',
        "<article lang='de'><h1>Die Fähre fährt wieder</h1></article>",
        {"in_language": "de"},
    ),
    "description": LayoutExample(
        "What the page says of itself to search engines.",
        'description = "meta:twitter:description"',
        "<h1>Ferry sails again</h1>",
        {"description": "The ferry sails again."},
        head="<meta name='twitter:description' content='The ferry sails again.'>",
    ),
    "guid": LayoutExample(
        "The site's own id of the article, if the page states one and its URL does not.",
        'guid = "article::attr(data-id)"',
        "<article data-id='77'><h1>Ferry sails again</h1></article>",
        {"guid": "77"},
    ),
    "body": LayoutExample(
        "Containers of paragraphs, or the paragraphs: all that match, in the order of the page.",
        'body = "div.part"',
        "<h1>Ferry sails again</h1><div class='part'><p>It carries 40 cars.</p></div><div class='part'><p>It sails at nine.</p></div>",
        {"paragraphs": ["It carries 40 cars.", "It sails at nine."]},
        is_whole=True,
    ),
    "drop": LayoutExample(
        "Elements within the body that are no part of the article, with all that they have.",
        'body = "div.text"\ndrop = ("div.offer",)',
        "<h1>Ferry sails again</h1><div class='text'><p>It carries 40 cars.</p><div class='offer'><p>Try us for a month.</p></div></div>",
        {"paragraphs": ["It carries 40 cars."]},
        is_whole=True,
    ),
    "keep": LayoutExample(
        "Elements that would be left out as boilerplate by their names, and that belong to the article here.",
        'body = "div.text"\nkeep = ("div.related-facts",)',
        "<h1>Ferry sails again</h1><div class='text'><p>It carries 40 cars.</p><div class='related-facts'><p>It was built in 1961.</p></div></div>",
        {"paragraphs": ["It carries 40 cars.", "It was built in 1961."]},
        is_whole=True,
    ),
    "drop_boxes": LayoutExample(
        "`False`: boxes for promotion, sharing, captions and related articles stay; only hidden elements are left out.",
        'body = "div.text"\ndrop_boxes = False',
        "<h1>Ferry sails again</h1><div class='text'><p>It carries 40 cars.</p><div class='promo'><p>It was built in 1961.</p></div></div>",
        {"paragraphs": ["It carries 40 cars.", "It was built in 1961."]},
        is_whole=True,
    ),
    "drop_lines": LayoutExample(
        "Paragraphs that are left out: whole lines, in any case; `*` stands for anything, and `re:` begins a regular expression.",
        'body = "div.text"\ndrop_lines = ("More harbour news:*",)',
        "<h1>Ferry sails again</h1><div class='text'><p>It carries 40 cars.</p><p>More harbour news: a new crane</p><p>It sails at nine.</p></div>",
        {"paragraphs": ["It carries 40 cars.", "It sails at nine."]},
        is_whole=True,
    ),
    "stop_lines": LayoutExample(
        "The article ends before the first of these lines, which are written likewise.",
        'body = "div.text"\nstop_lines = ("Letters to the editor*",)',
        "<h1>Ferry sails again</h1><div class='text'><p>It carries 40 cars.</p><p>Letters to the editor: 1 Quay</p><p>All rights reserved.</p></div>",
        {"paragraphs": ["It carries 40 cars."]},
        is_whole=True,
    ),
    "drop_links": LayoutExample(
        "`True`: paragraphs that are nothing but a link, and lists of links, are left out.",
        'body = "div.text"\ndrop_links = True',
        "<h1>Ferry sails again</h1><div class='text'><p>It carries 40 cars.</p><p><a href='/crane'>Crane lifts the new bridge</a>.</p><p>It sails at nine.</p></div>",
        {"paragraphs": ["It carries 40 cars.", "It sails at nine."]},
        is_whole=True,
    ),
}
SELECTORS: tuple[tuple[str, LayoutExample], ...] = (
    (
        "CSS",
        LayoutExample(
            "With `::text` and `::attr(name)`. A comma joins, and does not rank: alternatives are a tuple.",
            'headline = ("h2.none", "h1.title")',
            "<h1 class='title'>Ferry sails again</h1>",
            {"headline": "Ferry sails again"},
        ),
    ),
    (
        "XPath 1.0",
        LayoutExample(
            "Begins with `/`, `./` or a parenthesis.",
            "headline = \"//h1[@id='title']\"",
            "<h1 id='title'>Ferry sails again</h1>",
            {"headline": "Ferry sails again"},
        ),
    ),
    (
        "`ld:path`",
        LayoutExample(
            "A path into the article of the page's JSON-LD.",
            'author = "ld:author.name"',
            "<h1>Ferry sails again</h1>",
            {"author": ["Eva Kern"]},
            head='<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "Eva Kern"}}</script>',
        ),
    ),
    (
        "`meta:names`",
        LayoutExample(
            "The content of a `<meta>`, by property, name or itemprop: of the first of these names that has one.",
            'section = "meta:article:section,rubric"',
            "<h1>Ferry sails again</h1>",
            {"article_section": "Harbour"},
            head='<meta name="rubric" content="Harbour">',
        ),
    ),
    (
        "`json:NAME:path`",
        LayoutExample(
            "A path into the state that a script has: NAME is `#id` of the script, or the variable that is set in it.",
            'body = "json:#data:article.content[type=text].html"',
            '<h1>Ferry sails again</h1><script id="data" type="application/json">{"article": {"content": [{"type": "text", '
            '"html": "It carries 40 cars."}, {"type": "image", "html": "A ferry"}]}}</script>',
            {"paragraphs": ["It carries 40 cars."]},
            is_whole=True,
        ),
    ),
)
