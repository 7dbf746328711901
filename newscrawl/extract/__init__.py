'''From a page to its fields, by the rules of its source. Pure: no I/O, no clock.

A source states its layouts as classes nested in its spider, oldest first, named after the year they appeared:

    class ExampleSpider(NewsSpider):
        name = "example"
        ...
        class Layout2019(Rules):
            """Paragraphs in div.story; e.g. https://example.org/2019/…"""

            match = "div.story"                       # fingerprint of the layout (default: body)
            body = "div.story"                        # containers or paragraphs: ALL that match, in document order
            drop = ("div.newsletter-box", "p.photo")  # not part of the article: left out with everything inside
            drop_lines = ("Read more:*", "Advertisement")

        class Layout2024(Layout2019):
            body = "json:#__NEXT_DATA__:props.pageProps.story.content[type=text,header].html"
            author = "ld:author.name"

A page is read by the newest layout whose `match` finds something in it and whose body has text; if there is none, by
the generic extractor. Which of them read it is part of the stamp.

Selectors. Every attribute takes one selector or a tuple of alternatives; the first that finds text is used:

    "h1.title, h1#top"          CSS, with `::attr(name)` and `::text`; a comma joins, it does not rank
    "//div[@id='x']/p"          XPath 1.0 (begins with / or ./ or a parenthesis)
    "ld:author.name"            path into the page's own JSON-LD article
    "meta:article:section,x"    content of `<meta>` by property, name or itemprop: the first of these names with content
    "json:NAME:path"            path into script state: NAME is `#id` of the script or the variable assigned in it
    paths: key, key.key, [0], [type=text,header] (elements by value; != for none of), * (each), ** (at any depth)

Attributes, each with its default in `Rules` (JSON-LD NewsArticle, then meta, microdata, then the page):

    match            fingerprint of the layout
    headline         default: the h1 most similar to the headlines in the page's metadata
    byline           the line as printed          author         names as stated; normalize splits and cleans
    date_published   candidates in order          date_modified  the same; seconds or ms since 1970 become ISO 8601
    section, language, description, guid          guid: the site's own id of the article, if the page states one
    body             containers or paragraphs; strings from JSON are read as markup
    drop, keep       elements left out in addition to boilerplate.json; elements that boilerplate.json must not drop
    drop_boxes       False: promo, caption, share and related boxes stay; only hidden nodes are dropped
    drop_lines       paragraphs left out: `*` stands for anything, "re:…" is a regular expression; whole line, any case
    stop_lines       the article ends before the first such line
    drop_links       True: paragraphs that are nothing but a link, and lists of links, are left out
    example          URL of a page in this layout

If selectors do not suffice, override the small method beside the attribute: matches(page), read_headline(page),
read_byline, read_author, read_published, read_modified, read_section, read_language, read_description, read_guid,
read_url, read_paragraphs, read_blocks(page, selector), clean(blocks). `Page` gives tree (lxml), ld, nodes, meta(…),
state(name), has(selector), url, capture.
Set page.used to the selector or method that gave a text; `newscrawl try` shows it. Never modify the tree: the result of
a selector is cached per page.

Blocks: p, li, blockquote, h1–h6, pre, dt, dd, tr, div end a paragraph, and so do <br><br> and, in pre, a blank line
between prose; a single <br> is a space, but between two long sentences and in a list of four lines or more. A row of a
table is one paragraph, unless its cells hold paragraphs. Components (`<x-paragraph>`) that stand beside each other as
text are paragraphs, and so is `<span style="display: block">`. Tables, lists and quotations between two selected
paragraphs are read with them.
'''

from newscrawl.extract.containers import Containers, containers_of
from newscrawl.extract.extraction import EXTRACTOR, extract, layouts_of, stamp
from newscrawl.extract.mojibake import is_rubbish
from newscrawl.extract.page import Page
from newscrawl.extract.rules import Rules

__all__ = ["EXTRACTOR", "Containers", "Page", "Rules", "containers_of", "extract", "is_rubbish", "layouts_of", "stamp"]
