"""Credits in forms that no table has: labels, jobs, places, helpers and dates around names, in many languages."""

from __future__ import annotations

import pytest

from newscrawl.items import Source
from newscrawl.normalize import authors

SOURCE = Source("courier", "The Tidewick Courier", ("courier.example",))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Lind - BBC News, Cairo", ["Ada Lind"]),
        ("By Ada Lind | Associated Press", ["Ada Lind"]),
        ("Political Correspondent Ada Lind", ["Ada Lind"]),
        ("By Health Reporter Bo Ek and Education Editor Ada Lind", ["Bo Ek", "Ada Lind"]),
        ("Ada Lind, health editor, and Bo Ek, data reporter", ["Ada Lind", "Bo Ek"]),
        ("By Ada Lind, with additional reporting by Bo Ek", ["Ada Lind", "Bo Ek"]),
        ("Dr. Ada Lind", ["Dr. Ada Lind"]),
        ("A. J. Lind and M. van der Berg", ["A. J. Lind", "M. van der Berg"]),
        ("Words Ada Lind Photography Bo Ek", ["Ada Lind"]),
        ("Opinion by Ada Lind, professor of law at Weir University", ["Ada Lind"]),
        ("Ada Lind | Guest contributor | 12 November 2026 | 6 min read", ["Ada Lind"]),
        ("Bo Ek, Climate Desk", ["Bo Ek"]),
        ("Letter from Cairo | By Ada Lind", ["Ada Lind"]),
        ("By Bo Ek, Staff Writer (@boek)", ["Bo Ek"]),
        ("Column: Ada Lind", ["Ada Lind"]),
        ("By Ada Lind in Nairobi, Bo Ek in London and Cy Roe in New York", ["Ada Lind", "Bo Ek", "Cy Roe"]),
        ("Compiled by Bo Ek from wire reports", ["Bo Ek"]),
        ("By Ada Lind of the Weir Herald", ["Ada Lind"]),
        ("By Ada Lind, Bo Ek, Associated Press", ["Ada Lind", "Bo Ek"]),
        ("By Bo Ek Special to The Courier", ["Bo Ek"]),
        ("By Ada Lind Nov. 12, 2026 5:30 am ET", ["Ada Lind"]),
        ("Story by Ada Lind; Graphics by Bo Ek; Video by Cy Roe", ["Ada Lind"]),
        ("Reviewed by Bo Ek, MD | Written by Ada Lind", ["Ada Lind"]),
        ("Von Ada Lind und Bo Ek (beide Kairo)", ["Ada Lind", "Bo Ek"]),
        ("Ada Lind, freie Journalistin in Berlin", ["Ada Lind"]),
        ("Von Prof. Dr. Ada Lind", ["Prof. Dr. Ada Lind"]),
        ("Interview: Ada Lind, Fotos: Bo Ek", ["Ada Lind"]),
        ("Aufgezeichnet von Ada Lind", ["Ada Lind"]),
        ("Eine Reportage von Ada Lind und Bo Ek (Fotos), Kairo", ["Ada Lind"]),
        ("Von Ada Lind, Mitarbeit: Bo Ek", ["Ada Lind", "Bo Ek"]),
        ("Gastautorin Ada Lind", ["Ada Lind"]),
        ("Von Friederike von der Heide-Ek", ["Friederike von der Heide-Ek"]),
        ("Par Ada Lind, envoyée spéciale au Caire", ["Ada Lind"]),
        ("Ada Lind, avec notre correspondant à Rome Bo Ek", ["Ada Lind", "Bo Ek"]),
        ("Une enquête d'Ada Lind", ["Ada Lind"]),
        ("Chronique d’Ada Lind, économiste", ["Ada Lind"]),
        ("Photos Bo Ek, texte Ada Lind", ["Ada Lind"]),
        ("Por Ada Lind, enviada especial a El Cairo", ["Ada Lind"]),
        ("Ada Lind | Corresponsal en París", ["Ada Lind"]),
        ("Texto: Ada Lind / Fotos: Bo Ek", ["Ada Lind"]),
        ("Una crónica de Ada Lind", ["Ada Lind"]),
        ("Ada Lind, con la colaboración de Bo Ek", ["Ada Lind", "Bo Ek"]),
        ("María del Carmen Lind de la O", ["María del Carmen Lind de la O"]),
        ("Ada Lind, da Redação", ["Ada Lind"]),
        ("Por Ada Lind, g1 — Rio de Janeiro", ["Ada Lind"]),
        ("Ada Lind, do Correio, em Brasília", ["Ada Lind"]),
        ("Ada Lind; colaborou Bo Ek", ["Ada Lind", "Bo Ek"]),
        ("dal nostro corrispondente da Parigi Bo Ek", ["Bo Ek"]),
        ("di Ada Lind e Bo Ek, inviati a Kiev", ["Ada Lind", "Bo Ek"]),
        ("Intervista a cura di Ada Lind", ["Ada Lind"]),
        ("Foto di Bo Ek, testo di Ada Lind", ["Ada Lind"]),
        ("Ada Lind, correspondent in Caïro", ["Ada Lind"]),
        ("Door: Ada Lind en Bo van den Ek", ["Ada Lind", "Bo van den Ek"]),
        ("Tekst Ada Lind Beeld Bo Ek", ["Ada Lind"]),
        ("Ada Lind, utenrikskorrespondent i Kairo", ["Ada Lind"]),
        ("Publisert av Ada Lind", ["Ada Lind"]),
        ("Debattinlägg av Ada Lind och Bo Ek", ["Ada Lind", "Bo Ek"]),
        ("Ledare: Ada Lind", ["Ada Lind"]),
        ("Skrevet af: Ada Lind, journalist", ["Ada Lind"]),
        ("Ada Lind, Helsingin toimitus", ["Ada Lind"]),
        ("Kirjoittaja: Ada Lind, kuvat: Bo Ek", ["Ada Lind"]),
        ("Teksti Ada Lind, kuvat Bo Ek", ["Ada Lind"]),
        ("Autors: Ada Lind", ["Ada Lind"]),
        ("Ada Lind skrifar", ["Ada Lind"]),
        ("Írta: Kern Éva", ["Kern Éva"]),
        ("Kern Éva újságíró", ["Kern Éva"]),
        ("Fordította: Kern Éva", []),
        ("Autor: Ada Lind, corespondent Paris", ["Ada Lind"]),
        ("Text de Ada Lind, fotografii de Bo Ek", ["Ada Lind"]),
        ("Scris de Ada Lind", ["Ada Lind"]),
        ("Un articol de Ada Lind", ["Ada Lind"]),
        ("Un reportatge d'Ada Lind", ["Ada Lind"]),
        ("Testua: Ane Lind. Argazkiak: Bo Ek", ["Ane Lind"]),
        ("Ane Lind eta Jon Ek", ["Ane Lind", "Jon Ek"]),
        ("Ane Lind kazetaria", ["Ane Lind"]),
        ("Rozmawiała Ada Lind", ["Ada Lind"]),
        ("Autor tekstu: Ada Lind", ["Ada Lind"]),
        ("Ada Lind, korespondentka z Kairu", ["Ada Lind"]),
        ("Ada Lind, tłum. Bo Ek", ["Ada Lind"]),
        ("Připravila Ada Lind", ["Ada Lind"]),
        ("Ada Lind, zpravodajka ČT v Káhiře", ["Ada Lind"]),
        ("Piše: Ada Lind", ["Ada Lind"]),
        ("Autorica: Ada Lind", ["Ada Lind"]),
        ("Пише: Ада Линд", ["Ада Линд"]),
        ("Авторка: Ада Лінд", ["Ада Лінд"]),
        ("Підготувала Ада Лінд", ["Ада Лінд"]),
        ("Текст: Ада Лінд, фото: Богдан Ек", ["Ада Лінд"]),
        ("Беседовала Ада Линд", ["Ада Линд"]),
        ("Ада Линд, специально для «Курьера»", ["Ада Линд"]),
        ("Ада Линд, корреспондент Би-би-си, Каир", ["Ада Линд"]),
        ("Снимки: Ян Роу", []),
        ("Της Άντας Λιντ", ["Άντας Λιντ"]),
        ("Επιμέλεια: Άντα Λιντ", ["Άντα Λιντ"]),
        ("Ρεπορτάζ: Άντα Λιντ", ["Άντα Λιντ"]),
        ("Γράφει ο Πέτρος Εκ", ["Πέτρος Εκ"]),
        ("Φωτογραφίες: Πέτρος Εκ", []),
        ("Ada Lind, İstanbul", ["Ada Lind"]),
        ("Yazan: Ada Lind, Çeviren: Bo Ek", ["Ada Lind"]),
        ("Röportaj: Ada Lind", ["Ada Lind"]),
        ("Hazırlayan: Ada Lind", ["Ada Lind"]),
        ("Ada Lind / Ankara muhabiri", ["Ada Lind"]),
        ("Trần Thị Bình - Lê Văn An", ["Trần Thị Bình", "Lê Văn An"]),
        ("Thực hiện: Trần Bình", ["Trần Bình"]),
        ("Phóng viên Trần Bình", ["Trần Bình"]),
        ("Bài: Trần Bình; Ảnh: Lê An", ["Trần Bình"]),
        ("Penulis: Siti Aminah, Editor: Budi Santoso", ["Siti Aminah"]),
        ("Laporan wartawan Tempo, Siti Aminah", ["Siti Aminah"]),
        ("Pewarta: Budi Santoso\nEditor: Siti Aminah", ["Budi Santoso"]),
        ("Na Juma Mwangi na Asha Ali", ["Juma Mwangi", "Asha Ali"]),
        ("Imeandikwa na Juma Mwangi", ["Juma Mwangi"]),
        ("Deur Ada Lind", ["Ada Lind"]),
        ("राम कुमार, नई दिल्ली", ["राम कुमार"]),
        ("संवाददाता: राम कुमार", ["राम कुमार"]),
        ("राम कुमार, बीबीसी संवाददाता", ["राम कुमार"]),
        ("Written by: राम कुमार", ["राम कुमार"]),
        ("রহিম উদ্দিন, ঢাকা", ["রহিম উদ্দিন"]),
        ("عدا لند، القاهرة", ["عدا لند"]),
        ("عدا لند، يان رو", ["عدا لند", "يان رو"]),
        ("تحرير: يان رو", []),
        ("ترجمة: يان رو", []),
        ("الكاتبة: عدا لند", ["عدا لند"]),
        ("القاهرة - عدا لند", ["عدا لند"]),
        ("گزارش: عدا لند", ["عدا لند"]),
        ("עדה לינד, כתבת לענייני חוץ", ["עדה לינד"]),
        ("צילום: יאן רו | עדה לינד", ["עדה לינד"]),
        ("김아다 특파원", ["김아다"]),
        ("[서울=뉴시스] 김아다 기자 =", ["김아다"]),
        ("(서울=연합뉴스) 김아다 이보라 기자", ["김아다", "이보라"]),
        ("런던=김아다 특파원", ["김아다"]),
        ("정리 김아다 기자", ["김아다"]),
        ("번역 김아다", []),
        ("ロンドン＝山田太郎", ["山田太郎"]),
        ("山田太郎（政治部）", ["山田太郎"]),
        ("編集委員・山田太郎", ["山田太郎"]),
        ("取材：山田太郎、写真：佐藤花子", ["山田太郎"]),
        ("ワシントン支局長 山田太郎", ["山田太郎"]),
        ("翻訳：佐藤花子", []),
        ("ライター：山田太郎", ["山田太郎"]),
        ("文｜林爱达 编辑｜陈波", ["林爱达"]),
        ("特约撰稿人 林爱达", ["林爱达"]),
        ("BBC中文记者 林爱达", ["林爱达"]),
        ("林爱达 发自北京", ["林爱达"]),
        ("作者：林爱达（北京大学教授）", ["林爱达"]),
        ("译者：陈波", []),
        ("เรื่อง: สมชาย ใจดี ภาพ: สมหญิง รักไทย", ["สมชาย ใจดี"]),
        ("ავტორი: ადა ლინდი", ["ადა ლინდი"]),
    ],
)
def test_a_credit_is_read_alike_from_metadata_and_from_the_page(line: str, names: list[str]) -> None:
    assert list(authors([line], None, SOURCE)) == names
    assert list(authors([], line, SOURCE)) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("ADA LIND, BO EK AND CY ROE", ["ADA LIND", "BO EK", "CY ROE"]),
        ("Super User", []),
        ("wpadmin", []),
        ("Administrador", []),
        ("админ", []),
        ("[object Object]", []),
        ("Array", []),
        ("%author%", []),
        ("{{author}}", []),
        ("Author Name", []),
        ("Posted by admin", []),
        ("-", []),
        ("Ada Lind | The Courier", ["Ada Lind"]),
        ("Ada Lind, Chief Reporter, Weir Herald", ["Ada Lind"]),
        ("Ada Lind, Bo Ek, The Tidewick Courier", ["Ada Lind", "Bo Ek"]),
        ("Ada Lind<br>Bo Ek", ["Ada Lind", "Bo Ek"]),
        ("ada.lind@courier.example", []),
    ],
)
def test_what_systems_state_where_nobody_is_named_is_no_author(line: str, names: list[str]) -> None:
    assert list(authors([line], None, SOURCE)) == names


