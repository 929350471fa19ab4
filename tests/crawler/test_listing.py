"""Rows out of hard list markup, and what an article links to."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.addresses import path_date, printed_date
from crawler.decoding import decode_page
from crawler.links import read_attachments, stub_target
from crawler.listing import read_rows
from crawler.wholeness import looks_whole

BASE = "http://www.a.gov.cn/zwgk/nb/"
DAY = date(2023, 1, 30)


@pytest.mark.parametrize(
    "row",
    [
        '<li><a href="x.html">某局年报</a><span>2023-01-30</span></li>',
        '<li><span>[2023-01-30]</span><a href="x.html">某局年报</a></li>',
        '<li><a href="x.html">某局年报</a><span>2023-\n01-\n30</span></li>',
        '<tr><td>1</td><td><a href="x.html">某局年报</a></td><td>2023年1月30日</td></tr>',
        '<tr><td><a href="/d/">局</a><td><a href="x.html">某局年报</a><td>2023/01/30</td></tr>',
        '<li><a href="x.html" title="某局年报"><p>某局年报</p><em>2023-01-30</em></a></li>',
        '<div class="row"><a href="x.html">某局年报</a><div>2023.1.30</div></div>',
        '<dl><dt><a href="x.html">某局年报</a></dt><dd>发布日期：2023-01-30</dd></dl>',
        '<p><a href="x.html">某局年报</a>（2023-01-30）<br><a href="y">二</a>（2022-01-01）</p>',
        '<li>成文日期 2023-01-12 <a href="x.html">某局年报</a> 发布日期 2023-01-30</li>',
        '<li><a href="x.html" title="某局年报">某局…</a><i>2023-01-30 09:15:00</i></li>',
    ],
)
def test_title_and_date_of_a_row(row: str) -> None:
    text = f"<table>{row}</table>" if row.startswith("<tr") else f"<div><div>{row}</div></div>"
    found = {r.url: r for r in read_rows(f"<html><body>{text}</body></html>", BASE)}
    assert found[f"{BASE}x.html"].title == "某局年报"
    assert found[f"{BASE}x.html"].date == DAY


def test_dates_do_not_stray_between_rows() -> None:
    items = "".join(
        f'<li><a href="{n}.html">年报{n}</a><span>20{n}-02-0{n - 10}</span></li>'
        for n in (11, 12, 13)
    )
    rows = read_rows(f"<ul>{items}</ul><p>更新：2030-01-01</p>", BASE)
    assert [row.date for row in rows] == [date(2011, 2, 1), date(2012, 2, 2), date(2013, 2, 3)]


def test_comments_scripts_and_hidden_rows_are_no_rows() -> None:
    text = """<ul><!-- <li><a href="c.html">旧年报</a></li> -->
    <li style="display: none"><a href="h.html">隐藏年报</a></li>
    <li><i class="flag"></i><a href="f.html">测试年报</a></li>
    <li><i class="flag">新</i><a href="ok.html">年报</a></li>
    <script>document.write('<a href="s.html">年报</a>')</script>
    <li><a href="javascript:void(0)">年报</a></li><li><a href="#top">年报</a></li></ul>"""
    assert [row.url for row in read_rows(text, BASE)] == [f"{BASE}ok.html"]


def test_addresses_are_joined_and_cleaned() -> None:
    text = '<a href=" ../../a b.html#x ">年报</a><a href="//www.b.gov.cn/c.html">年报二</a>'
    urls = [row.url for row in read_rows(text, BASE)]
    assert urls == ["http://www.a.gov.cn/a%20b.html", "http://www.b.gov.cn/c.html"]


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a/nb/202301/t20230130_1.html", DAY),
        ("http://a/art/2023/1/30/art_1_2.html", DAY),
        ("http://a/c1/202301/0123456789abcdef0123456789abcdef.shtml", date(2023, 1, 1)),
        ("http://a/x/20230130/77.html", DAY),
        ("http://a/html/2023-01-30/7.html", DAY),
        ("http://a/x/2022n/77.html", None),
        ("http://a/x/20231399/77.html", None),
    ],
)
def test_date_of_an_address(url: str, day: date | None) -> None:
    assert path_date(url) == day


@pytest.mark.parametrize("text", ["截至2023年", "2023-13-45", "电话 020-2023-1", "12023-01-301"])
def test_no_date(text: str) -> None:
    assert printed_date(text) is None


CHINESE = "珲春市镕〔2023〕年报"


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (f'<meta charset="gb2312">{CHINESE}'.encode("gb18030"), "text/html"),
        (f'<meta charset="gb2312">{CHINESE}'.encode("gb18030"), "text/html; charset=utf-8"),
        (f'<meta charset="utf-8">{CHINESE}'.encode("gbk"), None),
        (f'<meta charset="gb2312">{CHINESE}'.encode(), "text/html; charset=iso-8859-1"),
        (("\ufeff" + CHINESE).encode(), "text/html; charset=gbk"),
        (
            CHINESE.encode("utf-8") * 40 + b"\xe4\xb8 cut " + CHINESE.encode(),
            "text/html;charset=utf-8",
        ),
        (CHINESE.encode("big5", "ignore") + b"<meta charset=nonsense>", None),
    ],
)
def test_text_whatever_the_label_says(body: bytes, header: str | None) -> None:
    text = decode_page(body, header)
    if b"nonsense" not in body:
        assert CHINESE in text and not text.startswith("\ufeff")


def test_attachments_in_every_shape() -> None:
    text = """<div class="header"><a href="/guide.pdf">指南</a></div>
    <div id="zoom"><a href="./P020230130.DOCX?v=1">一</a>
    <a href="/module/download/downfile.jsp?classid=0&amp;filename=0a1b.docx">二</a>
    <a href="/download?id=7">附件3：统计表.xls</a> <a href="list.html">下一页</a>
    <a href="javascript:open('x.pdf')">四.pdf</a> <a href="mailto:a@b.cn">五.doc</a>
    <iframe src="/pdf/web/viewer.html?file=%2Ffiles%2F6.pdf"></iframe>
    <iframe src="/ad.html"></iframe>
    <embed src="7.pdf"> <a href="./P020230130.DOCX?v=1">一，再次</a></div>
    <footer><a href="x.zip">x</a></footer>"""
    found = [
        (a.url.removeprefix("http://www.a.gov.cn"), a.title) for a in read_attachments(text, BASE)
    ]
    assert found == [
        ("/zwgk/nb/P020230130.DOCX?v=1", "一"),
        ("/module/download/downfile.jsp?classid=0&filename=0a1b.docx", "二"),
        ("/download?id=7", "附件3：统计表.xls"),
        ("/zwgk/nb/x.pdf", "四.pdf"),
        ("/files/6.pdf", "6.pdf"),
        ("/zwgk/nb/7.pdf", "7.pdf"),
    ]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (
            '<meta http-equiv="Refresh" content="0; url=../new.html">',
            "http://www.a.gov.cn/zwgk/new.html",
        ),
        ("<script>window.location.href='/b.html'</script>", "http://www.a.gov.cn/b.html"),
        ("<script>location.replace( '/b.html' )</script>", "http://www.a.gov.cn/b.html"),
        ("<html>a report</html>", None),
        (f'<meta http-equiv="refresh" content="0;url={BASE}">', None),
        ('<meta http-equiv="refresh" content="0;url=/b.html">' + "text " * 1000, None),
    ],
)
def test_stub(text: str, target: str | None) -> None:
    assert stub_target(text, BASE) == target


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        (b"<html>x</html>\n", True),
        (b"<html>x</HTML><!-- served by -->\n", True),
        (b"<html>x</body", False),
        (b"%PDF-1.4 ... %%EOF\n", True),
        (b"%PDF-1.4 ...", False),
        (b"PK\x03\x04...PK\x05\x06" + b"\0" * 18, True),
        (b"PK\x03\x04...", False),
        (b'{"data": 1}', True),
        (b'{"data": ', False),
        (b"", False),
    ],
)
def test_wholeness(body: bytes, whole: bool) -> None:
    assert looks_whole(body) is whole
