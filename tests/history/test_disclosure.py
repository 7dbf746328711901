"""Whether an edit is silent, of one article on a real store: the server's dates, and what the source promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from newscrawl.frontier import SourcePolicy
from newscrawl.history import History, MassChanges
from newscrawl.items import Capture, Change, ScrapedArticle, Source, article_id
from newscrawl.reading import PageReader
from newscrawl.recheck import policy
from newscrawl.stages import parsed_page
from newscrawl.store import Store

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",))
URL = "https://paper.example/2026/03/flood-3"
START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
MODIFIED = START - timedelta(hours=5)
TEXT = (
    "The river left its bed on Sunday evening, and the lower town was under water before the sirens were heard.",
    "The flood killed 12 people, most of them in the houses between the mill and the railway bridge.",
    "Schools stay closed until the end of the week, and the army brings drinking water to both banks of the river.",
)
NOTE = "Correction: An earlier version of this article gave the number of dead as 12."


def page(*, toll: int, note: str = "") -> bytes:
    texts = [*(text.replace("12", str(toll)) for text in TEXT), *filter(None, [note])]
    body = "".join(f"<p>{text}</p>" for text in texts)
    html = f"<!doctype html><html lang=en><head><title>Flood</title></head><body><article><h1>Flood in town</h1>{body}"
    return f"{html}</article></body></html>".encode()


@dataclass
class CheckedArticle:
    """One article, checked every hour."""

    store: Store
    source: Source = SOURCE
    hour: int = 0

    async def check(self, body: bytes, modified: datetime | None = None) -> None:
        self.hour += 1
        reader = PageReader(self.source, ())
        headers = (("last-modified", format_datetime(modified, usegmt=True)),) if modified else ()
        capture = Capture(URL, URL, 200, headers, body, START + timedelta(hours=self.hour))
        scraped = ScrapedArticle("paper", "3", capture, reader.extract(capture))
        changes = MassChanges(self.store, "paper", timedelta(hours=2))
        history = History(self.store, reader, SourcePolicy("paper", policy("sniffer")), changes)
        await history.append(await history.judge(parsed_page(scraped, reader)))

    async def newest(self) -> Change:
        versions = await self.store.versions(article_id("paper", "3"))
        assert len(versions) == 2
        return versions[-1].change


async def test_edit_that_the_server_dates_and_the_page_does_not_is_silent(store: Store) -> None:
    checked = CheckedArticle(store)
    await checked.check(page(toll=12), MODIFIED)
    await checked.check(page(toll=12), MODIFIED)
    await checked.check(page(toll=14), START + timedelta(hours=2, minutes=30))
    change = await checked.newest()
    assert (change.silent, change.unnoted) == (True, False)


async def test_server_that_dates_each_page_with_its_request_proves_nothing(store: Store) -> None:
    checked = CheckedArticle(store)
    for hour, toll in enumerate((12, 12, 14), start=1):
        await checked.check(page(toll=toll), START + timedelta(hours=hour))
    change = await checked.newest()
    assert (change.silent, change.unnoted) == (False, True)


async def test_edit_of_a_source_that_promises_notes_is_silent(store: Store) -> None:
    checked = CheckedArticle(store, replace(SOURCE, notes_edits=True))
    await checked.check(page(toll=12))
    await checked.check(page(toll=14))
    change = await checked.newest()
    assert (change.silent, change.unnoted) == (True, False)


async def test_note_is_stored_with_the_fact_that_it_names(store: Store) -> None:
    checked = CheckedArticle(store)
    await checked.check(page(toll=12))
    await checked.check(page(toll=14, note=NOTE))
    change = await checked.newest()
    assert [(fact.type, fact.old, fact.new, fact.note) for fact in change.noted] == [("numbers", "12", "14", NOTE)]
    assert (change.silent, change.unnoted) == (False, False)
