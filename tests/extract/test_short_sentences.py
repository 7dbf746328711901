"""Briefs: articles of short sentences, as they are usual in Chinese, Japanese and Korean; and scripts without stops."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import extract
from newscrawl.extract.optional import separated
from newscrawl.items import Capture, Extraction, Source

SOURCE = Source(name="courier", publisher="The Courier", domains=("courier.example",))
URL = "https://courier.example/news/4711"
MENU = "<nav><ul>" + "".join(f"<li><a href=/{n}>Section {n}</a></li>" for n in range(8)) + "</ul></nav>"
FOOTER = "<footer><p>© 2026 The Courier. All rights reserved.</p></footer>"

CHINESE = ("渡轮停航。", "港务局周五表示，船舵破裂，维修需要九天。", "持票乘客可乘巴士。", "市议会希望再买一艘船。")
JAPANESE = ("市議会は堤防を高くする案を可決した。", "賛成は十一、反対は四。", "工事は四月に始まる。")
KOREAN = ("의회는 제방을 높이기로 했다.", "찬성 11표, 반대 4표였다.", "공사는 4월에 시작된다.", "농민들은 반대했다.")
ENGLISH = ("The harbour road is closed.", "Police are at the scene.", "Nobody was hurt, the mayor said.")


def read(headline: str, body: str) -> Extraction:
    html = f"<html><head><meta charset=utf-8><title>{headline}</title></head><body>{MENU}{body}{FOOTER}</body></html>"
    return extract(Capture(URL, URL, 200, (), html.encode(), datetime(2026, 3, 12, tzinfo=UTC)), (), SOURCE)


def each(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize(
    ("headline", "line", "texts"),
    [
        ("渡轮停航到下周", "2026-03-12 14:05 来源：海港日报", CHINESE),
        ("堤防案を可決した市議会", "3/12(木) 14:05 配信", JAPANESE),
        ("제방을 높이기로 의회 결정", "승인 2026.03.12 14:05", KOREAN),
        ("Harbour road closed after crash", "12 March 2026, 14:05", ENGLISH),
    ],
)
@pytest.mark.parametrize("joint", ["</p><p>", "<br><br>"])
def test_a_brief_is_its_sentences(headline: str, line: str, texts: tuple[str, ...], joint: str) -> None:
    text = joint.join(texts)
    inner = f"<p>{text}</p>" if joint == "</p><p>" else text
    extraction = read(headline, f"<div><h1>{headline}</h1><div class=i>{line}</div><div class=t>{inner}</div></div>")
    assert extraction.paragraphs == texts
    assert extraction.body_origin == "tree"


def test_comments_below_a_brief_are_left_out() -> None:
    comments = "<div class=comments><p>よかった。</p></div>"
    body = f"<div><h1>堤防案を可決した市議会</h1><div>{each(JAPANESE)}</div>{comments}</div>"
    assert read("堤防案を可決した市議会", body).paragraphs == JAPANESE


def test_short_sentences_beside_a_single_paragraph_are_set_like_it() -> None:
    texts = ("The council of Marsh End voted by eleven to four on Tuesday to raise the levee along the bank.", *ENGLISH)
    assert read("Levee to rise", f"<article><h1>Levee to rise</h1>{each(texts)}</article>").paragraphs == texts


@pytest.mark.parametrize(
    ("headline", "texts"),
    [
        (
            "สภาโหวตเพิ่มความสูงเขื่อน",
            (
                "สภาเมืองมาร์ชเอนด์ลงมติเมื่อวันอังคารด้วยคะแนนสิบเอ็ดต่อสี่ให้เพิ่มความสูงของเขื่อนตามแนวฝั่งเหนือ",
                "วิศวกรเตือนตั้งแต่น้ำท่วมปี 2562 ว่ากำแพงเก่าจะไม่สามารถต้านน้ำขึ้นสูงในฤดูใบไม้ผลิได้อีกครั้ง",
            ),
        ),
        (
            "ສະພາລົງມະຕິຍົກເຂື່ອນ",
            (
                "ສະພາເມືອງມາດເອັນລົງມະຕິໃນວັນອັງຄານດ້ວຍຄະແນນສິບເອັດຕໍ່ສີ່ໃຫ້ຍົກລະດັບເຂື່ອນຕາມແຄມຝັ່ງເໜືອຂອງແມ່ນ້ຳ",
                "ວິສະວະກອນໄດ້ເຕືອນຕັ້ງແຕ່ນ້ຳຖ້ວມປີສອງພັນສິບເກົ້າວ່າກຳແພງເກົ່າຈະຕ້ານນ້ຳຂຶ້ນສູງອີກຄັ້ງບໍ່ໄດ້ແລະຈະພັງ",
            ),
        ),
    ],
)
def test_scripts_without_a_full_stop_have_prose(headline: str, texts: tuple[str, ...]) -> None:
    line = "<span>12 มี.ค. 2569 14:05 น.</span>"
    body = f"<article><h1>{headline}</h1>{line}<div>{each(texts)}</div></article>"
    assert read(headline, body).paragraphs == texts


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("2026.03.12. 오후 2:05", "timestamp"),
        ("입력 2026-03-12 14:05", "timestamp"),
        ("3/12(木) 14:05配信", "timestamp"),
        ("2026年3月12日 14時05分", "timestamp"),
        ("12 มี.ค. 2569 14:05 น.", "timestamp"),
        ("12.03.2026, 14:05 Uhr", "timestamp"),
        ("（责任编辑：林爱达）", "credit"),
        ("来源：海港日报", "credit"),
        ("Ada Lind is a reporter for The Courier. Follow her on X @adalind.", "byline"),
        ("12.03.2026", None),
        ("来源：新华社。议会周二以十一票对四票通过了方案。", None),
        ("Ada Lind is a reporter for the Weir Post who was arrested on Monday.", None),
    ],
)
def test_stamps_and_credits_among_the_paragraphs_are_optional(line: str, kind: str | None) -> None:
    kept, optional = separated((*CHINESE, line))
    assert kept == (CHINESE if kind else (*CHINESE, line))
    assert [(each.type, each.text) for each in optional] == ([(kind, line)] if kind else [])