def test_who_paid_for_a_text_is_no_author() -> None:
    assert authors([], "Sponsored by Weir Bank", SOURCE) == ()


@pytest.mark.parametrize(
    ("stated", "byline", "names"),
    [
        (["ada-lind"], "By Ada Lind", ["Ada Lind"]),
        (["ada.lind"], "Ada Lind", ["Ada Lind"]),
        (["adalind"], "Ada Lind", ["Ada Lind"]),
        (["Courier Staff"], "By Ada Lind", ["Ada Lind"]),
        (["Ban biên tập"], "Trần Thị Bình", ["Trần Thị Bình"]),
        (["Nhóm phóng viên"], "Trần Thị Bình", ["Trần Thị Bình"]),
        (["온라인뉴스팀"], "김아다 기자", ["김아다"]),
        (["নিজস্ব প্রতিবেদক"], None, ["নিজস্ব প্রতিবেদক"]),
        (["Redacción"], "Por Ada Lind", ["Ada Lind"]),
        (["Ada Lind"], "Ada Lind\nCorrespondent, Cairo\n@adalind", ["Ada Lind"]),
        (["Ada Lind"], "By Ada Lind, photographs by Bo Ek", ["Ada Lind"]),
        (["ADA LIND"], "By Ada Lind", ["ADA LIND"]),
        (["null", "Ada Lind"], None, ["Ada Lind"]),
    ],
)
def test_accounts_and_houses_give_way_to_whom_the_page_names(
    stated: list[str], byline: str | None, names: list[str]
) -> None:
    assert list(authors(stated, byline, SOURCE)) == names


