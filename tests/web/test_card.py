"""The picture of an edit: drawn with real fonts, and left out where it cannot be read or must not be shown."""

from __future__ import annotations

import asyncio
import itertools
import struct
import zlib
from collections.abc import Sequence

import httpx
import pytest
from lxml import etree, html

from newscrawl.items import Hold, Segment, SegmentOp
from newscrawl.store import takedowns
from newscrawl.web import card, card_fonts
from newscrawl.web.card_fonts import fonts_of
from newscrawl.web.card_layout import lines, window
from tests.conftest import missing
from tests.web.press import BRIDGE, LEDE, NOW, Draft, Press

INSERTED, DELETED, PAPER, INK = (0x0A, 0x4F, 0x3C), (0x8A, 0x1C, 0x1C), (0xFB, 0xF9, 0xF4), (0x1F, 0x1C, 0x18)
# Language, headline, old and new sentence.
PAPERS = {
    "english": ("en", "Council to close bridge", "The work will cost 4.1 million.", "The work will cost 5.6 million."),
    "greek": ("el", "Η γέφυρα κλείνει", "Το έργο θα κοστίσει 4,1 εκατ.", "Το έργο θα κοστίσει 5,6 εκατ."),
    "arabic": ("ar", "المجلس يغلق الجسر", "ستبلغ تكلفة العمل 4.1 مليون كرونة.", "ستبلغ تكلفة العمل 5.6 مليون كرونة."),
    "hebrew": ("he", "המועצה תסגור את הגשר", "העבודה תעלה 4.1 מיליון.", "העבודה תעלה 5.6 מיליון."),
    "hindi": ("hi", "परिषद पुल बंद करेगी", "काम पर 4.1 करोड़ खर्च होंगे।", "काम पर 5.6 करोड़ खर्च होंगे।"),
    "thai": ("th", "สภาจะปิดสะพาน", "ค่าใช้จ่าย 4.1 ล้านบาท", "ค่าใช้จ่าย 5.6 ล้านบาท"),
    "chinese": ("zh", "市议会将关闭大桥", "工程将耗资四百万元,工期一年。", "工程将耗资六百万元,工期一年。"),
    "japanese": ("ja", "市議会は橋を閉鎖する", "工事費は4.1億円になる。", "工事費は5.6億円になる。"),
    "korean": ("ko", "의회, 다리 폐쇄", "공사비는 410만 크라운이다.", "공사비는 560만 크라운이다."),
}


@pytest.fixture(autouse=True)
def _fonts() -> None:
    for text, language in (("a", "en"), ("桥", "zh"), ("ج", "ar")):
        if fonts_of(text, language, "Bold") is None:
            missing("fonts-noto-core and fonts-noto-cjk are not installed")


