"""Words and patterns for what a sentence does: attribute a statement, hedge it, note a correction, or boilerplate.

English is covered best; the other languages have the few words that newsrooms use every day. For a language without a
list some types are missing, but its edits are still counted, marked and weighed.
"""

from __future__ import annotations

import regex

# Scripts without spaces have no word boundaries, so their patterns are outside of \b(?:…)\b.
ATTRIBUTION = regex.compile(
    r"""(?xiV1) \b(?:
      said|says|saying|told|tells|stated|states|claimed|claims|alleged|alleges|argued|argues|insisted|insists|announced
    | confirmed|confirms|denied|denies|reported|reports|warned|warns|added|acknowledged|admitted|admits|explained
    | suggested|declared|wrote|according\ to|on\ condition\ of\ anonymity
    | sagte|sagten|erklärte|teilte|laut|zufolge|behauptete|betonte|bestätigte|dementierte|warnte
    | selon|affirme|déclaré|déclare|indiqué|annoncé|estime
    | dijo|según|afirmó|declaró|aseguró|anunció|confirmó
    | disse|segundo|afirmou|declarou|anunciou|confirmou | ha\ detto|secondo|dichiarato|annunciato
    | zei|volgens|aldus|verklaarde | sade|enligt|uppger | sa|ifølge
    )\b | と述べた|と語った|によると|明らかにした|发表|表示|据 | \b(?:قال|قالت|أعلن|أعلنت|وفقا|بحسب|صرح|أكد)\b
    """
)
HEDGES = regex.compile(
    r"""(?xiV1) \b(?:
      may|might|could|reportedly|allegedly|alleged|apparently|apparent|suspected|likely|unlikely|possibly|possible
    | potentially|presumably|unconfirmed|purported(?:ly)?|supposed(?:ly)?|appears?|seems?|believed\ to|thought\ to
    | unclear|preliminary|perhaps|probably|so-called
    | angeblich\w*|mutmaßlich\w*|offenbar|möglicherweise|vermutlich\w*|wohl|vielleicht|könnte|könnten|wahrscheinlich
    | sogenannt\w*
    | présumée?s?|apparemment|probablement|peut-être|pourrait|pourraient|aurait|auraient
    | presunt[oa]s?|supuest[oa]s?|al\ parecer|posiblemente|probablemente|podría|podrían|quizás?
    | suposto|suposta|possivelmente|provavelmente|talvez|poderia | presunt[oaie]|forse|probabilmente|potrebbe
    | vermeend\w*|mogelijk|waarschijnlijk|vermoedelijk | misstänkt\w*|möjligen|troligen
    )\b | とみられる|可能性|かもしれない|疑い|涉嫌|可能|据称 | \b(?:ربما|يزعم|مزعوم|محتمل|يُعتقد|قد)\b
    """
)
UPDATE = regex.compile(
    r"""(?xiV1)
      ^\W*(?:updated?|last\ updated|breaking|developing|aktualisiert|update|mise\ à\ jour|actualizaci[oó]n|actualizado
        |atualizaç[aã]o|atualizado|aggiornamento|aggiornato|bijgewerkt|uppdaterad|oppdatert)\b
    | \bthis\ (?:article|story|report|post|page)\ (?:has\ been|was|is\ being|will\ be)\ updated\b
    | \b(?:dieser|der)\ (?:artikel|text)\ w(?:urde|ird)\b.{0,200}\baktualisiert\b
    | ^\W*(?:更新|速報) | ^\W*تحديث
    """
)
BOILERPLATE = regex.compile(
    r"""(?xiV1)
      ^\S{1,64}@\S{1,100}\.\w{2,12}$ | ^https?://\S+$
    | ^\W*(?:advertisement|anzeige|publicité|publicidad|werbung|live\ updates?|read\ more|related|more\ on\ this
        |see\ also|sign\ up|subscribe|follow\ (?:us|@)|share\ this|download\ the|click\ here|listen\ to
        |watch|weiterlesen|mehr\ zum\ thema|lire\ aussi|leer\ más|lea\ también|leia\ (?:mais|também)
        |leggi\ anche|lees\ ook|läs\ (?:mer|också))\b.{0,120}$
    | \b(?:contributed\ to\ this|contributed\ reporting|reporting\ by|editing\ by|written\ by|compiled\ by
        |reported\ from)\b
    | ©|\ball\ rights\ reserved\b|\bnewsletter\b|\bfollow\ .{1,40}\ on\ (?:facebook|twitter|x|instagram)\b
    | \blike\ .{1,60}\ on\ facebook\b | \btoday[’']s\ coverage\b
    """
)
# What stands before the one who says something.
SAYING_BEFORE = regex.compile(
    r"(?:according to|says?|said|told by|laut|selon|según|segundo|secondo|volgens)\s+(?:the\s+)?$", regex.IGNORECASE
)
# A line that only says when the page was published or updated, or who wrote it.
STAMP = regex.compile(
    r"""(?xiV1) \W*(?:(?:last|first|originally)\s+)?(?:updated?|published|posted|modified|stand
      |aktualisiert|veröffentlicht|publié|mis\ à\ jour
      |publicado|actualizado|atualizado|pubblicato|aggiornato|gepubliceerd|bijgewerkt|uppdaterad|publicerad|oppdatert
      |publisert|opdateret|обновлено|опубликовано|更新|公開|تحديث|نشر)\b[^.!?]{0,20}\d[^!?]{0,60}
    | \W*(?:by|von|par|por|di|door|av|af)\s+\p{Lu}[^.!?]{2,80}"""
)
# Words that differ by a letter from another common word: replacing one is not the correction of a typo.
NEVER_TYPOS = regex.compile(
    r"""(?xi) could|would|should|[mbtr]+illions?|affect|effect|north|south|east|west|killed|filled|wom[ae]n|night|right
    |their|there|where|were|then|than|with|wish|from|form|quite|quiet|hundreds?"""
)
# German and Luxembourgish capitalise all nouns, so a single capitalised word need not be a name.
CAPITALS_EVERYWHERE = ("de", "lb")
