"""Marks are whole words, numbers, times, scores and addresses in any language; punctuation only where it changed."""

from __future__ import annotations

import pytest

from tests.diff.test_word_diff import marked

# name, old, new, marked as a reader expects it
PROBES = [
    ("decimal", "It rose to 3.5% on Monday.", "It rose to 3.7% on Monday.", "It rose to [-3.5-]{+3.7+}% on Monday."),
    ("score", "They won 2-1 at home.", "They won 3-1 at home.", "They won [-2-1-]{+3-1+} at home."),
    ("score with a dash", "They won 2–1 at home.", "They won 3–1 at home.", "They won [-2–1-]{+3–1+} at home."),
    ("range", "Between 10–15 people came.", "Between 10–20 people came.", "Between [-10–15-]{+10–20+} people came."),
    ("amount", "It cost €1,500.", "It cost €2,500.", "It cost €[-1,500-]{+2,500+}."),
    ("de: amount", "Er kostet 1.234,56 Euro.", "Er kostet 1.334,56 Euro.", "Er kostet [-1.234,56-]{+1.334,56+} Euro."),
    (
        "de: compound and ordinal",
        "Der Ex-Präsident Dr. Weber sagte am 3. Oktober",
        "Der Ex-Kanzler Dr. Weber sagte am 4. Oktober",
        "Der [-Ex-Präsident-]{+Ex-Kanzler+} Dr. Weber sagte am [-3-]{+4+}. Oktober",
    ),
    (
        "fr: time",
        "Il est 18h30 à l'Élysée, dit-il.",
        "Il est 19h30 à l'Élysée, dit-elle.",
        "Il est [-18h30-]{+19h30+} à l'Élysée, [-dit-il-]{+dit-elle+}.",
    ),
    (
        "es: share",
        "El 3,5 % de los EE.UU. votó.",
        "El 4,5 % de los EE.UU. votó.",
        "El [-3,5-]{+4,5+} % de los EE.UU. votó.",
    ),
    (
        "pt: time and day",
        "A reunião às 14h30 de segunda-feira.",
        "A reunião às 15h30 de terça-feira.",
        "A reunião às [-14h30-]{+15h30+} de [-segunda-feira-]{+terça-feira+}.",
    ),
    (
        "it: compound and ordinal",
        "L'ex-premier andrà all'Aquila il 1º maggio.",
        "L'ex-ministro andrà all'Aquila il 2º maggio.",
        "[-L'ex-premier-]{+L'ex-ministro+} andrà all'Aquila il [-1º-]{+2º+} maggio.",
    ),
    (
        "nl: number and compound",
        "Zo'n 1.500 auto's in Den Haag, zegt minister-president Rutte.",
        "Zo'n 1.600 auto's in Den Haag, zegt oud-premier Rutte.",
        "Zo'n [-1.500-]{+1.600+} auto's in Den Haag, zegt [-minister-president-]{+oud-premier+} Rutte.",
    ),
    (
        "ru: time and share",
        "В 14:30 курс вырос на 3,5% в т.ч. из-за нефти",
        "В 15:30 курс вырос на 4,5% в т.ч. из-за газа",
        "В [-14:30-]{+15:30+} курс вырос на [-3,5-]{+4,5+}% в т.ч. из-за [-нефти-]{+газа+}",
    ),
    (
        "ar: digits",
        "ارتفع بنسبة 3.5% إلى ١٢٫٥ مليون",
        "ارتفع بنسبة 4.5% إلى ١٣٫٥ مليون",
        "ارتفع بنسبة [-3.5-]{+4.5+}% إلى [-١٢٫٥-]{+١٣٫٥+} مليون",
    ),
    (
        "ja: score and time",
        "2対1で勝利した。午後3時30分",
        "3対1で勝利した。午後4時30分",
        "[-2-]{+3+}対1で勝利した。午後[-3-]{+4+}時30分",
    ),
    ("zh: score and share", "比分2-1，涨幅3.5%。", "比分3-1，涨幅4.5%。", "比分[-2-1-]{+3-1+}，涨幅[-3.5-]{+4.5+}%。"),
    ("hi: share", "सोमवार को 3.5% बढ़ा", "मंगलवार को 4.5% बढ़ा", "[-सोमवार-]{+मंगलवार+} को [-3.5-]{+4.5+}% बढ़ा"),
    (
        "address",
        "Read https://a.example/x-y?z=1, please.",
        "Read https://a.example/x-z?z=1, please.",
        "Read [-https://a.example/x-y?z=1-]{+https://a.example/x-z?z=1+}, please.",
    ),
    (
        "e-mail address",
        "Write to desk@paper.example.",
        "Write to news@paper.example.",
        "Write to [-desk@paper.example-]{+news@paper.example+}.",
    ),
    ("time", "At 9:30 a.m. EST", "At 10:30 a.m. EST", "At [-9:30-]{+10:30+} a.m. EST"),
    ("abbreviation in a compound", "The U.S.-led force", "The U.K.-led force", "The [-U.S.-led-]{+U.K.-led+} force"),
    ("age", "the 20-year-old", "the 21-year-old", "the [-20-year-old-]{+21-year-old+}"),
    ("quote", 'He said, "Yes."', 'He said, "No."', 'He said, "[-Yes-]{+No+}."'),
    (
        "apostrophes",
        "mother's, dogs' and O’Neill’s",
        "mother's, cats' and O’Brien’s",
        "mother's, [-dogs-]{+cats+}' and [-O’Neill’s-]{+O’Brien’s+}",
    ),
    (
        "ruling and odds",
        "a 5-4 ruling; a 50/50 chance",
        "a 6-3 ruling; a 60/40 chance",
        "a [-5-4-]{+6-3+} ruling; a [-50/50-]{+60/40+} chance",
    ),
    (
        "dates",
        "on 12/05/2026 and 2026-05-12",
        "on 13/05/2026 and 2026-05-13",
        "on [-12/05/2026-]{+13/05/2026+} and [-2026-05-12-]{+2026-05-13+}",
    ),
    ("formula", "The CO2 and H2O, km/h", "The CO2 and H2S, m/s", "The CO2 and [-H2O-]{+H2S+}, [-km-]{+m+}/[-h-]{+s+}"),
    ("handles", "#MeToo by @a_b", "#MeTwo by @a_c", "[-#MeToo-]{+#MeTwo+} by [-@a_b-]{+@a_c+}"),
    ("contraction", "it's", "it is", "[-it's-]{+it is+}"),
    ("comma put in", "one, two and three", "one, two, and three", "one, two{+,+} and three"),
    ("dot put in", "Mr Smith said", "Mr. Smith said", "Mr{+.+} Smith said"),
    ("word in brackets", "(the minister) spoke", "(the former minister) spoke", "(the {+former +}minister) spoke"),
    ("dashes alone", "he said – quietly – no", "he said — quietly — no", "he said [-–-]{+—+} quietly [-–-]{+—+} no"),
    ("currencies", "¥1,000 to US$2.5bn", "¥2,000 to US$3.5bn", "¥[-1,000-]{+2,000+} to US$[-2.5bn-]{+3.5bn+}"),
    ("fractions", "3½ hours, 1⁄2", "4½ hours, 1⁄3", "[-3½-]{+4½+} hours, [-1⁄2-]{+1⁄3+}"),
    ("seconds", "1:23.45 in the final", "1:23.44 in the final", "[-1:23.45-]{+1:23.44+} in the final"),
    ("release", "v1.2.3-beta", "v1.2.4-beta", "[-v1.2.3-beta-]{+v1.2.4-beta+}"),
    ("century", "12th-century abbey", "13th-century abbey", "[-12th-century-]{+13th-century+} abbey"),
    ("range of amounts", "£3m–£5m deal", "£4m–£6m deal", "£[-3m-]{+4m+}–£[-5m-]{+6m+} deal"),
    (
        "fr: grouped digits",
        "Il a coûté 1\xa0500 euros.",
        "Il a coûté 2\xa0500 euros.",
        "Il a coûté [-1\xa0500-]{+2\xa0500+} euros.",
    ),
    (
        "neighbouring words are one mark",
        "The old red house by the sea was sold.",
        "The new blue house by the sea was sold.",
        "The [-old red-]{+new blue+} house by the sea was sold.",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"), [probe[1:] for probe in PROBES], ids=[probe[0] for probe in PROBES]
)
def test_a_mark_is_as_a_reader_expects_it(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected
