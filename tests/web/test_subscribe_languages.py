"""Readers are written to in the language and the zone in which they subscribed, and its links lead to such pages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from babel.messages.pofile import read_po
from lxml import html

from newscrawl.humanize import Locale, change_interval, moment, using
from newscrawl.humanize.locales import catalogue_path
from newscrawl.items import Version
from newscrawl.notify.lines import ISOLATE, POP
from newscrawl.store import chain_of
from tests.notify.receivers import edited, receiving
from tests.store.samples import HOUR, SOURCE, append, article, first_version, next_version
from tests.web.test_subscribe import ADDRESS, OURS, ROOT, Archive, archive, ended_by

__all__ = ["archive"]
DAY = timedelta(days=1)
HEADLINE = "Quay shut"


@dataclass(frozen=True)
class Spoken:
    """What mails say in a language."""

    locale: Locale
    query: str  # of links
    confirm: str
    changed: str
    summary: str
    digest: str
    daily: str
    again: str
    ended: str


GERMAN = Spoken(
    Locale("de", "Europe/Berlin"), "?lang=de&zone=Europe%2FBerlin", "Bitte bestätigen Sie Ihr Abonnement",
    "Geändert: Quay shut (Courier)", "Zahl 5 → 6; 2 Absätze geändert (große Änderung, Bedeutung 60)",
    f"newscrawl: 2 Meldungen zu: Änderungen, Rücknahmen von {SOURCE}", "täglich um 07:00 Europe/Berlin",
    "Sie haben dies schon abonniert", "Ihr Abonnement ist beendet",
)  # fmt: skip
ARABIC = Spoken(
    Locale("ar", "Asia/Dubai"), "?lang=ar&zone=Asia%2FDubai", "يرجى تأكيد اشتراكك", "تعديل: Quay shut (Courier)",
    "(تغيير كبير، الأهمية 60)", f"newscrawl: إشعاران عن: التعديلات، عمليات السحب من {SOURCE}",
    "يوميًا في 07:00 Asia/Dubai", "أنت مشترك بالفعل", "انتهى اشتراكك",
)  # fmt: skip
SPOKEN = pytest.mark.parametrize("spoken", [GERMAN, ARABIC], ids=lambda spoken: spoken.locale.language)


def english() -> list[str]:
    """Return what our messages say in English, of which a mail in another language has nothing."""
    with catalogue_path("de").open("rb") as file:
        found = [each.id for each in read_po(file, locale="de") if each.id]
    forms = [form for each in found for form in ((each,) if isinstance(each, str) else each)]
    parts = {part.strip() for form in forms for part in re.split(r"%\(\w+\)s", form)}
    return sorted(part for part in parts if len(re.findall(r"[A-Za-z]{2,}", part)) >= 2)


def plain(mail: EmailMessage) -> str:
    """Return the text of a mail without the marks of its isolated values."""
    body = mail.get_body(("plain",))
    assert body is not None
    return re.sub(f"[{ISOLATE}{POP}]", "", body.get_content()).replace("\r\n", "\n")


def subject(mail: EmailMessage) -> str:
    return re.sub(f"[{ISOLATE}{POP}]", "", str(mail["subject"]))


def assert_speaks(mail: EmailMessage, spoken: Spoken) -> None:
    """Assert that nothing of a mail is English, and that all of its links keep its language."""
    assert mail["content-language"] == spoken.locale.language
    text = f"{subject(mail)}\n{plain(mail)}"
    urls = re.findall(rf"{ROOT}/\S+", text)
    assert urls
    assert [url for url in urls if not url.endswith(spoken.query)] == []
    assert ended_by(mail).endswith(spoken.query)
    assert [part for part in english() if part in text] == []
    markup = mail.get_body(("html",))
    if spoken is GERMAN:
        assert mail.get_content_type() == "text/plain"
        assert markup is None
        return
    assert markup is not None
    page = html.fromstring(markup.get_content())
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    values = {HEADLINE, SOURCE, "Courier", "newscrawl", ROOT, spoken.locale.zone, "UTC", "5", "6", "shut", "open"}
    latin = re.sub(rf"{ROOT}\S*|{'|'.join(map(re.escape, values))}|Lighthouse goes dark|The quay is", "", text)
    assert re.findall(r"[A-Za-z]+", latin) == []


async def renumbered(archive: Archive, guid: str) -> Version:
    """Append an article and an edit of it, which is summed up as edits are."""
    at = archive.now + timedelta(minutes=1)
    first = first_version(article(guid, "The quay is open.", headline=HEADLINE), at - HOUR)
    edit = next_version(first, article(guid, "The quay is shut.", headline=HEADLINE), at)
    edit = replace(edit, change=replace(edit.change, summary="Number 5 → 6; 2 paragraphs edited"), chain="")
    edit = replace(edit, chain=chain_of(first.chain, edit))
    await append(archive.store, first)
    await append(archive.store, edit)
    return edit


async def asked(archive: Archive, spoken: Spoken, **fields: str) -> EmailMessage:
    if not await archive.store.subscriptions():
        await edited(archive.store, "old", archive.now - 3 * HOUR)
    path = f"/subscribe{spoken.query}&source={SOURCE}&least=0"
    assert (await archive.ask(path, **fields)).status_code == 200
    [mail] = await archive.deliver()
    return mail


def link(mail: EmailMessage) -> str:
    return re.findall(rf"{ROOT}(/subscribe/\S+)", plain(mail))[0]


@SPOKEN
async def test_the_question_an_announcement_and_the_last_mail(archive: Archive, spoken: Spoken) -> None:
    question = await asked(archive, spoken)
    assert subject(question) == spoken.confirm
    assert_speaks(question, spoken)
    [subscription] = await archive.store.subscriptions()
    assert subscription.opt_in is not None
    assert subscription.opt_in.erase_at is not None
    with using(spoken.locale):
        assert moment(subscription.opt_in.erase_at) in plain(question)
    page = html.fromstring((await archive.client.get(link(question))).text)
    assert page.get("lang") == spoken.locale.language
    assert page.cssselect(".lede span[lang]") == []
    assert spoken.digest.partition(": ")[2].partition(": ")[2] in page.cssselect(".lede")[0].text_content()
    assert (await archive.client.post(link(question), headers=OURS)).status_code == 200

    edit = await renumbered(archive, "quay")
    [mail] = await archive.deliver(archive.now + HOUR)
    assert subject(mail).startswith(spoken.changed.partition(" (")[0])
    assert_speaks(mail, spoken)
    assert spoken.summary in plain(mail)
    assert f"{ROOT}/article/{edit.article_id}/1/2{spoken.query}" in plain(mail).splitlines()
    with using(spoken.locale):
        assert change_interval(edit.not_before, edit.seen_at) in plain(mail)

    await archive.ask(f"/subscribe?source={SOURCE}&least=0")  # in English, by anybody who knows the address
    [known] = await archive.deliver(archive.now + HOUR)
    assert subject(known) == spoken.again
    assert_speaks(known, spoken)

    [subscription] = await archive.store.subscriptions()
    assert subscription.opt_in is not None
    assert subscription.opt_in.ends_at is not None
    [last] = await archive.deliver(subscription.opt_in.ends_at + HOUR)
    assert subject(last) == spoken.ended
    assert_speaks(last, spoken)
    assert (await archive.client.post(link(last), headers=OURS)).status_code == 200
    [subscription] = await archive.store.subscriptions()
    assert subscription.is_open
    assert subscription.opt_in is not None
    assert (subscription.opt_in.language, subscription.opt_in.zone) == (spoken.locale.language, spoken.locale.zone)
    answer = await archive.client.post(ended_by(last), content=b"List-Unsubscribe=One-Click")
    assert answer.status_code == 200
    assert html.fromstring(answer.text).get("lang") == spoken.locale.language
    assert await archive.store.db.subscriptions.count_documents({}) == 0


@SPOKEN
async def test_a_digest_comes_at_its_hour_of_the_zone(archive: Archive, spoken: Spoken) -> None:
    question = await asked(archive, spoken, every="day")
    assert spoken.daily in plain(question)
    assert (await archive.client.post(link(question), headers=OURS)).status_code == 200
    await renumbered(archive, "quay")
    await renumbered(archive, "pier")
    await archive.deliver(archive.now + timedelta(minutes=2))
    [due] = {row.next_at for row in await archive.store.outbox_rows({"kind": "edit"}, 10)}
    assert due.astimezone(spoken.locale.tzinfo).strftime("%H:%M") == "07:00"
    [mail] = await archive.deliver(due)
    assert subject(mail).startswith(spoken.digest)
    assert_speaks(mail, spoken)


async def test_who_asks_again_before_confirming_is_answered_in_the_language_of_the_last_form(archive: Archive) -> None:
    await asked(archive, GERMAN)
    again = await asked(archive, ARABIC)
    assert subject(again) == ARABIC.confirm
    assert await archive.store.opt_in_counts() == (1, 1)


async def test_a_browser_that_asks_for_a_language_is_enough(archive: Archive) -> None:
    archive.client.headers["accept-language"] = "de-AT"
    await archive.ask("/subscribe?q=quay")
    [mail] = await archive.deliver()
    assert mail["subject"] == GERMAN.confirm
    assert link(mail).endswith("?lang=de")


async def test_a_subscription_of_an_older_form_is_english_in_utc(archive: Archive) -> None:
    await archive.ask("/subscribe?q=quay")
    await archive.store.db.subscriptions.update_one({}, {"$unset": {"opt_in.language": "", "opt_in.zone": ""}})
    [mail] = await archive.deliver()
    assert mail["subject"] == "Please confirm your subscription"
    assert mail["content-language"] is None
    assert "?" not in link(mail)
    [subscription] = await archive.store.subscriptions()
    assert subscription.opt_in is not None
    assert (subscription.opt_in.language, subscription.opt_in.zone) == ("en", "UTC")
    assert subscription.channel.address == ADDRESS


async def test_a_webhook_is_sent_the_stable_english_values(archive: Archive) -> None:
    with receiving() as receiver:
        await archive.ask(f"/subscribe{GERMAN.query}&q=quay", receiver.url)
        [subscription] = await archive.store.subscriptions()
        archive.config = replace(archive.config, egress_allow=(receiver.host,))
        await archive.deliver()
        data = json.loads(receiver.requests[0].body)["data"]
    assert data["about"] == "edits, first, retractions with quay; at once"
    assert "?" not in data["end"]
    assert subscription.opt_in is not None
    assert (subscription.opt_in.language, subscription.opt_in.zone) == ("en", "UTC")
