"""Bylines in the words of many newsrooms: labels, roles, pictures, agencies and ages beside the names."""

from __future__ import annotations

import pytest

from newscrawl.items import Source
from newscrawl.normalize import authors

SOURCE = Source("courier", "The Tidewick Courier", ("courier.example",))


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("Ada Lind is a reporter covering housing.", ["Ada Lind"]),
        ("Ada Lind • 2 hours ago", ["Ada Lind"]),
        ("Ada Lind 3 min read", ["Ada Lind"]),
        ("Contributed by Ada Lind", ["Ada Lind"]),
        ("Von unserer Korrespondentin Ada Lind, Paris", ["Ada Lind"]),
        ("Aus Kiew berichtet Ada Lind", ["Ada Lind"]),
        ("Text: Ada Lind/red", ["Ada Lind"]),
        ("Von Ada Lind (Text) und Bo Ek (Fotos)", ["Ada Lind"]),
        ("Ada Lind mit Agenturen", ["Ada Lind"]),
        ("Par Ada Lind avec AFP", ["Ada Lind"]),
        ("Le Courrier avec AFP", ["Le Courrier"]),
        ("Publié par Ada Lind", ["Ada Lind"]),
        ("Écrit par Ada Lind", ["Ada Lind"]),
        ("Rédigé par Ada Lind", ["Ada Lind"]),
        ("Por Ada Lind (texto) e Bo Ek (fotos)", ["Ada Lind"]),
        ("Escrito por Ada Lind", ["Ada Lind"]),
        ("Publicado por Ada Lind", ["Ada Lind"]),
        ("Reportagem de Ada Lind", ["Ada Lind"]),
        ("dalla nostra corrispondente Ada Lind", ["Ada Lind"]),
        ("Scritto da Ada Lind", ["Ada Lind"]),
        ("Geschreven door Ada Lind", ["Ada Lind"]),
        ("Door onze verslaggever Ada Lind", ["Ada Lind"]),
        ("Skrivet av Ada Lind", ["Ada Lind"]),
        ("Journalist: Ada Lind", ["Ada Lind"]),
        ("Teksti: Ada Lind Kuva: Bo Ek", ["Ada Lind"]),
        ("Toimittaja Ada Lind", ["Ada Lind"]),
        ("oprac. Ada Lind", ["Ada Lind"]),
        ("Opracowanie: Ada Lind", ["Ada Lind"]),
        ("Autoři: Ada Lind, Bo Ek", ["Ada Lind", "Bo Ek"]),
        ("Napsala Ada Lind", ["Ada Lind"]),
        ("Haber: Ada Lind, Fotoğraf: Bo Ek", ["Ada Lind"]),
        ("Muhabir Ada Lind", ["Ada Lind"]),
        ("Подготовила Ада Линд", ["Ада Линд"]),
        ("Редактор: Ада Линд", []),
        ("كتبت عدا لند", ["عدا لند"]),
        ("كتب - عدا لند", ["عدا لند"]),
        ("Reporter: Ada Lind | Editor: Bo Ek", ["Ada Lind"]),
        ("記者林愛達/台北報導", ["林愛達"]),
        ("記者 林愛達／台北報導", ["林愛達"]),
        ("〔記者林愛達/台北報導〕", ["林愛達"]),
        ("本报记者 林爱达 摄影 陈波", ["林爱达"]),
        ("来源:新华网 作者:林爱达", ["林爱达"]),
        ("责任编辑:林爱达", []),
        ("文・山田太郎", ["山田太郎"]),
        ("取材・文/山田太郎", ["山田太郎"]),
        ("文=山田太郎 写真=佐藤花子", ["山田太郎"]),
        ("김철수·이영희 기자", ["김철수", "이영희"]),
        ("글 김철수 사진 이영희", ["김철수"]),
        ("Ada Lind <ada@courier.example>", ["Ada Lind"]),
        ("Eva Kern is the Courier's health correspondent.", ["Eva Kern"]),
        ("Eva Kern joined the paper in 2014.", ["Eva Kern"]),
        ("Eva Kern ist Redakteurin im Ressort Politik.", ["Eva Kern"]),
        ("Eva Kern es periodista de investigación.", ["Eva Kern"]),
        ("Eva Kern est journaliste au service Monde", ["Eva Kern"]),
        ("Eva Kern | 4 min de lecture", ["Eva Kern"]),
        ("Eva Kern 2 days ago", ["Eva Kern"]),
        ("Eva Kern, vor 3 Stunden", ["Eva Kern"]),
        ("Eva Kern il y a 2 heures", ["Eva Kern"]),
        ("Eva Kern - 12 min read", ["Eva Kern"]),
        ("Filed by Eva Kern", ["Eva Kern"]),
        ("Verfasst von Eva Kern", ["Eva Kern"]),
        ("Geschrieben von Eva Kern", ["Eva Kern"]),
        ("Signé par Eva Kern", ["Eva Kern"]),
        ("Redactado por Eva Kern y Jan Roe", ["Eva Kern", "Jan Roe"]),
        ("Escrita por Eva Kern", ["Eva Kern"]),
        ("Elaborado por Eva Kern", ["Eva Kern"]),
        ("Redatto da Eva Kern", ["Eva Kern"]),
        ("Servizio di Eva Kern", ["Eva Kern"]),
        ("Articolo di Eva Kern", ["Eva Kern"]),
        ("Texto de Eva Kern", ["Eva Kern"]),
        ("Crónica de Eva Kern", ["Eva Kern"]),
        ("Ditulis oleh Eva Kern", ["Eva Kern"]),
        ("Journalister: Eva Kern og Jan Roe", ["Eva Kern", "Jan Roe"]),
        ("Aus Paris berichtet Eva Kern", ["Eva Kern"]),
        ("Von unserem Reporter Jan Roe", ["Jan Roe"]),
        ("Par notre correspondante à Rome, Eva Kern", ["Eva Kern"]),
        ("De nuestro corresponsal Jan Roe", ["Jan Roe"]),
        ("dal nostro inviato Jan Roe", ["Jan Roe"]),
        ("Van onze correspondent Jan Roe", ["Jan Roe"]),
        ("Eva Kern with AP", ["Eva Kern"]),
        ("Eva Kern mit dpa", ["Eva Kern"]),
        ("Eva Kern avec Reuters et AFP", ["Eva Kern"]),
        ("Eva Kern con información de EFE", ["Eva Kern"]),
        ("Eva Kern med NTB", ["Eva Kern"]),
        ("Eva Kern (Text), Jan Roe (Fotos)", ["Eva Kern"]),
        ("Eva Kern (texte) et Jan Roe (photos)", ["Eva Kern"]),
        ("Text: Eva Kern, Kuvat: Jan Roe", ["Eva Kern"]),
        ("Tekst: Eva Kern fot. Jan Roe", ["Eva Kern"]),
        ("Szöveg: Kern Éva Fotó: Roe János", ["Kern Éva"]),
        ("Eva Kern, Editor: Jan Roe", ["Eva Kern"]),
        ("Автор: Ева Керн Редактор: Ян Роу", ["Ева Керн"]),
        ("Подготовил Ян Роу", ["Ян Роу"]),
        ("كتب: يان رو", ["يان رو"]),
        ("كتبت - إيفا كيرن", ["إيفا كيرن"]),
        ("תצלום: יאן רו", []),
        ("記者陳波/高雄報導", ["陳波"]),
        ("〔記者陳波、林愛達/綜合報導〕", ["陳波", "林愛達"]),
        ("記者 陳波 / 台中 報導", ["陳波"]),
        ("作者:陈波 来源:海港日报", ["陈波"]),
        ("来源:海港日报 记者:陈波", ["陈波"]),
        ("记者 陈波 图 林爱达", ["陈波"]),
        ("责编:陈波", []),
        ("文=佐藤花子", ["佐藤花子"]),
        ("取材・文=佐藤花子", ["佐藤花子"]),
        ("構成・文/佐藤花子 撮影/山田太郎", ["佐藤花子"]),
        ("文・写真=佐藤花子", ["佐藤花子"]),
        ("이영희·김철수 기자", ["이영희", "김철수"]),
        ("이영희, 김철수 기자", ["이영희", "김철수"]),
        ("글·사진 이영희 기자", ["이영희"]),
        ("글: 이영희", ["이영희"]),
        ("Eva Kern <eva.kern@courier.example>", ["Eva Kern"]),
        ("Eva Kern/dpa", ["Eva Kern"]),
        ("Eva Kern / red", ["Eva Kern"]),
        ("Napsal Jan Roe", ["Jan Roe"]),
        ("Muhabir: Jan Roe", ["Jan Roe"]),
        ("Toimittaja: Eva Kern", ["Eva Kern"]),
    ],
)
def test_what_stands_beside_a_name_is_none(stated: str, names: list[str]) -> None:
    assert list(authors([stated], None, SOURCE)) == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Written by Eva Kern • 3 hours ago", ["Eva Kern"]),
        ("Von Eva Kern\nRedakteurin\n5 Min. Lesezeit", ["Eva Kern"]),
        ("By Eva Kern is a reporter who covers the marshes", ["Eva Kern"]),
    ],
)
def test_a_printed_byline_gives_names_only(byline: str, names: list[str]) -> None:
    assert list(authors([], byline, SOURCE)) == names


