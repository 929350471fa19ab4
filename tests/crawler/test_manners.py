"""When a host is asked, what counts as an answer, and when to look again."""

from __future__ import annotations

import gzip
import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import absolute, canonical
from crawler.decoding import decode_page
from crawler.documents import PromisedDocument
from crawler.listing import Row
from crawler.manifest import manifest_path, read_lines
from crawler.manners import followed_delay, parse_quiet_hours, quiet_seconds
from crawler.missing import says_missing
from crawler.rechecks import is_due, is_past
from crawler.registry import Expect
from crawler.yields import short_years
from tests.crawler.conftest import NOW, PROVINCE, Crawls, listing, site, title
from tests.crawler.web import Answer, Web
from warehouse.facts.files import load_yaml

BASE = "http://www.a.gov.cn/nb/"
HOST = "www.a.gov.cn"
GONE = "<html><title>提示</title><body><p>抱歉，您访问的页面不存在</p></body></html>"


@pytest.mark.parametrize(
    ("utc", "quiet", "hours"),
    [
        ("00:30", (8, 18), 9.5),  # 8:30 in China
        ("09:59", (8, 18), 1 / 60),
        ("10:00", (8, 18), 0),
        ("23:59", (8, 18), 0),
        ("15:00", (22, 6), 7),  # 23:00, over midnight
        ("21:00", (22, 6), 1),
        ("22:00", (22, 6), 0),
        ("12:00", None, 0),
    ],
)
def test_quiet_hours_are_china_s(utc: str, quiet: tuple[int, int] | None, hours: float) -> None:
    hour, minute = map(int, utc.split(":"))
    now = datetime(2024, 6, 1, hour, minute, tzinfo=UTC)
    assert quiet_seconds(now, quiet) == pytest.approx(hours * 3600)


def test_quiet_hours_as_people_write_them() -> None:
    assert parse_quiet_hours("8-18") == (8, 18)
    assert parse_quiet_hours(" 22-6") == (22, 6)
    for bad in ("8", "8-25", "8-8", "0-24", "24-3", "x-y", ""):
        with pytest.raises(ValueError, match="quiet hours"):
            parse_quiet_hours(bad)


def test_crawl_waits_for_the_quiet_hours_to_end(web: Web, crawls: Crawls) -> None:
    web.put(BASE, listing([("1.html", title(2023), "2024-01-02")]))
    web.put(f"{BASE}1.html", "<html><body>一</body></html>")
    now = datetime(2024, 6, 1, 9, 59, 57, tzinfo=UTC)
    began = time.monotonic()
    report = crawls.run(now=now, quiet=(8, 18))
    assert report.sites[HOST].fetched == 1
    first = min(at for at, _ in web.times)
    assert first - began > 2, "asked within the quiet hours"


def test_delay_of_robots_is_followed_up_to_a_bound(web: Web, crawls: Crawls) -> None:
    assert [followed_delay(d) for d in (None, 0.5, 3600)] == [0, 0.5, 30]
    web.put("http://www.a.gov.cn/robots.txt", "User-agent: *\nCrawl-delay: 1\n", type="text/plain")
    web.put(BASE, listing([("1.html", title(2023), "2024-01-02")]))
    web.put(f"{BASE}1.html", "<html><body>一</body></html>")
    crawls.run()
    times = [at for at, url in web.times if "robots" not in url]
    assert len(times) == 2 and times[1] - times[0] >= 0.95


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        (GONE, True),
        ("<title>404 Not Found</title><p>nginx</p>", True),
        ("<title>您访问的页面不存在</title>" + "<p>导航 首页 要闻 公开 服务</p>" * 90, True),
        (f"<title>某局</title><p>{title(2023)}</p>" + "正文" * 400 + "申请的信息不存在", False),
        ("<html><body>本机关没有相关报告</body></html>", False),
        ("", False),
    ],
)
def test_pages_that_say_they_are_not_there(body: str, missing: bool) -> None:
    assert says_missing(body.encode()) is missing
    assert says_missing(body.encode("gb18030"), "text/html; charset=gb2312") is missing


@given(data=st.data())
def test_whatever_says_missing_holds_one_of_the_hints(data: st.DataObject) -> None:
    rules = load_yaml("missing.yaml")
    words = re.compile(rules["words"], re.IGNORECASE)
    text = data.draw(st.from_regex(words, fullmatch=True))
    assert any(hint in text for hint in rules["hints"])


def test_address_beyond_every_browser_is_asked_for_all_the_same(web: Web, crawls: Crawls) -> None:
    web.put(BASE, listing([(f"1.jsp?id={'7' * 3000}", title(2023), "2024-01-02")]))
    web.put(f"{BASE}1.jsp", "<html><body>一</body></html>")
    counts = crawls.run().sites[HOST]
    assert counts.finished and counts.fetched == 1 and not counts.errors


