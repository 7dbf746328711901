"""An example of each attribute of a spider: what it states, and what follows of it. A test asks for what follows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceExample:
    """A line of a spider's file.

    With `ask`, an expression about `spider`, the answer is what it gives; without, it is what is said of the file.
    """

    meaning: str
    states: str
    ask: str = ""
    answer: str = ""


NO_FAULT = "is sound"
SOURCES: dict[str, SourceExample] = {
    "name": SourceExample(
        "Name of the source: that of its file, in commands, and in every article's id.",
        'name = "courier"', "spider.source.name", "'courier'",
    ),
    "publisher": SourceExample(
        "The organisation behind it, as readers see it; without it the name.",
        'publisher = "The Courier"', "spider.source.publisher", "'The Courier'",
    ),
    "domains": SourceExample(
        "Its domains, the present one first; subdomains belong to them.",
        'domains = ("courier.example",)', 'spider.is_ours("https://www.courier.example/news/ferry-77")', "True",
    ),
    "former_domains": SourceExample(
        "Where its articles were before it moved: the same paths, on the first of `domains`. Histories go on ([identity](identity.md)).",
        'former_domains = ("oldcourier.example",)',
        'spider.guid_of("https://oldcourier.example/news/ferry")', "'https://courier.example/news/ferry'",
    ),
    "languages": SourceExample(
        "Languages of its pages (BCP 47), the most common first: dates, encodings, bylines are read by them.",
        'languages = ("de", "en")', "spider.source.languages", "('de', 'en')",
    ),
    "timezone": SourceExample(
        "Zone (IANA) of dates that are stated without an offset, and of `active_hours`.",
        'timezone = "Europe/Berlin"', "spider.source.timezone", "'Europe/Berlin'",
    ),
    "active_hours": SourceExample(
        "Hours outside of which nothing is requested, in `timezone`; they may span midnight ([sources](sources.md#hours)).",
        'active_hours = "6-23"', "", "active_hours: '6-23' are no hours such as 06:00-23:30",
    ),
    "date_order": SourceExample(
        "Order of day, month and year in dates of figures: `DMY`, `MDY` or `YMD`.",
        'date_order = "DYM"', "", "date_order must be one of DMY, MDY, YMD",
    ),
    "feeds": SourceExample(
        "URLs of RSS, Atom or JSON feeds. Of feeds, sitemaps and sections at least one is stated.",
        'feeds = ("https://courier.example/feed.xml",)', "", NO_FAULT,
    ),
    "sitemaps": SourceExample(
        "URLs of sitemaps, best of news sitemaps; indexes are followed.",
        'sitemaps = ("https://courier.example/news-sitemap.xml",)', "", NO_FAULT,
    ),
    "sections": SourceExample(
        "URLs of pages whose links lead to articles.",
        'sections = ("https://courier.example/harbour",)', "", NO_FAULT,
    ),
    "addresses": SourceExample(
        "Articles to watch that no listing need name ([watch](watch.md)).",
        'addresses = ("https://courier.example/news/ferry-77",)', "", NO_FAULT,
    ),
    "article_pattern": SourceExample(
        "Regular expression that is searched in a URL: one without a match is no article. It must take linear time.",
        'article_pattern = r"/news/"', 'spider.is_article_url("https://courier.example/about/us")', "False",
    ),
    "guid_pattern": SourceExample(
        "Finds the site's own id of an article in its URL: the first group that matches, or the named groups, joined.",
        'guid_pattern = r"-(\\d+)$"', 'spider.guid_of("https://courier.example/news/ferry-77")', "'77'",
    ),
    "notes_edits": SourceExample(
        "`True`: its published policy promises a note at each edit; one of facts without a note is `silent` ([changes](changes.md)).",
        "notes_edits = True", "spider.source.notes_edits", "True",
    ),
    "accepts_invalid_certificates": SourceExample(
        "`True`: any certificate is accepted on its own domains, and each version says so ([sources](sources.md#certificates)).",
        'accepts_invalid_certificates = "yes"', "", "accepts_invalid_certificates must be True or False, and is 'yes'",
    ),
    "delay": SourceExample(
        "Seconds between two requests to a host of its own; of several wishes the longest counts ([egress](egress.md)).",
        "delay = 9999", "", "delay: must be between 0 and 3600",
    ),
    "budget": SourceExample(
        "Requests per hour to each of its hosts; of several the smallest counts.",
        "budget = 0", "", "budget: must be between 1 and 1000000",
    ),
    "headers": SourceExample(
        "Further headers of requests to its own domains; no secrets, and none that newscrawl sets itself.",
        'headers = {"Cookie": "a=b"}', "", "headers: Cookie is a secret, which a file of the project must not have",
    ),
    "full_get_share": SourceExample(
        "Share of checks that ask for the whole page, whatever its validators say.",
        "full_get_share = 2", "", "full_get_share: must be between 0.01 and 1",
    ),
    "listing_period": SourceExample(
        "Seconds from one reading of its listings to the next; without it `NEWSCRAWL_DISCOVERY_EVERY_SECONDS`.",
        "listing_period = 30", "", "listing_period: must be between 60 and 2592000",
    ),
    "proxy": SourceExample(
        'A name of `NEWSCRAWL_PROXIES`, a URL without credentials, or `"direct"` ([proxies](egress.md#proxies)).',
        'proxy = "direct"', "", NO_FAULT,
    ),
    "rendered": SourceExample(
        "`True`: scripts draw its articles, in a browser ([rendered](rendered.md)).",
        "rendered = True", "spider.reader.is_rendered", "True",
    ),
    "rendered_hosts": SourceExample(
        "Hosts beside `domains` that its pages get their scripts and data from.",
        'rendered_hosts = ("cdn.courier.example",)', "", NO_FAULT,
    ),
    "policy": SourceExample(
        "When its articles are checked again, with options; without it `NEWSCRAWL_POLICY` ([recheck](recheck.md)).",
        'policy = "hazard:catch=0.95"', "", NO_FAULT,
    ),
    "unverified": SourceExample(
        "`True`: nobody has compared its pages with what is read; rounds wait until a person has crawled it by name "
        "([sources](sources.md)).",
        "unverified = True", "", NO_FAULT,
    ),
}  # fmt: skip
