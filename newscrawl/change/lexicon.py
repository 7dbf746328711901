"""Words and patterns for what a sentence does: attribute a statement, hedge it, note a correction, or boilerplate.

English is covered best; the other languages have the few words that newsrooms use every day. For a language without a
list some types are missing, but its edits are still counted, marked and weighed.
"""

from __future__ import annotations

import regex

from newscrawl.lazy_patterns import lazy_pattern

# Scripts without spaces have no word boundaries, so their patterns are outside of \b(?:…)\b.
ATTRIBUTION = lazy_pattern(
    r"""(?xiV1) \b(?:
      said|says?|saying|told|tells|stated|states|claimed|claims|alleged?|alleges|argued?|argues|insist(?:s|ed)?
      |announced
    | confirmed|confirms|denied|denies|reported|reports|warned|warns?|added|predict(?:s|ed)?|estimat(?:es?|ed)
    |believes?|complain(?:s|ed)?|vow(?:s|ed)?|pledg(?:es?|ed)|acknowledged|admitted|admits|explained
    | suggested|declared|wrote|according\ to|on\ condition\ of\ anonymity
    | remarked|noted|testified|asserted|maintained|contended|disclosed|revealed|pointed\ out|as\ per
    |in\ the\ words\ of
    | sag(?:te|ten|t|en)|erklär(?:te|ten|t)|teil(?:te|ten)|laut|zufolge|behaupte(?:te|ten|t)|beton(?:te|ten|t)
    | bestätig(?:te|ten|t)|dementier(?:te|ten|t)|warn(?:te|ten|t)|berichte(?:te|ten|t)|meinte|schrieb|schreibt
    | äußer(?:te|ten|t)|kritisier(?:te|ten|t)|kündig(?:te|ten|t)|forder(?:te|ten|t)|nach\ Angaben
    |nach\ Einschätzung|hieß\ es
    | selon|d[’']après|a(?:ffirm|nnonc|jout|ssur|vanc|ccus)(?:e|ent|é|ait)|déclar(?:e|ent|é|ait)|indiqu(?:e|ent
    |é|ait)
    | expliqu(?:e|ent|é|ait)|estim(?:e|ent|é|ait)|précis(?:e|ent|é|ait)|confirm(?:e|ent|é|ait)|soulign(?:e|ent|é
    |ait)
    | rapport(?:e|ent|é|ait)|dénonc(?:e|ent|é|ait)|a\ dit|ont\ dit|dit-il|dit-elle|a\ fait\ savoir|souten(?:u
    |ait)|révél(?:e|é)
    | dij(?:o|eron)|dice[n]?|según|de\ acuerdo\ con|(?:afirm|declar|asegur|anunci|confirm|señal|explic|indic
    |inform|denunci
        |precis|coment|manifest|alert|detall|relat|reiter)(?:ó|aron|a|an|aba)|sostuv(?:o|ieron)|sostiene[n]?
        |advirti(?:ó|eron)
    | agreg(?:ó|aron)|añadi(?:ó|eron)|reconoci(?:ó|eron)|admiti(?:ó|eron)|insisti(?:ó|eron)|reve(?:ló|laron)
    | diss(?:e|eram)|diz|dizem|segundo\ (?:os?|as?|uma?|fontes?)|de\ acordo\ com|conforme|(?:afirm
    |declar|anunci|confirm|explic|inform
    |indic|ressalt|relat
        |alert|denunci|coment|assegur|acrescent|revel)(?:ou|aram|a|am)|garanti(?:u|ram)
    | secondo|stando\ a|a\ detta\ di|(?:ha|hanno)\ (?:detto|dichiarato|annunciato|affermato|spiegato|confermato
    |riferito|aggiunto
        |sostenuto|precisato|sottolineato|denunciato|rivelato)|dichiarat[oa]|annunciat[oa]|dice|dicono
        |afferma(?:no)?|sostien[ei](?:no)?
    | riferisc[eo](?:no)?
    | zei|zeiden|zegt|zeggen|volgens|aldus|verklaar(?:de|den|t)|meld(?:de|den|t)|stel(?:de|den|t)\ dat
    |bevestig(?:de|den|t)
    | waarschuw(?:de|den|t)|benadruk(?:te|ten|t)|vertel(?:de|den|t)|liet\ weten|laat\ weten|beweer(?:de|den|t)
    | sade|enligt|uppger|ifølge|sier|siger
    | (?:сообщ|заяв|сказ|подтверд|отмет|рассказ|объяв|уточн|подчеркн|добав|утвержд|объясн|предупре[дж]|признал
    |написал|пишет|указ)\p{L}*
    | по\ (?:словам|данным|информации|мнению|сведениям|версии)|согласно|говорит|говорят
    | powiedział\p{L}*|według|poinformował\p{L}*|dedi|söyledi|açıkladı|menurut|kata|ujar
    )\b
    | 述べ|語(?:った|って|り|る)|によると|によれば|明らかにした|発表した|話し(?:た|て|ている)|という。|とのこと
    |指摘し|強調し|主張し|説明し|訴え(?:た|て)|コメントし
    | 发表|表示|据|警方称|称(?=[，,：:]|\p{Han}{2})(?<![名职对号简俗人自通统])|指出|透露|宣布|强调|坦言|告诉
    |說(?=[，,：:「])|说(?=[，,：:「“"])|认为|稱(?=[，,：:])|表明|介绍
    | \b(?:(?:و|ف)?(?:قال|قالت|قالوا|أعلن|أعلنت|صرح|صرحت|أكد|أكدت|أوضح|أوضحت|أضاف|أضافت|ذكر|ذكرت|أفاد|أفادت|أشار
    |أشارت
        |زعم|زعمت|يقول|تقول|اعتبر|اعتبرت|نفى|نفت|حذر|حذرت|كشف|كشفت)|وفقا|وفقًا|بحسب|حسب|نقلا\ عن)\b
    """
)
HEDGES = lazy_pattern(
    r"""(?xiV1) \b(?:
      may|might|could|reportedly|allegedly|alleged|apparently|apparent|suspected|likely|unlikely|possibly|possible
    | potentially|presumably|unconfirmed|purported(?:ly)?|supposed(?:ly)?|appears?|seems?|believed\ to|thought\ to
    | unclear|preliminary|perhaps|probably|so-called|said\ to\ (?:be|have)|understood\ to|rumou?red|ostensibly
    |accused\ of
    | angeblich\w*|mutmaßlich\w*|offenbar|möglicherweise|vermutlich\w*|wohl|vielleicht|könnte|könnten|wahrscheinlich
    | sogenannt\w*|anscheinend|scheint|scheinbar|verdächtig\w*|offensichtlich|solle?n?|dürfte|dürften
    | présumée?s?|apparemment|probablement|peut-être|pourrait|pourraient|aurait|auraient|serait|seraient
    |prétendument|semble|semblerait|vraisemblablement|possible|soupçonnée?s?
    | presunt[oa]s?|supuest[oa]s?|al\ parecer|posiblemente|probablemente|podría|podrían|quizás?|(?:presunta
    |supuesta|aparente)mente|tal\ vez|habría|habrían|sospechos[oa]s?
    | suposto|suposta|possivelmente|provavelmente|talvez|poderia|poderiam|(?:suposta|alegada|aparente
    |presumivel)mente|teria|teriam|suspeit[oa]s?
    | presunt[oaie]|forse|probabilmente|potrebbe|potrebbero|(?:presumibil|apparente|verosimil)mente|sembra
    |avrebbe|avrebbero|sospettat[oaie]
    | vermeend\w*|mogelijk|waarschijnlijk|vermoedelijk\w*|naar\ verluidt|blijkbaar|kennelijk|misschien
    |verdachte?n?|lijkt|zou|zouden
    | якобы|предположительно|вероятно|возможно|по-видимому|похоже|подозреваем\p{L}*|предполагаем\p{L}*
    | misstänkt\w*|möjligen|troligen
    )\b | とみられ|可能性|かもしれない|疑い|らしい|模様|ようだ|おそれ|容疑|涉嫌|可能|据称|疑似|或许|似乎|据传
    | \b(?:ربما|يزعم|مزعوم|المزعوم|محتمل|المحتمل|يُعتقد|يعتقد|قد|على\ ما\ يبدو|يبدو|مشتبه|المشتبه)\b
    """
)
# What a page says of itself: that it was edited, not what is new.
_PAGE_UPDATED = r"""
      \bthis\ (?:article|story|report|post|page|piece)\ (?:has\ been|was|is\ being|will\ be|is)\ (?:last\ )?updated\b
    | \b(?:dieser|der)\ (?:artikel|text|beitrag)\ w(?:urde|ird)\b.{0,200}\baktualisiert\b
    | \bcet\ article\ (?:a\ été|est)\ mis\ à\ jour\b
    | \best[ea]\ (?:artículo|noticia|nota)\ (?:ha\ sido|fue)\ actualizad[oa]\b
    | \best[ea]\ (?:artigo|matéria|notícia|reportagem)\ foi\ atualizad[oa]\b
    | \bdit\ artikel\ (?:is|werd)\b.{0,60}\bbijgewerkt\b
    | \bquesto\ articolo\ è\ stato\ aggiornato\b | \b(?:статья|материал)\ (?:была?\ )?обновл[её]на?\b
    | \b(?:artikeln|texten|artiklen|artikkelen|saken)\ (?:har|er|är)\ (?:blitt\ |blevet\ )?
      (?:uppdaterats?|oppdatert|opdateret)\b
    | \b(?:juttua|artikkelia|uutista)\ (?:on\ )?päivitetty\b | \b(?:artykuł|tekst)\ został\ zaktualizowany\b
    | \b(?:стаття|матеріал|новина)\ (?:була\ )?оновлен[ао]\b | \bbu\ (?:haber|yazı)\b.{0,60}\bgüncellen
    | \bartikel\ ini\ telah\ diperbarui\b
"""
# In English the rest of a sentence may follow: "Breaking the ice", "Updated passports".
_BEHIND_UPDATED = (
    r"(?:at|on|to\ (?:include|add|reflect|correct|clarify|fix|note|show|make|say|this|our)|"
    r"with|throughout|by|as|after|following|from|for|story|news|and|correction|version|since|"
    r"(?:a|an|one|few|several|\d+)\ |(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|hourly|daily)\b"
)
_DATED = r"(?:avec|con|com)\b|(?:\w{1,9}\ ){1,3}\d"
# Behind these, a word in small letters says that the sentence is news ("Aktualizacja systemu potrwa").
_UPDATE_NOUNS = r"""
      aanvulling|uppdatering|oppdatering|opdatering|päivitys|aktualizacja|aktualizace|aktualizácia|обновление|дополнение
      |оновлення|güncelleme|frissítés|actualizare|ενημέρωση|pembaruan|cập\ nhật|actualització|ažuriranje|eguneraketa
"""
UPDATED = lazy_pattern(rf"(?xiV1) {_PAGE_UPDATED}")
UPDATE = lazy_pattern(
    rf"""(?xiV1)
      ^\W*(?:updated?|last\ updated|breaking|developing)\b(?!\ (?!{_BEHIND_UPDATED})(?-i:\p{{Ll}}))
    | ^\W*(?:mise\ à\ jour|actualizaci[oó]n|atualizaç[aã]o|aggiornamento)\b(?!\ (?!{_DATED})(?-i:\p{{Ll}}))
    | ^\W*(?:aktualisiert
      |actualizado
        |atualizado|aggiornato|bijgewerkt|uppdaterad|oppdatert|opdateret|päivitetty
        |zaktualizowano|aktualizováno|обновлено|оновлено|обновена|güncellendi|frissítve|actualizat|ažurirano|eguneratua
        |diperbarui|ενημερώθηκε)\b
    | ^\W*(?:{_UPDATE_NOUNS})\b(?!\ (?-i:\p{{Ll}}))
    | {_PAGE_UPDATED}
    | ^\W*(?:更新|速報|追記|업데이트) | ^\W*تحديث | ^\W*(?:עדכון|अपडेट|อัปเดต)(?=\s*[^\w\s]|\s*\d)
    """
)
BOILERPLATE = lazy_pattern(
    r"""(?xiV1)
      ^\S{1,64}@\S{1,100}\.\w{2,12}$ | ^https?://\S+$
    | ^\W*(?:advertisement|anzeige|publicité|publicidad|werbung|live\ updates?|read\ more|related|more\ on\ this
        |see\ also|sign\ up|subscribe|follow\ (?:us|@)|share\ this|download\ the|click\ here|listen\ to
        |watch|weiterlesen|mehr\ zum\ thema|lire\ aussi|leer\ más|lea\ también|leia\ (?:mais|também)
        |leggi\ anche|lees\ ook|lees\ meer|läs\ (?:mer|också)|les\ (?:også|mer)|læs\ også|lesen\ sie\ (?:auch
        |mehr)|lire\ la\ suite
        |à\ lire\ aussi|lee\ también|ver\ también|vea\ también|veja\ também|saiba\ mais|mehr\ dazu|sehen\ sie\ auch
        |abonnez-vous|suscríbete|assine|abbonati|iscriviti|abonneer|jetzt\ abonnieren|читайте\ также
        |подпис(?:ывайтесь|аться)
        |реклама|przeczytaj\ także|czytaj\ także|اقرأ\ أيضا|اقرأ\ أيضاً|للمزيد|تابعونا|إعلان)\b.{0,120}$
    | ^\W*(?:関連記事|あわせて読みたい|広告|有料会員|続きを読む|延伸阅读|延伸閱讀|相关阅读|相关新闻|推荐阅读
    |更多阅读|广告|点击).{0,60}$
    | \b(?:contributed\ to\ this|contributed\ reporting|reporting\ by|editing\ by|written\ by|compiled\ by
        |reported\ from)\b
    | ^\W*(?:photos?|pictures?|images?|video|source|sources|quelle|quellen|foto|fotos|bild|bilder|video|text
    |texte|crédits?|fuente|fonte
        |bron|imagen|imagem|beeld|редактор|автор|фото|источник|текст|المصدر|تصوير|写真|出典|文|記者|来源|來源
        |记者|编辑|责任编辑|責任編輯
        |作者|图片|撰文|監修|編集)\s?[:：/／|]\s?\S.{0,100}$
    | ^[（(](?:记者|記者|编辑|編輯|責任編輯|责任编辑|完|reuters|afp|ap|dpa|efe|ansa|共同|時事)[^）)]{0,40}[）)]$
    | \b(?:con\ información\ de|avec\ (?:afp|reuters|agences)|mit\ material\ (?:von|der)
    |com\ informações\ d[aeo]|met\ medewerking\ van)\b
    | ©|\ball\ rights\ reserved\b|\bnewsletter\b|\bfollow\ .{1,40}\ on\ (?:facebook|twitter|x|instagram)\b
    | \blike\ .{1,60}\ on\ facebook\b | \btoday[’']s\ coverage\b
    """
)
# A short line of the page's own: how many comments, how long to read, what a subscription costs.
PAGE_LINE = lazy_pattern(
    r"""(?xiV1) \W{0,3}\d[\d.,]{0,12}\s?[km]?\s?(?:comments?|shares?|likes?|views?|reactions?|kommentare?|commentaires?
        |comentarios?|comentários?|commenti|reacties|комментари\p{L}{0,3}|تعليقات?|件のコメント|条评论)
    | .{0,30}\d\s?-?(?:min(?:ute)?s?\.?\s(?:read|listen|lesezeit|de\ lecture|de\ lectura|de\ leitura|di\ lettura
        |leestijd)|мин\p{L}{0,3}\ чтения)
    | .{0,30}\bsubscribe\b.{0,30}\b(?:now|today|for|from|free)\b.{0,40}
    | \W{0,3}(?:today|tonight|tomorrow)(?:[’']s)?\ weather\s?[:·|].{0,80}"""
)
# What stands before the one who says something.
SAYING_BEFORE = lazy_pattern(
    r"(?:according to|says?|said|told by|laut|selon|según|segundo|secondo|volgens)\s+(?:the\s+)?$", regex.IGNORECASE
)
# A line that only says when the page was published or updated, or who wrote it.
STAMP = lazy_pattern(
    r"""(?xiV1) \W*(?:(?:last|first|originally|zuletzt|dernière|última|ultimo|ultima|laatst|laatste|последнее
    |آخر)\s+)?
      (?:updated?|published|posted|modified|edited|stand
      |aktualisiert|aktualisierung|veröffentlicht|geändert|erstellt|publiée?|mise?\ à\ jour|modifiée?
      |publicad[oa]|actualizad[oa]|actualización|modificad[oa]|atualizad[oa]|atualização|pubblicat[oa]
      |aggiornat[oa]|aggiornamento
      |gepubliceerd|bijgewerkt|gewijzigd|uppdaterad|publicerad|oppdatert|publisert|opdateret|publiceret
      |обновлен[оа]?|обновлено
      |опубликовано|изменено|обновление|опубліковано|оновлено|zaktualizowano|opublikowano|aktualizacja
      |güncelleme|diperbarui
      |(?:تم\s+)?(?:ال)?تحديث|نشر|(?:最終)?更新(?:日時?|时间|時間|于)?|公開(?:日時?)?|配信|掲載|発布|发布(?:时间
      |于)?|發布(?:時間)?|最后更新|입력|수정)
      (?!\p{L}) [^.!?]{0,24}?\d[^!?]{0,60}
    | \W*(?:by|von|par|por|di|door|av|af)\s+\p{Lu}[^.!?]{2,80}"""
)
# Words that differ by a letter from another common word: replacing one is not the correction of a typo.
NEVER_TYPOS = lazy_pattern(
    r"""(?xi) could|would|should|(?:m|b|tr)illions?|affect|effect|north|south|east|west|killed|filled|wom[ae]n
    |night|right
    |their|there|where|were|then|than|with|wish|from|form|quite|quiet|hundreds?"""
)
# German and Luxembourgish capitalise all nouns, so a single capitalised word need not be a name.
CAPITALS_EVERYWHERE = ("de", "lb")
