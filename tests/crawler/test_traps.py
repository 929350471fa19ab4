"""Traps that a hostile or broken server sets: none gets through, and the crawl finishes."""

from __future__ import annotations

import gzip
from pathlib import Path

from crawler.archive import read_payload
from tests.crawler.conftest import Crawls, listing, site, title
from tests.crawler.web import Answer, Web

BASE = "http://www.a.gov.cn/nb/"
BOMB = gzip.compress(bytes(60_000_000))
ODD = {
    "X-Odd": "a\x00b\x1b[31mred\x7f",
    "ETag": '"\x01\x1b]0;title\x07"',
    "Last-Modified": "yesterday\x0b",
    "Content-Disposition": 'attachment; filename="../../../../etc/passwd\\x00.doc"',
}
PAGES: dict[str, Answer] = {
    "there": Answer(status=302, headers={"Location": f"{BASE}back.html"}),
    "back": Answer(status=301, headers={"Location": f"{BASE}there.html"}),
    "longer": Answer(status=302, headers={"Location": f"{BASE}longer.html?n=1&n=2"}),
    "bomb": Answer(BOMB, headers={"Content-Encoding": "gzip"}),
    "quietbomb": Answer(BOMB),
    "odd": Answer("<html><body>fine</body></html>", headers=ODD),
    "split": Answer(status=302, headers={"Location": f"{BASE}x.html%0d%0aSet-Cookie:%20a=b"}),
    "selfstub": Answer('<meta http-equiv="refresh" content="0;url=selfstub.html">'),
    "stubloop": Answer('<meta http-equiv="refresh" content="0;url=stubback.html">'),
    "stubback": Answer("<script>location.href='stubloop.html'</script>"),
    "stubaway": Answer("<script>window.location.href='http://169.254.169.254/latest/'</script>"),
    "named": Answer(
        "<html><body><p>\u8be6\u89c1\u9644\u4ef6</p>"
        "<a href='..%2f..%2f..%2f..%2ftmp%2fevil.doc'>..\\..\\evil.doc</a>"
        "<a href='/../../../etc/passwd.doc'>/etc/passwd.doc</a>"
        "<a href='down.jsp?filename=../../../etc/cron.d/x.doc'>x.doc</a></body></html>"
    ),
}


def test_no_trap_gets_through(web: Web, crawls: Crawls) -> None:
    rows = [(f"{name}.html", title(2023, f"{name}\u8857\u9053"), "2024-01-02") for name in PAGES]
    web.put(BASE, listing(rows))
    for name, answer in PAGES.items():
        web.pages[f"{BASE}{name}.html"] = answer
    evil = Answer(b"\xd0\xcf\x11\xe0", type="application/msword", headers=ODD)
    for address in (
        f"{BASE}..%2f..%2f..%2f..%2ftmp%2fevil.doc",
        "http://www.a.gov.cn/etc/passwd.doc",
        f"{BASE}down.jsp",
    ):
        web.pages[address] = evil
    report = crawls.run()
    assert report.finish_reason == "finished"
    documents = crawls.documents()
    outcomes = {url.rsplit("/", 1)[-1].removesuffix(".html"): d for url, d in documents.items()}
    for name, outcome, reason in (
        ("there", "failed", "redirect"),
        ("back", "failed", "redirect"),
        ("longer", "failed", "redirect"),
        ("bomb", "refused", "size"),
        ("stubaway", "refused", "private"),
        ("split", "failed", "404"),
    ):
        found = outcomes[name]
        assert found.outcome == outcome and reason in (found.reason or ""), (name, found)
    for name in ("odd", "selfstub", "stubloop", "named", "quietbomb"):
        assert outcomes[name].outcome == "fetched", (name, outcomes[name].reason)
    files = [d for d in documents.values() if d.role == "attachment"]
    assert len(files) == 3 and {d.outcome for d in files} == {"fetched"}
    for document in documents.values():
        if document.warc:
            read_payload(crawls.archive, document.warc, document.offset or 0)
    assert web.count(f"{BASE}there.html") < 20
    assert not [url for url in web.asked if "169.254" in url or "Set-Cookie" in url.split("%0d")[0]]
    strays = [p for p in crawls.root.rglob("*") if p.is_file() and "passwd" in p.name]
    assert not strays and not Path("/tmp/evil.doc").exists()
    # What an odd server said is never said back to it in a way that breaks the request.
    counts = crawls.run().sites["www.a.gov.cn"]
    assert counts.finished and counts.fetched == 0


def test_lists_that_are_traps_end(web: Web, crawls: Crawls) -> None:
    def endless(query: dict[str, str]) -> Answer:
        number = int(query.get("page", 1))
        rows = [(f"/yw/{number}{n}.html", f"\u8981\u95fb{number}", "2024-01-02") for n in range(3)]
        tail = f"<a href='list.jsp?page={number + 1}&sid={number}'>\u4e0b\u4e00\u9875</a>"
        return Answer(listing(rows, tail))

    web.pages[f"{BASE}list.jsp"] = endless
    web.put("http://www.b.gov.cn/nb/", BOMB, headers={"Content-Encoding": "gzip"})
    web.put("http://www.c.gov.cn/nb/", BOMB)
    web.put(
        "http://www.d.gov.cn/nb/", status=302, headers={"Location": "http://www.d.gov.cn/nb/?x=1"}
    )
    web.put(
        "http://www.d.gov.cn/nb/?x=1", status=302, headers={"Location": "http://www.d.gov.cn/nb/"}
    )
    report = crawls.run(
        site("www.a.gov.cn", "generic", f"{BASE}list.jsp"),
        *(site(f"www.{name}.gov.cn") for name in "bcd"),
    )
    assert report.finish_reason == "finished"
    assert web.count("http://www.d.gov.cn/nb/") < 10
    assert len([u for u in web.asked if "list.jsp" in u]) < 60
    reasons = {host: " ".join(s.errors) for host, s in report.sites.items()}
    assert "size" in reasons["www.b.gov.cn"] and "redirect" in reasons["www.d.gov.cn"]
    assert "longer than any list" in reasons["www.c.gov.cn"]
    assert "names no report" in reasons["www.a.gov.cn"] or "annual" in reasons["www.a.gov.cn"]


def test_lists_that_go_on_for_ever_end_in_every_family(web: Web, crawls: Crawls) -> None:
    families = ("trs", "ucap", "openness", "cicro", "eportal", "vsb", "gkmlpt", "generic", "aspx")

    def last_page_again(number: int) -> Answer:
        rows = [(f"/nb/202401/t2024010{n}_{n}.html", title(2023), "2024-01-02") for n in (1, 2)]
        return Answer(listing(rows, f"<a href='index_{number + 1}.html'>\u4e0b\u4e00\u9875</a>"))

    for family in families:
        base = f"http://www.{family.replace('_', '-')}.gov.cn/nb/"
        web.pages[base] = last_page_again(0)
        web.pages |= {f"{base}index_{n}.html": last_page_again(n) for n in range(1, 40)}
    hosts = {family: f"www.{family.replace('_', '-')}.gov.cn" for family in families}
    crawls.run(*(site(host, family) for family, host in hosts.items()))
    asked = {f: sum(f"{h}/nb/index" in url for url in web.asked) for f, h in hosts.items()}
    assert {family: count for family, count in asked.items() if count > 8} == {}
