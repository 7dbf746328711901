"""Encodings: pages of all languages in each of their encodings; labels right, missing, wrong or contradictory."""

from __future__ import annotations

import codecs
import re
import time
import unicodedata
from datetime import UTC, datetime
from itertools import product

import pytest

from newscrawl.extract import is_rubbish
from newscrawl.extract.charset import decode
from newscrawl.items import Capture, Source
from newscrawl.legacy_encodings import ENCODINGS
from newscrawl.reading import PageReader

TEXTS = {
    "en": "The ferry will not sail before next week – the “Aurora” needs a new shaft. Nobody’s fault, the café’s owner",
    "de": "Die Fähre fällt bis nächste Woche aus, weil am Anleger gebaut wird. „Wir müssen das prüfen“, sagte Jürgen.",
    "fr": "Le bac ne circulera pas avant la semaine prochaine à cause des travaux. Le maire a déclaré : « C’est.",
    "es": "El transbordador no saldrá hasta la próxima semana. Según el alcalde, habrá más autobuses; los vecinos.",
    "pl": "Prom nie będzie pływał do przyszłego tygodnia, ponieważ trwają prace na nabrzeżu. Mieszkańcy są źli.",
    "cs": "Přívoz nepojede až do příštího týdne, protože se opravuje přístaviště. Žádné další zdržení prý nehrozí.",
    "hu": "A komp a jövő hétig nem közlekedik, mert a kikötőben építkezés folyik. Az utasok fűtetlen várókban ülnek.",
    "ru": "Паром не будет ходить до следующей недели, потому что на причале идут работы. Мэр города сообщил об.",
    "uk": "Пором не ходитиме до наступного тижня, тому що на причалі тривають роботи. Міський голова їздитиме.",
    "el": "Το πλοίο δεν θα κάνει δρομολόγια μέχρι την επόμενη εβδομάδα, επειδή γίνονται έργα στο λιμάνι.",
    "tr": "Feribot gelecek haftaya kadar çalışmayacak, çünkü iskelede inşaat sürüyor. Yolcular şaşkın, belediye.",
    "he": "המעבורת לא תפליג עד השבוע הבא בגלל עבודות ברציף. ראש העיר אמר כי אוטובוסים נוספים יופעלו.",
    "ar": "لن تعمل العبارة حتى الأسبوع المقبل بسبب أعمال في الرصيف. وقال رئيس البلدية إن حافلات إضافية ستنقل الركاب.",
    "lt": "Keltas neplauks iki kitos savaitės, nes prieplaukoje vyksta darbai. Gyventojai nepatenkinti, žiūrės toliau.",
    "vi": "Phà sẽ không hoạt động cho đến tuần sau vì bến đang được sửa chữa. Thị trưởng nói rằng xe buýt sẽ chạy.",
    "th": "เรือข้ามฟากจะหยุดให้บริการจนถึงสัปดาห์หน้าเพราะมีการซ่อมท่าเรือ นายกเทศมนตรีกล่าวว่าจะมีรถโดยสารเพิ่ม",
    "ja": "フェリーは来週まで運休する。桟橋の工事のためだと市長は説明した。代わりにバスの本数を増やすという。",
    "zh": "渡轮停航至下周，因为码头正在施工。市长说，公共汽车的班次将会增加。乘客们对此表示不满，要求尽快恢复。",
    "ko": "여객선은 부두 공사 때문에 다음 주까지 운항하지 않는다. 시장은 버스 운행 횟수를 늘리겠다고 말했다.",
}  # fmt: skip
LABELS = (None, "right", "utf-8", "iso-8859-1", "windows-1251", "shift_jis", "no-such-encoding")


def encoded(text: str, encoding: str) -> bytes:
    """Return a text in an encoding; windows-1258 has letters with tone marks in two parts."""
    parts = (
        char if _has(char, encoding) else unicodedata.normalize("NFD", char)
        for char in unicodedata.normalize("NFC", text)
    )
    return "".join(parts).encode(encoding, "ignore")


def _has(char: str, encoding: str) -> bool:
    return bool(char.encode(encoding, "ignore"))


