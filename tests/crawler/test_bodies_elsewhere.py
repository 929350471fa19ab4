"""Articles whose text is elsewhere: in a frame, in a viewer, in pictures; promised and fetched."""

from __future__ import annotations

from tests.crawler.conftest import Crawls, listing, site, title
from tests.crawler.web import Web

HOST = "http://www.a.gov.cn"


def test_frames_viewers_and_pictures_are_fetched_with_their_article(
    web: Web, crawls: Crawls
) -> None:
    bodies = {
        1: "<iframe src='/body/1.html'></iframe><iframe src='/share/x.html'></iframe>",
        2: "<iframe src='/js/pdf/web/viewer.html?file=%2Fup%2F2.pdf'></iframe>",
        3: "<img src='3a.jpg'><img src='3b.jpg'>",
        4: "文" * 500 + "<table>" + "<tr><td>1</td></tr>" * 4 + "</table><img src='4.jpg'>",
    }
    rows = [(f"/nb/1000{n}.html", title(2022, f"第{n}局"), "2023-01-10") for n in bodies]
    web.put(f"{HOST}/nb/", listing(rows))
    for n, body in bodies.items():
        web.put(f"{HOST}/nb/1000{n}.html", f"<html><div id='zoom'>{body}</div></html>")
    framed = f"{'文' * 500}<a href='1.docx'>附件1</a><a href='/yw/'>要闻</a>"
    web.put(f"{HOST}/body/1.html", f"<html>{framed}</html>")
    web.put(f"{HOST}/body/1.docx", b"PK\x03\x04PK\x05\x06", type="application/msword")
    web.put(f"{HOST}/up/2.pdf", b"%PDF-1.4\n%%EOF\n", type="application/pdf")
    for name in ("3a.jpg", "3b.jpg"):
        web.put(f"{HOST}/nb/{name}", b"\xff\xd8\xff\xd9", type="image/jpeg")
    crawls.run(site("www.a.gov.cn", "generic", f"{HOST}/nb/"))
    held = {
        url: document.parent
        for url, document in crawls.documents().items()
        if document.role == "attachment" and document.outcome == "fetched"
    }
    assert held == {
        f"{HOST}/body/1.html": f"{HOST}/nb/10001.html",
        f"{HOST}/body/1.docx": f"{HOST}/nb/10001.html",
        f"{HOST}/up/2.pdf": f"{HOST}/nb/10002.html",
        f"{HOST}/nb/3a.jpg": f"{HOST}/nb/10003.html",
        f"{HOST}/nb/3b.jpg": f"{HOST}/nb/10003.html",
    }
    assert f"{HOST}/nb/4.jpg" not in web.asked
