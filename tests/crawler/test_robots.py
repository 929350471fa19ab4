"""What a robots.txt allows, and what a host that is too busy gets: time, or peace."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from crawler.manners import MOST_PAUSE, asked_pause, own_pause
from tests.crawler.conftest import Crawls, listing, site, title
from tests.crawler.web import Answer, Web

HOST = "www.a.gov.cn"
BASE = f"http://{HOST}/nb/"
ROBOTS = f"http://{HOST}/robots.txt"
CLOSED = "User-agent: *\nDisallow: /nb/closed\n"


def two(web: Web, host: str = HOST) -> None:
    base = f"http://{host}/nb/"
    rows = [
        ("open.html", title(2023, "甲街道"), "2024-01-02"),
        ("closed/1.html", title(2023, "乙街道"), "2024-01-02"),
    ]
    web.put(base, listing(rows))
    web.put(f"{base}open.html", "<html><body>甲</body></html>")
    web.put(f"{base}closed/1.html", "<html><body>乙</body></html>")


def outcomes(crawls: Crawls, host: str = HOST) -> dict[str, str]:
    base = f"http://{host}/nb/"
    documents = crawls.documents().items()
    return {url.removeprefix(base): d.outcome for url, d in documents if url.startswith(base)}


BOTH = {"open.html": "fetched", "closed/1.html": "fetched"}
ONE = {"open.html": "fetched", "closed/1.html": "refused"}
OURS_FIRST = "User-agent: gongkai\nDisallow: /nb/closed\n\nUser-agent: *\nDisallow: /\n"

ROBOTS_FILES: dict[str, tuple[Answer, dict[str, str]]] = {
    "plain": (Answer(CLOSED, type="text/plain"), ONE),
    "gb2312": (Answer(f"# 禁止抓取目录\n{CLOSED}".encode("gb18030"), type="text/plain"), ONE),
    "bom": (Answer(b"\xef\xbb\xbf" + CLOSED.replace("\n", "\r\n").encode()), ONE),
    "gone": (Answer(CLOSED, status=404), BOTH),
    "forbidden": (Answer(CLOSED, status=403), BOTH),
    "homepage": (Answer("<html><body>首页</body></html>"), BOTH),
    "longline": (Answer("#" + "x" * 700_000 + f"\n{CLOSED}", type="text/plain"), BOTH),
    "long": (Answer("#\n" * 200_000 + CLOSED, type="text/plain"), ONE),
    "ours": (Answer(OURS_FIRST), ONE),
    "moved": (Answer(status=302, headers={"Location": f"http://{HOST}/r.txt"}), ONE),
    "circle": (Answer(status=302, headers={"Location": "http://circle.gov.cn/robots.txt"}), BOTH),
    "inward": (Answer(status=302, headers={"Location": "http://10.0.0.1/robots.txt"}), BOTH),
}
CANNOT_BE_HAD = {"down": Answer("down", status=500), "reset": Answer(b"x" * 900, fate="reset")}


def test_what_robots_txt_allows(web: Web, crawls: Crawls) -> None:
    web.put(f"http://{HOST}/r.txt", CLOSED, type="text/plain")
    answers = {name: answer for name, (answer, _) in ROBOTS_FILES.items()} | CANNOT_BE_HAD
    for name, answer in answers.items():
        two(web, f"{name}.gov.cn")
        web.pages[f"http://{name}.gov.cn/robots.txt"] = answer
    report = crawls.run(*(site(f"{name}.gov.cn") for name in answers), max_bytes=2_000_000)
    for name, (_, expected) in ROBOTS_FILES.items():
        assert outcomes(crawls, f"{name}.gov.cn") == expected, name
        asked = f"http://{name}.gov.cn/nb/closed/1.html" in web.asked
        assert asked == (expected == BOTH), name
    for name in CANNOT_BE_HAD:  # then the site is closed, for this run
        counts = report.sites[f"{name}.gov.cn"]
        assert "robots.txt" in " ".join(counts.errors) and counts.lists_failed == 1, name
        assert not [url for url in web.asked if url.startswith(f"http://{name}.gov.cn/nb/")]
        web.put(f"http://{name}.gov.cn/robots.txt", CLOSED)
    crawls.run(*(site(f"{name}.gov.cn") for name in CANNOT_BE_HAD))
    for name in CANNOT_BE_HAD:
        assert outcomes(crawls, f"{name}.gov.cn") == ONE, name


def test_column_that_robots_txt_forbids_is_said(web: Web, crawls: Crawls) -> None:
    two(web)
    web.put(ROBOTS, "User-agent: *\nDisallow: /\n")
    counts = crawls.run().sites[HOST]
    assert "refused: robots" in " ".join(counts.errors) and not crawls.documents()
    assert web.asked == [ROBOTS]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        (" 17 ", 17),
        ("Sat, 01 Jun 2024 08:01:00 GMT", 60),
        ("Sat, 01 Jun 2024 07:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("9" * 40, None),
    ],
)
def test_pauses_that_servers_ask_for(header: str, seconds: float | None) -> None:
    assert asked_pause(header, datetime(2024, 6, 1, 8, 0, tzinfo=UTC)) == seconds


def test_own_pauses_grow_to_a_bound() -> None:
    assert [own_pause(n) for n in (1, 2, 3)] == [2, 4, 8]
    assert own_pause(50) == MOST_PAUSE


@pytest.mark.parametrize("status", [429, 503])
def test_busy_host_is_waited_for(web: Web, crawls: Crawls, status: int) -> None:
    two(web)
    busy = Answer("wait", status=status, headers={"Retry-After": "2"})
    answers = [busy, Answer("<html><body>甲</body></html>")]
    web.pages[f"{BASE}open.html"] = lambda query: answers.pop(0)
    began = time.monotonic()
    assert crawls.run().sites[HOST].fetched == 2
    assert time.monotonic() - began > 2
    asked = [at for at, url in web.times if url == f"{BASE}open.html"]
    others = [at for at, url in web.times if asked[0] < at < asked[1]]
    assert asked[1] - asked[0] >= 2 and not others, "the whole host is left in peace"


def test_host_that_asks_for_a_long_pause_is_left_alone(web: Web, crawls: Crawls) -> None:
    rows = [(f"{n}.html", title(2023, f"第{n}街道"), "2024-01-02") for n in range(6)]
    web.put(BASE, listing(rows))
    for n in range(6):
        web.put(f"{BASE}{n}.html", "wait", status=503, headers={"Retry-After": "86400"})
    began = time.monotonic()
    counts = crawls.run(site()).sites[HOST]
    assert counts.finished and counts.failed == 6 and time.monotonic() - began < 60
    assert sum(url.endswith(".html") for url in web.asked) == 1
    assert "left alone for 86400 seconds" in " ".join(counts.errors)
