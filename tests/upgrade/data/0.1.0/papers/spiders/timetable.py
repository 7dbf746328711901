"""The Timetable, an invented newspaper of which all stories change at once; its texts are in papers.toml."""

from __future__ import annotations

from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class TimetableSpider(NewsSpider):
    name = "timetable"
    publisher = "The Timetable"
    domains = ("127.0.0.1:18703",)
    feeds = ("http://127.0.0.1:18703/feed.xml",)
    article_pattern = r"/2026/line-\d+$"
    guid_pattern = r"/(line-\d+)$"

    class Board2024(Rules):
        match = "table.board"
        body = "table.board td.text"
