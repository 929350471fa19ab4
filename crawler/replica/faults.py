"""What goes wrong at an address, on purpose.

Belongs here: the kinds of fault, their answers, and the outcome a document with them must get.
Does not belong here: where faults stand (``world``, world files), sockets (``server``).
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator

from crawler.replica.families.base import pages_data
from crawler.replica.render_html import MARKUPS
from crawler.replica.site import DOCX, HTML, Fault, Response

HUGE = 200 * 1024 * 1024
CHUNK = 64 * 1024
PDF = "application/pdf"

# The outcome that table ``document`` must show for an address with the fault.
EXPECTED = {
    "empty": "rejected",
    "truncated_docx": "rejected",
    "not_report": "not_report",
    "pdf": "not_report",
    "huge": "refused",
    "redirect_loopback": "refused",
    "redirect_outside": "refused",
    "robots": "refused",
    "challenge_412": "blocked",
    "challenge_521": "blocked",
    "challenge_c3vk": "blocked",
    "error_500": "failed",
    "not_found": "failed",
    "reset": "failed",
    "slow": "failed",
}
# Faults of an attachment; the others are faults of the article page itself.
OF_ATTACHMENTS = {"truncated_docx": "docx", "pdf": "pdf", "huge": "docx"}


class ResetConnectionError(Exception):
    """Raised by a body to have the connection reset."""


def not_report_page() -> bytes:
    """Return a page that is no report, whatever its list row said."""
    words = pages_data()
    editor = MARKUPS["editor"]
    body = "".join(map(editor.paragraph, words["not_report_body"]))
    title = words["not_report_title"]
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title></head>'
        f'<body><h1>{title}</h1><div id="zoom" class="TRS_Editor">{body}</div></body></html>'
    ).encode()


def pdf_bytes() -> bytes:
    """Return a small, valid PDF file of one page with a line of text."""
    stream = b"BT /F1 18 Tf 72 720 Td (Annual report) Tj ET"
    packed = zlib.compress(stream)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for index, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (index, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (len(objects) + 1, start)


def _huge() -> Iterator[bytes]:
    yield b"PK\x03\x04"
    chunk = b"\x00" * CHUNK
    for _ in range(HUGE // CHUNK):
        yield chunk


def _reset() -> Iterator[bytes]:
    yield b"<html><head><title>"
    raise ResetConnectionError


def _slow() -> Iterator[bytes]:
    while True:
        yield b"<!-- -->"
        time.sleep(1)


def _challenge_412(fault: Fault, port: int) -> Response:
    body = (
        '<html><head><meta charset="utf-8"><meta content="k1Z0rUqWc" r="m">'
        '<script type="text/javascript">window.$_ts=window.$_ts||{};$_ts.nsd=51837;</script>'
        '<script type="text/javascript" charset="utf-8" src="/q8Xb/wT2.js" r="m"></script>'
        "</head><body></body></html>"
    )
    cookie = "4hP44ZykCTt5O=5a; Path=/; HttpOnly"
    return Response(412, body.encode(), headers={"Set-Cookie": cookie})


def _challenge_521(fault: Fault, port: int) -> Response:
    body = (
        "<script>document.cookie=('_')+('_jsl_clearance_s')+('=')+('1641')+(';max-age=3600');"
        "location.href=location.pathname+location.search</script>"
    )
    return Response(521, body.encode(), headers={"Set-Cookie": "__jsluid_s=31ab; HttpOnly"})


def _challenge_c3vk(fault: Fault, port: int) -> Response:
    note = pages_data()["challenge_words"]
    body = (
        f"<html><head><meta charset='utf-8'><title>{note}</title></head><body><script>"
        "document.cookie='C3VK=8d1f2a; max-age=300; path=/';window.location.reload();"
        "</script></body></html>"
    )
    return Response(200, body.encode().ljust(380))


ANSWERS: dict[str, Callable[[Fault, int], Response]] = {
    "empty": lambda fault, port: Response(),
    "not_report": lambda fault, port: Response(body=not_report_page()),
    "pdf": lambda fault, port: Response(body=pdf_bytes(), media_type=PDF),
    "huge": lambda fault, port: Response(body=_huge(), media_type=DOCX, length=HUGE + 4),
    "redirect_loopback": lambda fault, port: Response(
        302, headers={"Location": f"http://127.0.0.1:{port}/report.html"}
    ),
    "redirect_outside": lambda fault, port: Response(
        302, headers={"Location": fault.target or "http://mirror.example.com/report.html"}
    ),
    "challenge_412": _challenge_412,
    "challenge_521": _challenge_521,
    "challenge_c3vk": _challenge_c3vk,
    "error_500": lambda fault, port: Response(500, b"<html><body>Internal Server Error</body>"),
    "not_found": lambda fault, port: Response(404, b"<html><body>404</body></html>"),
    "reset": lambda fault, port: Response(body=_reset(), media_type=HTML, length=90_000),
    "slow": lambda fault, port: Response(body=_slow(), media_type=HTML),
}


def answer(fault: Fault, port: int, sound: bytes = b"") -> Response:
    """Answer a request to a faulty address.

    Args:
        fault: What is wrong.
        port: Port of the replica, for redirects back to it.
        sound: The bytes that a sound answer would have, for faults that spoil them.

    Raises:
        KeyError: For a kind that does not exist.
    """
    if fault.kind == "truncated_docx":
        return Response(body=sound[: len(sound) * 2 // 3], media_type=DOCX)
    return ANSWERS[fault.kind](fault, port)