def pixels(png: bytes) -> set[tuple[int, int, int]]:
    """The colours of a PNG of 8 bits a channel, read as the specification has it (filters, RFC 2083, 6)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (width, height, depth) == (1200, 630, 8)
    size = {2: 3, 6: 4}[kind]
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        data += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += length + 12
    raw, colours = zlib.decompress(data), set()
    before = bytes(width * size)
    for row in range(height):
        start = row * (width * size + 1)
        before = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + width * size]), before, size)
        colours |= {tuple(before[i : i + 3]) for i in range(0, len(before), size)}
    return colours  # type: ignore[return-value]


def _unfiltered(kind: int, line: bytearray, above: bytes, size: int) -> bytes:
    for i in range(len(line)):
        left, corner = (line[i - size], above[i - size]) if i >= size else (0, 0)
        if kind == 1:
            line[i] = (line[i] + left) & 255
        elif kind == 2:
            line[i] = (line[i] + above[i]) & 255
        elif kind == 3:
            line[i] = (line[i] + (left + above[i]) // 2) & 255
        elif kind == 4:
            guess = left + above[i] - corner
            nearest = min((left, above[i], corner), key=lambda value: abs(guess - value))
            line[i] = (line[i] + nearest) & 255
    return bytes(line)


def stated(page: str) -> dict[str, str]:
    return {meta.get("property"): meta.get("content") for meta in html.fromstring(page).cssselect("meta[property]")}


@pytest.mark.parametrize("name", PAPERS)
async def test_a_card_has_the_marks_of_the_edit_in_every_script(
    client: httpx.AsyncClient, press: Press, name: str
) -> None:
    language, headline, old, new = PAPERS[name]
    drafts = [Draft(0, headline, [old]), Draft(1, headline, [new])]
    key = await press.publish(f"card-{name}", drafts, language=language)
    image = stated((await client.get(f"/article/{key}/1/2")).text)["og:image"]
    answer = await client.get(image.removeprefix("http://127.0.0.1:8000"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    colours = pixels(answer.content)
    assert {INSERTED, DELETED, PAPER, INK} <= colours
    assert len(colours) > 50


async def test_a_page_states_size_and_words_of_its_card(client: httpx.AsyncClient, bridge: str) -> None:
    page = (await client.get(f"/article/{bridge}/1/2")).text
    values = stated(page)
    assert values["og:image"].startswith(f"http://127.0.0.1:8000/article/{bridge}/1/2/card.png?v=")
    assert (values["og:image:width"], values["og:image:height"]) == ("1200", "630")
    assert values["og:image:alt"] == values["og:description"]
    assert 'name="twitter:card" content="summary_large_image"' in page


async def test_a_card_is_drawn_once_and_asked_for_by_its_hash(
    client: httpx.AsyncClient, bridge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    draw = card._draw
    monkeypatch.setattr(card, "_draw", lambda each: drawn.append(each) or draw(each))
    path = f"/article/{bridge}/1/2/card.png"
    first, second = await asyncio.gather(client.get(path), client.get(path))
    assert first.content == second.content
    again = await client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["etag"] in stated_hash(await client.get(f"/article/{bridge}/1/2"), first)
    assert len(drawn) == 1


def stated_hash(page: httpx.Response, image: httpx.Response) -> str:
    """The entity tag of a card whose hash begins as a page's link to it has it."""
    version = stated(page.text)["og:image"].partition("?v=")[2]
    return image.headers["etag"] if image.headers["etag"].startswith(f'"{version}') else ""


@pytest.mark.parametrize("pair", ["1/3", "2/1", "2/2", "3/4", "1/9"])
async def test_only_edits_have_cards(client: httpx.AsyncClient, bridge: str, pair: str) -> None:
    assert (await client.get(f"/article/{bridge}/{pair}/card.png")).status_code == 404
    assert "og:image" not in (await client.get(f"/article/{bridge}/{pair}")).text


