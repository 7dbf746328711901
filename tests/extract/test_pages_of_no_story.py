"""Pages of a site that are no story, in many languages; and short stories with the same words, which are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from newscrawl.extract import extract
from newscrawl.items import Capture, Extraction, PageKind, Source

SOURCE = Source("herald", "The Herald", ("herald.example",))
URL = "https://herald.example/2026/03/02/x"
NOTICE = (
    "The council of the harbour town decided on Monday to build a second bridge over the sound.",
    "Work is to begin in spring, the mayor said, and will take about two years to finish.",
)
EVENT = '<script type="application/ld+json">{"@type":"TheaterEvent","name":"Play","startDate":"2026-05-01"}</script>'
PRODUCT = '<script type="application/ld+json">{"@type":"Product","name":"Mug","offers":{"price":"9"}}</script>'
STORY = (
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"A","datePublished":"2026-03-02"}</script>'
)


def p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def rows(count: int, row: str) -> str:
    return "<ul>" + "".join(f"<li>{row.format(n)}</li>" for n in range(count)) + "</ul>"


def read(headline: str, body: str, path: str = "", head: str = "") -> Extraction:
    url = f"https://herald.example{path}" if path else URL
    page = (
        f"<!doctype html><html><head><meta charset=utf-8><title>{headline} | Herald</title>{head}</head><body><nav>"
        f"<a href=/>Home</a></nav><main><h1>{headline}</h1>{body}</main></body></html>"
    )
    return extract(Capture(url, url, 200, (), page.encode(), datetime(2026, 3, 2, tzinfo=UTC)), (), SOURCE)


MISSING = {
    "Sivua ei löytynyt": "Etsimääsi sivua ei löytynyt. Se on ehkä poistettu tai siirretty toiseen osoitteeseen.",
    "Az oldal nem található": "A keresett oldal nem található. Lehet, hogy elköltözött vagy törölték.",
    "Η σελίδα δεν βρέθηκε": "Η σελίδα που ζητήσατε δεν βρέθηκε. Ίσως έχει μετακινηθεί ή διαγραφεί.",
    "הדף לא נמצא": "הדף שחיפשת לא נמצא. ייתכן שהוא הוסר או שכתובתו שונתה.",
    "Không tìm thấy trang": "Trang bạn yêu cầu không tồn tại hoặc đã bị xóa khỏi hệ thống của chúng tôi.",
    "Сторінку не знайдено": "Сторінку, яку ви шукаєте, не знайдено. Можливо, її видалили або перемістили.",
    "找不到頁面": "很抱歉，您要找的頁面不存在或已被移除。請返回首頁。",
    "Lo sentimos": "La página que busca ya no existe. Puede volver a la portada o usar el buscador.",
    "Hoppsan": "Sidan du letar efter finns inte längre. Prova att söka eller gå till startsidan.",
    "Leht puudub": "Otsitud lehte ei leitud. Palun kontrollige aadressi või minge avalehele.",
    "Puslapis nerastas": "Atsiprašome, jūsų ieškomas puslapis nerastas. Grįžkite į pradžios puslapį.",
    "Stranica nije pronađena": "Tražena stranica nije pronađena. Možda je premještena ili obrisana.",
    "العفو": "الصفحة التي تبحث عنها غير موجودة. يمكنك العودة إلى الصفحة الرئيسية.",
    "صفحه پیدا نشد": "صفحه‌ای که به دنبال آن هستید وجود ندارد یا حذف شده است.",
    "Haber bulunamadı": "Aradığınız haber yayından kaldırılmış olabilir. Ana sayfaya dönebilirsiniz.",
    "Vaja, aquí no hi ha res": "La pàgina que busqueu no s'ha trobat. Potser s'ha canviat de lloc.",
    "Villa": "Síðan sem þú leitar að fannst ekki. Farðu aftur á forsíðuna.",
    "This article has been withdrawn": "The article that you are trying to read has been taken down by our lawyers.",
    "This article has expired": "Because of licensing agreements, this story is no longer available on our site.",
    "Dieser Beitrag ist nicht mehr verfügbar": "Aus rechtlichen Gründen dürfen wir den Beitrag nicht länger zeigen.",
}
OF_SITES: Mapping[str, tuple[str, ...]] = {
    # headline, body, path, head
    "moved": ("Page moved", p("The page you are looking for has moved. Click here to continue to the new address.")),
    "moved, German": ("Weiterleitung …", p("Sie werden in wenigen Sekunden zum Artikel weitergeleitet.")),
    "CloudFront": (
        "ERROR: The request could not be satisfied",
        p("Request blocked. We can't connect to the server for this app or website at this time."),
    ),
    "Fastly": ("Fastly error: unknown domain", p("Please check that this domain has been added to a service.")),
    "525": (
        "herald.example | 525: SSL handshake failed",
        p("Cloudflare is unable to establish a connection to the origin."),
    ),
    "Azure": (
        "Error 403 - This web app is stopped.",
        p("The web app you have attempted to reach is currently stopped and does not accept any requests."),
    ),
    "Heroku": ("Application error", p("An error occurred in the application and your page could not be served.")),
    "too many": ("429 Too Many Requests", p("You have sent too many requests in a given amount of time.")),
    "region": (
        "Sorry",
        p("This content is not available in your region. We are working on a solution for our readers abroad."),
    ),
    "legal": ("451: Unavailable For Legal Reasons", p("We recognize that you come from the European Economic Area.")),
    "robot, Italian": (
        "Verifica di essere umano",
        p("Stiamo verificando che tu non sei un robot. Attendi qualche secondo."),
    ),
    "robot, Polish": ("Potwierdź, że jesteś człowiekiem", p("To potrwa kilka sekund. Włącz obsługę plików cookie.")),
    "robot, Chinese": ("安全验证", p("请完成以下操作，证明您不是机器人，然后继续访问本网站的内容。")),
    "script": ("The Herald", p("You need to enable JavaScript to run this app. Please reload the page after that.")),
    "script, Czech": ("Herald", p("Pro zobrazení této stránky prosím povolte JavaScript ve svém prohlížeči.")),
    "script, alone": (
        "Herald",
        "<noscript>You need to enable JavaScript to run this app.</noscript><div id=app></div>",
    ),
    "browser": (
        "Ihr Browser ist veraltet",
        p("Ihr Browser wird nicht mehr unterstützt. Bitte installieren Sie einen anderen."),
    ),
    "consent, Danish": (
        "Vi bruger cookies",
        p("Vi og vores partnere bruger cookies. Accepter alle eller indstil dine valg."),
    ),
    "login, Turkish": ("Giriş yap", p("Devamını okumak için giriş yapın. Şifremi unuttum") + "<input type=password>"),
    "login, Japanese": (
        "ログイン",
        p("続きを読むにはログインしてください。パスワードをお忘れの方はこちら。") + "<input type=password>",
    ),
    "login, Croatian": (
        "Prijavite se",
        p("Za nastavak se prijavite svojim računom. Zaboravili ste lozinku?") + "<input type=password>",
    ),
    "login, Lithuanian": ("Prisijungti", p("Pamiršote slaptažodį? Registruokitės.") + "<input type=password>"),
    "maintenance, Finnish": ("Huoltokatko", p("Sivustolla on meneillään huoltokatko. Palaamme pian.")),
    "maintenance, Spanish": (
        "Volvemos enseguida",
        p("Estamos realizando tareas de mantenimiento en nuestra web. Disculpe las molestias."),
    ),
    "maintenance, French": ("Nous revenons bientôt", p("Le site fait l'objet d'une opération de maintenance.")),
    "maintenance, Hungarian": ("Karbantartás alatt", p("A honlap karbantartás miatt nem elérhető, kérjük, várjon.")),
    "maintenance, Vietnamese": (
        "Website đang bảo trì",
        p("Hệ thống đang bảo trì, mong bạn đọc thông cảm và quay lại."),
    ),
    "wall, Swedish": (
        "Så mycket tjänar hamnens chefer",
        "<div class=premium-content>"
        + p("Läs vidare med en prenumeration.", "Redan prenumerant? Logga in.")
        + "</div>",
        "",
        STORY,
    ),
    "wall, Finnish": (
        "Satamaan uusi silta",
        "<div class=paywall>" + p("Vain tilaajille. Oletko jo tilaaja? Kirjaudu.") + "</div>",
        "",
        STORY,
    ),
    "maintenance, Polish": ("Przerwa techniczna", p("Przepraszamy za utrudnienia. Serwis wróci za kilka minut.")),
    "maintenance, Japanese": (
        "メンテナンス中",
        p("ただいまメンテナンスを行っております。しばらくお待ちください。ご不便をおかけします。"),
    ),
    "server": (
        "Welcome to CentOS",
        p("This page is used to test the proper operation of the Apache HTTP server after it was set up."),
    ),
    "domain": ("courier.example is for sale", p("The domain owner has parked this page. Inquire about its price.")),
    "newsletter": (
        "Sign up for The Morning Tide newsletter",
        p("The day's most important stories, every morning in your inbox.") + "<form><input type=email></form>",
    ),
    "newsletter that claims": (
        "Newsletter",
        p("The day's most important stories, every morning in your inbox.") + "<input type=email>",
        "",
        STORY,
    ),
    "newsletter, Dutch": (
        "Schrijf je in voor onze nieuwsbrief",
        p("Elke ochtend het belangrijkste nieuws in je mailbox."),
    ),
    "offer, Spanish": (
        "Suscríbete",
        p("Elige tu plan. Acceso ilimitado a todos los contenidos por nueve euros al mes."),
    ),
    "terms, Swedish": (
        "Användarvillkor",
        p("Dessa villkor gäller för din användning av webbplatsen och dess tjänster.") * 9,
    ),
    "terms, Korean": (
        "이용약관",
        p("이 약관은 회사가 제공하는 서비스의 이용 조건과 절차를 규정하는 것을 목적으로 합니다.") * 9,
    ),
    "privacy": (
        "Privacy notice",
        p("This notice describes how we collect, use and share personal data of our readers.") * 9,
    ),
    "imprint": ("Impressum", p("Herald Verlag, Hafenstraße 1. Vertreten durch die Geschäftsführerin Anna Schmidt.")),
    "weather, French": (
        "Météo à Cap Ness",
        p("Aujourd'hui, ciel nuageux avec des éclaircies dans l'après-midi.") + rows(24, "{0} h : 14 °C"),
        "/meteo/cap-ness",
    ),
    "television": ("TV tonight", rows(20, "20:{0:02} Channel 4: The Programme, a series about the sea"), "/tv-guide"),
    "scores, Spanish": ("Resultados de la jornada", rows(20, "Ness {0} - Quay 2")),
    "shares, German": ("Aktien: alle Kurse", rows(40, "Aktie {0}: 31,20 +0,{0} %") + p("Alle Angaben ohne Gewähr.")),
    "lottery": ("Winning lottery numbers", rows(12, "Draw {0}: 4 11 17 23 31 44")),
    "product": (
        "Herald mug",
        p("This mug is made of stoneware and carries the paper's masthead in blue."),
        "",
        PRODUCT,
    ),
    "event": (
        "The Tempest",
        p("Join us for an evening of theatre. Doors open at seven at the old quay."),
        "/e/1",
        EVENT,
    ),
    "calendar": ("What's on", rows(12, "<a href=/e/{0}>Harbour evening concert, {0}</a> 3 May, 20:00"), "/whats-on/"),
    "obituaries": ("Obituaries", rows(20, "<a href=/o/{0}>Ann Smith {0}</a> 1940 – 2026"), "/obituaries"),
    "obituaries, German": ("Traueranzeigen", rows(20, "<a href=/o/{0}>Anna Schmidt {0}</a> * 1940 † 2026")),
    "jobs": ("Jobs", rows(12, "<a href=/j/{0}>Engineer for the harbour office {0}</a> Cape Ness, full time"), "/jobs"),
    "nothing found": ("Search", p("Your search for “lighthouse” did not match any articles."), "/search?q=lighthouse"),
    "nothing found, Dutch": ("Zoeken", p("Geen resultaten voor vuurtoren. Probeer een ander woord."), "/zoeken?q=x"),
    "nothing found, Russian": ("Поиск", p("По вашему запросу ничего не найдено. Попробуйте другие слова.")),
    "results, Turkish": (
        "Arama sonuçları: fener",
        rows(7, "<a href=/{0}>Eski fenere yeni çatı yapılıyor, sayı {0}</a>"),
    ),
    "keyword, Czech": ("Štítek: maják", rows(7, "<a href=/{0}>Nová střecha pro starý maják, číslo {0}</a> 2. března")),
    "author": (
        "Ann Smith",
        p("Ann Smith is the harbour correspondent of the Herald. She joined the paper in 2011 and lives in Cape Ness.")
        + rows(8, "<a href=/{0}>New roof for the old lighthouse, number {0}</a> 2 March"),
        "/reporters/ann-smith",
    ),
    "poll": (
        "Should the ferry run on Sundays?",
        p("Vote in our poll.") + "<label><input type=radio>Yes, it should</label>" * 2,
        "/polls/ferry",
    ),
    "wall without data": (
        "Council decides on bridge",
        p(NOTICE[0]) + "<div class=content-wall>Subscribe to continue reading. Already a subscriber?</div>",
    ),
    "comments": ("Comments (8)", p("I think that the ferry should run on Sundays as well, says a reader.") * 8),
}


@pytest.mark.parametrize("headline", MISSING)
def test_a_page_that_says_that_it_is_missing_is_no_story(headline: str) -> None:
    assert read(headline, p(MISSING[headline])).kind is PageKind.SOFT_404


@pytest.mark.parametrize("name", OF_SITES)
def test_a_page_of_the_site_is_no_story(name: str) -> None:
    extraction = read(*OF_SITES[name])
    assert not extraction.kind.is_readable
    assert extraction.evidence


@pytest.mark.parametrize(
    ("headline", "path"),
    [
        ("Page not found: how the county lost its records", ""),
        ("We use cookies: a baker explains his trade", ""),
        ("Login failures lock thousands out of their pensions", ""),
        ("Site under maintenance: the old lighthouse closes for a year", ""),
        ("Error 404 in the sky: pilot misses airport", ""),
        ("Redirecting the river: engineers begin", ""),
        ("Terms and conditions apply: inside the ferry deal", ""),
        ("Sign up for the volunteers' fire brigade, mayor urges", ""),
        ("Weather: storm closes the harbour", "/weather/2026/storm-closes-the-harbour"),
        ("Harbour concert draws thousands", "/events/harbour-concert-draws-thousands"),
        ("Ann Smith, keeper of the lighthouse, dies at 91", "/obituaries/2026/ann-smith-dies-at-91"),
        ("Harbour office seeks engineers", "/jobs/harbour-office-seeks-engineers"),
        ("Newsletter of the mayor angers council", ""),
        ("Subscribers leave the choral society after a row", ""),
        ("Missing article of the constitution divides parliament", ""),
        ("Search for the missing diver goes on", "/news/search-for-the-missing-diver"),
        ("Results of the vote are delayed", ""),
        ("Welcome to the machine age, says a museum", ""),
        ("Domain of the old abbey is for sale", ""),
        ("Contact with the ferry was lost at noon", ""),
        ("Huoltokatko sulkee sillan viikoksi", ""),
        ("Karbantartás miatt zárva a híd", ""),
        ("Údržba mostu potrvá rok", ""),
        ("Volvemos pronto al puerto, dicen los pescadores", ""),
        ("The article was withdrawn, and the minister resigned", ""),
        ("Prijavite se za izlet na otok, poziva grad", ""),
    ],
)
def test_a_short_story_with_such_words_is_one(headline: str, path: str) -> None:
    assert read(headline, p(*NOTICE), path).kind is PageKind.ARTICLE


@pytest.mark.parametrize(
    ("beside", "head"),
    [
        ("<form><p>Sign up for our newsletter.</p><input type=email></form>", ""),
        ("<form><input type=radio>Yes<input type=radio>No</form>", ""),
        ("<audio src=x.mp3></audio>", ""),
        ("<noscript>Please enable JavaScript to see the comments.</noscript>", ""),
        (rows(6, "<a href=/{0}>New roof for the old lighthouse, number {0}</a> 2 March"), ""),
        (rows(6, "<a href=/{0}>New roof for the old lighthouse, number {0}</a> 2 March"), STORY),
        ("", STORY + EVENT),
        ("", STORY + PRODUCT),
    ],
)
def test_a_short_story_beside_such_boxes_is_one(beside: str, head: str) -> None:
    assert read("Town builds a second bridge", p(*NOTICE) + beside, "", head).kind is PageKind.ARTICLE