def test_soft_404_is_a_failure_of_a_document_and_the_end_of_a_list(
    web: Web, crawls: Crawls
) -> None:
    call = '<script>createPageHTML(3, 0, "index", "html");</script>'
    rows = [("1.html", title(2023), "2024-01-02"), ("2.html", title(2022), "2023-01-02")]
    web.put(BASE, listing(rows, call))
    web.put(f"{BASE}index_1.html", GONE)
    web.put(f"{BASE}1.html", GONE)
    web.put(f"{BASE}2.html", "<html><body>二</body></html>")
    counts = crawls.run().sites[HOST]
    assert (counts.fetched, counts.failed, counts.lists_failed) == (1, 1, 0)
    assert crawls.documents()[f"{BASE}1.html"].reason == "soft 404"


def test_session_ids_schemes_and_ports_make_no_second_document(web: Web, crawls: Crawls) -> None:
    assert absolute(BASE, "a.do;jsessionid=AB12?x=1&PHPSESSID=9&y=2#z") == f"{BASE}a.do?x=1&y=2"
    assert canonical("https://www.a.gov.cn:443//nb/1.html") == canonical(f"{BASE}1.html")
    assert canonical(f"{BASE}1.html?id=1") != canonical(f"{BASE}1.html?id=2")
    rows = [
        ("1.html;jsessionid=AAA", title(2023), "2024-01-02"),
        ("/nb//1.html;jsessionid=BBB", title(2023), "2024-01-02"),
        ("http://www.a.gov.cn:80/nb/1.html", title(2023), "2024-01-02"),
    ]
    web.put(BASE, listing(rows))
    web.put(f"{BASE}1.html", "<html><body>一</body></html>")
    assert crawls.run().sites[HOST].requested == 1
    assert web.count(f"{BASE}1.html") == 1


def test_compressed_pages_that_nobody_asked_for(web: Web, crawls: Crawls) -> None:
    page = listing([("1.html", title(2023), "2024-01-02"), ("2.html", title(2022), "2023-01-02")])
    web.put(BASE, gzip.compress(page.encode()))  # and no header says so
    body = gzip.compress("<html><body>一</body></html>".encode())
    web.put(f"{BASE}1.html", body, headers={"Content-Encoding": "gzip"})
    web.put(f"{BASE}2.html", "\ufeff<html><body>二</body></html>".encode())
    assert crawls.run().sites[HOST].fetched == 2
    assert decode_page(gzip.compress("〔2023〕号".encode("gb18030"))) == "〔2023〕号"
    assert "\ufffd" in decode_page(b"\x1f\x8b\x08broken")


def test_lists_without_end_come_to_one(web: Web, crawls: Crawls) -> None:
    def same(query: dict[str, str]) -> Answer:
        tail = f'<a href="list.jsp?page={int(query.get("page", 1)) + 1}">下一页</a>'
        return Answer(listing([("1.html", title(2023), "2024-01-02")], tail))

    def calendar(query: dict[str, str]) -> Answer:
        day = int(query.get("day", 0))
        links = "".join(f'<a href="?day={day + n}">{n}</a>' for n in range(1, 31))
        return Answer(listing([("2.html", title(2022), "2023-01-02")], links))

    web.pages[f"{BASE}list.jsp"] = same
    web.pages["http://www.b.gov.cn/nb/"] = calendar
    web.put(f"{BASE}1.html", "<html><body>一</body></html>")
    web.put("http://www.b.gov.cn/nb/2.html", "<html><body>二</body></html>")
    report = crawls.run(
        site(HOST, "generic", f"{BASE}list.jsp"),
        site("www.b.gov.cn", "generic", "http://www.b.gov.cn/nb/"),
    )
    assert [s.fetched for s in report.sites.values()] == [1, 1]
    assert len(web.asked) < 30, web.asked


@pytest.mark.parametrize(
    ("published", "checked", "due"),
    [
        ("2024-05-20", timedelta(days=6), False),
        ("2024-05-20", timedelta(days=7), True),
        ("2024-01-10", timedelta(days=60), False),
        ("2024-01-10", timedelta(days=364), False),
        ("2022-01-10", timedelta(days=365), True),
        (None, timedelta(days=8), True),
    ],
)
def test_articles_are_looked_at_again_when_due(
    published: str | None, checked: timedelta, due: bool
) -> None:
    at = (NOW - checked).isoformat()
    document = PromisedDocument(BASE, HOST, "article", None, 2023, "", published, None)
    document.checked_at = document.fetched_at = at
    assert is_due(document, NOW) is due


def test_due_articles_are_asked_conditionally_and_the_others_not(web: Web, crawls: Crawls) -> None:
    rows = [("1.html", title(2023), "2024-05-20"), ("2.html", title(2022), "2023-01-02")]
    web.put(BASE, listing(rows))
    for n in (1, 2):
        web.put(f"{BASE}{n}.html", f"<html><body>{n}</body></html>", etag=True)
    crawls.run()
    later = NOW + timedelta(days=8)
    web.asked.clear()
    counts = crawls.run(now=later).sites[HOST]
    assert (counts.requested, counts.unchanged, counts.skipped_unchanged) == (1, 1, 1)
    assert web.conditional[-1:] == [f"{BASE}1.html"]
    assert crawls.run(now=later + timedelta(days=1)).sites[HOST].requested == 0
    assert crawls.run(now=later + timedelta(days=400)).sites[HOST].requested == 2