async def test_an_edit_that_is_not_public_has_no_card(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.publish("held", [Draft(0, "Held", [LEDE]), Draft(1, "Held again", [LEDE], hold=Hold.MASS_CHANGE)])
    assert (await client.get(f"/article/{key}/1/2/card.png")).status_code == 404
    assert "og:image" not in (await client.get(f"/article/{key}/1/2")).text


async def test_a_card_goes_with_what_it_shows(
    client: httpx.AsyncClient, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw = card._draw
    monkeypatch.setattr(card, "_draw", lambda each: drawn.append(each.svg) or draw(each))
    key = await press.publish("card-hidden", BRIDGE)
    before = await client.get(f"/article/{key}/1/2/card.png")
    assert await takedowns.redact(press.store.db, key, "eleven months", reason="an order", by="editor", at=NOW)
    redacted = await client.get(f"/article/{key}/1/2/card.png", headers={"if-none-match": before.headers["etag"]})
    assert redacted.status_code == 200
    assert ["eleven" in svg for svg in drawn] == [True, False]
    assert "5.6" not in drawn[1]  # words beside redacted ones could reveal them
    assert await takedowns.hide(press.store.db, key, 2, reason="an order", by="editor", at=NOW)
    for pair in ("1/2", "2/3"):
        answer = await client.get(f"/article/{key}/{pair}/card.png", headers={"if-none-match": "*"})
        assert answer.status_code == 410
    assert len(drawn) == 2


async def test_a_retracted_edit_has_no_card(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    assert (await client.get(f"/article/{bridge}/2/3/card.png")).status_code == 200
    assert await press.store.retract(bridge, 3, reason="ours", by="ann", at=NOW)
    assert (await client.get(f"/article/{bridge}/2/3/card.png")).status_code == 404
    assert "og:image" not in (await client.get(f"/article/{bridge}/2/3")).text


@pytest.mark.parametrize("lacking", ["fonts", "library"])
async def test_where_a_script_has_no_font_or_no_library_the_card_is_left_out(
    client: httpx.AsyncClient, press: Press, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    if lacking == "library":
        monkeypatch.setattr(card, "is_installed", lambda: False)
    headline = {"fonts": "\U00013000\U00013001 hieroglyphs", "library": "Bridge"}[lacking]
    if lacking == "fonts":
        monkeypatch.setattr(card_fonts, "_files", lambda: {})
        card_fonts._face.cache_clear()
    try:
        key = await press.publish(f"card-{lacking}", [Draft(0, headline, [LEDE]), Draft(1, headline, [LEDE, "More."])])
        page = await client.get(f"/article/{key}/1/2")
        assert page.status_code == 200
        assert "og:image" not in page.text
        assert 'name="twitter:card" content="summary"' in page.text
        assert ("here is no font with all letters of its text" in page.text) == (lacking == "fonts")
        answer = await client.get(f"/article/{key}/1/2/card.png")
        assert answer.status_code == 404
        assert "no picture of this change" in answer.text
    finally:
        card_fonts._face.cache_clear()


def keep(text: str) -> Segment:
    return Segment(SegmentOp.KEEP, text)


def texts(found: Sequence[tuple[Segment, ...]]) -> list[str]:
    return ["".join(segment.text for segment in line) for line in found]


@pytest.mark.parametrize("name", PAPERS)
def test_lines_hold_all_words_and_none_is_too_long(name: str) -> None:
    language, headline, old, new = PAPERS[name]
    segments = [keep(f"{headline} "), Segment(SegmentOp.DELETE, old), Segment(SegmentOp.INSERT, new), keep("x" * 99)]
    fonts = fonts_of("".join(segment.text for segment in segments), language, "Bold")
    assert fonts is not None
    for width in (60, 300, 1040):
        found = lines(segments, fonts, 36, width)
        assert all(fonts.width(text, 36) <= width for text in texts(found))
        assert "".join(texts(found)).replace(" ", "") == "".join(s.text for s in segments).replace(" ", "")
        marked = [s for s in itertools.chain(*found) if s.op is SegmentOp.INSERT]
        assert "".join(s.text for s in marked).replace(" ", "") == new.replace(" ", "")


def test_a_line_breaks_between_words_and_before_no_closing_sign() -> None:
    fonts = fonts_of("工程将耗资,四百万元。abc", "zh", "Bold")
    assert fonts is not None
    assert texts(lines([keep("one two three")], fonts, 10, fonts.width("one two", 10))) == ["one two", "three"]
    assert texts(lines([keep("工程将耗资,四百万元。")], fonts, 10, 50.0)) == ["工程将耗", "资,四百万", "元。"]


def test_a_long_text_is_shown_around_its_first_mark() -> None:
    found = [(keep(str(n)),) for n in range(20)]
    found[11] = (Segment(SegmentOp.INSERT, "11"),)
    assert texts(window(found, 4)) == ["…10", "11", "12", "13…"]
    assert texts(window(found[:4], 4)) == ["0", "1", "2", "3"]


async def test_hostile_text_is_text_on_a_card(client: httpx.AsyncClient, press: Press) -> None:
    hostile = 'A</text><image href="file:///etc/passwd"/>&x;\u202e\x00\ufffe <script>1</script> ]]> {{ 6397*8713 }} 😀'
    drafts = [Draft(0, hostile, [f"It rained. {hostile}"]), Draft(1, hostile, [f"It snowed. {hostile}"])]
    key = await press.publish("card-hostile", drafts, publisher=hostile)
    seen: list[str] = []
    draw = card._draw
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(card, "_draw", lambda each: seen.append(each.svg) or draw(each))
        answer = await client.get(f"/article/{key}/1/2/card.png")
    assert answer.status_code == 200
    assert INSERTED in pixels(answer.content)
    root = etree.fromstring(seen[0].encode())
    assert {etree.QName(element).localname for element in root.iter()} == {"svg", "rect", "text", "tspan", "g"}
    assert "55737061" not in seen[0]
    assert "\u202e" not in seen[0]
