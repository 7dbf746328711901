"""Notes of corrections are found by their words, whatever rules most texts out before."""

from __future__ import annotations

import pytest

from newscrawl.change.lexicon import UPDATE
from newscrawl.correction_notes import CORRECTION, is_correction_note

_BEHIND = ", after a reader wrote to us on 3 May"


@pytest.mark.parametrize(
    "words",
    [
        "Correction", "Corrections", "CLARIFICATION", "Editor’s note", "Editors note", "Korrektur", "Berichtigung",
        "Richtigstellung", "Anmerkung der Redaktion", "Rectificatif", "Précision", "Corrección", "Correccion",
        "Fe de errores", "Rectificación", "Correção", "Correçao", "Errata", "Rettifica", "Correctie", "Rättelse",
        "Rettelse", "Oikaisu", "Sprostowanie", "Helyesbítés", "Düzeltme", "Ralat", "Koreksi", "Đính chính",
        "Исправление", "Поправка", "It was updated to correct a name", "It was amended to clarify this",
        "It was edited to fix a link", "It was revised to reflect that", "It was changed to correct a name",
        "An earlier version of this text", "A previous version of the text", "This article has been corrected",
        "This story was amended", "This report was clarified", "This post was changed", "This page was edited",
        "We have corrected the name", "We regret the error", "So stand es in einer früheren Version",
        "So stand es in einer ersten Fassung", "Dans une version précédente", "Dans une première version antérieure",
        "En una versión anterior", "Em uma versão anterior", "In una versione precedente", "In een eerdere versie",
        "訂正", "更正", "订正", "お詫び", "바로잡습니다", "تصحيح",
    ],
)  # fmt: skip
def test_each_way_to_begin_a_note_is_found_in_any_case(words: str) -> None:
    for written in (words, words.upper(), words.replace("i", "ı"), words.upper().replace("I", "İ")):
        text = written + _BEHIND
        assert is_correction_note(text) == bool(CORRECTION.search(text))
    assert is_correction_note(words + _BEHIND)


def test_other_lines_of_a_page_are_none() -> None:
    assert not is_correction_note("Sign up for our newsletter, and read the news each morning")
    assert not is_correction_note("Our editor for the new edition writes about what changed in town")


