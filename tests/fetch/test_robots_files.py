"""robots.txt as papers and their servers really send it: invisible characters, octets, packed files, special signs."""

from __future__ import annotations

import gzip

import pytest

from newscrawl.fetch.robots import Robots

STORY = "/2026/ferry-1"


def allows(text: str | bytes, path: str = STORY) -> bool:
    body = text if isinstance(text, bytes) else text.encode()
    return Robots.parse(body, "newscrawl").allows(f"https://paper.example{path}")


INVISIBLE = "\ufeff\u200b\u2060\xad\u200e"


@pytest.mark.parametrize("mark", INVISIBLE)
def test_what_no_editor_shows_hides_no_line(mark: str) -> None:
    assert allows(f"User-agent: *\nDisallow: /x\n\n{mark}User-agent: BadBot\nDisallow: /")
    assert not allows(f"User-agent: *\n{mark}Disallow: /2026")
    assert not allows(f"User-agent: {mark}*{mark}\nDisallow:{mark} /2026{mark}")


@pytest.mark.parametrize(
    ("pattern", "path", "is_open"),
    [
        ("/a-%2A.html", "/a-*.html", False),  # both of RFC 9309, 2.2.3
        ("/foo-%24", "/foo-$", False),
        ("/a-%2a.html", "/a-%2A.html", False),
        ("/a-%2A.html", "/a-b.html", True),
        ("/a$b", "/a$b/1", False),
        ("/a$b", "/a%24b/1", False),
        ("/a%24$", "/a$", False),
        ("/a%24$", "/a$/1", True),
        ("/a*b", "/a*b", False),
        ("*$", STORY, False),
        ("$", STORY, True),
        ("/*=%2A", "/q?x=*", False),
        ("/%7Eann/", "/~ann/1", False),
    ],
)
def test_an_escaped_sign_is_itself_and_a_plain_one_is_special(pattern: str, path: str, is_open: bool) -> None:
    assert allows(f"User-agent: *\nDisallow: {pattern}", path) is is_open


@pytest.mark.parametrize(
    ("pattern", "encoding", "path", "is_open"),
    [
        ("/café/", "latin-1", "/caf%E9/1", False),
        ("/café/", "latin-1", "/caf%C3%A9/1", True),
        ("/café/", "utf-8", "/café/1", False),
        ("/новости/", "cp1251", "/%ed%ee%e2%ee%f1%f2%e8/1", False),
        ("/?s=straße", "cp1252", "/?s=stra%DFe", False),
    ],
)
def test_a_path_is_compared_by_its_octets(pattern: str, encoding: str, path: str, is_open: bool) -> None:
    text = f"# Für alle: né\nUser-agent: *\nDisallow: {pattern}\nDisallow: /x"
    body = text.encode(encoding, "ignore")
    assert allows(body, path) is is_open
    assert not allows(body, "/x/1")


@pytest.mark.parametrize("bare", ["Disallow", "disallow   # nothing", "DISALLOW\t", "Allow"])
def test_a_name_without_colon_and_value_is_an_empty_rule(bare: str) -> None:
    assert allows(f"User-agent: *\n{bare}\nUser-agent: BadBot\nDisallow: /")


@pytest.mark.parametrize(
    "text",
    [
        "User-agent：*\nDisallow：/2026",
        "User-agent： *\nDisallow: /2026",
        "User–agent: *\nDisallow: /2026",
        "User_Agent: *\nDisallow: /2026",
        "User\u2011agent: *\nDisallow: /2026",
        "User-agent:\xa0*\nDisallow:\xa0/2026\xa0",
        "User-agent: *\x0c\n\x0cDisallow: /2026",
    ],
)
def test_a_wish_typed_on_another_keyboard_counts(text: str) -> None:
    assert not allows(text)
    assert allows(text, "/2025/ferry-1")


def test_lines_of_others_typed_so_close_nothing() -> None:
    assert allows("User-agent: *\nDisallow: /x\n\nUser–agent: BadBot\nDisallow: /")
    assert allows("User-agent: *\nDisallow: /x\n\nUser-agent：BadBot\nDisallow：/")


def test_a_packed_file_is_read() -> None:
    packed = gzip.compress(b"User-agent: *\r\nDisallow: /2026\r\n")
    assert not allows(packed)
    assert allows(packed, "/2025/ferry-1")
    assert not allows(packed[:-4])  # without its last bytes it still says what it says
    assert allows(b"\x1f\x8bno gzip at all")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("10", 10), ("10 s", 10), ("5s", 5), ("1,5", 1.5), ("0.5 # short", 0.5), ("1.2.3", None), ("soon", None),
        ("500ms", 0.5), ("1500 milliseconds", 1.5), ("2 min", 120), ("1m", 60), ("3 months", 3), ("4 msx", 4),
    ],
)  # fmt: skip
def test_the_seconds_of_a_delay_may_have_a_unit(value: str, seconds: float | None) -> None:
    body = f"User-agent: *\nCrawl-delay: {value}\nDisallow: /x".encode()
    assert Robots.parse(body, "newscrawl").crawl_delay_seconds == seconds
