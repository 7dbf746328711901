"""Words of credits by language: jobs of those who write, and of those who make pictures, translate and edit."""

from __future__ import annotations

# Each as a part of a pattern. In one word of a language with cases, a stem and \w* stands for the forms.
WRITERS = (
    # English, and what many languages share
    r"correspondent|editor|reporter|columnist|writer|producer|critic|analyst|journalist|contributor|photographer|"
    r"commentator|anchor|presenter|blogger|author|director|fellow|professor|intern|photojournalist|lecturer|economist|"
    # German, Dutch
    r"\w{0,20}(?:redakteur|korrespondent|reporter|journalist|redaktor|kolumnist|autor)(?:in)?|volontär(?:in)?|"
    r"redaktorka|ressortleiter(?:in)?|redactie|redacteur|verslaggever|verslaggeefster|medewerker|columniste|"
    # French
    r"journalistes?|journalisten|correspondante?|rédacteur|rédactrice|envoyée? spéciale?|chroniqueu(?:r|se)|"
    r"éditorialiste|"
    r"collaborateur|collaboratrice|grand reporter|"
    # Spanish, Portuguese, Catalan, Galician, Basque
    r"redactora?|corresponsal|periodistas?|enviad[oa] especial|reporter[oa]s?|columnista|articulista|correspondente|"
    r"repórter(?:es)?|jornalistas?|colunista|cronista|colaborador[a]?|xornalista|corresponsala?|kazetari\w*|"
    # Italian, Romanian
    r"giornalist[ai]|inviat[oiae]|corrispondent[ei]|redattor[ei]|redattrice|editorialista|opinionista|jurnalist[ăi]?|"
    r"corespondent[ăi]?|"
    # Nordic and Baltic
    r"redaktør|redaktör|journalisten|utenrikskorrespondent|krönikör|skribent|frilans(?:are|er)?|kommentator|blaðamaður|"
    r"fréttamaður|toimittaja|kirjeenvaihtaja|toimitus|ajakirjanik|žurnālist[se]|žurnalist[aė]s?|korespondent[aė]s?|"
    # Slavic
    r"dziennikar(?:z|ka)|korespondent(?:ka)?|publicyst(?:a|ka)|reporter(?:ka)?|novinář(?:ka)?|redaktor(?:ka)?|"
    r"zpravodaj(?:ka)?|novinar(?:ka)?|dopisnik|dopisnica|журналіст(?:ка)?|кореспондент(?:ка)?|журналист(?:ка)?|"
    r"(?:спец|соб)?корр?(?:еспондент)?|обозреватель|новинар(?:ка)?|колумніст(?:ка)?|колумнист(?:ка)?|"
    # Hungarian, Greek, Turkish
    r"újságíró|tudósító|δημοσιογράφος|ανταποκριτής|ανταποκρίτρια|αρθρογράφος|muhabiri?|gazeteci|"
    # Indonesian, Vietnamese, Swahili, Filipino
    r"wartawan|jurnalis|kontributor|phóng viên|nhà báo|cộng tác viên|mwandishi(?: wa habari)?|mwanahabari|mamamahayag|"
    # Arabic, Persian, Urdu, Hebrew, Hindi, Bengali
    r"مراسل(?:ة|نا|تنا)?|صحفية?|الكاتبة?|الصحفية?|خبرنگار|نامہ نگار|صحافی|כתבת?|כתבנו|כתבתנו|פרשן|פרשנית|עורכת?|"
    r"संवाददाता|पत्रकार|रिपोर्टर|প্রতিবেদক|প্রতিনিধি|সাংবাদিক|ผู้สื่อข่าว"
)
# Chinese, Japanese and Korean write the job at once before or behind the name.
WRITERS_CJK = (
    r"記者|记者|特派員|特派员|支局長|編集委員|論説委員|編集長|解説委員|撰稿人|撰稿|评论员|評論員|通讯员|通訊員|专栏作家|專欄作家|"
    r"ライター|コラムニスト|ジャーナリスト|特约作者|特約作者"
)
PICTURES = (
    r"photo(?:s|graphs?|graphy|graphed|graphie|graphies)?|pictures?|ill?ustra\w{2,9}|images?|"
    r"video|graphics?|foto(?:s|n|['’]s|gra[fp]\w{0,5})?|bild(?:er)?|beeld|"
    r"grafik(?:en)?|kamera|schnitt|videograph(?:er|y)|photographers?|infogra(?:phies?|fía|fik|fica)|audio|artwork|"
    # Drawings, where no stem is shared
    r"[иі]лл?[юу]страц\w{1,3}|kuvitus|piirros|çizim|çizer|minh họa|te(?:ck|g)ning(?:ar|er)?|teikning(?:ar)?|"
    r"zeichnung(?:en)?|dibujos?|desenhos?|dessins?|disegn[oi]|vignett[ae]|[kc]ari[kc]atur\w{0,2}|cartoons?|collage|"
    r"rysun(?:ek|ki)|kresb[ay]|рисун(?:ок|ки)|малюн(?:ок|ки)|σκίτσ[οα]|εικονογράφηση|רישום|איור(?:ים)?|رسوم?|"
    r"插[图圖畫画]|漫[画畫]|挿絵|그림|삽화|일러스트|चित्र|"
    r"animation|zdjęcia|fot\.|kuva(?:t|aja)?|valokuva(?:t|aja)?|fotoğraf(?:lar)?|fotók?|ljósmynd(?:ir|ari)?|mynd(?:ir)?|"
    r"pildi[d]?|nuotrauk(?:a|os)|argazki(?:ak|a|lari)?|imat(?:ge|ges)|im[aá]gen(?:es)?|imagens|immagini|"
    r"фото(?:граф\w{0,4})?|снимк[иа]|світлин[иа]|слике|φωτο(?:γραφ\w{1,4})?|εικόν(?:α|ες)|ფოტო|լուսանկար\w*|"
    r"picha|gambar|larawan|ảnh|עיצוב|צילום|צילומים|תצלום|تصوير|صور|عکس|عکاس|फोटो|छायाचित्र|तस्वीरें?|ছবি|ภาพ|"
    r"写真|撮影|摄影|攝影|图片?|圖片?|图表|イラスト|사진|촬영|그래픽"
)
TRANSLATIONS = (
    r"translat(?:ed|ion|or)|übersetz(?:t|ung)|tradui(?:te?|ction)|traducció(?:n)?|traduïda?|traducid[oa]|tradução|"
    r"traduzid[oa]|tradott[oa]|traduzione|traducere\w*|tradus[ă]?|vertaald|vertaling|översatt|oversatt|oversat|"
    r"oversættelse|översättning|oversettelse|tłum(?:aczenie|aczył[a]?|\.)|przeł(?:ożył[ai]?|\.)|překlad|přeložil[a]?|"
    r"preklad|preveo|prevela|prijevod|перевод|перевела?|переклад|переклала?|превод|çeviri|çeviren|tercüme|"
    r"fordító|fordította|suomennos|suomentanut|tõlge|tõlkinud|tulkojums|vertimas|vertė|þýðing|itzulpena|itzultzailea|"
    r"μετάφραση|terjemahan|penerjemah|diterjemahkan|dịch(?: giả)?|biên dịch|mfasiri|imetafsiriwa|ترجمة|ترجمه|תרגום|"
    r"अनुवाद|অনুবাদ|แปล|翻訳|翻译|翻譯|译者?|譯者?|번역"
)
EDITORS = (
    r"edit(?:ed|ing|or)|fact[- ]?check(?:ed|ing)?|(?:medically |legally )?reviewed|produced|narrated|voiced|"
    r"design(?:ed)?|édition|edición|edição|edició|editare|editat[ă]?|montage|montaje|montáž|montaža|diseño|"
    r"редактор(?:ка)?|"
    r"redigering|lektorat|redaktor|szerkesztő|szerkesztette|editör|"
    r"penyunting|biên tập|mhariri|uredni(?:k|ca)|уредни(?:к|ца)|"
    r"επεξεργασία|leikkaus|تحرير|مونتاج|עריכה|संपादन|সম্পাদনা|บรรณาธิการ|"
    r"(?:责任|責任)?(?:编辑|編輯)|责编|校对|审核|編集|편집|"
    r"(?:sponsored|presented|powered|funded|supported)(?: content)?"
)
# What is said of a writer's job before its noun
QUALIFIERS = (
    "senior|chief|deputy|assistant|associate|executive|managing|special|staff|freelance|guest|contributing|lead|acting|"
    "political|politics|economics?|economy|business|media|science|health|environment|education|sports?|football|"
    "technology|tech|arts|culture|entertainment|film|music|travel|food|home|foreign|diplomatic|defence|defense|"
    "security|national|international|world|asia|africa|europe|european|middle|east|north|south|west|america|china|"
    "russia|us|uk|washington|london|new|york|white|house|legal|crime|religious|religion|affairs|social|royal|transport|"
    "city|news|features?|opinion|digital|online|video|data|investigations?|investigative|weekend|sunday|global|energy|"
    "climate|industry|financial|personal|finance|money|property|consumer|local|regional|community|audience|and|&|the|of"
)
# Who makes pictures or translates: beside a writer no author.
MAKERS = (
    r"(?:\w+ )?(?:photographers?|videographers?|illustrators?|translators?|fotogra(?:f|fin|fo|fa|fka|af)|fotógraf[oa]|"
    r"photographe|illustrat(?:eur|rice)|traduct(?:eur|rice|ora?)|übersetzer(?:in)?|(?:valo)?kuvaaja|fotoreporter(?:ka)?|"
    r"fotoriporter|ilustrador[a]?|tradutora?|traduttore|traduttrice|fotomuhabiri|fotograaf|фотограф|фотокорреспондент|"
    r"φωτογράφος|nhiếp ảnh gia|juru foto|argazkilaria)"
)