def test_what_lies_behind_old_rows() -> None:
    def rows(*days: str) -> list[Row]:
        return [Row(f"{BASE}{d}", title(2010), date.fromisoformat(d)) for d in days]

    old = rows("2019-03-01", "2019-02-01", "2018-01-01")
    assert is_past(old, {2021, 2022})
    assert is_past([*old, Row(f"{BASE}x", "下一页", None)], {2021})
    assert not is_past(old, {2019}), "a year of grace"
    assert not is_past(old[::-1], {2021}), "not in order"
    assert not is_past([*old, Row(f"{BASE}y", title(2020), None)], {2021}), "without a date"
    assert not is_past(old[:2], {2021}), "too few to tell"


def test_lists_are_read_no_further_than_needed_after_a_full_pass(web: Web, crawls: Crawls) -> None:
    call = '<script>createPageHTML(5, 0, "index", "html");</script>'
    for page in range(5):
        year = 2023 - 2 * page
        rows = [(f"{year - n // 2}-{n}.html", title(year - n // 2, f"第{n}街道办事处"),
                 f"{year + 1 - n // 2}-01-0{5 - n}") for n in range(4)]  # fmt: skip
        web.put(f"{BASE}index_{page}.html" if page else BASE, listing(rows, call))
        for href, *_ in rows:
            web.put(BASE + href, "<html><body>x</body></html>")

    def lists() -> int:
        asked = sum("index_" in url or url == BASE for url in web.asked)
        web.asked.clear()
        return asked

    crawls.run(years=(2022, 2023))
    assert lists() == 5
    lines = list(read_lines(manifest_path(crawls.archive, PROVINCE)))
    assert [(line["url"], line["years"]) for line in lines if line["kind"] == "pass"] == [
        (BASE, [2022, 2023])
    ]
    counts = crawls.run(years=(2023,)).sites[HOST]
    assert lists() == 2 and counts.skipped_unchanged == 2 and not counts.short
    crawls.run(years=(2023,), full=True)
    assert lists() == 5
    crawls.run(years=(2021,))
    assert lists() == 5, "these years were not looked for before"


def test_site_that_gives_less_than_it_did_or_should_fails_its_year(
    web: Web, crawls: Crawls
) -> None:
    assert short_years((2021, 2022, 2023), {2022: 2}, {2021: 1, 2022: 5}, None) == {
        "2021": "no report of 2021 is listed any more; there were 1"
    }
    rows = [("1.html", title(2023), "2024-01-02"), ("2.html", title(2022), "2023-01-02")]
    web.put(BASE, listing(rows))
    for n in (1, 2):
        web.put(f"{BASE}{n}.html", f"<html><body>{n}</body></html>")
    expecting = replace(site(), expect=Expect(1))
    assert not crawls.run(expecting).sites[HOST].short
    assert crawls.run(replace(site(), expect=Expect(2))).sites[HOST].short == {
        "2022": "1 reports of 2022 are listed, at least 2 are expected",
        "2023": "1 reports of 2023 are listed, at least 2 are expected",
    }
    web.put(BASE, listing(rows[:1]))
    counts = crawls.run().sites[HOST]
    assert list(counts.short) == ["2022"] and counts.short["2022"] in counts.errors


def test_other_bytes_that_say_the_same_are_no_change(web: Web, crawls: Crawls) -> None:
    def page(body: str, visits: int) -> str:
        return (
            f"<html><head><meta name='token' content='{visits * 7919}'></head><body>"
            f"<p>浏览次数：{visits}</p><div class='TRS_Editor'><p>{body}</p>"
            f"<a href='P1.docx'>附件.docx</a></div><script>var t={visits}</script></body></html>"
        )

    rows = [(f"{n}.html", title(2023, f"第{n}街道"), "2024-05-20") for n in range(2)]
    web.put(BASE, listing(rows))
    web.put(f"{BASE}P1.docx", b"PK")
    for n in range(2):
        web.put(f"{BASE}{n}.html", page("收到申请12件" * 60, 1))
    crawls.run()
    web.put(f"{BASE}0.html", page("收到申请12件" * 60, 2))
    web.put(f"{BASE}1.html", page("收到申请13件" * 60, 2))
    counts = crawls.run(now=NOW + timedelta(days=8)).sites[HOST]
    assert (counts.fetched, counts.changed, counts.retouched) == (2, 1, 1)
    assert [len(crawls.documents()[f"{BASE}{n}.html"].versions) for n in range(2)] == [1, 1]