@pytest.mark.parametrize(
    ("language", "line"),
    [("sq", "Nga Ada Lind"), ("cy", "Gan Ada Lind, gohebydd"), ("tl", "Ni Ada Lind"), ("ca", "Per Ada Lind")],
)
def test_a_word_for_by_that_is_also_a_name_counts_in_its_language(language: str, line: str) -> None:
    source = Source("courier", "The Courier", ("courier.example",), languages=(language,))
    assert authors([], line, source) == ("Ada Lind",)
    assert len(authors([], line, SOURCE)[0].split()) == 3


@pytest.mark.parametrize(
    "name",
    [
        "Maria de Souza Lima",
        "Hans von der Marwitz",
        "Geert von Klee",
        "Wilhelm af Geijer",
        "Louis de Broglie",
        "Ada d'Alembert",
        "Ana María de la Cruz",
        "Marko Đorđević",
        "Ngô Đình Diệm",
        "Nga Thi Pham",
        "Per Olav Roe",
        "Du Bois Lind",
        "Rio Ferdinand Lind",
        "राम कुमार शर्मा",
        "சீதா தேவி",
        "สมชาย ใจดี",
        "محمد بن سلمان",
        "كاتب ياسين",
        "Ece Yazar",
        "Людмила Иванова Петрова",
        "Ursula von der Leyen",
        "Kim Min-ji",
    ],
)
def test_a_name_with_words_of_credits_or_particles_stays_whole(name: str) -> None:
    assert authors([name], None, SOURCE) == (name,)
    assert authors([], name, SOURCE) == (name,)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Lind — Reuters, Nairobi", ["Ada Lind"]),
        ("Chief Political Commentator Ada Lind", ["Ada Lind"]),
        ("Ada Lind, science writer, with Bo Ek, illustrator", ["Ada Lind"]),
        ("By Ada Lind and Bo Ek, with assistance from Cy Roe", ["Ada Lind", "Bo Ek", "Cy Roe"]),
        ("Dispatch: Ada Lind in Tidewick", ["Ada Lind"]),
        ("Ada Lind | Updated: 3 March 2026, 14:05", ["Ada Lind"]),
        ("Guest column by Ada Lind, former mayor of Tidewick", ["Ada Lind"]),
        ("Fotos: Bo Ek | Text: Ada Lind", ["Ada Lind"]),
        ("Mit Ada Lind sprach Bo Ek", ["Bo Ek"]),
        ("Kommentar: Ada Lind, Ressortleiterin Lokales", ["Ada Lind"]),
        ("Un entretien réalisé par Ada Lind", ["Ada Lind"]),
        ("Ada Lind (à Rome) et Bo Ek (à Paris)", ["Ada Lind", "Bo Ek"]),
        ("Informa: Ada Lind", ["Ada Lind"]),
        ("Una entrevista de Bo Ek, corresponsal en Lima", ["Bo Ek"]),
        ("Reportagem: Ada Lind; edição: Bo Ek", ["Ada Lind"]),
        ("Testo e foto di Ada Lind", ["Ada Lind"]),
        ("Foto: Bo Ek Tekst: Ada Lind", ["Ada Lind"]),
        ("Reportage: Ada Lind, foto: Bo Ek", ["Ada Lind"]),
        ("Ada Lind, toimittaja, Bo Ek, kuvaaja", ["Ada Lind"]),
        ("Szerző: Kern Éva, fotó: Roe János", ["Kern Éva"]),
        ("Interviu realizat de Ada Lind", ["Ada Lind"]),
        ("Argazkiak: Bo Ek. Testua: Ane Lind", ["Ane Lind"]),
        ("Rozhovor vedla Ada Lind", ["Ada Lind"]),
        ("Разговор вела Ада Линд", ["Ада Линд"]),
        ("Спецкор Ада Линд", ["Ада Линд"]),
        ("Спілкувалася Ада Лінд, фото авторки", ["Ада Лінд"]),
        ("Συνέντευξη: Άντα Λιντ", ["Άντα Λιντ"]),
        ("Του Πέτρου Εκ", ["Πέτρου Εκ"]),
        ("Söyleşi: Ada Lind", ["Ada Lind"]),
        ("Dịch: Trần Bình", []),
        ("Thực hiện: Trần Bình - Ảnh: Lê An", ["Trần Bình"]),
        ("Liputan: Siti Aminah", ["Siti Aminah"]),
        ("Imeandaliwa na Juma Mwangi", ["Juma Mwangi"]),
        ("रिपोर्ट: राम कुमार और सीता देवी", ["राम कुमार", "सीता देवी"]),
        ("تقرير: عدا لند", ["عدا لند"]),
        ("حوار: عدا لند | تصوير: يان رو", ["عدا لند"]),
        ("כתבה: עדה לינד", ["עדה לינד"]),
        ("글 이영희 기자, 사진 김철수 기자", ["이영희"]),
        ("부산=이영희 기자", ["이영희"]),
        ("北京＝佐藤花子", ["佐藤花子"]),
        ("社会部・山田太郎", ["山田太郎"]),
        ("采访：林爱达 摄影：陈波", ["林爱达"]),
        ("本刊特约记者 陈波", ["陈波"]),
        ("Tekst: Ada Lind / NTB", ["Ada Lind"]),
        ("Ada Lind (NTB)", ["Ada Lind"]),
        ("Viết bởi Trần Thị Bình", ["Trần Thị Bình"]),
        ("Ada Lind · Daily Weir Tribune · 5 min read", ["Ada Lind"]),
        ("Senior Investigations Reporter Ada Lind and Bo Ek", ["Ada Lind", "Bo Ek"]),
        ("By Ada Lind, Health & Science Editor", ["Ada Lind"]),
        ("Bericht: Ada Lind, Kamera: Bo Ek", ["Ada Lind"]),
        ("Propos recueillis par Ada Lind et Bo Ek", ["Ada Lind", "Bo Ek"]),
        ("Ada Lind, socióloga e profesora da Universidade de Weir", ["Ada Lind"]),
        ("Crónica: Ada Lind. Imágenes: Bo Ek", ["Ada Lind"]),
        ("Ada Lind, inviata a Bruxelles", ["Ada Lind"]),
        ("Ada Lind en Bo Ek, correspondenten in Brussel", ["Ada Lind", "Bo Ek"]),
        ("Foto- og tekst: Ada Lind", ["Ada Lind"]),
        ("Krönika av Ada Lind", ["Ada Lind"]),
        ("Kolumni: Ada Lind", ["Ada Lind"]),
        ("Riportunk szerzője: Kern Éva", ["Kern Éva"]),
        ("Notează Ada Lind", ["Ada Lind"]),
        ("Materiał przygotowała Ada Lind", ["Ada Lind"]),
        ("Интервью: Ада Линд; фото: Ян Роу", ["Ада Линд"]),
        ("Μετάφραση: Πέτρος Εκ", []),
        ("Ada Lind - Dış Haberler Servisi", ["Ada Lind"]),
        ("Lê An (tổng hợp)", ["Lê An"]),
        ("Oleh: Siti Aminah, Jurnalis Weir Post", ["Siti Aminah"]),
        ("Mwandishi wa habari Juma Mwangi", ["Juma Mwangi"]),
        ("सीता देवी | अपडेट: 3 मार्च 2026", ["सीता देवी"]),
        ("مراسلنا يان رو - القاهرة", ["يان رو"]),
        ("이영희 문화부 기자", ["이영희"]),
        ("山田太郎 記者", ["山田太郎"]),
        ("文/陈波 图/林爱达", ["陈波"]),
        # Nor is a house's name behind a separator one of a person.
        ("Ada Lind / Weir Shimbun Staff Writers", ["Ada Lind"]),
        ("Ada Lind | Weir Advance Media for weir.example", ["Ada Lind"]),
        ("Bo Ek, photographer", ["Bo Ek"]),
    ],
)
def test_a_credit_of_a_second_set_is_read_alike(line: str, names: list[str]) -> None:
    assert list(authors([line], None, SOURCE)) == names
    assert list(authors([], line, SOURCE)) == names


@pytest.mark.parametrize("account", ["ADMINISTRATOR", "site-admin", "${author.name}", "Anonymous User"])
def test_an_account_of_the_system_is_nobody(account: str) -> None:
    assert authors([account], None, SOURCE) == ()


def test_editors_of_a_house_are_credited_as_before() -> None:
    assert authors(["Editors, WEIR TODAY"], None, SOURCE) == ("Editors",)


@pytest.mark.parametrize(
    "byline",
    [
        "Ada Lind\nNorth America editor",
        "Ada Lind\nWhite House reporter",
        "Ada Lind\nView author publications\nSearch author on: Weir Scholar",
    ],
)
def test_a_role_or_a_control_on_a_line_of_its_own_is_no_name(byline: str) -> None:
    assert authors([], byline, SOURCE) == ("Ada Lind",)