@pytest.mark.parametrize(
    "name",
    [
        "Will Reed",
        "Ora Lane",
        "Ed Text",
        "Isla Waters",
        "Jean-Marie Est",
        "Maria Con Alvarez",
        "John Works",
        "Rosa dos Reis",
        "Paul Writes",
        "Foto Kern",
    ],
)
def test_a_name_with_such_a_word_in_it_stays_whole(name: str) -> None:
    assert authors([name], None, SOURCE) == (name,)


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        # What joins names in further languages, also as one word with the name behind it.
        ("Anna Nowak, Jan Lis oraz Ewa Kot", ["Anna Nowak", "Jan Lis", "Ewa Kot"]),
        ("Jonas Lind ir Ona Kern", ["Jonas Lind", "Ona Kern"]),
        ("Jānis Lind un Ilze Kern", ["Jānis Lind", "Ilze Kern"]),
        ("عدا لند و يان رو", ["عدا لند", "يان رو"]),
        ("عدا لند ويان رو", ["عدا لند", "يان رو"]),
        ("عدا لند وليد رو", ["عدا لند وليد رو"]),
        ("עדה לינד ויאן רו", ["עדה לינד", "יאן רו"]),
        ("राम कुमार और सीता देवी", ["राम कुमार", "सीता देवी"]),
        ("สมชาย ใจดี และ สมหญิง รักไทย", ["สมชาย ใจดี", "สมหญิง รักไทย"]),
        ("Ada Lind, as told to Bo Ek", ["Ada Lind", "Bo Ek"]),
        # Further authors who are not named.
        ("Eva Kern, Jan Roe and 3 others", ["Eva Kern", "Jan Roe"]),
        ("Eva Kern & 2 more", ["Eva Kern"]),
        ("Eva Kern et 2 autres", ["Eva Kern"]),
        ("Eva Kern et al.", ["Eva Kern"]),
        ("이영희 외 2명", ["이영희"]),
        # A suffix keeps its dot.
        ("Rev. Jan Roe Sr.", ["Rev. Jan Roe Sr."]),
        # Records and lists as text, web addresses, telephones, and the address that RSS puts before a name.
        ('{"@type":"Person","name":"Eva Kern"}', ["Eva Kern"]),
        ("[{&quot;name&quot;:&quot;Eva Kern&quot;},{&quot;name&quot;:&quot;Jan Roe&quot;}]", ["Eva Kern", "Jan Roe"]),
        ('["Eva Kern", "Jan Roe"]', ["Eva Kern", "Jan Roe"]),
        ('{"@type":"Person","url":"/eva"}', []),
        ("Eva Kern https://courier.example/by/eva-kern", ["Eva Kern"]),
        ("desk@courier.example (Eva Kern)", ["Eva Kern"]),
        ("Eva Kern eva@courier.example +47 400 00 000", ["Eva Kern"]),
        ("[email&#160;protected]", []),
        # A clock behind a name.
        ("Eva Kern | Oct 5, 2026, 09:07 IST", ["Eva Kern"]),
        # Translators, with the language.
        ("By Eva Kern; translated from the Danish by Jan Roe", ["Eva Kern"]),
        ("Eva Kern; traduit de l'anglais par Jan Roe", ["Eva Kern"]),
        ("Eva Kern | Übersetzt aus dem Englischen von Jan Roe", ["Eva Kern"]),
        ("Eva Kern, vertaling: Jan Roe", ["Eva Kern"]),
        # Text and pictures of one hand.
        ("Tekst i zdjęcia: Eva Kern", ["Eva Kern"]),
        ("Текст и фото: Ева Керн", ["Ева Керн"]),
        ("Tekst en foto's: Eva Kern", ["Eva Kern"]),
        ("Bài và ảnh: Trần Thị Bình", ["Trần Thị Bình"]),
        # Kinds of articles, qualified.
        ("Guest essay by Eva Kern", ["Eva Kern"]),
        ("Eva Kern; Additional reporting by Jan Roe", ["Eva Kern", "Jan Roe"]),
        ("Ein Gastkommentar von Eva Kern", ["Eva Kern"]),
        ("Eva Kern, Leiterin der Wirtschaftsredaktion", ["Eva Kern"]),
        ("Eva Kern, Redaktorin Kultur", ["Eva Kern"]),
        # Controls before the name.
        ("Follow Eva Kern", ["Eva Kern"]),
        ("Follow Eva Kern on X", ["Eva Kern"]),
        ("More from Eva Kern", ["Eva Kern"]),
        # Brackets around the whole credit, and the reporters of Chinese papers.
        ("【佐藤花子、山田太郎】", ["佐藤花子", "山田太郎"]),
        ("（中央社記者林愛達台北5日電）", ["林愛達"]),
        ("中央社記者陳波台北5日電", ["陳波"]),
        ("撰文：林爱达", ["林爱达"]),
        ("见习记者 林爱达", ["林爱达"]),
        ("新华社记者陈波、林爱达", ["陈波", "林爱达"]),
        # An organisation's name has no employer.
        ("Institute for the Study of Marshes", ["Institute for the Study of Marshes"]),
        ("Center for Public Rivers", ["Center for Public Rivers"]),
        # Labels of authors and of others in further languages.
        ("Por Eva Kern y 2 más", ["Eva Kern"]),
        ("Reporter: Eva Kern, Videographer: Jan Roe", ["Eva Kern"]),
        ("Texto: Eva Kern | Fotos: Jan Roe | Edición: Ana Rey", ["Eva Kern"]),
        ("Redacción: Eva Kern", ["Eva Kern"]),
        ("نویسنده: عدا لند", ["عدا لند"]),
        ("عدا لند - القاهرة", ["عدا لند"]),
        ("โดย สมชาย ใจดี", ["สมชาย ใจดี"]),
        ("लेखक: राम कुमार", ["राम कुमार"]),
        ("작성자: 이영희", ["이영희"]),
        ("责任编辑：陈波 记者：林爱达", ["林爱达"]),
        ("Friends of the Marsh", ["Friends of the Marsh"]),
        ("Contact Eva Kern at eva@courier.example", ["Eva Kern"]),
        ("Eva Kern, The Weir Review", ["Eva Kern"]),
        ("Bente Kern og Per Olav Roe", ["Bente Kern", "Per Olav Roe"]),
    ],
)
def test_a_credit_of_further_newsrooms_gives_names_only(stated: str, names: list[str]) -> None:
    assert list(authors([stated], None, SOURCE)) == names


@pytest.mark.parametrize(
    "house", ["Redaktion", "Redakcja", "Newsroom", "Web Desk", "La Rédaction", "编辑部", "Редакция"]
)
def test_nobody_signs_as_a_house_whose_page_prints_a_name(house: str) -> None:
    assert authors([house], "Eva Kern", SOURCE) == ("Eva Kern",)
    assert authors([house], None, SOURCE) == (house,)


def test_a_joiner_may_begin_a_line() -> None:
    assert authors([], "Di Eva Kern\ne Jan Roe", SOURCE) == ("Eva Kern", "Jan Roe")


def test_per_says_by_in_catalan_alone() -> None:
    catalan = Source("correu", "El Correu", ("correu.example",), languages=("ca",))
    assert authors(["Per Eva Kern"], None, catalan) == ("Eva Kern",)
    assert authors(["Per Olav Roe"], None, SOURCE) == ("Per Olav Roe",)
