"""What must not be fetched, stored or believed, in one real crawl; every promise gets a reason."""

from __future__ import annotations

import pytest

from crawler.archive import read_payload
from crawler.challenge import challenge
from crawler.compaction import compact
from crawler.manifest import manifest_path, read_lines
from crawler.middlewares import refusal
from tests.crawler.conftest import PROVINCE, Crawls, listing, site, title
from tests.crawler.web import Answer, Web

BASE = "http://www.a.gov.cn/nb/"

CHALLENGE = (
    '<html><head><meta charset="utf-8"><meta content="abc"><script>$_ts=window["$_ts"];</script>'
    '<script src="/x.js"></script></head><body></body></html>'
)

# name: (answer of the article, outcome, part of the reason)
PLANTED: dict[str, tuple[Answer, str, str]] = {
    "loopback": (
        Answer(status=302, headers={"Location": "http://127.0.0.1:9/x"}),
        "refused",
        "private",
    ),
    "decimal": (
        Answer(status=302, headers={"Location": "http://2130706433/x"}),
        "refused",
        "private",
    ),
    "hex": (Answer(status=301, headers={"Location": "http://0x7f.1/x"}), "refused", "private"),
    "mapped": (
        Answer(status=302, headers={"Location": "http://[::ffff:10.0.0.1]/"}),
        "refused",
        "private",
    ),
    "outside": (
        Answer(status=302, headers={"Location": "http://www.a.gov.cn.evil.com/"}),
        "refused",
        "gov.cn",
    ),
    "scheme": (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "refused", "scheme"),
    "loop": (Answer(status=302, headers={"Location": f"{BASE}loop.html"}), "failed", "redirect"),
    "closed": (Answer("secret"), "refused", "robots"),
    "challenge": (Answer(CHALLENGE, status=412), "blocked", "RiverSecurity"),
    "announced": (Answer(b"x" * 400_000), "refused", "size"),
    "endless": (Answer(b"x", fate="endless"), "refused", "size"),
    "reset": (Answer(b"<html>" + b"x" * 90_000, fate="reset"), "failed", ""),
    "cut": (Answer(b"<html><body>half a rep", fate="open"), "failed", "truncated"),
    "gone": (Answer("gone", status=404), "failed", "404"),
    "error": (Answer("oops", status=500), "failed", "500"),
}
SOUND: dict[str, Answer] = {
    "plain": Answer("<html><body>fine</body></html>"),
    "open": Answer(b"<html><body>whole, by its end</body></html>\n<!-- ok -->", fate="open"),
    "empty": Answer(b""),
    "moved": Answer(status=302, headers={"Location": "http://new.b.gov.cn/there.html"}),
    "stub": Answer('<meta http-equiv="refresh" content="0;url=stub/real.html">'),
}


def planted(web: Web) -> None:
    names = [*PLANTED, *SOUND]
    rows = [(f"{name}.html", title(2023, f"{name}街道办事处"), "2024-01-02") for name in names]
    web.put(BASE, listing(rows))
    for name, answer in {k: v[0] for k, v in PLANTED.items()}.items():
        web.pages[f"{BASE}{name}.html"] = answer
    for name, answer in SOUND.items():
        web.pages[f"{BASE}{name}.html"] = answer
    web.put(
        "http://www.a.gov.cn/robots.txt", "User-agent: *\nDisallow: /nb/closed\n", type="text/plain"
    )
    web.put("http://new.b.gov.cn/there.html", "<html><body>moved here</body></html>")
    web.put(f"{BASE}stub/real.html", "<html><body>behind the stub</body></html>")
    links = {
        "http://file.b.gov.cn/a.docx": "ok",
        "http://cdn.example.com/a.pdf": "refused",
        "http://10.1.2.3/b.xls": "refused",
        "http://3232235777/c.xls": "refused",
        "ftp://www.a.gov.cn/d.doc": "refused",
        "https://www.a.gov.cn/e.doc": "failed",
    }
    anchors = "".join(f"<a href='{url}'>x</a>" for url in links)
    web.put(f"{BASE}plain.html", f"<html><body>fine {anchors}</body></html>")
    web.put("http://file.b.gov.cn/a.docx", b"PK")


def test_every_promise_ends_with_bytes_or_a_reason(web: Web, crawls: Crawls) -> None:
    planted(web)
    report = crawls.run()
    counts = report.sites["www.a.gov.cn"]
    documents = crawls.documents()
    for name, (_, outcome, reason) in PLANTED.items():
        document = documents[f"{BASE}{name}.html"]
        assert (document.outcome, document.sha256) == (outcome, None), (name, document)
        assert reason in (document.reason or ""), (name, document.reason)
    for name in SOUND:
        assert documents[f"{BASE}{name}.html"].outcome == "fetched", name
    assert documents[f"{BASE}empty.html"].bytes == 0
    assert documents[f"{BASE}moved.html"].final_url == "http://new.b.gov.cn/there.html"
    assert documents[f"{BASE}stub.html"].final_url == f"{BASE}stub/real.html"

    assert documents["http://file.b.gov.cn/a.docx"].outcome == "fetched"
    for url in ("http://cdn.example.com/a.pdf", "http://10.1.2.3/b.xls", "http://3232235777/c.xls"):
        assert documents[url].outcome == "refused", url
    assert documents["ftp://www.a.gov.cn/d.doc"].outcome == "refused"
    assert documents["https://www.a.gov.cn/e.doc"].outcome == "failed"

    hosts = {url.split("/")[2] for url in web.asked if "//" in url}
    assert hosts == {"www.a.gov.cn", "new.b.gov.cn", "file.b.gov.cn"}
    assert f"{BASE}closed.html" not in web.asked
    assert web.count(f"{BASE}gone.html") == 1 and web.count(f"{BASE}error.html") == 3
    assert counts.finished
    fetched, failed = counts.by_year["2023"]["fetched"], counts.by_year["2023"]["failed"]
    assert counts.by_year["2023"]["promised"] == fetched + failed == len(documents)
    assert failed == counts.failed + counts.blocked + counts.refused

    # The next run asks again for what is missing, and for nothing that is in hand.
    web.asked.clear()
    web.put(f"{BASE}gone.html", "<html><body>back</body></html>")
    crawls.run()
    assert crawls.documents()[f"{BASE}gone.html"].outcome == "fetched"
    for name in SOUND:
        assert web.count(f"{BASE}{name}.html") == 0, name