def page(text: str, encoding: str, *, meta: str | None, language: str | None) -> bytes:
    lang = f' lang="{language}"' if language else ""
    declaration = f'<meta charset="{meta}">' if meta else ""
    paragraphs = f"<p>{text}</p>" * 4
    head = f"<html{lang}><head>{declaration}<title>{text[:30]}</title><style>p {{ color: red }}</style></head>"
    body = f"<body><div class='menu'><a href='/'>News</a></div><h1>{text[:50]}</h1>{paragraphs}</body>"
    return encoded(f"{head}{body}</html>", encoding)


CASES = [(language, encoding) for language in TEXTS for encoding in ENCODINGS[language]]


@pytest.mark.parametrize(("language", "encoding"), CASES)
@pytest.mark.parametrize("known_by", ["source", "page", "nothing"])
def test_a_page_is_decoded_whatever_its_labels_say(language: str, encoding: str, known_by: str) -> None:
    wrong = []
    for label, place in product(LABELS, ("header", "meta", "contradicting")):
        stated = encoding if label == "right" else label
        header = f"text/html; charset={stated}" if stated and place != "meta" else "text/html"
        meta = stated if place == "meta" else "utf-8" if place == "contradicting" else None
        body = page(TEXTS[language], encoding, meta=meta, language=language if known_by == "page" else None)
        text, utf8 = decode(body, header, [language] if known_by == "source" else [])
        if text != body.decode(encoding) and (label is None or known_by != "nothing"):
            wrong.append((label, place, re.sub("<[^>]*>", "", text)[40:90]))
        assert utf8.decode() == text
    assert wrong == []


def test_a_right_label_is_believed_also_for_text_of_another_language() -> None:
    body = page(TEXTS["pl"], "iso8859-2", meta="iso-8859-2", language=None)
    assert decode(body, None, ["en"])[0] == body.decode("iso8859-2")


def test_bytes_that_are_utf8_win_over_every_label() -> None:
    body = page(TEXTS["ru"], "utf-8", meta="windows-1251", language="ru")
    assert decode(body, "text/html; charset=iso-8859-1", ["ru"])[0] == body.decode()


def test_one_broken_character_does_not_change_the_encoding_of_a_page() -> None:
    body = page(TEXTS["de"], "utf-8", meta="utf-8", language="de").replace("ä".encode(), b"\xe4", 1)
    assert decode(body, "text/html; charset=utf-8", ["de"])[0].count("\N{REPLACEMENT CHARACTER}") == 1


# Labels of the standard that browsers know and Python does not, and the codec by which browsers decode them.
FURTHER_LABELS = (
    ("x-mac-cyrillic", "mac-cyrillic", "ru"), ("ISO-8859-8-I", "iso8859-8", "he"), ("logical", "iso8859-8", "he"),
    ("x-gbk", "gb18030", "zh"), ("KS_C_5601-1989", "cp949", "ko"), ("windows-949", "cp949", "ko"),
    ("x-euc-jp", "euc-jp", "ja"), ("iso88592", "iso8859-2", "pl"), ("ISO88591", "cp1252", "de"),
    ("koi8", "koi8-r", "ru"),
    ("x-cp1251", "cp1251", "ru"), ("dos-874", "cp874", "th"), ("sun_eu_greek", "iso8859-7", "el"),
    ("iso-8859-6-i", "iso8859-6", "ar"),
)  # fmt: skip


@pytest.mark.parametrize(("label", "codec", "language"), FURTHER_LABELS)
@pytest.mark.parametrize("place", ["header", "meta"])
def test_labels_that_only_browsers_know_are_believed(label: str, codec: str, language: str, place: str) -> None:
    body = page(TEXTS[language], codec, meta=label if place == "meta" else None, language=None)
    header = f"text/html; charset={label}" if place == "header" else None
    assert decode(body, header)[0] == body.decode(codec)