@pytest.mark.parametrize(
    "text",
    [
        "Correction (Nov. 3): The council has nine seats, not eleven.",
        "A correction was made on Nov. 3: The bridge opened in 1931, not 1913.",
        "CLARIFICATION | Nov 3: we have made clear who paid for the bridge.",
        "The headline of this article was amended on 3 November to make clear who paid.",
        "Because of an editing error, an earlier version misstated the mayor's age.",
        "Hinweis: In der ursprünglichen Version stand, die Fähre fasse 90 Autos. Wir haben das korrigiert.",
        "Korrekturhinweis: Anders als zunächst berichtet hat der Rat neun Sitze.",
        "Erratum : le conseil compte neuf sièges et non onze.",
        "Cet article a été corrigé le 3 novembre : le pont date de 1931.",
        "Esta noticia ha sido corregida para precisar el número de escaños.",
        "Nota de la redacción: en la primera versión de este texto se decía que el puente es de 1913.",
        "Erramos: o texto informou incorretamente que a ponte é de 1913.",
        "Errata corrige: il ponte è del 1931.",
        "Questo articolo è stato corretto il 3 novembre: il ponte è del 1931.",
        "I en tidigare version av artikeln stod att bron är från 1913.",
        "Presisering: Broen er fra 1931, ikke 1913 som vi først skrev.",
        "Præcisering: Broen er fra 1931, ikke 1913 som vi først skrev.",
        "Korjattu 3.11. klo 12: Silta on vuodelta 1931.",
        "W poprzedniej wersji artykułu podaliśmy błędnie rok budowy mostu.",
        "Oprava: Most je z roku 1931, nikoli z roku 1913.",
        "В предыдущей версии этого текста год был указан неверно.",
        "【訂正】初出時、橋の完成年を1913年としていましたが、正しくは1931年でした。",
        "[정정보도] 본지는 3일자 기사에서 다리의 준공 연도를 잘못 보도했기에 바로잡습니다.",
        "更正：本文早前版本将大桥的建成年份误作1913年，应为1931年，特此说明。",
        "Haberin önceki halinde köprünün yılı yanlış yazılmıştı, düzeltildi.",
        "Διόρθωση: Η γέφυρα άνοιξε το 1931 και όχι το 1913.",
        "Виправлення: міст відкрили 1931 року, а не 1913-го.",
        "Rectificació: el pont és de 1931, no pas de 1913.",
        "Erată: podul a fost deschis în 1931, nu în 1913.",
        "Catatan redaksi: artikel ini telah diralat pada 3 November.",
        "Korrektur, 3. November: Die Brücke stammt aus dem Jahr 1931.",
        "Precisazione: il consiglio ha nove seggi e non undici.",
        "Deze tekst is op 3 november gecorrigeerd: de brug is van 1931.",
        "Den här artikeln har rättats. Bron är från 1931.",
        "Artiklen er rettet: Broen er fra 1931, ikke 1913.",
        "Sprostowanie: w tekście błędnie podaliśmy rok budowy mostu.",
        "Un error en una versión previa de este artículo atribuyó la cita al alcalde.",
        "Nous avons corrigé une erreur dans cet article : le pont date de 1931.",
        "Artikel ini telah dikoreksi karena kesalahan tahun pembangunan.",
        "この記事は3日に訂正しました。橋の完成年は1931年です。",
        "본 기사는 사실관계 오류를 바로잡아 3일 수정했습니다. 바로잡습니다.",
    ],
)
def test_a_note_is_found_in_further_languages_and_forms(text: str) -> None:
    assert CORRECTION.search(text)
    assert is_correction_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "This article was updated on 3 November to add a statement of the council.",
        "Aktualisiert am 3. November: Die Stellungnahme des Rats wurde ergänzt.",
        "Mise à jour : ajout de la réaction de la mairie.",
        "Esta reportagem foi atualizada às 15h para incluir a resposta da prefeitura.",
        "Aanvulling: de reactie van de gemeente is toegevoegd.",
        "Artikeln har uppdaterats med ett svar från kommunen.",
        "Päivitetty 3.11. klo 15: Lisätty kaupungin kommentti.",
        "Aktualizacja, 3 listopada: dodaliśmy odpowiedź ratusza.",
        "Обновлено: добавлен комментарий мэрии о сроках ремонта.",
        "※追記：市の回答を加えました。工事は秋まで続くとのことです。",
        "Güncelleme: Belediyenin yanıtı habere eklendi.",
        "Оновлено: додано коментар міської ради про ремонт.",
        "Update 15:10 Uhr: Die Stadt hat inzwischen geantwortet.",
        "Actualización: el ayuntamiento ha respondido tras la publicación.",
        "Bu haber, belediyenin açıklaması eklenerek güncellendi.",
    ],
)
def test_a_note_of_an_update_corrects_nothing(text: str) -> None:
    assert UPDATE.search(text)
    assert not is_correction_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "Corrections department officials said two inmates had left the county jail on Monday.",
        "Correction officers at the county jail went on strike over pay on Monday.",
        "The central bank issued a correction to its forecast after a clerk's error.",
        "An update on the ferry's repair is expected on Tuesday, the operator said.",
        "Korrektur der Prognose verlangt: Das Institut soll neu rechnen, sagt der Minister.",
        "Précision chirurgicale : les médecins ont opéré la danseuse en une heure.",
        "La corrección de los exámenes se retrasa hasta el lunes, según el sindicato.",
        "Oprava mostu potrvá do podzimu, řekl v pondělí starosta.",
        "Исправление школьных тетрадей займёт месяц, сообщили в мэрии.",
        "市は3日、議事録の訂正を発表した。理由は担当者の入力ミスだという。",
        "统计局星期一更正了去年的增长数据，称原先公布的数字有误，将在下周说明原因。",
        "تصحيح مسار النهر سيستغرق عامين وفق ما قالته الوزارة يوم الاثنين.",
        "Die Korrektur an den Börsen setzt sich am Montag fort, sagen Händler.",
        "Rättelse av skolprov tar en månad, säger lärarna i Tidewick.",
        "Aktualizacja oprogramowania kolei potrwa do piątku, podała spółka.",
        "Correction tape sales have risen since the schools opened, shops say.",
    ],
)
def test_news_about_a_correction_or_an_update_is_no_note(text: str) -> None:
    assert not CORRECTION.search(text)
    assert not is_correction_note(text)
    assert not UPDATE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "Corrected at 09:40: the ferry carries 90 cars, and not 190 as we first wrote.",
        "Note to readers: This column has been revised; it wrongly said the quay was sold in 2011.",
        "This story corrects the spelling of the harbour master's name in paragraph four.",
        "(Corrects figure in the second paragraph to 14 million, not 41 million)",
        "(Refiles to fix the name of the quay in the headline.)",
        "CORRECTION TO HEADLINE: An earlier headline gave the wrong first name of the coach.",
        "Update and correction, 4 May: The school has 320 pupils, not 230.",
        "Transparenzhinweis: Wir hatten zunächst geschrieben, die Fähre fahre stündlich. Das war falsch.",
        "Modification le 4 mai : contrairement à ce que nous écrivions, le bac reste gratuit.",
        "Korrigering: I texten angavs fel namn på hamnchefen.",
        "Artikkelen ble oppdatert 4. mai: Tidligere sto det feil navn på havnesjefen.",
        "Düzeltme ve özür: Haberimizde liman müdürünün adı yanlış yazıldı.",
    ],
)
def test_a_note_without_a_label_of_its_own_is_found(text: str) -> None:
    assert CORRECTION.search(text)
    assert is_correction_note(text)


