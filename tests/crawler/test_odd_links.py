"""Links that are no addresses: none of them takes the page that it stands on with it."""

from __future__ import annotations

import html

import pytest

from crawler.addresses import absolute, canonical, is_web
from crawler.links import read_attachments, stub_target
from crawler.middlewares import refusal
from tests.crawler.conftest import Crawls, listing, site, title
from tests.crawler.web import Web

BASE = "http://www.a.gov.cn/nb/"
ODD = [
    "http://www.gov.cn:99999/a.doc",
    "http://www.gov.cn:abc/x.doc",
    "http://[/a.doc",
    "http://[::1/x.pdf",
    "//[x/a.doc",
    "C:\\Users\\a.doc",
    "file:///C:/x.doc",
    "wps:a.doc",
    "vbscript:a.doc",
    "tel:1.doc",
    "http://\x01/a.doc",
    "http://a b.gov.cn/x.doc",
    "http://@/a.doc",
    "http://:80/a.doc",
    "?file=http://[/a.pdf",
    "http://%zz.gov.cn/a.doc",
    "http://" + "a" * 300 + ".gov.cn/a.doc",
    "http://xn--.gov.cn/a.doc",
    "data:application/msword,a.doc",
    "about:blank.doc",
    "http:///a.doc",
    "http://www.gov.cn:22/a.doc",
    "http://www.gov.cn:0/a.doc",
    "http://user:word@10.0.0.1/a.doc",
    "http://www.gov.cn@127.1/a.doc",
    "http://1.1.1.1\\@www.gov.cn/a.doc",
    "http://⑯⑨。②⑤④。⑯⑨。②⑤④/a.doc",
    "http://www.gоv.cn/a.doc",
    "http://www.gov.cn.evil.com/a.doc",
    "http://[64:ff9b::7f00:1]/a.doc",
]
FAMILIES = ["trs", "hanweb", "generic", "ucap", "hanweb_xxgk", "gkmlpt", "lonsun", "vsb"]


def test_pages_full_of_odd_links_are_read(web: Web, crawls: Crawls) -> None:
    files = "".join(f"<a href='{html.escape(h)}'>附件{n}.doc</a>" for n, h in enumerate(ODD))
    frames = "".join(f"<iframe src='{html.escape(h)}'></iframe>" for h in ODD)
    sites = []
    for family in FAMILIES:
        base = f"http://{family.replace('_', '-')}.a.gov.cn/nb/"
        rows = [("1.html", title(2023), "2024-01-02")]
        rows += [(html.escape(h), title(2023, f"第{n}街道"), "2024-01-02")
                 for n, h in enumerate(ODD)]  # fmt: skip
        more = "".join(f"<a href='{html.escape(h)}'>下一页</a>" for h in ODD)
        web.put(base, listing(rows, more + frames))
        web.put(f"{base}1.html", f"<html><body>正文 {files}{frames}</body></html>")
        sites.append(site(base.split("/")[2], family, base))
    report = crawls.run(*sites)
    assert report.finish_reason == "finished"
    documents = crawls.documents()
    for one in sites:
        article = documents[f"http://{one.host}/nb/1.html"]
        assert article.outcome == "fetched", (one.host, article.reason)
    words = " ".join(error for counts in report.sites.values() for error in counts.errors)
    assert "internal" not in words
    assert "promised" not in {d.outcome for d in documents.values()}
    hosts = {url.split("/")[2] for url in web.asked if "//" in url}
    assert all(host.endswith(".gov.cn") for host in hosts), hosts


@pytest.mark.parametrize("href", ODD)
def test_an_odd_link_is_no_error(href: str) -> None:
    url = absolute(BASE, href)
    canonical(url)
    is_web(url)
    refusal(url, ())
    read_attachments(f"<a href='{href}'>a.doc</a><iframe src='{href}'></iframe>", BASE)
    stub_target(f"<meta http-equiv='refresh' content='0;url={href}'>", BASE)
    stub_target(f"<script>location.href='{href}'</script>", BASE)


def test_one_host_has_one_name() -> None:
    assert absolute(BASE, "http://u:p@WWW.b.gov.cn.:8080/x?a@b") == "http://www.b.gov.cn:8080/x?a@b"
    assert absolute(BASE, "http://www.b.gov.cn./") == "http://www.b.gov.cn/"
    assert absolute(BASE, "/a@b.html") == "http://www.a.gov.cn/a@b.html"


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("http://[64:ff9b::7f00:1]/", "private"),
        ("http://[64:ff9b:1::a9fe:a9fe]/", "private"),
        ("http://[::127.0.0.1]/", "private"),
        ("http://[::ffff:0:10.0.0.1]/", "private"),
        ("http://[2002:7f00:1::]/", "private"),
        ("http://[ff02::1]/", "private"),
        ("http://224.0.0.1/", "private"),
        ("http://[fd00:ec2::254]/", "private"),
        ("http://100.100.100.200/", "private"),
        ("http://127.0.0.1./", "private"),
        ("http://evil.com%2f.gov.cn/", "gov.cn"),
        ("http://evil.com;.gov.cn/", "gov.cn"),
        ("http://..gov.cn/", "gov.cn"),
        ("http://www.gov.cn../", "gov.cn"),
        ("http://www.gov.cn:6379/", "port"),
        ("http://www.gov.cn:99999/", "not a valid"),
        ("http://www.gov.cn:8080/", None),
        ("http://www.gov.cn./", None),
    ],
)
def test_refused_by_their_form(url: str, part: str | None) -> None:
    reason = refusal(url, ())
    assert (reason is None) if part is None else (reason is not None and part in reason)
