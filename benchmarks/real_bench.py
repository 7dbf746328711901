"""Compare checks of real pages with fundus: `python -m benchmarks.real_bench [--fundus PYTHON] [--pages 40 160]`.

Articles of the corpus that a source's rules and fundus' parser both read are served over loopback at as many addresses
as asked, and crawled as in line_bench: all new, with identical bytes, between other teasers and tokens, and with a
sentence more in one paragraph. Printed are CPU milliseconds a page of the crawler with its readers, and of mongod, as
the slope between the two numbers of pages; with `--fundus`, a Python that has fundus 0.5.7, those of fundus with SQLite
(benchmarks/peers/fundus_row.py) on the same pages in the same run.
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import os
import statistics
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.extract_bench import default_corpus, entries
from benchmarks.line_bench import (
    HOURS,
    STEPS,
    Cost,
    Handler,
    Task,
    configured,
    crawl,
    measured,
    peer_costs,
    per_page,
    serve,
    set_served,
)
from newscrawl.cli.extract_pages import read_page
from newscrawl.config import Config
from newscrawl.extract import layouts_of
from newscrawl.sources.catalogue import load_spider
from newscrawl.spider import NewsSpider
from newscrawl.store import embedded

SOURCES = ("apnews", "dw", "freebeacon", "guardian", "latimes", "theintercept")
PAGES = (40, 160)
ADDED = " The council changed its mind for the {}th time."
TEASERS = "<ul class=most-read>{}</ul><script>var token = {};</script></body>"


@dataclass(frozen=True, slots=True)
class RealPage:
    """A page of the corpus, and the end of the paragraph in it that a sentence is added to."""

    body: bytes
    captured: str
    end: bytes

    def edition(self, edition: int, surroundings: int) -> bytes:
        body = self.body
        if edition:
            body = body.replace(self.end, self.end + ADDED.format(edition).encode(), 1)
        links = "".join(f"<li><a href=/x{n}>Another article of the day {n}</a></li>" for n in range(surroundings * 9))
        teasers = TEASERS.format(links, surroundings).encode()
        return teasers.join(body.rsplit(b"</body>", 1)) if surroundings else body


def real_pages(corpus: Path, source: str) -> list[RealPage]:
    """Return the pages of a source of which both changes are read as what they are."""
    articles = [entry for entry in entries(corpus) if entry["source"] == source and entry["kind"] == "article"]
    pages = []
    for entry in articles:
        body = gzip.decompress((corpus / entry["html"]).read_bytes())
        paragraphs = read_page(entry, body)["paragraphs"]
        for paragraph in paragraphs:
            end = paragraph[-40:].encode()
            page = RealPage(body, str(entry.get("captured") or "2024-01-01"), end)
            if len(paragraph) < 80 or body.count(end) != 1 or not entry.get("fundus_publisher"):
                continue
            edited = [each + ADDED.format(1) if each is paragraph else each for each in paragraphs]
            read = [read_page(entry, page.edition(*numbers))["paragraphs"] for numbers in ((0, 1), (1, 1))]
            if read == [paragraphs, edited]:
                pages.append(page)
                break
    return pages


class RealHandler(Handler):
    """Serves the pages of one source in turns, as they were captured."""

    real: ClassVar[list[RealPage]] = []
    media_type = "text/html"  # each states its own encoding

    def page(self, number: int) -> bytes:
        served = Handler.served
        return self._page(number).edition(served.edition, served.surroundings)

    def _page(self, number: int) -> RealPage:
        return self.real[number % len(self.real)]

    def end_headers(self) -> None:
        if (number := self.path.rpartition("-")[2]).isdigit():
            self.send_header("X-Captured", self._page(int(number)).captured[:10])
        super().end_headers()


def serve_real(port: Any, corpus: Path, source: str) -> None:
    RealHandler.real = real_pages(corpus, source)
    serve(port, RealHandler)


def crawl_source(task: Task, source: str) -> Cost:
    """Crawl with the rules of a source, whose addresses are the server's."""
    layouts = {layout.__name__: layout for layout in layouts_of(load_spider(source))}
    stated = {"name": "demo", "publisher": "Benchmark", "domains": ("127.0.0.1",), "guid_pattern": r"article-(\d+)"}

    def discovery(self: NewsSpider) -> Any:
        yield self.listing_request(f"{task.base}/feed.xml")

    return crawl(task, type("RealSpider", (NewsSpider,), {**stated, **layouts, "discovery": discovery}))


def costs_of(base: str, source: str, pages: int, config: Config, mongod: embedded.Embedded) -> dict[str, Cost]:
    costs = {}
    for number, (name, served) in enumerate(STEPS.items()):
        if not served.is_conditional:
            set_served(base, served, pages)
            costs[name] = measured(Task(base, pages, config, hour=number * HOURS), mongod, crawl_source, source)
    return costs


def measured_source(source: str, corpus: Path, pages: tuple[int, int], fundus: str | None) -> dict[str, list[float]]:
    """Return CPU milliseconds a page by step: of crawler, mongod and, if it is asked for, fundus."""
    publishers = {entry["source"]: str(entry.get("fundus_publisher")) for entry in entries(corpus)}
    context = multiprocessing.get_context("spawn")
    port = context.Queue()
    server = context.Process(target=serve_real, args=(port, corpus, source), daemon=True)
    server.start()
    try:
        base = f"http://127.0.0.1:{port.get(timeout=60)}"
        with tempfile.TemporaryDirectory() as folder:
            mongod = embedded.join(Path(folder))
            try:
                of_pages = partial(costs_of, base, source)
                few, many = (of_pages(n, configured(Path(folder), f"real{n}"), mongod) for n in pages)
            finally:
                mongod.leave()
        slopes = {name: per_page(few[name], many[name], pages[1] - pages[0]) for name in few}
        rows = {name: [1000 * cost.crawler, 1000 * cost.mongod] for name, cost in slopes.items()}
        if fundus:
            of_fundus = peer_costs(fundus, "fundus", base, pages[1], publishers[source])
            rows = {name: [*row, 1000 * of_fundus[name]] for name, row in rows.items()}
        return rows
    finally:
        server.terminate()
        server.join()


def print_rows(title: str, rows: dict[str, list[float]]) -> None:
    print(f"{title:22}{'crawler':>9}{'mongod':>9}{'fundus':>9}{'ratio':>8}")
    for name, (crawler, mongod, *fundus) in rows.items():
        peer = "".join(f"{each:>9.2f}{(crawler + mongod) / each:>8.2f}" for each in fundus)
        print(f"{name:22}{crawler:>9.2f}{mongod:>9.2f}{peer}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--corpus", type=Path, default=default_corpus())
    parser.add_argument("--fundus", metavar="PYTHON", help="a Python that has fundus")
    parser.add_argument("--pages", type=int, nargs=2, default=PAGES, metavar=("FEW", "MANY"))
    parser.add_argument("--sources", nargs="+", default=SOURCES)
    arguments = parser.parse_args()
    os.environ.pop("SCRAPY_SETTINGS_MODULE", None)
    of_all = []
    for source in arguments.sources:
        real = real_pages(arguments.corpus, source)
        if not real:
            print(f"{source}: no page of the corpus is fit for it")
            continue
        of_all.append(measured_source(source, arguments.corpus, tuple(arguments.pages), arguments.fundus))
        print_rows(f"{source} ({len(real)} pages)", of_all[-1])
    means = {
        name: [statistics.mean(each) for each in zip(*(rows[name] for rows in of_all), strict=True)]
        for name in of_all[0]
    }
    print_rows("mean of the sources", means)


if __name__ == "__main__":
    main()