@pytest.mark.parametrize(
    "text",
    [
        "Corrections to the tide tables are printed each spring by the harbour office.",
        "Corrected figures for the harbour will be published by the office in spring.",
        "The bill was amended late on Tuesday to clarify who pays for the dredging of the quay.",
        "The rules were changed in 2019 to reflect that most boats now have two engines.",
        "An earlier version of the bill failed in the upper house by two votes in March.",
        "In einer früheren Version des Gesetzes war von zwölf Jahren Frist die Rede gewesen.",
        "Une version précédente du logiciel laissait entrer les pirates dans le système de la mairie.",
        "Una versión anterior del proyecto preveía doce millones para el puerto de Tidewick.",
        "Uma versão anterior da lei previa doze anos de prisão, disse o ministro na segunda.",
        "Una versione precedente del decreto prevedeva dodici milioni di euro per il porto.",
        "Een eerdere versie van de wet haalde het niet in de senaat, zei de minister.",
        "The club was fined after a player was changed without notice to fix a substitution error.",
        "Breaking the ice on the upper river has taken the crews eleven days so far.",
        "Developing countries will ask for more money at the talks in Tidewick next week.",
        "Update to the harbour plan was refused by the council on Tuesday evening.",
        "Mise à jour logicielle : la mairie change ses ordinateurs cet hiver.",
        "Updated passports will cost eleven crowns more from the spring, the office said.",
    ],
)
def test_news_about_other_versions_and_amendments_is_no_note(text: str) -> None:
    assert not CORRECTION.search(text)
    assert not is_correction_note(text)
    assert not UPDATE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "An earlier version of the article gave the wrong year for the bridge.",
        "In einer früheren Version dieses Artikels stand ein falsches Jahr. Das haben wir geändert.",
        "Une version précédente de cet article donnait une mauvaise date pour le pont.",
        "Una versión anterior de esta nota daba otro año para el puente de Tidewick.",
        "Una versione precedente di questo articolo riportava un anno sbagliato.",
        "Una versión anterior del artículo daba otro año para el puente de Tidewick.",
        "Uma versão anterior desta reportagem trazia outro ano para a ponte.",
        "Une version précédente de l’article donnait une mauvaise date pour le pont.",
        "Een eerdere versie van dit artikel noemde een verkeerd jaar voor de brug.",
    ],
)
def test_an_earlier_version_of_the_article_is_a_note(text: str) -> None:
    assert is_correction_note(text)


@pytest.mark.parametrize(
    "text", ["Updated at 3:10 p.m. with comments from the harbour master.", "Mise à jour du 4 mai.", "Updated"]
)
def test_updated_says_so_before_a_time_or_a_reason(text: str) -> None:
    assert UPDATE.search(text)
