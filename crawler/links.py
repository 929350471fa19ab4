"""What an article page leads to: its attachments, or the page that a stub forwards to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import lxml.html
from w3lib.html import get_meta_refresh

from crawler.addresses import absolute, is_web
from crawler.listing import parse_fragment, squeeze
from crawler.scripts import unquote as unquote_literal

_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|zip|rar|rtf|ofd)[\s）)\]】》]*$", re.IGNORECASE)
_DOWNLOAD = re.compile(r"/downfile\.jsp\?|/(?:openness|xxgk)\w*/download/\d+", re.IGNORECASE)
_CONTENT = re.compile(
    r"""["']?content["']?\s*:\s*("(?:\\.|[^"\\])*(?:\\u003[Cc]|<)(?:\\.|[^"\\])*")"""
)
_FRAME = re.compile(
    r"(?:^|[-_\s])(?:nav|header|footer|foot|menu|sidebar|breadcrumb)(?:$|[-_\s])", re.I
)
_SCRIPTED = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.replace\()\s*[\"']([^\"']+)[\"']", re.IGNORECASE
)
_STUB_BYTES = 2048


@dataclass(frozen=True)
class Attachment:
    """A file that an article links to: absolute address and the link's text."""

    url: str
    title: str


def read_attachments(text: str, base: str) -> list[Attachment]:
    """Files that a page links to or shows in a frame, in order, each address once.

    A link counts when its address or its text ends like an office, PDF or archive file, or when
    it is a download script of the Hanweb family. Navigation, header and footer are left out.
    """
    tree = parse_fragment(text)
    if tree is None:
        return []
    found: dict[str, Attachment] = {}
    for element in (part for piece in [tree, *_embedded(text)] for part in _links(piece)):
        if _in_frame(element):
            continue
        attachment = _from_link(element, base) if element.tag == "a" else _from_frame(element, base)
        if attachment and attachment.url != base:
            found.setdefault(attachment.url, attachment)
    return list(found.values())


def _links(tree: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    yield from tree.iter("a", "iframe", "embed", "object")


def _embedded(text: str) -> Iterator[lxml.html.HtmlElement]:
    """Bodies that a page holds as escaped text in its script, to be shown by it."""
    for match in _CONTENT.finditer(text):
        tree = parse_fragment(unquote_literal(match.group(1)))
        if tree is not None:
            yield tree


def _in_frame(element: lxml.html.HtmlElement) -> bool:
    for ancestor in element.iterancestors():
        if ancestor.tag in ("nav", "header", "footer"):
            return True
        marks = f"{ancestor.get('id') or ''} {ancestor.get('class') or ''}"
        if ancestor.tag not in ("body", "html") and _FRAME.search(marks):
            return True
    return False


def _is_file(url: str) -> bool:
    parts = urlsplit(url)
    tails = (parts.path, parts.query)
    return any(_FILE.search(unquote(t)) for t in tails) or bool(_DOWNLOAD.search(url))


def _from_link(anchor: lxml.html.HtmlElement, base: str) -> Attachment | None:
    href = (anchor.get("href") or "").strip()
    if not href or href.startswith("#") or href.lower().startswith(("javascript:", "mailto:")):
        return None
    text = squeeze(anchor.text_content()) or squeeze(anchor.get("title") or "")
    url = absolute(base, href)
    if not _is_file(url) and not _FILE.search(text):
        return None
    return Attachment(url, text or unquote(urlsplit(url).path.rsplit("/", 1)[-1]))


def _from_frame(frame: lxml.html.HtmlElement, base: str) -> Attachment | None:
    source = frame.get("src") or frame.get("data") or ""
    if not source:
        return None
    inner = parse_qs(urlsplit(source).query).get("file")
    url = absolute(base, inner[0] if inner else source)
    if not is_web(url) or not _FILE.search(unquote(urlsplit(url).path)):
        return None
    return Attachment(url, unquote(urlsplit(url).path.rsplit("/", 1)[-1]))


def stub_target(text: str, base: str) -> str | None:
    """Where a stub page forwards to, None when it is no stub.

    Only small pages without a body of their own are stubs; a page that reloads itself forwards
    nowhere.
    """
    if len(text) > _STUB_BYTES:
        return None
    _, target = get_meta_refresh(text, base, ignore_tags=("script", "noscript", "style"))
    if target is None and (scripted := _SCRIPTED.search(text)):
        target = scripted.group(1)
    if target is None:
        return None
    url = absolute(base, target)
    return url if url != base else None