@pytest.mark.parametrize("language", ["de", "ru", "el", "th", "zh"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("label", [None, "utf-16", "utf-8", "windows-1252"])
def test_utf_16_is_known_without_a_mark(language: str, encoding: str, label: str | None) -> None:
    body = page(TEXTS[language], encoding, meta=label, language=language)
    text, utf8 = decode(body, f"text/html; charset={label}" if label else "text/html")
    assert text == body.decode(encoding) == utf8.decode()


def test_estonian_is_told_from_its_neighbours() -> None:
    text = "Linn lükkas avamise edasi: töövõtja ei jõudnud plaate panna, õhtul oli šokk, žürii ja öö."
    for encoding in ENCODINGS["et"]:
        body = page(text, encoding, meta=None, language="et")
        assert text in decode(body, "text/html")[0], encoding


NO_ENCODINGS = (
    "utf-7",
    "rot13",
    "hex",
    "base64",
    "zip",
    "unicode_escape",
    "idna",
    "punycode",
    "undefined",
    "oem",
    "\0",
)
NO_ENCODINGS += ("x" * 2**20,)
MARKS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


@pytest.mark.parametrize("label", NO_ENCODINGS, ids=lambda label: repr(label[:9]))
def test_a_label_that_browsers_do_not_know_is_none(label: str) -> None:
    """Python has a codec for most: it would raise an error, read markup out of letters, or unpack gigabytes."""
    disguised = b"<p>+ADw-script+AD4- \\x3cscript\\x3e 3c7363726970743e \xe4</p>" + page(
        TEXTS["de"], "cp1252", meta=None, language="de"
    )
    start = time.process_time()
    text, _ = decode(disguised, f"text/html; charset={label}", ["de"])
    assert text == disguised.decode("cp1252")
    within = disguised.replace(b"<head>", f'<head><meta charset="{label}">'.encode())
    assert decode(within, None, ["de"])[0] == within.decode("cp1252").replace("\0", "\ufffd")
    assert time.process_time() - start < 2


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize("stated", ["utf-8", "utf-16", "windows-1252", "utf-7"])
def test_a_byte_order_mark_wins_over_every_label(encoding: str, stated: str) -> None:
    mark = MARKS[encoding]
    marked = mark + f'<meta charset="{stated}"><p>{TEXTS["ru"]}</p>'.encode(encoding)
    assert decode(marked, f"text/html; charset={stated}", ["ru"])[0] == marked[len(mark) :].decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_nul_hides_nothing_behind_it(encoding: str) -> None:
    body = f"<p>{TEXTS['de']}\0</p><p>Danach</p>".replace("„", '"').replace("“", '"').encode(encoding)
    text, utf8 = decode(body, None, ["de"])
    assert "\0" not in text
    assert "Danach" in text
    assert utf8.decode() == text


@pytest.mark.parametrize(
    "rubbish",
    [
        TEXTS["de"].encode().decode("cp1252", "replace"),
        TEXTS["fr"].encode().decode("latin-1"),
        TEXTS["ru"].encode("cp1251").decode("latin-1"),
        TEXTS["ja"].encode("cp932").decode("utf-8", "replace"),
        TEXTS["en"].encode("cp1252").decode("utf-8", "replace"),
        TEXTS["de"].encode("mac_roman").decode("cp1252", "replace"),
    ],
)
def test_text_that_decodes_to_rubbish_is_no_article(rubbish: str) -> None:
    assert is_rubbish(rubbish)
    url = "https://courier.example/ferry"
    body = (
        f"<html><head><title>Ferry</title></head><body><h1>Ferry</h1>{f'<p>{rubbish}</p>' * 6}</body></html>".encode()
    )
    capture = Capture(url, url, 200, (), body, datetime(2026, 11, 1, tzinfo=UTC))
    reading = PageReader.of(Source("courier", "Courier", ("courier.example",))).read(capture, guid="1")
    assert reading.article is None
    assert reading.problem.startswith("encoding:")


@pytest.mark.parametrize(
    "text", [*TEXTS.values(), "Plain ASCII, nothing else", "Ångström – Łódź, naïve café at 5º, l·l, Æ"]
)
def test_real_text_is_no_rubbish(text: str) -> None:
    assert not is_rubbish(text)
    assert not is_rubbish(text.upper())