def test_failure_after_success_keeps_the_bytes_and_is_noted(web: Web, crawls: Crawls) -> None:
    url = f"{BASE}t20240102_1.html"
    web.put(BASE, listing([("t20240102_1.html", title(2023), "2024-01-02")]))
    web.put(url, "<html><body>first</body></html>")
    crawls.run()
    web.put(BASE, listing([("t20240102_1.html", title(2023), "2024-02-02")]))
    web.put(url, "down", status=404)
    crawls.run()
    document = crawls.documents()[url]
    assert document.outcome == "fetched" and document.sha256 and "404" in (document.reason or "")
    web.asked.clear()
    web.put(url, "<html><body>second</body></html>")
    crawls.run()
    assert web.count(url) == 1, "what failed last time is tried again though its row is the same"
    document = crawls.documents()[url]
    assert document.reason is None and len(document.versions) == 1


def test_a_host_that_only_challenges_is_left_alone(web: Web, crawls: Crawls) -> None:
    rows = [(f"{n}.html", title(2023, f"第{n}街道办事处"), "2024-01-02") for n in range(12)]
    web.put(BASE, listing(rows))
    for n in range(12):
        web.put(f"{BASE}{n}.html", CHALLENGE, status=412)
    counts = crawls.run().sites["www.a.gov.cn"]
    assert counts.blocked == 12
    assert sum(url.endswith(".html") for url in web.asked) <= 6
    lines = list(read_lines(manifest_path(crawls.archive, PROVINCE)))
    kept = [line for line in lines if line["kind"] == "outcome" and "warc" in line]
    assert len(kept) == 5, "the pages are archived as what they are"
    for line in kept:
        page = read_payload(crawls.archive, line["warc"], line["offset"])
        assert (page.status, page.body) == (412, CHALLENGE.encode())
    before = crawls.documents()
    compact(crawls.archive, PROVINCE, "c1")
    crawls.run()
    compact(crawls.archive, PROVINCE, "c2")
    assert crawls.documents().keys() == before.keys()
    for line in read_lines(manifest_path(crawls.archive, PROVINCE)):
        if "warc" in line:
            read_payload(crawls.archive, line["warc"], line["offset"])


def test_without_columns_or_family_a_site_says_so(web: Web, crawls: Crawls) -> None:
    from dataclasses import replace

    report = crawls.run(
        replace(site("www.x.gov.cn"), columns=()), replace(site("www.y.gov.cn"), cms=None)
    )
    for host in ("www.x.gov.cn", "www.y.gov.cn"):
        assert "no annual-report column" in report.sites[host].errors[0]
    assert report.finish_reason != "finished"


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("http://www.a.gov.cn/", None),
        ("https://gov.cn/", None),
        ("http://reg.example.cn/", None),
        ("http://xgov.cn/", "gov.cn"),
        ("http://www.gov.cn.evil.com/", "gov.cn"),
        ("http://www.gov.cn@10.0.0.1/", "private"),
        ("http://017700000001/", "private"),
        ("http://169.254.169.254/latest", "private"),
        ("http://[::1]/", "private"),
        ("http://8.8.8.8/", "gov.cn"),
        ("ftp://www.gov.cn/x", "scheme"),
        ("http://[bad/", "scheme"),
    ],
)
def test_refusal(url: str, part: str | None) -> None:
    reason = refusal(url, {"reg.example.cn"})
    assert (reason is None) if part is None else (reason is not None and part in reason)


@pytest.mark.parametrize(
    ("status", "body", "is_challenge"),
    [
        (412, CHALLENGE.encode(), True),
        (202, CHALLENGE.encode(), True),
        (521, b"<script>document.cookie=('__jsl_clearance_s=1')</script>", True),
        (200, b"<script>document.cookie='C3VK=abc; max-age=300';location.reload()</script>", True),
        (200, CHALLENGE.encode() + b"text" * 5000, False),
        (200, b"<html><script>document.cookie='a=b'</script>report</html>", False),
        (202, b"<html>accepted</html>", False),
        (521, b"web server is down", False),
    ],
)
def test_challenge(status: int, body: bytes, is_challenge: bool) -> None:
    assert (challenge(status, body) is not None) is is_challenge


def test_names_that_resolve_to_private_addresses_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from twisted.internet.error import DNSLookupError

    from crawler.resolver import PublicResolver, private_answer

    monkeypatch.setenv("http_proxy", "http://proxy.test:3128")
    check = PublicResolver._check
    assert check("8.8.8.8", "www.a.gov.cn") == "8.8.8.8"
    assert check("10.0.0.1", "proxy.test") == "10.0.0.1", "the proxy's own address is exempt"
    with pytest.raises(DNSLookupError):
        check("192.168.1.1", "inner.a.gov.cn")
    assert private_answer("inner.a.gov.cn") == "192.168.1.1"
