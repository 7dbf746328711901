"""A source on a real store whose articles are numbers, for the tests of which edits are public."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from newscrawl.extract import Rules
from newscrawl.frontier import SourcePolicy
from newscrawl.history import History, MassChanges
from newscrawl.items import Capture, Hold, Revisit, ScrapedArticle, Source, article_id
from newscrawl.reading import PageReader
from newscrawl.recheck import policy
from newscrawl.stages import parsed_page
from newscrawl.store import Store
from newscrawl.store.reader import Reader
from newscrawl.store.reader.views import ListFilter
from newscrawl.store.verify import verify

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",))
START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
MINUTE, TERM = timedelta(minutes=1), timedelta(hours=2)
BOX = "Read the harbour letter, every Friday at noon, free for all who live by the water."


class Layout(Rules):
    match = "div.story"
    body = "div.story > p"


class LayoutWithBoxes(Rules):
    """New rules with a defect: they read boxes as text."""

    match = "div.story"
    body = "div.story p"


@dataclass
class Paper:
    """A source whose articles are numbers, checked one a minute."""

    store: Store
    layouts: tuple[type[Rules], ...] = (Layout,)
    editions: dict[int, int] = field(default_factory=dict)  # how often an article was edited
    is_redesigned: bool = False  # from then on, each page has a line more that is read as text
    now: datetime = START

    def __post_init__(self) -> None:
        self.begin_run()

    def begin_run(self, *, later: timedelta = timedelta(0)) -> None:
        """Begin a run; what the one before had in memory is lost, as by a SIGKILL, unless it was ended."""
        self.now += later
        self.mass_changes = MassChanges(self.store, "paper", TERM)

    async def end_run(self) -> None:
        await self.mass_changes.end(self.now)

    @property
    def history(self) -> History:
        recheck = SourcePolicy("paper", policy("sniffer"))
        return History(self.store, PageReader(SOURCE, self.layouts), recheck, self.mass_changes)

    async def publish(self, count: int) -> None:
        """Record that many articles, long before the tests begin."""
        self.begin_run()
        await self.check(*range(1, count + 1))
        await self.end_run()
        self.begin_run(later=timedelta(days=1))

    def edit(self, *numbers: int) -> None:
        for number in numbers:
            self.editions[number] = self.editions.get(number, 0) + 1

    async def check(self, *numbers: int) -> list[str]:
        """Check articles; return the outcomes."""
        return [await self._check(number) for number in numbers]

    async def _check(self, number: int) -> str:
        self.now += MINUTE
        url = f"https://paper.example/2026/03/ferry-{number}"
        headers = (("content-type", "text/html; charset=utf-8"),)
        capture = Capture(url, url, 200, headers, self._page(number), self.now)
        history = self.history
        reader = PageReader(SOURCE, self.layouts)
        page = parsed_page(ScrapedArticle("paper", str(number), capture, reader.extract(capture)), reader)
        return (await history.append(await history.judge(page))).outcome.value

    async def not_modified(self, *numbers: int) -> None:
        for number in numbers:
            self.now += MINUTE
            url = f"https://paper.example/2026/03/ferry-{number}"
            revisit = Revisit("paper", article_id("paper", str(number)), Capture(url, url, 304, (), b"", self.now))
            await self.history.append(await self.history.judge(revisit))

    def _page(self, number: int) -> bytes:
        edited = self.editions.get(number, 0)
        lines = [
            f"Ferry {number} to Oyster Island sails again after nine weeks in dry dock, the harbour board said.",
            f"Both engines were replaced, and {40 + edited} metres of railing, at a cost of {number}.4 million crowns.",
            "“She turns on a sixpence now,” said the captain, who has steered the boat since 1998.",
            *(
                ["Subscribe to the harbour letter, said the template at the end of the page."]
                if self.is_redesigned
                else []
            ),
        ]
        text = "".join(f"<p>{line}</p>" for line in lines)
        return (
            f"<!doctype html><html lang=en><head><title>Ferry {number} sails</title></head><body><article>"
            f"<h1>Ferry {number} sails</h1><div class=story>{text}<div class=box><p>{BOX}</p></div></div></article>"
        ).encode()

    async def public(self) -> list[int]:
        """Return the articles whose edits readers see, after a check that their counts agree."""
        batch = await Reader(self.store).changes.changes(ListFilter(), limit=200)
        assert (await verify(self.store)).problems == ()
        return sorted(int(entry.line.url.rpartition("-")[2]) for entry in batch.items)

    async def held(self) -> dict[int, Hold]:
        return {int(v.url.rpartition("-")[2]): v.hold for v in await self.store.held("paper")}
